// What the oracle may look at. Narrow, so that it can be judged alone: the simulated cloud's own state, the stores of the clusters, and
// what the run was started with. It never imports the product: the names of its tags are all that it shares with it.
import type { CloudState } from '../../../sim/cloud/state/cloud-state.ts';
import type { KubernetesStore } from '../../../sim/kubernetes/store.ts';

/** One cluster: the name that crossings bear, the id that its tags bear, and its API server. */
export interface ClusterSeen {
  readonly name: string;
  readonly clusterId: string;
  readonly store: Pick<KubernetesStore, 'resource' | 'has' | 'get' | 'list'>;
}

/** Flags of the replicas that narrow or widen what may be done. */
export interface Flags {
  readonly observeOnly?: boolean;
  readonly allowBillingChanges?: boolean;
  readonly allowGuestCommands?: boolean;
}

/** What the same scenario came to when nothing went wrong. */
export interface Reference {
  readonly endState?: string;
  /** Mutating effects by 'action instance'. */
  readonly effects?: ReadonlyMap<string, number>;
  /** When each instance was settled for the first time, in ms since the run began. */
  readonly settledMs?: ReadonlyMap<string, number>;
}

export interface WorldSeen {
  readonly cloud: { readonly state: CloudState };
  readonly clusters: readonly ClusterSeen[];
  readonly flags?: Flags;
  /** Texts that must appear in no line of a log, no event and no status. */
  readonly secrets?: readonly string[];
  /** Every line that a replica has logged since the beginning. */
  readonly lines?: () => readonly string[];
  readonly reference?: Reference;
  /** ms of an idle pass; 60,000 when not given. */
  readonly passMs?: number;
  /** The end state of the run, as compared with the reference's. */
  readonly endState?: () => string;
}
