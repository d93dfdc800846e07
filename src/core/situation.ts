/**
 * What a decision about one instance may look at: everything gathered beforehand, nothing fetched, no clock, no memory but
 * what is named here. Same situation, same move.
 */
import type { InstanceState } from '../api/egress-unification.ts';
import type { Reason } from '../api/reasons.ts';
import type { GuestReading } from './guest.ts';
import type { EipId, EniId, InstanceId, SecurityGroupId, VSwitchId } from './ids.ts';
import type { Problem } from './problem.ts';
import type { HomeBinding, Owner, Step } from './step.ts';
import type { Eip, Instance, InstanceType, NetworkInterface, SecurityGroup, Tags, VSwitch } from './view.ts';
import type { WayOut } from './way-out.ts';

/** One look at an instance: itself, the ENIs attached to it or tagged for it, the EIPs bound to any of these or tagged for it. */
export interface View {
  readonly instanceId: InstanceId;
  /** Absent: not seen. Gone only if `instanceGone` says so too. */
  readonly instance?: Instance;
  readonly instanceGone: boolean;
  readonly networkInterfaces: readonly NetworkInterface[];
  readonly eips: readonly Eip[];
  /** Other instances that tags in this view name and that are known to be released. */
  readonly goneInstances?: readonly InstanceId[];
  /** EIPs that are known to be released (not merely unseen). */
  readonly goneEips: readonly EipId[];
}

/** unify: forwards. revert: every step back. release: take off our ownership and leave the rest (Retain). */
export type Goal = 'unify' | 'revert' | 'release';

/** What is wanted of one instance by its resource. */
export interface Target {
  readonly goal: Goal;
  readonly owner: Owner;
  /** Of the resource; holds of another generation are lifted. */
  readonly generation: number;
  /** A new reconcile-requested-at is being answered: our own holds are lifted. */
  readonly liftHolds: boolean;
  /** UIDs of the living resources: an owner tag with another UID is a dead owner's. */
  readonly livingOwners: readonly string[];
  /** Foreign cluster id whose tags may be taken over. */
  readonly adoptFrom?: string;
  readonly vSwitchIds?: readonly VSwitchId[];
  readonly securityGroupIds?: readonly SecurityGroupId[];
  /** spec.subscriptionBilling and the flag both allow it. */
  readonly changeToPayAsYouGo: boolean;
  /** Why this instance is not to be touched at all: another resource's, a node of this cluster, not the same egress IPs. */
  readonly exclusion?: Problem;
  /** Tags without which nothing but closing its window is done to an instance (--require-instance-tag). */
  readonly requiredTags?: Tags;
  /** drift.action Report, and the instance was settled before: report, do not mend. */
  readonly reportOnly: boolean;
  readonly guestRouting: 'Ignore' | 'Check' | 'Configure';
  /** It failed its verification and rollout.onFailure is Restore: its EIP goes home and is held there. */
  readonly restore?: boolean;
}

/** What surrounds the instance in the VPC, as far as preflight needs it. */
export interface Surroundings {
  readonly wayOut: WayOut;
  readonly vSwitches: readonly VSwitch[];
  readonly instanceType?: InstanceType;
  /** Only where the spec names groups. */
  readonly securityGroups?: readonly SecurityGroup[];
  /** Quotas that the cloud has said are used up, until the next listing. */
  readonly exhausted: readonly ('eip' | 'eni')[];
  /**
   * What the guest last said of the ENI that the view shows attached; absent: not read since that ENI was attached. A reading of another
   * ENI (another MAC address) is none. It stands until a newer one replaces it, and a step in the guest asks for a newer one at once.
   */
  readonly guest?: GuestReading;
}

/** What the cloud cannot tell and may be lost at any moment without harm. */
export interface Hints {
  /** ENIs that a Create of ours answered and that are known to be gone, oldest first: the chain of client tokens. */
  readonly retiredNetworkInterfaces: readonly EniId[];
  /** ENIs that a Create answered to this process for the instance: ours, though somebody took their tags off. */
  readonly createdNetworkInterfaces?: readonly EniId[];
  /** The EIP that status last named for this instance: the third witness. */
  readonly lastEip?: EipId;
  /** Of an instance that is gone: the EIPs that the third witness names for other instances of the resource. */
  readonly eipsOfOthers?: readonly EipId[];
  readonly turnBack?: TurnBack;
  /** How often the cloud accepted a change of the charge type that came to nothing: a client token that was used gives only its old answer. */
  readonly fruitless?: number;
  /** How often the cloud accepted the removal of our routing from the guest that is still there. */
  readonly fruitlessUndos?: number;
}

/** A window that would not close, or not in time: the other way is taken, and the EIP held there. */
export interface TurnBack {
  readonly reason: Reason;
  readonly message: string;
  /** What the EIP could not be bound to. */
  readonly refused: HomeBinding['kind'];
}

export interface PlanInput {
  readonly view: View;
  readonly target: Target;
  readonly surroundings: Surroundings;
  readonly hints: Hints;
  /** Wall time in ms; only for the end of a subscription. */
  readonly nowMs: number;
}

/**
 * close: an unbound home EIP gets bound. open: a window begins. rescue: one begins for an EIP that reaches nobody where it is bound.
 * restore: one begins for what failed its verification. takeOff: an ENI that does harm by being attached. hold: marks what must not be touched.
 * step: anything else.
 */
export type Phase = 'close' | 'open' | 'rescue' | 'restore' | 'takeOff' | 'hold' | 'step';

export type Move =
  | {
      readonly do: Step;
      readonly phase: Phase;
      /** What has to be said besides. */
      readonly note?: string;
    }
  | { readonly wait: { readonly reason: Reason; readonly message: string } }
  | { readonly blocked: Problem }
  | { readonly settled: 'Unified' | 'NothingToMove' | 'Restored' | 'Released' };

/** The planner's whole answer about one instance. */
export interface Verdict {
  readonly instanceId: InstanceId;
  readonly state: InstanceState;
  readonly move: Move;
  /** Something of ours exists on it and it is not settled: it counts against the rollout. */
  readonly underWay: boolean;
  readonly publicIp?: string;
  readonly eipId?: EipId;
  readonly networkInterfaceId?: EniId;
}
