// A simulated cloud that outlives its cluster: a Kubernetes API in memory and a controller unify a fleet, each as a process of its own, and
// are killed; what is left is the cloud, and the command line.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { Child, runToEnd } from '../../apiserver/kit/child.ts';
import type { Ended } from '../../apiserver/kit/child.ts';
import type { SimulatedCloud } from '../../apiserver/kit/cloud.ts';
import { eventually } from '../../apiserver/kit/until.ts';
import type { EgressUnificationStatus } from '../../../src/api/egress-unification.ts';

export const KEYS = { ALIBABA_CLOUD_ACCESS_KEY_ID: 'simulated-key', ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'simulated-secret' } as const;
const API = 'apis/egressunification.io/v1alpha1/egressunifications';

/** A Kubernetes API in memory, with one controller; `wipe` ends both at once, and nothing of them is left. */
export class Cluster {
  readonly #kubernetes: Child;
  readonly #url: string;
  readonly #controller: Child;
  readonly #folder: string;

  private constructor(kubernetes: Child, url: string, controller: Child, folder: string) {
    this.#kubernetes = kubernetes;
    this.#url = url;
    this.#controller = controller;
    this.#folder = folder;
  }

  static async start(cloud: SimulatedCloud, clusterId: string, { leaderElect = false } = {}): Promise<Cluster> {
    const folder = await mkdtemp(join(tmpdir(), 'egress-unification-rig-'));
    const kubeconfig = join(folder, 'kubeconfig');
    const kubernetes = new Child(['sim/kubernetes/main.ts', '--kubeconfig', kubeconfig]);
    const url = await eventually(() => / on (http\S+)/.exec(kubernetes.said)?.[1] ?? expect.fail(`no Kubernetes API: ${kubernetes.said}`), { everyMs: 20 });
    const controller = new Child(['src/main.ts', 'run', '--kubeconfig', kubeconfig, '--cloud-endpoint', cloud.url, '--leader-elect', String(leaderElect), '--cluster-id', clusterId], KEYS);
    return new Cluster(kubernetes, url, controller, folder);
  }

  get kubeconfig(): string {
    return join(this.#folder, 'kubeconfig');
  }

  async apply(name: string, spec: object): Promise<void> {
    const body = JSON.stringify({ apiVersion: 'egressunification.io/v1alpha1', kind: 'EgressUnification', metadata: { name }, spec: { regionId: 'cn-hangzhou', ...spec } });
    const answer = await fetch(`${this.#url}/${API}/${name}?fieldManager=kubectl`, { method: 'PATCH', headers: { 'content-type': 'application/apply-patch+yaml' }, body });
    expect(answer.ok, await answer.text()).to.equal(true);
  }

  async delete(name: string): Promise<void> {
    await fetch(`${this.#url}/${API}/${name}`, { method: 'DELETE' });
    await eventually(async () => expect((await fetch(`${this.#url}/${API}/${name}`)).status, this.#controller.said.slice(-2000)).to.equal(404));
  }

  async status(name: string): Promise<EgressUnificationStatus> {
    const object = await (await fetch(`${this.#url}/${API}/${name}`)).json() as { readonly status?: EgressUnificationStatus };
    return object.status ?? {};
  }

  /** Resolves when nobody is under way any more. */
  untilQuiet(name: string): Promise<EgressUnificationStatus> {
    return eventually(async () => {
      const status = await this.status(name);
      expect(status.instances, `${JSON.stringify(status)}\n${this.#controller.said.slice(-2000)}`).to.include({ progressing: 0, inWindow: 0, unknown: 0 });
      expect(status.conditions?.[0]?.status).not.to.equal('Unknown');
      return status;
    }, { timeoutMs: 60_000 });
  }

  /** kill -9 to the controller: its lease stays, and nobody renews it. */
  async killController(): Promise<void> {
    await this.#controller.end('SIGKILL');
  }

  /** kill -9 to all of it. */
  async wipe(): Promise<void> {
    await Promise.all([this.#controller.end('SIGKILL'), this.#kubernetes.end('SIGKILL')]);
    await rm(this.#folder, { recursive: true });
  }
}

/** The command line against a cloud, to its end. */
export const command = (cloud: SimulatedCloud, ...args: readonly string[]): Promise<Ended> => runToEnd(['src/main.ts', ...args, '--cloud-endpoint', cloud.url], KEYS);

/** The same, while it runs. */
export const begin = (cloud: SimulatedCloud, ...args: readonly string[]): Child => new Child(['src/main.ts', ...args, '--cloud-endpoint', cloud.url], KEYS);

const OURS = 'egressunification.io/';

/** Everything that carries a tag of ours. */
export async function tagged(cloud: SimulatedCloud): Promise<readonly string[]> {
  const { eips } = await cloud.world();
  const marked = [...eips, ...(await cloud.enis())].filter(({ tags }) => Object.keys(tags).some((key) => key.startsWith(OURS)));
  return marked.map(({ id }) => id);
}

/** Which addresses each instance has on itself, as the world shows it. */
export async function addresses(cloud: SimulatedCloud): Promise<Readonly<Record<string, readonly string[]>>> {
  const { instances, eips } = await cloud.world();
  const ipOf = (id: string): string => eips.find((eip) => eip.id === id)?.ip ?? '';
  return Object.fromEntries(instances.map(({ id, publicIp, eipIds }) => [id, [...(publicIp === '' ? [] : [publicIp]), ...eipIds.map(ipOf)]]));
}
