/**
 * The plan of one resource as data, for people (print.ts) and for scripts (-o json): per instance, and what all of it interrupts, costs and
 * asks of others. Pure.
 */
import { wayOutOf } from '../../controller/judge.ts';
import { egressPublicIps } from '../../controller/members.ts';
import { placesOf } from '../../controller/rollout.ts';
import type { HourlyFee } from '../flag.ts';
import { foreseeAll, viewOf, type Observed } from '../observed.ts';
import { ASSOCIATION, FEE, NAT, WINDOW } from './known.ts';
import { plannedOf, type PlannedInstance } from './planned.ts';

export interface Plan {
  readonly name: string;
  readonly regionId: string;
  readonly vpcId: string;
  readonly mode: 'Enforce' | 'Observe';
  readonly isBeingDeleted: boolean;
  /** What stands in the way of the resource as a whole. */
  readonly obstacle?: { readonly reason: string; readonly message: string };
  readonly instances: readonly PlannedInstance[];
  readonly rollout: { readonly maxInProgress: number | string; readonly places: number };
  readonly interruption: {
    /** Instances whose EIP is moved. */
    readonly instances: number;
    readonly inbound: typeof WINDOW;
    readonly outbound: typeof NAT & { readonly addresses: number; readonly instances: number };
  };
  readonly cost: {
    readonly eipConfigurationFees: { readonly now: number; readonly then: number };
    /** What the difference costs a month; absent: the price is unknown. */
    readonly monthly?: { readonly amount: number; readonly currency: string };
    readonly hoursPerMonth: number;
    readonly associations: number;
    readonly associationsFreePerDay: number;
    readonly conversions: number;
    readonly sources: readonly string[];
  };
  readonly partners: {
    /** Addresses that they must allow, before the first instance is moved. */
    readonly mustBeTold: readonly string[];
    /** Addresses from which they see nobody any more. */
    readonly seeNoMore: readonly string[];
  };
  /** What could not be known. */
  readonly unknown: readonly string[];
}

export interface PlanInput {
  readonly observed: Observed;
  readonly nowMs: number;
  readonly unknown: readonly string[];
  readonly eipHourlyFee?: HourlyFee;
}

const count = (instances: readonly PlannedInstance[], holds: (instance: PlannedInstance) => boolean): number => instances.filter(holds).length;
const sum = (instances: readonly PlannedInstance[], of: (instance: PlannedInstance) => number): number => instances.reduce((total, instance) => total + of(instance), 0);
const stepsOf = (instances: readonly PlannedInstance[], kind: PlannedInstance['steps'][number]['kind']): number =>
  sum(instances, ({ steps }) => steps.filter((step) => step.kind === kind).length);

export function planOf({ observed, nowMs, unknown, eipHourlyFee }: PlanInput): Plan {
  const { state, inventory, obstacle } = observed;
  const { metadata, spec } = state.resource;
  const instances = foreseeAll(observed, nowMs).map((foreseen) => {
    const now = viewOf(inventory, foreseen.first.instanceId);
    return plannedOf({ now, foreseen, wayOut: wayOutOf(state, inventory.network, now.instance), heldBack: state.blast });
  });
  const isBeingDeleted = metadata.deletionTimestamp !== undefined;
  const counted = isBeingDeleted ? instances.length : count(instances, ({ instanceId }) => state.members.get(instanceId)?.selected === true);
  const { maxInProgress } = spec.rollout;
  return {
    name: metadata.name, regionId: spec.regionId, vpcId: spec.vpcId, mode: spec.mode, isBeingDeleted, instances, unknown,
    ...(obstacle && { obstacle }),
    rollout: { maxInProgress, places: placesOf(maxInProgress, counted) },
    interruption: interruptionOf(instances, egressPublicIps(state, inventory)),
    cost: costOf(instances, eipHourlyFee),
    partners: partnersOf(instances),
  };
}

function interruptionOf(instances: readonly PlannedInstance[], addresses: readonly string[]): Plan['interruption'] {
  const sharing = count(instances, ({ leavesBy }) => leavesBy.then.some((ip) => addresses.includes(ip)));
  return { instances: count(instances, ({ interrupts }) => interrupts), inbound: WINDOW, outbound: { ...NAT, addresses: addresses.length, instances: sharing } };
}

function costOf(instances: readonly PlannedInstance[], fee: HourlyFee | undefined): Plan['cost'] {
  const [now, then] = [sum(instances, ({ fees }) => fees.now), sum(instances, ({ fees }) => fees.then)];
  const amount = fee && Math.round(fee.amount * FEE.hoursPerMonth * (then - now) * 100) / 100;
  return {
    eipConfigurationFees: { now, then },
    ...(fee && amount !== undefined && { monthly: { amount, currency: fee.currency } }),
    hoursPerMonth: FEE.hoursPerMonth,
    associations: stepsOf(instances, 'associateEipAddress'),
    associationsFreePerDay: ASSOCIATION.freePerEipOfQuota * ASSOCIATION.usualQuota,
    conversions: stepsOf(instances, 'convertNatPublicIpToEip'),
    sources: [FEE.source, ASSOCIATION.source],
  };
}

/** Only of those that are moved to another way out; who cannot be moved goes on being seen as it was. */
function partnersOf(instances: readonly PlannedInstance[]): Plan['partners'] {
  const unique = (ips: readonly string[]): string[] => [...new Set(ips)].sort();
  const then = unique(instances.flatMap(({ leavesBy }) => leavesBy.then));
  const now = unique(instances.flatMap(({ leavesBy }) => leavesBy.now));
  const moved = instances.filter(({ leavesBy }) => leavesBy.now.join() !== leavesBy.then.join());
  return {
    mustBeTold: unique(moved.flatMap(({ leavesBy }) => leavesBy.then)),
    seeNoMore: now.filter((ip) => !then.includes(ip)),
  };
}
