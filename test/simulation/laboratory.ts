// The whole controller in one process on one virtual clock: unmodified above its transports, the real SDK over one simulated cloud, the real
// Kubernetes adapter over simulated API servers; one or more clusters, one or more replicas of each. Whatever happens is told to whoever
// listens, right after it happened.
import { SimulatedCloud } from '../../sim/cloud/engine/cloud.ts';
import { instanceReport } from '../../sim/cloud/control/report.ts';
import { MeddleProblem } from '../../sim/cloud/control/lookup.ts';
import { meddle, type MeddleRequest } from '../../sim/cloud/control/meddle.ts';
import type { JsonObject } from '../../sim/kubernetes/json.ts';
import type { KubernetesStore } from '../../sim/kubernetes/store.ts';
import type { EgressUnification } from '../../src/api/egress-unification.ts';
import { NO_FENCES, type Fences } from '../../src/core/fences.ts';
import { VirtualClock } from '../kit/virtual-clock.ts';
import { Boundary } from './engine/boundary.ts';
import { Cluster } from './engine/cluster.ts';
import type { Crossing, WorldEvent } from './engine/contract.ts';
import type { Life, LogLine } from './engine/life.ts';
import type { Packets } from './packets.ts';
import type { Passage } from './engine/passage.ts';
import type { Past } from './engine/past.ts';
import { Pending } from './engine/pending.ts';
import { stream } from './engine/random.ts';
import { Replica } from './engine/replica.ts';
import { isCloudRead } from './engine/verbs.ts';
import { cloudOf } from './engine/worlds.ts';

/** What must never be seen in a log, an event or a status. */
export const SECRETS = { accessKeySecret: 'canary-access-key-secret', securityToken: 'canary-security-token' } as const;

export interface LaboratoryOptions {
  readonly seed?: number;
  /** Whether replicas need the lease of their cluster; a lone one need not. */
  readonly elects?: boolean;
  readonly observeOnly?: boolean;
  readonly allowBillingChanges?: boolean;
  readonly allowGuestCommands?: boolean;
  /** Flags that fence the controllers in. */
  readonly fences?: Fences;
  /** A second cluster, 'c2', on the same cloud. */
  readonly secondCluster?: boolean;
  /** So many calls are remembered; all of them when not given. */
  readonly callsKept?: number;
  /** States of the cloud are kept for reads that show what is past. */
  readonly past?: Past;
  /** Whether connections from outside can be tried, and what comes of them. */
  readonly packets?: Packets;
}

const USUAL = { seed: 7, elects: false, observeOnly: false, allowBillingChanges: false, allowGuestCommands: false, secondCluster: false, callsKept: Infinity };

export class Laboratory {
  readonly clock = new VirtualClock();
  readonly seed: number;
  readonly elects: boolean;
  readonly cloud: SimulatedCloud;
  readonly boundary: Boundary;
  readonly past: Past | undefined;
  readonly packets: Packets | undefined;
  readonly pending = new Pending(this.clock);
  readonly keys = { accessKeyId: 'simulated-key', ...SECRETS };
  readonly clusters: readonly Cluster[];
  readonly replicas: Replica[] = [];
  readonly logLines: LogLine[] = [];
  /** Told of everything. */
  listener: (event: WorldEvent) => void = () => undefined;
  /** After how long one that ended is started again; undefined: never. */
  restartsAfterMs: (replica: Replica) => number | undefined = () => undefined;
  /** Nothing is begun any more. */
  isOver = false;
  /** Of the next start. */
  observeOnly: boolean;
  readonly allowBillingChanges: boolean;
  readonly allowGuestCommands: boolean;
  /** Of the next start. */
  fences: Fences;
  /** Kills the first replica right before or right after the effect of the n-th mutating call to the cloud. */
  crash: { call: number; effect: boolean } | undefined;
  mutations = 0;
  #failure: { readonly error: unknown } | undefined;

  constructor(world: unknown, options: LaboratoryOptions = {}) {
    const { seed, elects, observeOnly, allowBillingChanges, allowGuestCommands, secondCluster, callsKept, past } = { ...USUAL, ...options };
    this.seed = seed;
    this.elects = elects;
    this.observeOnly = observeOnly;
    [this.allowBillingChanges, this.allowGuestCommands] = [allowBillingChanges, allowGuestCommands];
    this.fences = options.fences ?? NO_FENCES;
    this.past = past;
    this.packets = options.packets;
    this.boundary = new Boundary(this.clock, callsKept);
    const state = cloudOf(world, this.clock.now());
    const watcher = { ...(past && { changing: () => past.changing(state) }), settled: (what: string) => this.tell({ kind: 'settled', what, atMs: this.clock.monotonic() }) };
    this.cloud = new SimulatedCloud(state, { clock: { now: () => this.clock.now(), after: (delayMs, action) => this.clock.afterQuietly(delayMs, action) }, random: stream(seed, 'cloud'), watcher, logMax: callsKept });
    this.clusters = (secondCluster ? ['c1', 'c2'] : ['c1']).map((name) => new Cluster(name, { clock: this.clock, random: stream(seed, name), told: (edited) => this.tell({ kind: 'edited', ...edited, atMs: this.clock.monotonic() }) }));
    this.boundary.disturb = ({ side, mutates }) => (side === 'cloud' && mutates ? this.#crashDue() : {});
    this.replica('a', 'c1');
    if (secondCluster) this.replica('c', 'c2');
  }

  // replicas

  /** Adds a replica to a cluster; it is not started. */
  replica(name: string, cluster: string): Replica {
    const added = new Replica(this, name, cluster);
    this.replicas.push(added);
    return added;
  }

  replicaOf(name: string): Replica {
    const found = this.replicas.find((replica) => replica.name === name);
    if (found === undefined) throw new Error(`there is no replica ${name}`);
    return found;
  }

  /** Starts the first replica, and again after a crash. */
  async start(): Promise<void> {
    await this.clock.settle(this.replicaOf('a').start());
  }

  /** kill -9 of the first replica: no call of it is sent or answered any more. */
  kill(): void {
    this.replicaOf('a').kill();
  }

  get alive(): boolean {
    return this.replicaOf('a').isUp;
  }

  /** Whichever replica of the first cluster leads. */
  get leader(): Replica | undefined {
    return this.replicas.find((replica) => replica.cluster === 'c1' && replica.leads);
  }

  killLeader(): void {
    this.leader?.kill();
  }

  terminateLeader(): void {
    this.leader?.terminate();
  }

  // what the wires report

  tell = (event: WorldEvent): void => this.listener(event);

  /** A call has reached its server and had its effect, or was refused. */
  served(event: WorldEvent & { readonly kind: 'cloud' | 'kubernetes' }): void {
    this.tell(event);
    if (event.kind === 'cloud' && event.crossing.mutates && !event.late) this.pending.written();
  }

  answered(crossing: Crossing, status: number, body: unknown): void {
    this.tell({ kind: 'answered', crossing, status, body, atMs: this.clock.monotonic() });
  }

  /** The life of a replica is over by a crash. */
  died(life: Life): void {
    this.replicaOf(life.replica).diedIn(life);
  }

  logged(line: LogLine): void {
    this.logLines.push(line);
  }

  /** Something is wrong with the product or the laboratory itself: the run fails with it. */
  failed(error: unknown): void {
    this.#failure ??= { error };
  }

  /** Throws what failed. */
  check(): void {
    if (this.#failure) throw this.#failure.error;
  }

  #crashDue(): Passage {
    this.mutations += 1;
    return this.crash?.call === this.mutations ? { crash: this.crash.effect ? 'after' : 'before' } : {};
  }

  // users of the first cluster

  cluster(name: string): Cluster {
    const found = this.clusters.find((cluster) => cluster.name === name);
    if (found === undefined) throw new Error(`there is no cluster ${name}`);
    return found;
  }

  get #first(): Cluster {
    return this.cluster('c1');
  }

  get store(): KubernetesStore {
    return this.#first.store;
  }

  readonly create = (name: string, spec: JsonObject): void => this.#first.create(name, spec);
  readonly patch = (name: string, patch: JsonObject): void => this.#first.patch(name, patch);
  readonly delete = (name: string): void => this.#first.delete(name);
  readonly exists = (name: string): boolean => this.#first.exists(name);
  readonly resource = (name: string): EgressUnification => this.#first.resource(name);
  readonly ready = (name: string): string => this.#first.ready(name);
  readonly events = (): string[] => this.#first.events();

  // humans, and what is seen

  meddle(wish: MeddleRequest): void {
    this.past?.changing(this.cloud.state);
    meddle(this.cloud, wish);
    this.tell({ kind: 'meddled', wish, atMs: this.clock.monotonic() });
  }

  /** The same for what may be about things that are gone by now: gives whether it was done. */
  meddleIfPossible(wish: MeddleRequest): boolean {
    try {
      this.meddle(wish);
      return true;
    } catch (error) {
      if (error instanceof MeddleProblem) return false;
      throw error;
    }
  }

  /** What the Internet sees of an instance: "leaves by …; reached on …". */
  seen(id: string): string {
    const instance = this.cloud.state.instances.get(id);
    const found = instance && instanceReport(this.cloud.state, instance);
    return `leaves by ${found?.egressIps.join(',') || '-'}; reached on ${found?.inboundIps.join(',') || '-'}`;
  }

  /** Mutating calls since the beginning, by action. */
  mutatingCalls(): string[] {
    return this.cloud.log.since(0).filter(({ action }) => !isCloudRead(action)).map(({ action }) => action);
  }

  unbound(): string[] {
    return this.cloud.state.eips.all().filter(({ status }) => status === 'Available').map(({ id }) => id);
  }

  /** Every line that a replica has logged, as text. */
  get lines(): string[] {
    return this.logLines.map(({ replica, level, message, fields }) => `${replica} ${level} ${message} ${JSON.stringify(fields ?? {})}`);
  }

  /** Lets time pass until the condition holds, at most `withinMs`. */
  async until(condition: () => boolean, withinMs = 300_000): Promise<void> {
    const endMs = this.clock.monotonic() + withinMs;
    await this.clock.run(() => { this.check(); return condition(); }, endMs);
    if (condition()) return;
    throw new Error(`not within ${withinMs / 1_000} s of virtual time:\n${this.lines.filter((line) => !line.includes('cloud call')).slice(-20).join('\n')}`);
  }
}
