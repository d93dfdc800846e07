// The scene of a drill: a control plane and a simulated cloud of its own, the controller as a process against both, and a breaking
// proxy on each of the two ways. The end of the scene ends everything.
import { setTimeout as pause } from 'node:timers/promises';
import { systemClock } from '../../../src/adapters/clock.ts';
import { connect } from '../../../src/adapters/kubernetes/connection.ts';
import type { Connection } from '../../../src/adapters/kubernetes/connection.ts';
import { PATH } from '../../../src/adapters/kubernetes/api.ts';
import { Child } from '../../apiserver/kit/child.ts';
import { SimulatedCloud } from '../../apiserver/kit/cloud.ts';
import { eventually } from '../../apiserver/kit/until.ts';
import { vpc, worldOf } from '../../apiserver/kit/worlds.ts';
import { breakingProxy } from '../../kit/breaking-proxy.ts';
import type { BreakingProxy } from '../../kit/breaking-proxy.ts';
import { ControlPlane } from './control-plane.ts';
import { Pulse } from './pulse.ts';

const KEYS = { ALIBABA_CLOUD_ACCESS_KEY_ID: 'simulated-key', ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'simulated-secret' };
const LOOK_EVERY_MS = 50;
/** A status is written at most once in 2 s, and seen here at the next look. */
const SAYS_EVERY_MS = 2_000 + 2 * LOOK_EVERY_MS;

/** A world in which nothing happens. */
const QUIET_WORLD = worldOf(vpc('quiet', { egressIp: '47.96.9.1', instances: {} }));

export interface SceneOptions {
  readonly world?: object;
  /** How many times faster the cloud's time runs. */
  readonly speed?: number;
  /** Of kube-apiserver. */
  readonly flags?: readonly string[];
}

interface ListedStatus {
  readonly items: readonly { readonly metadata: { readonly name: string }; readonly status?: { readonly observedGeneration?: number } }[];
}

/** Until the controller has spoken, the schema of the resource says -1. */
const isSaid = (status: ListedStatus['items'][number]['status']): status is { readonly observedGeneration: number } => (status?.observedGeneration ?? -1) >= 0;

export class Scene implements AsyncDisposable {
  readonly plane: ControlPlane;
  readonly cloud: SimulatedCloud;
  readonly toKubernetes: BreakingProxy;
  readonly toCloud: BreakingProxy;
  /** To the API server, past the proxies. */
  readonly direct: Connection;
  /** What is ended first, in this order. */
  readonly #endings: (() => PromiseLike<unknown>)[] = [];

  private constructor(parts: Pick<Scene, 'plane' | 'cloud' | 'toKubernetes' | 'toCloud' | 'direct'>) {
    this.plane = parts.plane;
    this.cloud = parts.cloud;
    this.toKubernetes = parts.toKubernetes;
    this.toCloud = parts.toCloud;
    this.direct = parts.direct;
  }

  static async set({ world = QUIET_WORLD, speed = 20, flags = [] }: SceneOptions = {}): Promise<Scene> {
    const plane = await ControlPlane.start(flags);
    const cloud = await SimulatedCloud.start(world, speed);
    const [toKubernetes, toCloud] = [await breakingProxy({ target: plane.url }), await breakingProxy({ target: cloud.url })];
    const direct = await connect({ kubeconfig: await plane.kubeconfig(), clock: systemClock, userAgent: 'drill/1' });
    return new Scene({ plane, cloud, toKubernetes, toCloud, direct });
  }

  /** Starts a controller behind the proxies; without a kubeconfig as an administrator. */
  async startController({ name = 'controller', kubeconfig, flags = [] }: { readonly name?: string; readonly kubeconfig?: string; readonly flags?: readonly string[] } = {}): Promise<Child> {
    const path = kubeconfig ?? (await this.plane.kubeconfig({ server: this.toKubernetes.url }));
    const child = new Child(['src/main.ts', 'run', '--kubeconfig', path, '--cloud-endpoint', this.toCloud.url, ...flags], { ...KEYS, HOSTNAME: name });
    this.endFirst(() => child.end('SIGKILL'));
    return child;
  }

  /** Begins a pulse that the controllers answer in the status of its resources; resolves when all were answered once. */
  async beginPulse(): Promise<Pulse> {
    const pulse = new Pulse({ api: this.direct, saysEveryMs: SAYS_EVERY_MS });
    await pulse.create();
    const ended = new AbortController();
    const looking = this.#look(pulse, ended.signal);
    this.endFirst(async () => {
      ended.abort();
      await Promise.all([looking, pulse.end()]);
    });
    await eventually(() => {
      const silent = pulse.names.filter((name) => !pulse.isSeen(name));
      if (silent.length > 0) throw new Error(`the controller says nothing of ${silent.join(', ')}`);
    });
    pulse.begin();
    return pulse;
  }

  /** Resources of which no controller has said anything in their status. */
  async unanswered(): Promise<readonly string[]> {
    return (await this.#list()).filter(({ status }) => !isSaid(status)).map(({ metadata }) => metadata.name);
  }

  async #list(): Promise<ListedStatus['items']> {
    return ((await this.direct.request({ method: 'GET', path: PATH.egressUnifications })) as ListedStatus).items;
  }

  async #look(pulse: Pulse, ended: AbortSignal): Promise<void> {
    while (!ended.aborted) {
      for (const { metadata, status } of await this.#list().catch(() => [])) if (isSaid(status)) pulse.saw(metadata.name, status.observedGeneration, JSON.stringify(status));
      await pause(LOOK_EVERY_MS);
    }
  }

  /** Something that goes before the scene does. */
  endFirst(ending: () => PromiseLike<unknown>): void {
    this.#endings.unshift(ending);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const end of this.#endings) await end().then(undefined, () => undefined);
    await this.direct.close();
    await Promise.all([this.toKubernetes.close(), this.toCloud.close(), this.cloud.stop(), this.plane.stop()]);
  }
}
