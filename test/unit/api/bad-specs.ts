// Every rule of the spec, broken once: what is written, which field is named and what the user is told to do. The same table
// is meant for both readers of the rules: the zod schema here, and the API server with the CRD.

/** One broken spec. */
export interface BadSpec {
  /** A sentence that is true. */
  readonly rule: string;
  /** Laid over a good spec, field by field at the top level; undefined takes a field out. */
  readonly change: Readonly<Record<string, unknown>>;
  /** The path that the message begins with. */
  readonly field: string;
  /** What the message must contain. */
  readonly remedy: string;
  /** What the API server says instead, where the rule is one of its own (required, enum, type, set). */
  readonly serverSays?: string;
}

/** A spec with nothing but what is required. */
export const GOOD_SPEC = {
  regionId: 'cn-hangzhou',
  vpcId: 'vpc-bp1opxu1zkhn00gzv',
  instanceSelector: { tags: { egress: 'unified' } },
} as const;

const selector = (instanceSelector: unknown) => ({ instanceSelector });
const many = (prefix: string, count: number): string[] => Array.from({ length: count }, (_, index) => `${prefix}${index}`);

export const BAD_SPECS: readonly BadSpec[] = [
  { rule: 'the region is required', change: { regionId: undefined }, field: 'spec.regionId', remedy: 'is required', serverSays: 'Required value' },
  { rule: 'a zone is not a region', change: { regionId: 'cn-hangzhou-h' }, field: 'spec.regionId', remedy: 'write a region id, such as cn-hangzhou' },
  { rule: 'a zone of the other spelling is not a region', change: { regionId: 'us-east-1a' }, field: 'spec.regionId', remedy: 'write a region id' },
  { rule: 'the VPC is required', change: { vpcId: undefined }, field: 'spec.vpcId', remedy: 'is required', serverSays: 'Required value' },
  { rule: 'the VPC is named by id', change: { vpcId: 'my-vpc' }, field: 'spec.vpcId', remedy: 'begins with "vpc-"' },
  { rule: 'an id has an end', change: { vpcId: `vpc-${'a'.repeat(80)}` }, field: 'spec.vpcId', remedy: 'is longer than 64 characters', serverSays: 'Too long' },
  { rule: 'a selector is required', change: { instanceSelector: undefined }, field: 'spec.instanceSelector', remedy: 'is required', serverSays: 'Required value' },
  { rule: 'an empty selector selects nothing', change: selector({}), field: 'spec.instanceSelector', remedy: 'give at least one of instanceIds, tags, vSwitchIds' },
  { rule: 'a guard alone is no selector', change: selector({ maxInstances: 3 }), field: 'spec.instanceSelector', remedy: 'give at least one of instanceIds, tags, vSwitchIds' },
  { rule: 'an empty list of instances is not all', change: selector({ instanceIds: [] }), field: 'spec.instanceSelector.instanceIds', remedy: 'name at least one, or leave the field out' },
  { rule: 'an empty list of vSwitches is not all', change: selector({ vSwitchIds: [] }), field: 'spec.instanceSelector.vSwitchIds', remedy: 'name at least one, or leave the field out' },
  { rule: 'an empty map of tags is not all', change: selector({ tags: {} }), field: 'spec.instanceSelector.tags', remedy: 'give at least one tag, or leave the field out' },
  { rule: 'instances are named by id', change: selector({ instanceIds: ['web-1'] }), field: 'spec.instanceSelector.instanceIds[0]', remedy: 'begins with "i-"' },
  { rule: 'an instance is named once', change: selector({ instanceIds: ['i-1', 'i-1'] }), field: 'spec.instanceSelector.instanceIds', remedy: 'name each once', serverSays: 'Duplicate value' },
  { rule: 'a list of instances has an end', change: selector({ instanceIds: many('i-', 501) }), field: 'spec.instanceSelector.instanceIds', remedy: 'holds more than 500 items', serverSays: 'Too many' },
  { rule: 'vSwitches are named by id', change: selector({ vSwitchIds: ['subnet-1'] }), field: 'spec.instanceSelector.vSwitchIds[0]', remedy: 'begins with "vsw-"' },
  { rule: 'a tag key is not empty', change: selector({ tags: { '': 'x' } }), field: 'spec.instanceSelector.tags', remedy: 'tag keys have 1 to 128 characters' },
  { rule: 'a tag key has an end', change: selector({ tags: { ['k'.repeat(129)]: 'x' } }), field: 'spec.instanceSelector.tags', remedy: 'tag keys have 1 to 128 characters' },
  { rule: 'a tag value has an end', change: selector({ tags: { key: 'v'.repeat(129) } }), field: 'spec.instanceSelector.tags.key', remedy: 'tag values have at most 128 characters', serverSays: 'Too long' },
  { rule: 'an instance has at most 20 tags', change: selector({ tags: Object.fromEntries(many('k', 21).map((key) => [key, ''])) }), field: 'spec.instanceSelector.tags', remedy: 'holds more than 20 tags', serverSays: 'Too many' },
  { rule: 'a tag value is text', change: selector({ tags: { key: 1 } }), field: 'spec.instanceSelector.tags.key', remedy: 'must be a string', serverSays: 'must be of type string' },
  { rule: 'the guard admits at least one instance', change: selector({ tags: { a: '' }, maxInstances: 0 }), field: 'spec.instanceSelector.maxInstances', remedy: 'must be at least 1', serverSays: 'should be greater than or equal to 1' },
  { rule: 'the guard has an end', change: selector({ tags: { a: '' }, maxInstances: 10_001 }), field: 'spec.instanceSelector.maxInstances', remedy: 'must be at most 10000', serverSays: 'should be less than or equal to 10000' },
  { rule: 'the NAT gateway is named by id', change: { egress: { natGatewayId: 'nat-1' } }, field: 'spec.egress.natGatewayId', remedy: 'begins with "ngw-"' },
  { rule: 'no addresses is not the default', change: { egress: { publicIps: [] } }, field: 'spec.egress.publicIps', remedy: 'name at least one, or leave the field out' },
  { rule: 'a block is not an address', change: { egress: { publicIps: ['47.98.1.0/24'] } }, field: 'spec.egress.publicIps[0]', remedy: 'write an IPv4 address' },
  { rule: 'an address has four bytes', change: { egress: { publicIps: ['47.98.1.256'] } }, field: 'spec.egress.publicIps[0]', remedy: 'write an IPv4 address' },
  { rule: 'security groups are named by id', change: { networkInterface: { securityGroupIds: ['default'] } }, field: 'spec.networkInterface.securityGroupIds[0]', remedy: 'begins with "sg-"' },
  { rule: 'an interface has at most 16 groups', change: { networkInterface: { securityGroupIds: many('sg-', 17) } }, field: 'spec.networkInterface.securityGroupIds', remedy: 'holds more than 16 items', serverSays: 'Too many' },
  { rule: 'billing is a choice of two', change: { subscriptionBilling: 'Yes' }, field: 'spec.subscriptionBilling', remedy: 'Unchanged, ChangeToPayAsYouGo', serverSays: 'supported values: "Unchanged", "ChangeToPayAsYouGo"' },
  { rule: 'the mode is a choice of two', change: { mode: 'DryRun' }, field: 'spec.mode', remedy: 'Enforce, Observe', serverSays: 'supported values: "Enforce", "Observe"' },
  { rule: 'a rollout of none is not a pause', change: { rollout: { maxInProgress: 0 } }, field: 'spec.rollout.maxInProgress', remedy: 'use mode: Observe' },
  { rule: 'a rollout is not negative', change: { rollout: { maxInProgress: -1 } }, field: 'spec.rollout.maxInProgress', remedy: 'use mode: Observe' },
  { rule: 'a rollout of no percent is not a pause', change: { rollout: { maxInProgress: '0%' } }, field: 'spec.rollout.maxInProgress', remedy: 'a percentage from "1%" to "100%"' },
  { rule: 'a rollout is at most everything', change: { rollout: { maxInProgress: '101%' } }, field: 'spec.rollout.maxInProgress', remedy: 'a percentage from "1%" to "100%"' },
  { rule: 'a number in quotes is no percentage', change: { rollout: { maxInProgress: '5' } }, field: 'spec.rollout.maxInProgress', remedy: 'a percentage from "1%" to "100%"' },
  { rule: 'a check takes at least a minute', change: { drift: { checkInterval: '59s' } }, field: 'spec.drift.checkInterval', remedy: 'a duration from 1m to 24h' },
  { rule: 'a check comes at least daily', change: { drift: { checkInterval: '25h' } }, field: 'spec.drift.checkInterval', remedy: 'a duration from 1m to 24h' },
  { rule: 'a duration has a unit', change: { drift: { checkInterval: '300' } }, field: 'spec.drift.checkInterval', remedy: 'a duration from 1m to 24h' },
  { rule: 'the answer to drift is a choice of two', change: { drift: { action: 'Ignore' } }, field: 'spec.drift.action', remedy: 'Correct, Report', serverSays: 'supported values: "Correct", "Report"' },
  { rule: 'the deletion policy is a choice of two', change: { deletionPolicy: 'Delete' }, field: 'spec.deletionPolicy', remedy: 'Retain, Revert', serverSays: 'supported values: "Retain", "Revert"' },
  { rule: 'the deselection policy is a choice of two', change: { deselectionPolicy: 'Keep' }, field: 'spec.deselectionPolicy', remedy: 'Retain, Revert', serverSays: 'supported values: "Retain", "Revert"' },
];
