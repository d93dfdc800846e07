/** What the controller holds of one living resource (one UID): its members, their memories and what was last said of them. */
import type { EgressUnification } from '../api/egress-unification.ts';
import type { InstanceId } from '../core/ids.ts';
import type { Member } from '../core/selection.ts';
import type { Reported } from '../core/status.ts';
import type { SecurityGroup } from '../core/view.ts';
import { InstanceMemory } from './memory.ts';
import { Rollout } from './rollout.ts';
import { ToldOfResource } from './told.ts';
import { Progress } from './verification/progress.ts';
import type { Vpc } from './vpc-book.ts';

/** Which spec this is: a deletion is a change of it. */
export const specOf = ({ metadata: { uid, generation, deletionTimestamp = '' } }: EgressUnification): string => `${uid}/${generation}/${deletionTimestamp}`;

/** Two specs that ask the same of packets give the same. */
export const askedFor = ({ spec }: EgressUnification): string => JSON.stringify(spec.verification ?? null);

/** A spec, and the monotonic ms at which it was first known. */
export interface SpecSeen {
  readonly asOf: string;
  readonly atMs: number;
}

export class ResourceState {
  readonly uid: string;
  readonly vpc: Vpc;
  readonly rollout = new Rollout();
  /** As of the last reconcile of the resource. */
  resource: EgressUnification;
  members = new Map<InstanceId, Member>();
  /** The spec for which the members were made, and the one that rivals were told of. */
  membersAsOf: string | undefined;
  toldRivals: string | undefined;
  /** The members were made from a listing, not only from what status remembers. */
  surveyed = false;
  readonly reported = new Map<InstanceId, Reported>();
  readonly #memories = new Map<InstanceId, InstanceMemory>();
  /** The resource is gone although its finalizer was there; what is open is closed, and no more. */
  vanished = false;
  /** Nothing but closing windows: too many selected, invalid, or nothing read yet. */
  frozen = true;
  securityGroups: readonly SecurityGroup[] | undefined;
  /** The generation and the listing for which they were read. */
  groupsAsOf: string | undefined;
  /** Monotonic ms at which a new reconcile-requested-at, or the deletion, was first seen. */
  requestSeen: { readonly value: string; readonly atMs: number } | undefined;
  deletionSeenMs: number | undefined;
  /** Nothing is said of an instance under this spec before a listing begun after it was seen. */
  specSeen: SpecSeen | undefined;
  statusWrittenMs = Number.NEGATIVE_INFINITY;
  /** Passes that the API server refused in a row. */
  writeFailures = 0;
  /** Ready was True for this very generation before the process started: then what differs now is drift. */
  wasReady: boolean;
  generation: number;
  /** Counts edits and requests to look again: what failed before such a word was heard does not count against the rollout after it. */
  epoch = 0;
  /** What spec.verification asks, as one word that changes with it. */
  testsAsked: string;
  lastWayOut: string | undefined;
  /** The spec was edited since the members were last made. */
  edited = false;
  /** Who left the selection without an edit of the spec. */
  readonly unasked = new Set<InstanceId>();
  /** Whom the breaker holds back; empty: it is not tripped. */
  blast: ReadonlySet<InstanceId> = new Set();
  readonly progress = new Progress();
  readonly told = new ToldOfResource();
  /** The last Event about overlap. */
  lastOverlap: string | undefined;
  /** By vSwitch: who is not selected and would be let out by a SNAT entry for it; made anew with the members. */
  readonly neighbours = new Map<string, readonly string[]>();

  constructor(resource: EgressUnification, vpc: Vpc) {
    this.resource = resource;
    this.uid = resource.metadata.uid;
    this.vpc = vpc;
    this.generation = resource.metadata.generation;
    this.testsAsked = askedFor(resource);
    const ready = resource.status.conditions?.find((condition) => condition.type === 'Ready');
    this.wasReady = ready?.status === 'True' && ready.observedGeneration === resource.metadata.generation;
  }

  /** The VPC was listed since this spec is known. */
  get isListed(): boolean {
    return (this.vpc.listedMs ?? Number.NEGATIVE_INFINITY) >= (this.specSeen?.atMs ?? Number.POSITIVE_INFINITY);
  }

  memory(id: InstanceId): InstanceMemory {
    const memory = this.#memories.get(id) ?? new InstanceMemory();
    this.#memories.set(id, memory);
    return memory;
  }

  memories(): Iterable<InstanceMemory> {
    return this.#memories.values();
  }

  forget(id: InstanceId): void {
    this.#memories.delete(id);
    this.reported.delete(id);
    this.progress.forget(id);
  }
}
