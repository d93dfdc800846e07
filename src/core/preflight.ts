/**
 * Nothing is begun that cannot be finished: what must hold before any forward move, judged on the same view as the move.
 * Each check is named by the violation it finds; the first one found is the answer.
 */
import type { Facts } from './facts.ts';
import { supportsHotPlug } from './hot-plug.ts';
import type { SecurityGroupId } from './ids.ts';
import { linkTags, missingTags } from './marks.ts';
import { problem, type Problem } from './problem.ts';
import type { PlanInput } from './situation.ts';
import type { Eip, Instance, VSwitch } from './view.ts';

type Check = (facts: Facts, input: PlanInput, instance: Instance) => Problem | undefined;

const DAY_MS = 24 * 3_600_000;
/** Groups of one ENI (facts 2.7) and tags of one resource (facts 2.12). */
const GROUPS_MAX = 5;
const TAGS_MAX = 20;

/** Groups that the ENI should have: those of the spec, else the instance's own. Sorted, so that order never differs. */
export function wantedGroups(input: PlanInput): readonly SecurityGroupId[] {
  return [...(input.target.securityGroupIds ?? input.view.instance?.securityGroupIds ?? [])].sort();
}

/** The vSwitch for a new ENI: the one of the spec in the instance's zone, else the instance's own. */
export function wantedVSwitch({ target, surroundings }: PlanInput, instance: Instance): VSwitch | undefined {
  const inZone = surroundings.vSwitches.filter((vSwitch) => vSwitch.zoneId === instance.zoneId && vSwitch.vpcId === instance.vpcId);
  if (target.vSwitchIds === undefined) return inZone.find((vSwitch) => vSwitch.id === instance.vSwitchId);
  const named = inZone.filter((vSwitch) => target.vSwitchIds?.includes(vSwitch.id));
  return named.sort((a, b) => (a.id < b.id ? -1 : 1))[0];
}

const wayOutMissing: Check = (_, { surroundings: { wayOut } }) => (wayOut.verdict === 'stands' ? undefined : wayOut.problem);

const locked: Check = (_, __, instance) => lockOf(instance);

const lockOf = (instance: Instance): Problem | undefined =>
  instance.operationLocks.length > 0 ? problem('InstanceLocked', `Instance ${instance.id} is locked (${instance.operationLocks.join(', ')})`) : undefined;

/** Why this EIP cannot be moved, if it cannot (facts 3.1, 3.3, 5). */
export function unusable(eip: Eip, instance?: Instance): Problem | undefined {
  const why = DEFECTS.find(({ found }) => found(eip))?.words(eip) ?? (isBoundForGood(eip, instance) ? 'cannot be unassociated (IsSupportUnassociate is false)' : undefined);
  return why === undefined ? undefined : problem('UnusableAddress', `EIP ${eip.id} (${eip.ip}) ${why}`);
}

interface Defect {
  readonly found: (eip: Eip) => boolean;
  readonly words: (eip: Eip) => string;
}

const DEFECTS: readonly Defect[] = [
  { found: ({ mode }) => mode !== '' && mode !== 'NAT', words: ({ mode }) => `is bound in mode ${mode}` },
  { found: ({ businessStatus }) => businessStatus !== 'Normal', words: ({ businessStatus }) => `has business status ${businessStatus}` },
  { found: ({ operationLocks }) => operationLocks.length > 0, words: ({ operationLocks }) => `is locked (${operationLocks.join(', ')})` },
  { found: ({ serviceManaged }) => serviceManaged, words: () => 'is managed by another service' },
];

const isBoundForGood = (eip: Eip, instance: Instance | undefined): boolean => instance?.eip?.id === eip.id && !instance.eip.unassociable;

/** Why no window may be opened on this EIP, forwards or backwards: what would refuse the Associate is found before the Unassociate. */
export const cannotMove = (eip: Eip, instance: Instance): Problem | undefined => lockOf(instance) ?? unusable(eip, instance);

const eipUnusable: Check = ({ homeEip }, _, instance) => homeEip && unusable(homeEip, instance);

/** A static public IP of a subscription converts only with pay-by-traffic billing (facts 2.3). */
export const isNotConvertible = (instance: Instance): boolean => instance.chargeType === 'PrePaid' && instance.internetChargeType !== 'PayByTraffic';

const bandwidthOfSubscription: Check = ({ primary }, { target }, instance) =>
  primary === 'static' && isNotConvertible(instance) && !target.changeToPayAsYouGo
    ? problem('SubscriptionByBandwidth', `Instance ${instance.id} is a subscription whose public IP is billed by bandwidth`)
    : undefined;

const noBandwidth: Check = ({ primary }, _, instance) =>
  primary === 'static' && instance.internetBandwidthOutMbps < 1 ? problem('NoPublicBandwidth', `Instance ${instance.id} has a public bandwidth of 0`) : undefined;

const subscriptionEnds: Check = ({ primary }, { nowMs }, instance) =>
  primary === 'static' && instance.chargeType === 'PrePaid' && instance.expiresAt !== undefined && Date.parse(instance.expiresAt) - nowMs < DAY_MS
    ? problem('SubscriptionExpiring', `The subscription of ${instance.id} ends at ${instance.expiresAt}`)
    : undefined;

const eipQuota: Check = ({ primary }, { surroundings }) =>
  primary === 'static' && surroundings.exhausted.includes('eip') ? problem('QuotaExceeded', "The account's EIP quota is used up (MaxEIPQuotaExceeded)") : undefined;

const attached = (facts: Facts): boolean => facts.eni === 'inUseHere';

const noEniSlot: Check = (facts, { surroundings: { instanceType } }, instance) => {
  if (attached(facts)) return undefined;
  if (instanceType === undefined) return problem('UnknownInstanceType', `Instance type ${instance.instanceType} is not described`);
  const used = instance.networkInterfaceIds.length;
  return used < instanceType.eniMax ? undefined : problem('NoEniSlot', `${instance.instanceType} carries ${instanceType.eniMax} ENIs and ${instance.id} has ${used}`);
};

const coldPlug: Check = (facts, _, instance) =>
  !attached(facts) && facts.activity !== 'stopped' && !supportsHotPlug(instance.instanceType)
    ? problem('HotPlugNotSupported', `${instance.instanceType} attaches ENIs only while Stopped, and ${instance.id} is ${instance.status}`)
    : undefined;

const eniQuota: Check = ({ eni }, { surroundings }) =>
  eni === 'none' && surroundings.exhausted.includes('eni') ? problem('QuotaExceeded', "The account's ENI quota is used up (MaxEniCountExceeded)") : undefined;

const vSwitchUnfit: Check = ({ eni }, input, instance) => {
  if (eni !== 'none') return undefined;
  const vSwitch = wantedVSwitch(input, instance);
  if (vSwitch === undefined) return problem('NoVSwitchInZone', `No vSwitch for the ENI of ${instance.id} in zone ${instance.zoneId}`);
  return vSwitch.availableIps > 0 ? undefined : problem('VSwitchFull', `vSwitch ${vSwitch.id} has no free address`);
};

const groupsUnfit: Check = (_, input) => {
  const ids = wantedGroups(input);
  if (ids.length === 0 || ids.length > GROUPS_MAX) return problem('SecurityGroupsUnfit', `${ids.length} security groups for one ENI; 1 to ${GROUPS_MAX} are possible`);
  return input.target.securityGroupIds && namedGroupsUnfit(input, ids);
};

function namedGroupsUnfit({ view, surroundings }: PlanInput, ids: readonly SecurityGroupId[]): Problem | undefined {
  const seen = (surroundings.securityGroups ?? []).filter((group) => group.vpcId === view.instance?.vpcId);
  const missing = ids.filter((id) => !seen.some((group) => group.id === id));
  if (missing.length > 0) return problem('SecurityGroupsUnfit', `Not in VPC ${view.instance?.vpcId ?? ''}: ${missing.join(', ')}`);
  const types = new Set(seen.filter((group) => ids.includes(group.id)).map((group) => group.type));
  return types.size > 1 ? problem('SecurityGroupsUnfit', `Basic and advanced groups are mixed: ${ids.join(', ')}`) : undefined;
}

const noTagSlot: Check = ({ homeEip, homeId }, { target, view }) => {
  if (homeEip === undefined || homeId === undefined) return undefined;
  const missing = Object.keys(missingTags(homeEip.tags, linkTags(target, view.instanceId, homeId)));
  const count = new Set([...Object.keys(homeEip.tags), ...missing]).size;
  return count > TAGS_MAX ? problem('NoTagSlot', `EIP ${homeEip.id} would have ${count} tags`) : undefined;
};

/** The order is that of what people can mend most easily: the way out first, then the instance, then the account. */
const CHECKS: readonly Check[] = [
  wayOutMissing, locked, eipUnusable, bandwidthOfSubscription, noBandwidth, subscriptionEnds, noEniSlot, coldPlug, vSwitchUnfit, groupsUnfit, noTagSlot, eipQuota, eniQuota,
];

/** The first thing that stands in the way of finishing; undefined: begin. */
export function preflight(facts: Facts, input: PlanInput): Problem | undefined {
  const { instance } = facts;
  if (instance === undefined) return problem('NotObserved', `Instance ${input.view.instanceId} was not seen`);
  for (const check of CHECKS) {
    const found = check(facts, input, instance);
    if (found) return found;
  }
  return undefined;
}
