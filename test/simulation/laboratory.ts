// The whole controller in one process on one virtual clock: unmodified above its transports, the real SDK over the simulated cloud, the
// real Kubernetes adapter over the simulated store. A crash forgets everything that the process knew, and nothing else.
import { answer } from '../../sim/kubernetes/api.ts';
import { readCustomResources } from '../../sim/kubernetes/crd.ts';
import type { JsonObject } from '../../sim/kubernetes/json.ts';
import { KubernetesStore } from '../../sim/kubernetes/store.ts';
import { SimulatedCloud } from '../../sim/cloud/engine/cloud.ts';
import { buildState } from '../../sim/cloud/world/build.ts';
import { checkWorld } from '../../sim/cloud/world/parse.ts';
import { worldReport } from '../../sim/cloud/control/report.ts';
import { meddle, type MeddleRequest } from '../../sim/cloud/control/meddle.ts';
import type { Transport } from '../../src/adapters/alicloud/clients.ts';
import { createClouds } from '../../src/adapters/alicloud/clouds.ts';
import { fixedKeys } from '../../src/adapters/alicloud/credentials.ts';
import type { KubernetesApi } from '../../src/adapters/kubernetes/api.ts';
import { errorOfAnswer } from '../../src/adapters/kubernetes/errors.ts';
import { KubernetesEvents } from '../../src/adapters/kubernetes/events.ts';
import { KubernetesResources } from '../../src/adapters/kubernetes/resources.ts';
import { parseEgressUnification, type EgressUnification } from '../../src/api/egress-unification.ts';
import { API_VERSION, PLURAL } from '../../src/api/names.ts';
import { Controller } from '../../src/controller/controller.ts';
import { keptLog, seeded } from '../contract/cloud/recording.ts';
import { VirtualClock } from '../contract/cloud/virtual-clock.ts';

const KEYS = { accessKeyId: 'simulated-key', accessKeySecret: 'simulated-secret' };
const CLUSTER = 'cluster-1';

/** One life of the process: what is still in flight when it dies never arrives. */
interface Life {
  alive: boolean;
  readonly controller: Controller;
}

export class Laboratory {
  readonly clock = new VirtualClock();
  readonly cloud: SimulatedCloud;
  readonly store: KubernetesStore;
  readonly log = keptLog();
  #life: Life | undefined;
  /** Kills the process right before or after the effect of the n-th mutating call to the cloud. */
  crash: { call: number; effect: boolean } | undefined;
  mutations = 0;
  /** Of the next start. */
  observeOnly = false;

  constructor(world: unknown) {
    this.cloud = new SimulatedCloud(buildState(checkWorld(world), this.clock.now()), { clock: this.clock, random: seeded(7) });
    const runtime = { nowMs: () => this.clock.now(), random: seeded(3), after: (delayMs: number, action: () => void) => this.clock.after(delayMs, action) };
    this.store = new KubernetesStore({ runtime, customResources: readCustomResources(['crds']) });
  }

  /** Starts the controller, and again after a crash. */
  async start(): Promise<void> {
    const life: { alive: boolean; controller?: Controller } = { alive: true };
    const { clock, log: { log } } = this;
    const api = this.#api(life);
    const random = seeded(11);
    const clouds = createClouds({ credentials: fixedKeys('laboratory', KEYS), network: 'vpc', clock, random, log, transport: this.#transport(life) });
    const resources = new KubernetesResources({ api, clock, random, log });
    const events = new KubernetesEvents({ api, clock, random, log, instance: 'laboratory' });
    const options = { clusterId: CLUSTER, observeOnly: this.observeOnly, allowBillingChanges: false };
    const controller = new Controller({ options, clouds, resources, events, nodes: { instanceIds: () => new Set() }, clock, random, log });
    this.#life = Object.assign(life, { controller });
    await this.clock.settle(controller.start());
  }

  /** kill -9: no call of it is sent or answered any more. */
  kill(): void {
    if (this.#life) this.#life.alive = false;
  }

  get alive(): boolean {
    return this.#life?.alive ?? false;
  }

  #transport(life: { alive: boolean }): Transport {
    return ({ product, action, query }) => new Promise((resolve, reject) => {
      const halfMs = this.cloud.latencyMs('rtt') / 2;
      this.clock.after(halfMs, () => {
        if (!life.alive || this.#dies(life, action, false)) return;
        const sent = this.cloud.call({ product, action, params: query, accessKeyId: KEYS.accessKeyId });
        if (this.#dies(life, action, true)) return;
        this.clock.after(halfMs + sent.delayMs, () => {
          if (!life.alive) return;
          if (sent.dropped) reject(Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }));
          else resolve({ statusCode: sent.status, headers: sent.headers, body: sent.body });
        });
      });
    });
  }

  #dies(life: { alive: boolean }, action: string, effect: boolean): boolean {
    if (isRead(action)) return false;
    if (!effect) this.mutations += 1;
    const due = this.crash?.call === this.mutations && this.crash.effect === effect;
    if (due) life.alive = false;
    return due;
  }

  #api(life: { alive: boolean }): KubernetesApi {
    return {
      request: async ({ method, path, query = {}, body, contentType = 'application/json' }) => {
        if (!life.alive) return new Promise(() => undefined);
        const said = answer(this.store, { method, path, query: new URLSearchParams(query), headers: { 'content-type': contentType, accept: 'application/json', 'user-agent': 'egress-unification' }, body: body === undefined ? '' : JSON.stringify(body) });
        if (said.kind !== 'json') throw errorOfAnswer(500, 'not a document', undefined);
        if (said.status >= 400) throw errorOfAnswer(said.status, JSON.stringify(said.body), undefined);
        return said.body;
      },
      watch: ({ path, query, signal }, onLine) => new Promise((resolve, reject) => {
        const said = answer(this.store, { method: 'GET', path, query: new URLSearchParams({ ...query, watch: 'true' }), headers: { accept: 'application/json' }, body: '' });
        if (said.kind !== 'watch') {
          reject(errorOfAnswer(said.status, JSON.stringify(said.body), undefined));
          return;
        }
        const stop = said.open({ event: (event) => { if (life.alive) this.clock.after(1, () => { if (life.alive) onLine(JSON.stringify(event)); }); }, end: () => resolve() });
        signal.addEventListener('abort', () => { stop(); resolve(); });
      }),
    };
  }

  /** kubectl apply, as far as a create goes. */
  create(name: string, spec: JsonObject): void {
    this.store.create({ resource: this.#resource() }, { apiVersion: API_VERSION, kind: 'EgressUnification', metadata: { name }, spec }, {});
  }

  patch(name: string, patch: JsonObject): void {
    this.store.patch({ resource: this.#resource(), name }, patch, {});
  }

  delete(name: string): void {
    this.store.delete({ resource: this.#resource(), name }, {});
  }

  exists(name: string): boolean {
    return this.store.has({ resource: this.#resource(), name });
  }

  resource(name: string): EgressUnification {
    const parsed = parseEgressUnification(this.store.get({ resource: this.#resource(), name }));
    if (!parsed.ok) throw new Error(parsed.problems.join('; '));
    return parsed.resource;
  }

  #resource(): ReturnType<KubernetesStore['resource']> {
    return this.store.resource(API_VERSION, PLURAL);
  }

  ready(name: string): string {
    const condition = this.resource(name).status.conditions?.find(({ type }) => type === 'Ready');
    return `${condition?.status ?? '-'} ${condition?.reason ?? '-'}`;
  }

  events(): string[] {
    const definition = this.store.resource('events.k8s.io/v1', 'events');
    const { items } = this.store.list({ resource: definition, namespace: 'default' }, {}) as unknown as { items: { reason: string; note: string }[] };
    return items.map(({ reason, note }) => `${reason}: ${note}`);
  }

  meddle(wish: MeddleRequest): void {
    meddle(this.cloud, wish);
  }

  /** What the Internet sees of an instance: "leaves by …; reached on …". */
  seen(instance: string): string {
    const found = worldReport(this.cloud).instances.find(({ id }) => id === instance);
    return `leaves by ${found?.egressIps.join(',') || '-'}; reached on ${found?.inboundIps.join(',') || '-'}`;
  }

  /** Mutating calls since the beginning, by action. */
  mutatingCalls(): string[] {
    return this.cloud.log.since(0).filter(({ action }) => !isRead(action)).map(({ action }) => action);
  }

  unbound(): string[] {
    return worldReport(this.cloud).eips.filter(({ status }) => status === 'Available').map(({ id }) => id);
  }

  /** Lets time pass until the condition holds, at most `withinMs`. */
  async until(condition: () => boolean, withinMs = 300_000): Promise<void> {
    const endMs = this.clock.now() + withinMs;
    while (!condition()) {
      if (this.clock.now() >= endMs) throw new Error(`not within ${withinMs / 1_000} s of virtual time:\n${this.log.lines.filter((line) => !line.startsWith('cloud call')).slice(-20).join('\n')}`);
      await this.clock.pass(250);
    }
  }
}

const isRead = (action: string): boolean => action.startsWith('Describe') || action.startsWith('List');
