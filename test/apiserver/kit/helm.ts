// helm against one API server, with a home of its own; and the parts of a cluster that its hooks wait for: what runs a Job or a pod. They start the
// hook's container in the image's own files and tell the API server how it ended.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { runCommand } from '../environment/apiserver.ts';
import type { Apiserver, CommandResult } from '../environment/apiserver.ts';
import { ROOT } from './child.ts';
import type { Ended } from './child.ts';
import { Pod } from './pod.ts';
import type { PodSpec } from './pod.ts';
import { eventually } from './until.ts';

export const CHART = join(ROOT, 'helm/egress-unification');

/** The release whose objects are those of deploy/. */
export const RELEASE = 'egress-unification';
export const NAMESPACE = 'egress-unification-system';

export class Helm {
  readonly #helm: string;
  readonly #home: string;
  readonly #kubeconfig: string;

  private constructor(helm: string, home: string, kubeconfig: string) {
    this.#helm = helm;
    this.#home = home;
    this.#kubeconfig = kubeconfig;
  }

  /** Without an API server it can lint and render. */
  static async at(helm: string, apiserver?: Apiserver): Promise<Helm> {
    return new Helm(helm, await mkdtemp(join(tmpdir(), 'egress-unification-helm-')), apiserver?.kubeconfigPath ?? '');
  }

  /** A failing command is a result, not a rejection. */
  run(...args: readonly string[]): Promise<CommandResult> {
    return runCommand(this.#helm, args, { env: { HOME: this.#home, KUBECONFIG: this.#kubeconfig, PATH: '' } });
  }

  /** It must succeed without a word of warning; what it printed. */
  async must(...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(...args);
    expect({ code, stderr }, `helm ${args.join(' ')}`).to.deep.equal({ code: 0, stderr: '' });
    return stdout;
  }

  /** The chart as it is rendered for the release whose objects are those of deploy/. */
  template(...values: readonly string[]): Promise<string> {
    return this.must('template', RELEASE, CHART, '--namespace', NAMESPACE, ...values);
  }

  remove(): Promise<void> {
    return rm(this.#home, { recursive: true, force: true });
  }
}

export interface Hook {
  readonly apiserver: Apiserver;
  readonly image: string;
  readonly kind: 'job' | 'pod';
  readonly name: string;
  /** In place of the arguments that it was given. */
  readonly args?: (args: readonly string[]) => readonly string[];
}

interface HookObject {
  readonly spec: PodSpec & { readonly template?: { readonly spec: PodSpec } };
  readonly status?: { readonly conditions?: readonly unknown[]; readonly phase?: string };
}

/** Runs the hook once helm has created it. */
export async function playHook({ apiserver, image, kind, name, args }: Hook): Promise<Ended> {
  const where = [kind, name, '--namespace', NAMESPACE] as const;
  const spec = await eventually(async () => {
    const { code, stdout, stderr } = await apiserver.kubectl(['get', ...where, '-o', 'json']);
    expect(code, stderr).to.equal(0);
    const object = JSON.parse(stdout) as HookObject;
    expect(object.status?.conditions ?? [], 'an earlier run is still there').to.deep.equal([]);
    return object.spec.template?.spec ?? object.spec;
  });
  const given = args?.(spec.containers[0]?.args ?? []);
  const pod = await Pod.start({ name, namespace: NAMESPACE, spec, image, apiserver, ...(given !== undefined && { args: given }) });
  const ended = await pod.ended;
  await pod.remove();
  const status = kind === 'job' ? jobStatus(ended) : { phase: ended.code === 0 ? 'Succeeded' : 'Failed' };
  const { code, stderr } = await apiserver.kubectl(['patch', ...where, '--subresource', 'status', '--type', 'merge', '--patch', JSON.stringify({ status })]);
  expect(code, stderr).to.equal(0);
  return ended;
}

/** As the Job controller would write it; the API server refuses a status that says less. */
function jobStatus({ code }: Ended): object {
  const startTime = new Date().toISOString();
  const conditions = (...types: readonly string[]): readonly object[] => types.map((type) => ({ type, status: 'True', reason: code === 0 ? 'CompletionsReached' : 'BackoffLimitExceeded' }));
  if (code === 0) return { startTime, completionTime: startTime, succeeded: 1, conditions: conditions('SuccessCriteriaMet', 'Complete') };
  return { startTime, failed: 1, conditions: conditions('FailureTarget', 'Failed') };
}
