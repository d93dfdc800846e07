// The scenario of chains of declarations (V4): every edit replaces the whole wish, and everything that an earlier wish made can be undone,
// so that where a chain ends must depend on its last link alone. Instances have EIPs already, because a conversion cannot be undone, and
// leaving the selection reverts.
import type { JsonObject } from '../../../sim/kubernetes/json.ts';
import type { Edit } from '../engine/contract.ts';
import { byIds, instance, spec, unifiedOn, world } from './parts.ts';
import type { CanonicalScenario } from './scenario.ts';

export const DECLARED: CanonicalScenario = {
  name: 'V4',
  title: 'chains of declarations',
  world: world(
    { 'i-a': instance(undefined, { eip: 'eip-a' }), 'i-b': instance(undefined, { eip: 'eip-b' }), 'i-c': instance(undefined, { eip: 'eip-c', vSwitch: 'vsw-i' }) },
    { eips: { 'eip-a': { ip: '47.98.1.1' }, 'eip-b': { ip: '47.98.1.2' }, 'eip-c': { ip: '47.98.1.3' } }, securityGroups: { 'sg-1': { vpc: 'vpc-1' }, 'sg-2': { vpc: 'vpc-1' } } },
  ),
  resources: { web: spec({ ...byIds('i-a'), deselectionPolicy: 'Revert' }) },
  timeline: [],
  end: { resources: { web: 'True Unified' }, instances: { 'i-a': unifiedOn('47.98.1.1') } },
};

const NOTHING_MORE: JsonObject = {
  mode: 'Enforce', deselectionPolicy: 'Revert', rollout: { maxInProgress: 1 }, drift: { checkInterval: '1m', action: 'Correct' },
  egress: { natGatewayId: null, publicIps: null }, networkInterface: { vSwitchIds: null, securityGroupIds: null },
};

const declare = (selector: JsonObject, more: JsonObject = {}): Edit => (lab, { cluster, name }) =>
  lab.cluster(cluster).patch(name, { spec: { ...NOTHING_MORE, ...more, instanceSelector: { instanceIds: null, tags: null, vSwitchIds: null, maxInstances: null, ...selector } } });

const A = { instanceIds: ['i-a'] };
const ALL = { tags: { egress: 'unified' } };

/** Wishes by which a chain may end: what they come to does not depend on what was before. */
export const DECLARATIONS: Readonly<Record<string, Edit>> = {
  'declare-one': declare(A),
  'declare-another': declare({ instanceIds: ['i-b', 'i-c'] }),
  'declare-all': declare(ALL),
  'declare-all-at-once': declare(ALL, { rollout: { maxInProgress: '100%' } }),
  'declare-none': declare({ tags: { egress: 'nothing' } }),
  'declare-zone': declare({ vSwitchIds: ['vsw-i'] }),
  'declare-groups': declare(ALL, { networkInterface: { vSwitchIds: null, securityGroupIds: ['sg-2'] } }),
  'declare-gateway': declare(ALL, { egress: { natGatewayId: 'ngw-1', publicIps: ['47.96.1.1'] } }),
};

/** Wishes for the middle of a chain: what they leave alone is as it was before. */
export const INTERLUDES: Readonly<Record<string, Edit>> = {
  'declare-observe': declare(ALL, { mode: 'Observe' }),
  'declare-report': declare(ALL, { drift: { checkInterval: '1m', action: 'Report' } }),
  'declare-wrong-way-out': declare(ALL, { egress: { natGatewayId: null, publicIps: ['47.96.9.9'] } }),
  'declare-too-many': declare({ ...ALL, maxInstances: 2 }),
};
