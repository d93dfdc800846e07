// Resource Access Management as it is documented, for the calls of this product: a call is allowed when each resource that it is about is allowed
// by some statement whose condition holds, and no statement denies it. Which resources a call is about is read from the call as it was sent.
import type { CloudRequest } from '../../../sim/cloud/engine/cloud.ts';
import type { CloudState } from '../../../sim/cloud/state/cloud-state.ts';
import type { Policy, Statement } from '../../../scripts/ram/policies.ts';

type Tags = Readonly<Record<string, string>>;

/** One thing that a call is about. */
interface Subject {
  readonly arn: string;
  /** What it carries before the call. */
  readonly tags: Tags;
}

type Kind = 'instance' | 'eni' | 'securitygroup' | 'vswitch' | 'eip' | 'command';

const PRODUCT: Readonly<Record<Kind, string>> = { instance: 'ecs', eni: 'ecs', securitygroup: 'ecs', vswitch: 'vpc', eip: 'vpc', command: 'ecs' };

/** Parameters that hold ids, by their kind; `InstanceId` of the EIP calls is whatever the EIP is bound to. */
const NAMED: readonly (readonly [RegExp, Kind])[] = [
  [/^NetworkInterfaceId$/, 'eni'], [/^InstanceId(\.\d+)?$/, 'instance'], [/^CommandId$/, 'command'], [/^AllocationId$/, 'eip'], [/^VSwitchId$/, 'vswitch'], [/^SecurityGroupIds?\.\d+$/, 'securitygroup'],
];
const TAGGED: Readonly<Record<string, Kind>> = { eni: 'eni', EIP: 'eip' };

/** What a call makes, and what it has no id for yet. */
const MAKES: Readonly<Record<string, Kind>> = { CreateNetworkInterface: 'eni', CreateCommand: 'command', RunCommand: 'command' };

const kindOf = (id: string, kind: Kind): Kind => (id.startsWith('eni-') ? 'eni' : kind);

function idsOf({ action, params }: CloudRequest): readonly (readonly [Kind, string])[] {
  const entries = Object.entries(params);
  const named = entries.flatMap(([name, id]) => NAMED.filter(([pattern]) => pattern.test(name)).map(([, kind]) => [kindOf(id, kind), id] as const));
  const tagged = TAGGED[params['ResourceType'] ?? ''];
  const resources = tagged === undefined ? [] : entries.flatMap(([name, id]) => (/^ResourceId\.\d+$/.test(name) ? [[tagged, id] as const] : []));
  const billed = action === 'ModifyInstanceChargeType' ? (JSON.parse(params['InstanceIds'] ?? '[]') as string[]).map((id) => ['instance', id] as const) : [];
  const made = MAKES[action] === undefined ? [] : [[MAKES[action], '*'] as const];
  return [...named, ...resources, ...billed, ...made];
}

/** Commands of ours carry none. */
const NO_TAGS: ReadonlyMap<string, string> = new Map();

const registryOf = (state: CloudState, kind: Kind): ReadonlyMap<string, string> | { get(id: string): { readonly tags: ReadonlyMap<string, string> } | undefined } =>
  ({ instance: state.instances, eni: state.interfaces, securitygroup: state.securityGroups, vswitch: state.vSwitches, eip: state.eips, command: NO_TAGS })[kind];

function tagsOf(state: CloudState, kind: Kind, id: string): Tags {
  const found = registryOf(state, kind).get(id);
  return typeof found === 'object' ? Object.fromEntries(found.tags) : {};
}

/** A read is about nothing in particular. */
function subjectsOf(state: CloudState, request: CloudRequest): readonly Subject[] {
  if (request.action.startsWith('Describe')) return [{ arn: '*', tags: {} }];
  return idsOf(request).map(([kind, id]) => ({ arn: `acs:${PRODUCT[kind]}:${state.region}:1234567890123456:${kind}/${id}`, tags: tagsOf(state, kind, id) }));
}

function requestTags({ params }: CloudRequest): Tags {
  const keys = Object.entries(params).filter(([name]) => /^Tag\.\d+\.Key$/.test(name));
  return Object.fromEntries(keys.map(([name, key]) => [key, params[name.replace('.Key', '.Value')] ?? '']));
}

const matches = (pattern: string, text: string): boolean => new RegExp(`^${pattern.replaceAll(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`).test(text);

/** Every key of every operator must hold; one value of a key is enough; a key that is not there holds for none. */
function holds({ Condition = {} }: Statement, values: Tags): boolean {
  return Object.entries(Condition).every(([operator, keys]) => {
    if (operator !== 'StringLike') throw new Error(`the operator ${operator} is not known here`);
    return Object.entries(keys).every(([key, patterns]) => patterns.some((pattern) => values[key] !== undefined && matches(pattern, values[key])));
  });
}

const prefixed = (prefix: string, tags: Tags): Tags => Object.fromEntries(Object.entries(tags).map(([key, value]) => [`${prefix}/${key}`, value]));

/** Which statements speak of this call and this subject. */
function speaking(policies: readonly Policy[], request: CloudRequest, { arn, tags }: Subject): readonly Statement[] {
  const values = { ...prefixed('acs:RequestTag', requestTags(request)), ...prefixed('acs:ResourceTag', tags) };
  return policies.flatMap(({ Statement: statements }) => statements).filter((statement) =>
    statement.Action.includes(`${request.product}:${request.action}`) && statement.Resource.some((pattern) => matches(pattern, arn)) && holds(statement, values));
}

/** Whether the call may be made, and by which statements. */
export interface Verdict {
  readonly allowed: boolean;
  readonly by: readonly Statement[];
}

export function judge(policies: readonly Policy[], state: CloudState, request: CloudRequest): Verdict {
  const spoken = subjectsOf(state, request).map((subject) => speaking(policies, request, subject));
  const allowed = spoken.length > 0 && spoken.every((statements) => statements.length > 0 && statements.every(({ Effect }) => Effect === 'Allow'));
  return { allowed, by: spoken.flat() };
}
