// The product as it is, for a trial: the controller as a process of its own, against a Kubernetes API in memory. No cluster is needed, and none
// is touched.
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { EgressUnificationStatus } from '../../src/api/egress-unification.ts';
import { API_VERSION, GROUP, KIND, PLURAL, VERSION } from '../../src/api/names.ts';
import { Child } from '../apiserver/kit/child.ts';
import { eventually } from '../apiserver/kit/until.ts';
import { CLUSTER_ID, RESOURCE, SCRATCH, TAG_KEY } from './names.ts';

export interface Setting {
  readonly regionId: string;
  readonly vpcId: string;
  /** Flags that lead to the cloud. */
  readonly cloudFlags: readonly string[];
  /** With the credentials. */
  readonly env: Readonly<Record<string, string>>;
  /** Told which processes run; none: all have ended. */
  readonly running: (pids: readonly number[]) => void;
}

/** By which its processes are known, whoever started them. */
const MARK = `egress-unification-${CLUSTER_ID}-`;

/**
 * Ends what a trial that was killed has left running: its controller would move back what is tidied up. A number may be somebody else's by now, so
 * the command is looked at, which also says where the trial kept its files.
 */
export async function endLeftovers(pids: readonly number[]): Promise<void> {
  for (const pid of pids) {
    const folder = folderOf(pid);
    if (folder === undefined) continue;
    process.kill(pid, 'SIGKILL');
    await eventually(() => { if (folderOf(pid) !== undefined) throw new Error(`process ${pid} of an earlier trial does not end: end it`); });
    await rm(folder, { recursive: true, force: true });
  }
}

/** undefined: there is no such process of a trial. */
function folderOf(pid: number): string | undefined {
  const { stdout } = spawnSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
  return stdout.split(/\s+/).map((word) => dirname(word)).find((folder) => basename(folder).startsWith(MARK));
}

export class ControlPlane {
  readonly #setting: Setting;
  readonly #folder: string;
  readonly #kubernetes: Child;
  readonly #url: string;
  #controller: Child;

  private constructor(setting: Setting, { folder, kubernetes, url }: { readonly folder: string; readonly kubernetes: Child; readonly url: string }) {
    this.#setting = setting;
    this.#folder = folder;
    this.#kubernetes = kubernetes;
    this.#url = `${url}/apis/${GROUP}/${VERSION}/${PLURAL}/${RESOURCE}`;
    this.#controller = this.#run();
    this.#told();
  }

  static async start(setting: Setting): Promise<ControlPlane> {
    const folder = await mkdtemp(join(tmpdir(), MARK));
    const kubernetes = new Child(['sim/kubernetes/main.ts', '--kubeconfig', join(folder, 'kubeconfig')]);
    const url = await eventually(() => {
      const found = / on (http\S+)/.exec(kubernetes.said)?.[1];
      if (found === undefined) throw new Error(`no Kubernetes API: ${kubernetes.said}`);
      return found;
    });
    return new ControlPlane(setting, { folder, kubernetes, url });
  }

  /** What the controller has said last, for a problem's report. */
  get said(): string {
    return this.#controller.said.slice(-2_000);
  }

  /** kill -9, and nothing of it is left but what is in the cloud. */
  kill(): Promise<unknown> {
    return this.#controller.end('SIGKILL');
  }

  restart(): void {
    this.#controller = this.#run();
    this.#told();
  }

  async apply(): Promise<void> {
    const { regionId, vpcId } = this.#setting;
    const spec = { regionId, vpcId, instanceSelector: { tags: { [TAG_KEY]: SCRATCH } }, rollout: { maxInProgress: 1 }, deletionPolicy: 'Revert', drift: { checkInterval: '1m' } };
    const body = JSON.stringify({ apiVersion: API_VERSION, kind: KIND, metadata: { name: RESOURCE }, spec });
    const answer = await fetch(`${this.#url}?fieldManager=${RESOURCE}`, { method: 'PATCH', headers: { 'content-type': 'application/apply-patch+yaml' }, body });
    if (!answer.ok) throw new Error(`the resource was refused: ${await answer.text()}`);
  }

  async delete(): Promise<void> {
    await fetch(this.#url, { method: 'DELETE' });
  }

  /** undefined: the resource is gone. */
  async status(): Promise<EgressUnificationStatus | undefined> {
    const answer = await fetch(this.#url);
    if (answer.status === 404) return undefined;
    const { status } = await answer.json() as { readonly status?: EgressUnificationStatus };
    return status ?? {};
  }

  /** Closes what is open and ends. */
  async stop(): Promise<void> {
    await this.#controller.end('SIGTERM');
    await this.#kubernetes.end('SIGKILL');
    await rm(this.#folder, { recursive: true, force: true });
    this.#setting.running([]);
  }

  #told(): void {
    this.#setting.running([this.#controller.pid, this.#kubernetes.pid].filter((pid) => pid !== undefined));
  }

  #run(): Child {
    const { regionId, vpcId, cloudFlags, env } = this.#setting;
    const fences = ['--allow-region', regionId, '--allow-vpc', vpcId, '--require-instance-tag', `${TAG_KEY}=${SCRATCH}`];
    return new Child(['src/main.ts', 'run', '--kubeconfig', join(this.#folder, 'kubeconfig'), '--leader-elect', 'false', '--cluster-id', CLUSTER_ID, ...fences, ...cloudFlags], env);
  }
}
