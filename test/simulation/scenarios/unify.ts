// The job itself: one instance, three in two zones, ten of which a quota stops one.
import { instance, spec, unifiedOn, world } from './parts.ts';
import { when, windowIsOpen } from './moments.ts';
import type { CanonicalScenario, Stage } from './scenario.ts';

export const S1: CanonicalScenario = {
  name: 'S1',
  title: 'convert and unify one',
  world: world({ 'i-a': instance('47.98.1.1') }),
  resources: { web: spec() },
  timeline: [],
  end: { resources: { web: 'True Unified' }, instances: { 'i-a': unifiedOn('47.98.1.1') } },
};

export const S2: CanonicalScenario = {
  name: 'S2',
  title: 'three instances in two zones',
  world: world({
    'i-a': instance('47.98.1.1'),
    'i-b': instance(undefined, { vSwitch: 'vsw-i', eip: 'eip-b' }),
    'i-c': instance(undefined),
  }, { eips: { 'eip-b': { ip: '47.98.1.2' } } }),
  resources: { web: spec({ networkInterface: { vSwitchIds: ['vsw-h', 'vsw-i'] } }) },
  timeline: [],
  end: {
    resources: { web: 'True Unified' },
    instances: { 'i-a': unifiedOn('47.98.1.1'), 'i-b': unifiedOn('47.98.1.2'), 'i-c': 'leaves by 47.96.1.1; reached on -' },
  },
};

const TEN = Array.from({ length: 10 }, (_, index) => ({ id: `i-${index}`, ip: `47.98.3.${index + 1}`, eip: `eip-${index}` }));
const [refused, ...others] = TEN;

/** Ten instances: all but the first have EIPs already, so that exactly one needs a place in the quota. */
const ten = {
  ...Object.fromEntries(others.map(({ id, eip }) => [id, instance(undefined, { eip })])),
  ...(refused && { [refused.id]: instance(refused.ip) }),
};
const eips = Object.fromEntries(others.map(({ eip, ip }) => [eip, { ip }]));
const TEN_UNIFIED = Object.fromEntries(TEN.map(({ id, ip }) => [id, unifiedOn(ip)]));

const othersUnified = (stage: Stage): boolean => others.every(({ id, ip }) => stage.seen(id) === unifiedOn(ip));

export const S3: CanonicalScenario = {
  name: 'S3',
  title: 'ten, one of which is refused by quota until somebody raises it',
  world: world(ten, { eips, account: { eips: 11 } }),
  resources: { web: spec({ rollout: { maxInProgress: '50%' } }) },
  timeline: [
    when(othersUnified, 'the EIP quota is raised', (stage) => stage.meddleIfPossible({ op: 'setWorld', account: { eips: 20 } })),
  ],
  end: { resources: { web: 'True Unified' }, instances: TEN_UNIFIED },
};

export const S12: CanonicalScenario = {
  name: 'S12',
  title: 'leader handover under load',
  world: world(ten, { eips }),
  resources: { web: spec({ rollout: { maxInProgress: '50%' } }) },
  timeline: [
    when(windowIsOpen, 'the leader is killed in the window', (stage) => stage.killLeader()),
    when((stage) => TEN.filter(({ id, ip }) => stage.seen(id) === unifiedOn(ip)).length >= 5, 'the next leader is asked to go', (stage) => stage.terminateLeader()),
  ],
  end: { resources: { web: 'True Unified' }, instances: TEN_UNIFIED },
  standby: true,
};
