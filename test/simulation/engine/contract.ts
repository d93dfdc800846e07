// What the parts of the simulation say to each other: a replica's call crosses a boundary; a plan says what goes wrong there; whoever
// judges is told of everything that happened, right after it happened.
import type { CloudRequest } from '../../../sim/cloud/engine/cloud.ts';
import type { Answer } from '../../../sim/cloud/engine/outcome.ts';
import type { MeddleRequest } from '../../../sim/cloud/control/meddle.ts';
import type { JsonObject } from '../../../sim/kubernetes/json.ts';

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
  | { readonly kind: 'kubernetes'; readonly crossing: Crossing; readonly status: number; readonly atMs: number }
  | { readonly kind: 'meddled'; readonly wish: MeddleRequest; readonly atMs: number }
  | { readonly kind: 'edited'; readonly cluster: string; readonly name: string; readonly edit: JsonObject | 'create' | 'delete' | 'recreate'; readonly atMs: number }
  /** An asynchronous operation of the cloud has ended, well or not. */
  | { readonly kind: 'settled'; readonly what: string; readonly atMs: number }
  /** A fault began or ceased to act (a pause, a forbidden action, an API server that is down). */
  | { readonly kind: 'fault'; readonly fault: string; readonly active: boolean; readonly atMs: number };

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
}
