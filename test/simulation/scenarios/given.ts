// What is found instead of made: a set-up that somebody began by hand or left behind, and instances that need something done first.
import { instance, NAT_IP, spec, unifiedOn, world, type InstanceInput } from './parts.ts';
import { sees, when } from './moments.ts';
import type { CanonicalScenario } from './scenario.ts';

/** The tags of a link that this cluster's controller once made; after Retain the owner is missing. */
const linked = (id: string, eip: string): Record<string, string> => ({
  'egressunification.io/cluster': 'c1', 'egressunification.io/instance': id, 'egressunification.io/eip': eip,
});

const withEip = (eip: string): InstanceInput => instance(undefined, { eip });

export const S10: CanonicalScenario = {
  name: 'S10',
  title: 'a half-done set-up is adopted',
  world: world(
    {
      // an ENI made by hand, its EIP still on the instance
      'i-half': withEip('eip-half'),
      // finished by hand
      'i-done': instance(undefined),
      // unified once, let go of under Retain
      'i-left': instance(undefined),
      // somebody died between Unassociate and Associate
      'i-open': instance(undefined),
    },
    {
      eips: {
        'eip-half': { ip: '47.98.1.1' }, 'eip-done': { ip: '47.98.1.2' }, 'eip-left': { ip: '47.98.1.3', tags: linked('i-left', 'eip-left') },
        'eip-open': { ip: '47.98.1.4', tags: linked('i-open', 'eip-open') },
      },
      networkInterfaces: {
        'eni-half': { vSwitch: 'vsw-h', instance: 'i-half' },
        'eni-done': { vSwitch: 'vsw-h', instance: 'i-done', eip: 'eip-done' },
        'eni-left': { vSwitch: 'vsw-h', instance: 'i-left', eip: 'eip-left', tags: linked('i-left', 'eip-left') },
        'eni-open': { vSwitch: 'vsw-h', instance: 'i-open', tags: linked('i-open', 'eip-open') },
      },
    },
  ),
  resources: { web: spec({ rollout: { maxInProgress: 2 } }) },
  timeline: [],
  end: {
    resources: { web: 'True Unified' },
    instances: { 'i-half': unifiedOn('47.98.1.1'), 'i-done': unifiedOn('47.98.1.2'), 'i-left': unifiedOn('47.98.1.3'), 'i-open': unifiedOn('47.98.1.4') },
  },
};

const COLD = 'ecs.t6-c1m1.large';
const subscription = { billing: 'PrePaid', expiresInHours: 720 } as const;

export const S11: CanonicalScenario = {
  name: 'S11',
  title: 'stopped, subscription, and types that cannot',
  world: world({
    'i-stopped': instance(undefined, { eip: 'eip-stopped', type: COLD, status: 'Stopped' }),
    'i-cold': instance(undefined, { eip: 'eip-cold', type: COLD }),
    'i-full': instance(undefined, { eip: 'eip-full', type: 'ecs.xn4.small' }),
    'i-traffic': instance('47.98.1.5', { ...subscription, bandwidthBilling: 'PayByTraffic' }),
    'i-bandwidth': instance('47.98.1.6', { ...subscription, bandwidthBilling: 'PayByBandwidth' }),
    'i-changed': instance('47.98.1.7', { ...subscription, bandwidthBilling: 'PayByBandwidth', tags: { egress: 'changed' } }),
  }, { eips: { 'eip-stopped': { ip: '47.98.1.1' }, 'eip-cold': { ip: '47.98.1.2' }, 'eip-full': { ip: '47.98.1.3' } } }),
  resources: {
    web: spec({ rollout: { maxInProgress: '100%' } }),
    billed: spec({ instanceSelector: { tags: { egress: 'changed' } }, subscriptionBilling: 'ChangeToPayAsYouGo' }),
  },
  timeline: [
    // i-stopped takes its interface only while it is stopped: it is started when that is done
    when((stage) => sees('i-traffic', unifiedOn('47.98.1.5'))(stage) && stage.cloud.state.eips.get('eip-stopped')?.binding?.type === 'NetworkInterface', 'i-cold is stopped and i-stopped started', (stage) => {
      stage.meddleIfPossible({ op: 'stopInstance', instance: 'i-cold' });
      stage.meddleIfPossible({ op: 'startInstance', instance: 'i-stopped' });
    }),
    when(({ cloud }) => cloud.state.eips.get('eip-cold')?.binding?.type === 'NetworkInterface', 'i-cold is started again', (stage) => stage.meddleIfPossible({ op: 'startInstance', instance: 'i-cold' })),
  ],
  end: {
    resources: { web: 'False InstancesBlocked', billed: 'True Unified' },
    instances: {
      'i-stopped': unifiedOn('47.98.1.1'), 'i-cold': unifiedOn('47.98.1.2'), 'i-full': 'leaves by 47.98.1.3; reached on 47.98.1.3',
      'i-traffic': unifiedOn('47.98.1.5'), 'i-bandwidth': 'leaves by 47.98.1.6; reached on 47.98.1.6', 'i-changed': `leaves by ${NAT_IP}; reached on 47.98.1.7`,
    },
  },
  allowBillingChanges: true,
};
