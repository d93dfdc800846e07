// What others do meanwhile: an instance is released, the NAT gateway gets another EIP, a second resource wants the same instance.
import { byIds, byItself, instance, NAT_IP, spec, SPARE_NAT_IP, unifiedOn, world } from './parts.ts';
import { hasSecondInterface, ifThere, isGone, isReady, secondInterfaceOf, when } from './moments.ts';
import type { CanonicalScenario, Stage } from './scenario.ts';

const THREE = { 'i-a': instance('47.98.1.1'), 'i-b': instance(undefined, { eip: 'eip-b' }), 'i-c': instance(undefined, { eip: 'eip-c' }) };
const eips = { 'eip-b': { ip: '47.98.1.2' }, 'eip-c': { ip: '47.98.1.3' } };

export const S7: CanonicalScenario = {
  name: 'S7',
  title: 'an instance is released in the middle',
  world: world(THREE, { eips }),
  resources: { web: spec({ rollout: { maxInProgress: 3 } }) },
  timeline: [when(hasSecondInterface('i-b'), 'i-b is released', (stage) => stage.meddleIfPossible({ op: 'releaseInstance', instance: 'i-b' }))],
  end: { resources: { web: 'True Unified' }, instances: { 'i-a': unifiedOn('47.98.1.1'), 'i-b': 'released', 'i-c': unifiedOn('47.98.1.3') } },
};

const leavesBySpare = (ip: string): string => unifiedOn(ip).replace(NAT_IP, SPARE_NAT_IP);

/** Two groups on the instance: its second network interface has to follow. */
function changeGroups(stage: Stage): void {
  stage.meddleIfPossible({ op: 'setSecurityGroups', resource: 'i-a', groups: ['sg-1', 'sg-2'] });
  stage.meddleIfPossible({ op: 'removeTags', resource: secondInterfaceOf(stage, 'i-b') || 'i-b', keys: ['egressunification.io/eip'] });
}

const followed = ({ cloud }: Stage): boolean => cloud.state.interfaces.all().some(({ type, securityGroupIds }) => type === 'Secondary' && securityGroupIds.length === 2);

export const S8: CanonicalScenario = {
  name: 'S8',
  title: "the NAT gateway's EIP is replaced, the groups of an instance change, a tag is lost",
  world: world({ 'i-a': THREE['i-a'], 'i-b': THREE['i-b'] }, {
    // a second address that no SNAT entry uses
    natGateways: { 'ngw-1': { vpc: 'vpc-1', vSwitch: 'vsw-h', eips: ['eip-idle', 'eip-nat'], snat: { 'snat-h': { vSwitch: 'vsw-h', ips: [NAT_IP] } } } },
    eips: { 'eip-b': eips['eip-b'], 'eip-idle': { ip: '47.96.1.9' } }, securityGroups: { 'sg-1': { vpc: 'vpc-1' }, 'sg-2': { vpc: 'vpc-1' } },
  }),
  resources: { web: spec() },
  timeline: [
    when(isReady('web'), 'groups and tags change', changeGroups),
    when(followed, "the gateway's EIP is replaced", (stage) => stage.meddleIfPossible({ op: 'swapNatEip', natGateway: 'ngw-1', from: 'eip-nat', to: 'eip-spare' })),
  ],
  end: {
    resources: { web: 'True Unified' },
    egressPublicIps: { web: SPARE_NAT_IP },
    instances: { 'i-a': leavesBySpare('47.98.1.1'), 'i-b': leavesBySpare('47.98.1.2') },
  },
};

const OF_THE_YOUNGER = { 'i-b': unifiedOn('47.98.1.2'), 'i-c': unifiedOn('47.98.1.3') };

export const S9: CanonicalScenario = {
  name: 'S9',
  title: 'two resources overlap, and the elder goes',
  world: world(THREE, { eips }),
  resources: { web: spec(byIds('i-a', 'i-b')) },
  timeline: [
    when(({ clock }) => clock.monotonic() >= 2_000, 'a second resource wants one of the same instances', (stage) => stage.create('api', spec(byIds('i-b', 'i-c')))),
    when((stage) => isReady('web')(stage) && stage.exists('api') && stage.ready('api') === 'False InstancesBlocked', 'the elder is deleted', ifThere('web', (stage) => stage.delete('web'))),
    when(isGone('web'), 'the elder is gone', () => undefined),
  ],
  end: {
    resources: { web: 'gone', api: 'True Unified' },
    instances: { 'i-a': unifiedOn('47.98.1.1'), ...OF_THE_YOUNGER },
  },
  turnedBack: { resources: { web: 'gone', api: 'True Unified' }, instances: { 'i-a': byItself('47.98.1.1'), ...OF_THE_YOUNGER }, heldIp: '47.98.1.1' },
};
