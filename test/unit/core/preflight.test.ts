// Nothing is begun that cannot be finished: each check, the violation that it finds and the nearest situation in which it is silent.
import { expect } from 'chai';
import { factsOf } from '../../../src/core/facts.ts';
import type { SecurityGroupId, VpcId, VSwitchId } from '../../../src/core/ids.ts';
import { preflight, wantedGroups, wantedVSwitch } from '../../../src/core/preflight.ts';
import { anInstance, aSituation, aType, aVSwitch, GONE, links, NOW_MS, SG1, UNPROVED, VPC } from '../../kit/cloud.ts';
import type { Given } from '../../kit/cloud.ts';
import { eipOf, eniOf, instanceOf, STAGE } from '../../kit/stages.ts';

const SG2 = 'sg-2' as SecurityGroupId;
const VSW2 = 'vsw-2' as VSwitchId;
const groups = (count: number): SecurityGroupId[] => Array.from({ length: count }, (_, index) => `sg-${index}` as SecurityGroupId);
const group = (id: SecurityGroupId, type = 'normal', vpcId: VpcId = VPC) => ({ id, type, vpcId });
const endsAfter = (hours: number): string => new Date(NOW_MS + hours * 3_600_000).toISOString();
const tags = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`tag-${index}`, 'x']));
const prepaid = (given: object): Given => ({ view: instanceOf(STAGE.staticIp, { chargeType: 'PrePaid', expiresAt: endsAfter(1_000), ...given }) });
const named = (ids: SecurityGroupId[], known: ReturnType<typeof group>[]): Given => ({ view: STAGE.untagged, target: { securityGroupIds: ids }, surroundings: { securityGroups: known } });
const tagged = (count: number): Given => ({ view: eipOf(STAGE.untagged, { tags: tags(count) }) });

type Case = readonly [name: string, given: Given, want: string | undefined];

const CASES: readonly Case[] = [
  ['nothing for an EIP', { view: STAGE.untagged }, undefined],
  ['nothing for a static public IP', { view: STAGE.staticIp }, undefined],
  ['a way out that is gone', { view: STAGE.untagged, surroundings: { wayOut: GONE } }, 'NoSnatEntry'],
  ['a way out in doubt', { view: STAGE.untagged, surroundings: { wayOut: UNPROVED } }, 'SnatEntryNotReady'],
  ['an instance that was not seen', { unseen: true }, 'NotObserved'],
  ['a locked instance', { view: instanceOf(STAGE.untagged, { operationLocks: ['security'] }) }, 'InstanceLocked'],
  ['an EIP in mode BINDED', { view: eipOf(STAGE.untagged, { mode: 'BINDED' }) }, 'UnusableAddress'],
  ['no fault in an EIP without a mode', { view: eipOf(STAGE.untagged, { mode: '' }) }, undefined],
  ['an EIP that is not paid for', { view: eipOf(STAGE.untagged, { businessStatus: 'FinancialLocked' }) }, 'UnusableAddress'],
  ['a locked EIP', { view: eipOf(STAGE.untagged, { operationLocks: ['security'] }) }, 'UnusableAddress'],
  ['an EIP of another service', { view: eipOf(STAGE.untagged, { serviceManaged: true }) }, 'UnusableAddress'],
  ['an EIP that cannot be unassociated', { view: instanceOf(STAGE.untagged, { eip: { ...STAGE.untagged.instance.eip!, unassociable: false } }) }, 'UnusableAddress'],
  ['a subscription by bandwidth', prepaid({ internetChargeType: 'PayByBandwidth' }), 'SubscriptionByBandwidth'],
  ['a subscription billed nobody knows how', prepaid({ internetChargeType: 'Unknown' }), 'SubscriptionByBandwidth'],
  ['no fault in a subscription by bandwidth that may change', { ...prepaid({ internetChargeType: 'PayByBandwidth' }), target: { changeToPayAsYouGo: true } }, undefined],
  ['no fault in a subscription by bandwidth that has an EIP', { view: instanceOf(STAGE.untagged, { chargeType: 'PrePaid', internetChargeType: 'PayByBandwidth' }) }, undefined],
  ['no fault in a subscription by traffic', prepaid({}), undefined],
  ['no fault in pay-as-you-go by bandwidth', { view: instanceOf(STAGE.staticIp, { internetChargeType: 'PayByBandwidth' }) }, undefined],
  ['a subscription that ends within a day', prepaid({ expiresAt: endsAfter(23.9) }), 'SubscriptionExpiring'],
  ['no fault in one that ends after a day', prepaid({ expiresAt: endsAfter(24.1) }), undefined],
  ['a public bandwidth of 0', { view: instanceOf(STAGE.staticIp, { internetBandwidthOutMbps: 0 }) }, 'NoPublicBandwidth'],
  ['no fault in a bandwidth of 0 beside an EIP', { view: instanceOf(STAGE.untagged, { internetBandwidthOutMbps: 0 }) }, undefined],
  ['no slot for an ENI', { view: STAGE.untagged, surroundings: { instanceType: aType({ eniMax: 1 }) } }, 'NoEniSlot'],
  ['the last slot for an ENI', { view: STAGE.untagged, surroundings: { instanceType: aType({ eniMax: 2 }) } }, undefined],
  ['no need of a slot once it is attached', { view: STAGE.attached, surroundings: { instanceType: aType({ eniMax: 1 }) } }, undefined],
  ['a type that attaches only while Stopped', { view: instanceOf(STAGE.untagged, { instanceType: 'ecs.t6-c1m1.large' }) }, 'HotPlugNotSupported'],
  ['no fault in such a type that is Stopped', { view: instanceOf(STAGE.untagged, { instanceType: 'ecs.t6-c1m1.large', status: 'Stopped' }) }, undefined],
  ['a vSwitch without a free address', { view: STAGE.untagged, surroundings: { vSwitches: [aVSwitch({ availableIps: 0 })] } }, 'VSwitchFull'],
  ['no need of an address once there is an ENI', { view: STAGE.created, surroundings: { vSwitches: [aVSwitch({ availableIps: 0 })] } }, undefined],
  ['no vSwitch of those named in the zone', { view: STAGE.untagged, target: { vSwitchIds: [VSW2] }, surroundings: { vSwitches: [aVSwitch(), aVSwitch({ id: VSW2, zoneId: 'cn-hangzhou-b' })] } }, 'NoVSwitchInZone'],
  ['no vSwitch of those named in the VPC', { view: STAGE.untagged, target: { vSwitchIds: [VSW2] }, surroundings: { vSwitches: [aVSwitch({ id: VSW2, vpcId: 'vpc-2' as VpcId })] } }, 'NoVSwitchInZone'],
  ['no security group', { view: instanceOf(STAGE.untagged, { securityGroupIds: [] }) }, 'SecurityGroupsUnfit'],
  ['six security groups', { view: instanceOf(STAGE.untagged, { securityGroupIds: groups(6) }) }, 'SecurityGroupsUnfit'],
  ['no fault in five security groups', { view: instanceOf(STAGE.untagged, { securityGroupIds: groups(5) }) }, undefined],
  ['a named group that is not there', named([SG1, SG2], [group(SG1)]), 'SecurityGroupsUnfit'],
  ['a named group of another VPC', named([SG2], [group(SG2, 'normal', 'vpc-2' as VpcId)]), 'SecurityGroupsUnfit'],
  ['basic and advanced groups together', named([SG1, SG2], [group(SG1), group(SG2, 'enterprise')]), 'SecurityGroupsUnfit'],
  ['no fault in two groups of one kind', named([SG1, SG2], [group(SG1), group(SG2)]), undefined],
  ['no room for four more tags', tagged(17), 'NoTagSlot'],
  ['room for just four more tags', tagged(16), undefined],
  ['room where the tags are there already', { view: eipOf(STAGE.tagged, { tags: { ...tags(16), ...links() } }) }, undefined],
  ['an EIP quota that is used up', { view: STAGE.staticIp, surroundings: { exhausted: ['eip'] } }, 'QuotaExceeded'],
  ['no need of EIP quota beside an EIP', { view: STAGE.untagged, surroundings: { exhausted: ['eip'] } }, undefined],
  ['an ENI quota that is used up', { view: STAGE.untagged, surroundings: { exhausted: ['eni'] } }, 'QuotaExceeded'],
  ['no need of ENI quota once there is an ENI', { view: STAGE.created, surroundings: { exhausted: ['eni'] } }, undefined],
];

const found = (given: Given): string | undefined => {
  const input = aSituation(given);
  return preflight(factsOf(input.view, input.target, input.hints), input)?.reason;
};

describe('Preflight finds', () => {
  for (const [name, given, want] of CASES) it(name, () => expect(found(given)).to.equal(want));

  it('a type that nobody describes', () => {
    const input = aSituation({ view: STAGE.untagged });
    const { instanceType, ...surroundings } = input.surroundings;
    expect(preflight(factsOf(input.view, input.target, input.hints), { ...input, surroundings })?.message).to.include(`${instanceType?.name ?? ''} is not described`);
  });

  it('for every violation a remedy', () => {
    for (const [, given] of CASES) {
      const input = aSituation(given);
      const problem = preflight(factsOf(input.view, input.target, input.hints), input);
      if (problem && !given.surroundings?.wayOut) expect(problem.message).to.match(/\. .+\.$/);
    }
  });
});

describe('A new ENI', () => {
  it('takes the first named vSwitch of the zone', () => {
    const input = aSituation({ target: { vSwitchIds: [VSW2, 'vsw-1' as VSwitchId] }, surroundings: { vSwitches: [aVSwitch({ id: VSW2 }), aVSwitch()] } });
    expect(wantedVSwitch(input, anInstance())?.id).to.equal('vsw-1');
  });
  it("takes the instance's vSwitch when none is named", () => expect(wantedVSwitch(aSituation({ surroundings: { vSwitches: [aVSwitch({ id: VSW2 }), aVSwitch()] } }), anInstance())?.id).to.equal('vsw-1'));
  it("takes the instance's groups when none are named", () => expect(wantedGroups(aSituation({ view: instanceOf(STAGE.nothing, { securityGroupIds: [SG2, SG1] }) }))).to.deep.equal([SG1, SG2]));
  it('takes the named groups', () => expect(wantedGroups(aSituation({ target: { securityGroupIds: [SG2] } }))).to.deep.equal([SG2]));
  it('is left alone where its groups are right', () => expect(found({ view: eniOf(STAGE.attached, { securityGroupIds: [SG1] }) })).to.equal(undefined));
});
