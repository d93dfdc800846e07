/**
 * EgressUnification resources in Kubernetes, and what is said about them there.
 * Reads are from the reflector's cache; writes go to the API server and are never retried here.
 */
import type { EgressUnification, EgressUnificationStatus } from '../api/egress-unification.ts';

export interface Resources {
  /** Starts watching; resolves once the first complete list is in the cache. `changed` gets the name of each resource added, changed or gone; it must only enqueue. */
  start(changed: (name: string) => void): Promise<void>;
  stop(): Promise<void>;
  /** Resolves once the cache is not older than a few seconds: lists anew if nothing was heard for longer. */
  refresh(): Promise<void>;
  /** From the cache. */
  get(name: string): EgressUnification | undefined;
  list(): readonly EgressUnification[];
  /** UIDs of resources that live and cannot be read: what their tags own is not anybody else's. */
  unreadableUids(): readonly string[];
  /** A complete list from the API server itself, not the cache: what decides about the owners of orphans. */
  listFresh(): Promise<readonly EgressUnification[]>;
  /** Server-side apply of the whole status; false: it is there already, and nothing was sent. A UID that no longer lives under that name is a KubernetesError `conflict`. */
  applyStatus(resource: EgressUnification, status: EgressUnificationStatus): Promise<boolean>;
  addFinalizer(resource: EgressUnification): Promise<void>;
  removeFinalizer(resource: EgressUnification): Promise<void>;
}

export type KubernetesErrorKind = 'conflict' | 'notFound' | 'forbidden' | 'invalid' | 'unavailable';

/** A failed Kubernetes call; the message is the API server's own. */
export class KubernetesError extends Error {
  override readonly name = 'KubernetesError';
  readonly kind: KubernetesErrorKind;
  readonly retryAfterMs: number | undefined;

  constructor(message: string, kind: KubernetesErrorKind, retryAfterMs?: number) {
    super(message);
    this.kind = kind;
    this.retryAfterMs = retryAfterMs;
  }
}

/** One Kubernetes Event. `reason` is a constant in UpperCamelCase; equal events are aggregated by the implementation. */
export interface UserEvent {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  /** What the controller did or tried, UpperCamelCase. */
  readonly action: string;
  readonly note: string;
}

export interface Events {
  /** Never throws and never blocks; an event that cannot be written is logged. */
  record(regarding: EgressUnification, event: UserEvent): void;
}

/** This cluster's own nodes, by the ECS instance id in their providerID (`<region>.<instance id>`). */
export interface ClusterNodes {
  /** undefined: not read yet, or the read failed; then nobody is known not to be a node. */
  instanceIds(): ReadonlySet<string> | undefined;
}
