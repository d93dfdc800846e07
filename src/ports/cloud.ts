/**
 * One region of the cloud as the controller needs it.
 *
 * Contract (one suite holds every implementation to it, test/contract/cloud):
 * - a listing is complete or it throws; nothing is ever returned from half the pages;
 * - `describe…` answers those of the asked ids that exist as far as the list call shows; omission is not proof of absence;
 * - every failure is a CloudError with one kind; nothing is retried below this port, so a write is sent at most once per call;
 * - no call waits for a rate-limit token: without one it throws `throttled` at once, with the time until it is due;
 * - every call ends within the implementation's deadline; a write that ran out of it is `ambiguous`;
 * - a write resolves when the cloud accepted it, not when its effect shows; look for that.
 */
import type { EipId, EniId, InstanceId, SecurityGroupId, VpcId } from '../core/ids.ts';
import type { StepKind, StepOf } from '../core/step.ts';
import type { Eip, Instance, InstanceType, Network, NetworkInterface, SecurityGroup } from '../core/view.ts';

/** Tokens for one window: one Unassociate, one Associate to finish it and one more to go back. */
export interface WindowTokens {
  /** Gives back what was not used. Idempotent. */
  release(): void;
}

/** What a performed step gave: the id of a created ENI, where the step creates one. */
export interface Performed {
  readonly networkInterface?: EniId;
  readonly requestId?: string;
}

export type Perform = { readonly [K in StepKind]: (step: StepOf<K>, tokens?: WindowTokens) => Promise<Performed> };

export interface Cloud {
  readonly regionId: string;

  /** Every instance of the VPC. */
  listInstances(vpc: VpcId): Promise<readonly Instance[]>;
  /** Every secondary ENI of the VPC, attached or not. */
  listNetworkInterfaces(vpc: VpcId): Promise<readonly NetworkInterface[]>;
  /** Every EIP of the region. */
  listEips(): Promise<readonly Eip[]>;
  /** vSwitches, route tables with entries, NAT gateways with SNAT and DNAT entries. */
  readNetwork(vpc: VpcId): Promise<Network>;

  /** By id, coalesced with other callers' looks (≤ 100, ≤ 100, ≤ 50 ids per call). An empty list costs no call. `urgent`: an open window waits for it; a share of each minute is kept for these. */
  describeInstances(ids: readonly InstanceId[], urgent?: boolean): Promise<readonly Instance[]>;
  describeNetworkInterfaces(ids: readonly EniId[], urgent?: boolean): Promise<readonly NetworkInterface[]>;
  describeEips(ids: readonly EipId[], urgent?: boolean): Promise<readonly Eip[]>;

  /** True only when the attribute call for this one id answers its NotFound code. */
  isInstanceGone(id: InstanceId): Promise<boolean>;
  isNetworkInterfaceGone(id: EniId): Promise<boolean>;

  /** Static data, cached by the implementation; a type that the cloud does not know is absent. */
  describeInstanceTypes(names: readonly string[]): Promise<readonly InstanceType[]>;
  describeSecurityGroups(ids: readonly SecurityGroupId[]): Promise<readonly SecurityGroup[]>;

  /** Takes the tokens of one window, or says in how many ms to ask again. */
  reserveWindow(): WindowTokens | { readonly dueInMs: number };
  readonly perform: Perform;
}

/** The regions, made when first asked for; a region whose name is not a region id throws `refused`. */
export type Clouds = (regionId: string) => Cloud;
