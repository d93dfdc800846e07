// What the parts of the simulation say to each other: a replica's call crosses a boundary; a plan says what goes wrong there; whoever
// judges is told of everything that happened, right after it happened.
import type { CloudRequest } from '../../../sim/cloud/engine/cloud.ts';
import type { Answer } from '../../../sim/cloud/engine/outcome.ts';
import type { MeddleRequest } from '../../../sim/cloud/control/meddle.ts';
import type { WorldInput } from '../../../sim/cloud/world/schema.ts';
import type { JsonObject } from '../../../sim/kubernetes/json.ts';
import type { Laboratory } from '../laboratory.ts';

export type Side = 'cloud' | 'kubernetes';

/** One call of one replica on its way out. */
export interface Crossing {
  /** From 1, over all calls of all replicas in this run that can be disturbed; 0 for the lease's own traffic once it is held. */
  readonly n: number;
  readonly replica: string;
  readonly cluster: string;
  readonly side: Side;
  /** 'vpc:AssociateEipAddress', 'PATCH egressunifications/status', 'WATCH nodes', … */
  readonly verb: string;
  readonly mutates: boolean;
  /** The ids that it names, for people. */
  readonly subject: string;
  /** Milliseconds since the run began. */
  readonly atMs: number;
}

/** One thing that goes wrong, or that somebody does, at one crossing. */
export interface Injection {
  readonly at: number;
  /** A row of the catalogue: 'crash-before', 'lost-answer', 'stale-1', 'meddle:detachEni', 'edit:observe', … */
  readonly fault: string;
}

/** Everything that decides about a run: the same plan gives the same trace, byte for byte. */
export interface RunPlan {
  readonly scenario: string;
  readonly seed: number;
  readonly injections: readonly Injection[];
  /** A second replica stands by from the start and takes over; otherwise the one that died is started again. */
  readonly standby?: boolean;
  /** Chance of each fault of the catalogue at each crossing where it can exist, until `untilMs`. */
  readonly swarm?: { readonly rates: Readonly<Record<string, number>>; readonly untilMs: number };
  /** Names of spec edits, applied one after the other at random moments. */
  readonly edits?: readonly string[];
}

/** Something that has just happened. Times are milliseconds since the run began. */
export type WorldEvent =
  | { readonly kind: 'replica'; readonly replica: string; readonly cluster: string; readonly what: 'started' | 'died' | 'exited' | 'paused' | 'resumed' | 'terminating'; readonly atMs: number }
  /** The simulated cloud has served a call; `late`: a second delivery of one that was answered long ago. `sentMs`: when it left the replica. */
  | { readonly kind: 'cloud'; readonly crossing: Crossing; readonly request: CloudRequest; readonly answer: Answer; readonly sentMs: number; readonly late: boolean; readonly atMs: number }
  /** The answer reached the replica, as spoilt as it was; body undefined: an error of the network. */
  | { readonly kind: 'answered'; readonly crossing: Crossing; readonly status: number; readonly body: unknown; readonly atMs: number }
  /** A simulated API server has served a request (0: a watch was opened). `sentMs`: when it left the replica. */
  | { readonly kind: 'kubernetes'; readonly crossing: Crossing; readonly request: KubernetesRequest; readonly status: number; readonly sentMs: number; readonly late: boolean; readonly atMs: number }
  | { readonly kind: 'meddled'; readonly wish: MeddleRequest; readonly atMs: number }
  | { readonly kind: 'edited'; readonly cluster: string; readonly name: string; readonly edit: JsonObject | 'create' | 'delete' | 'recreate'; readonly atMs: number }
  /** An asynchronous operation of the cloud has ended, well or not. */
  | { readonly kind: 'settled'; readonly what: string; readonly atMs: number }
  /** A fault began or ceased to act (a pause, a forbidden action, an API server that is down). */
  | { readonly kind: 'fault'; readonly fault: string; readonly active: boolean; readonly crossing?: Crossing; readonly atMs: number };

/** A request to the API server as it left the replica; the path says resource, name and subresource. */
export interface KubernetesRequest {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
}

/** Something that a user or a human does while a scenario runs, once: when its moment has come and all acts before it are done. */
export interface Act {
  readonly title: string;
  /** Asked whenever something happened; must be cheap. */
  readonly when: (lab: Laboratory) => boolean;
  /** So long after the act before it (or the beginning) it is done even if the moment never came. */
  readonly latestMs: number;
  readonly act: (lab: Laboratory) => void;
}

/** One story: how the world is at first, what is wished, who does what meanwhile, and what the end must be. */
export interface Scenario {
  readonly name: string;
  readonly title: string;
  readonly world: WorldInput;
  /** By name, in cluster 'c1'; created before the controllers start, in this order. */
  readonly resources: Readonly<Record<string, JsonObject>>;
  /** The same of a second cluster, 'c2', with a controller of its own on the same cloud. */
  readonly otherCluster?: Readonly<Record<string, JsonObject>>;
  readonly timeline?: readonly Act[];
  /** The end is reached, as far as faults let it: asked whenever something happened; must be cheap and may only read. */
  readonly done: (lab: Laboratory) => boolean;
  /** What of the end is not as it must be, in sentences; asked once, when the run is over. */
  readonly unmet?: (lab: Laboratory) => readonly string[];
  /** How long an idle pass takes: the smallest checkInterval of the resources. 60,000 when not given. */
  readonly passMs?: number;
  /** How long after the last act, edit and fault it may take until all is quiet; 45 min when not given. */
  readonly boundMs?: number;
  /** Two replicas of the first cluster whatever the plan says. */
  readonly standby?: boolean;
  /** The flag --allow-billing-changes. */
  readonly allowBillingChanges?: boolean;
  /** The flag --allow-guest-commands. */
  readonly allowGuestCommands?: boolean;
  /** Connections from outside can be tried, and go by the world's own verdict. */
  readonly hasPackets?: boolean;
}

/** A wish of a user, by name: changes the resource (through lab.cluster(cluster).patch and its like). A refusal by the API server is one. */
export type Edit = (lab: Laboratory, resource: { readonly cluster: string; readonly name: string }) => void;

export interface RunOptions {
  readonly scenario: Scenario;
  /** Absent: nobody judges. Called once, before anything happens. */
  readonly judge?: (lab: Laboratory) => Judge;
  readonly trace?: boolean;
  /** What 'edit:NAME' injections and the plan's edits do. */
  readonly edits?: Readonly<Record<string, Edit>>;
}

export interface Violation {
  /** 'S1' … 'S10', 'V1' … 'V5', 'M1' … of the metamorphic relations. */
  readonly invariant: string;
  readonly message: string;
  readonly atMs: number;
}

/** Judges one run. It is told of every event, in order, right after it happened, and may read the world but never change it. */
export interface Judge {
  after(event: WorldEvent): void;
  /** The run is over: what must hold in the end. */
  atEnd(): void;
  readonly violations: readonly Violation[];
}

export interface RunResult {
  readonly plan: RunPlan;
  readonly violations: readonly Violation[];
  readonly crossings: readonly Crossing[];
  /** Cells of fault × step that were reached: 'lost-answer × vpc:AssociateEipAddress'. */
  readonly cells: readonly string[];
  /** Filled when asked for. */
  readonly trace: readonly string[];
  /** Of the end state: EIPs and what they are bound to, tagged ENIs, conditions; no times, no generated ids. */
  readonly endState: string;
  /** Mutating calls that the cloud carried out, by action, sorted. */
  readonly mutations: readonly string[];
  readonly virtualMs: number;
  /** Three passes without a mutating call came within the bound; false is a violation, V1, too. */
  readonly quiet: boolean;
  /** The scenario's own end was reached. A fault that changes what is wished for (a released instance) may keep it from that. */
  readonly done: boolean;
  /** The scenario's sentences about the end. */
  readonly unmet: readonly string[];
}
