// deploy/ram/*.json: the policies of Resource Access Management, from the table of actions in src/api/cloud-actions.ts. Pure. JSON has no
// comments, so it is the README beside them that says what each is for.
import { ALL_CLOUD_ACTIONS, OWNERSHIP_TAG, RESOURCE_ARN } from '../../src/api/cloud-actions.ts';
import type { NamedAction, OptIn, ResourceKind } from '../../src/api/cloud-actions.ts';
import { TAG } from '../../src/api/names.ts';

export interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

export interface Policy {
  readonly Version: '1';
  readonly Statement: readonly Statement[];
}

const ANY = ['*'];

const named = (actions: readonly NamedAction[]): readonly string[] => actions.map(({ name }) => name).sort();

const actionsOf = (access: NamedAction['access'], optIns: readonly NamedAction['optIn'][]): readonly NamedAction[] => ALL_CLOUD_ACTIONS.filter((action) => action.access === access && optIns.includes(action.optIn));

const reads = (optIn?: OptIn): Statement => ({ Effect: 'Allow', Action: named(actionsOf('read', [optIn])), Resource: ANY });

const writes = (...optIns: readonly NamedAction['optIn'][]): readonly NamedAction[] => actionsOf('write', optIns);

const CONDITION_KEY = { onResource: `acs:ResourceTag/${OWNERSHIP_TAG}`, inRequest: `acs:RequestTag/${OWNERSHIP_TAG}` } as const;

/** One kind of resource, under one condition or none. */
interface Scope {
  readonly resource: ResourceKind;
  readonly tag?: NonNullable<NamedAction['networkInterfaceTag']>;
}

const scopesOf = ({ resources, networkInterfaceTag }: NamedAction): readonly Scope[] =>
  resources.map((resource) => (resource === 'networkInterface' && networkInterfaceTag ? { resource, tag: networkInterfaceTag } : { resource }));

/**
 * RAM allows a call when each resource that it checks is allowed by some statement, so every kind of resource has statements of its own: the
 * condition on an interface is not asked of the instance that it is attached to.
 */
function scoped(actions: readonly NamedAction[]): readonly Statement[] {
  const rows = actions.flatMap((action) => scopesOf(action).map((scope) => ({ action, scope })));
  return [...Map.groupBy(rows, ({ scope: { resource, tag } }) => `${resource} ${tag ?? ''}`).values()].map((group) => statementOf(group[0]?.scope, group.map(({ action }) => action)));
}

function statementOf(scope: Scope | undefined, actions: readonly NamedAction[]): Statement {
  const Resource = scope === undefined ? ANY : [RESOURCE_ARN[scope.resource]];
  const statement: Statement = { Effect: 'Allow', Action: named(actions), Resource };
  return scope?.tag === undefined ? statement : { ...statement, Condition: { StringLike: { [CONDITION_KEY[scope.tag]]: ANY } } };
}

const policy = (...statements: readonly Statement[]): Policy => ({ Version: '1', Statement: statements });

/** Everything that the controller does unless a flag asks for more. */
export const controllerPolicy = (): Policy => policy(reads(), ...scoped(writes(undefined)));

/** The same actions, on whatever resource. */
export const unscopedPolicy = (): Policy => policy(reads(), { Effect: 'Allow', Action: named(writes(undefined)), Resource: ANY });

/** Enough for mode Observe, --observe-only, plan and instances. */
export const readOnlyPolicy = (): Policy => policy(reads());

/** On top, for --allow-billing-changes. */
export const billingPolicy = (): Policy => policy(...scoped(writes('billing')));

/** On top, for --allow-guest-commands, where our commands are not registered: whatever text the controller sends is run. */
export const guestCommandsPolicy = (): Policy => policy(reads('guestCommands'), ...scoped(writes('guestCommands', 'runAnything')));

/** The same where they are registered: what is in these commands is run, and nothing else. */
export const registeredCommandsPolicy = (): Policy => policy(reads('guestCommands'), ...scoped(writes('guestCommands')));

/** For whoever registers them. */
export const registrationPolicy = (): Policy => policy({ Effect: 'Allow', Action: ['ecs:DescribeCommands'], Resource: ANY }, ...scoped(writes('registration')));

/** On top, for `npm run qualify`, which makes EIPs of its own and releases them. */
export const qualificationPolicy = (): Policy => policy({ Effect: 'Allow', Action: ['vpc:AllocateEipAddress', 'vpc:ReleaseEipAddress'], Resource: [RESOURCE_ARN.eip] });

/** Both products' own actions, and those of the service that tags for all products. */
const TAGGING = ['ecs:TagResources', 'ecs:UntagResources', 'tag:TagResources', 'tag:UntagResources', 'vpc:TagResources', 'vpc:UnTagResources'];
const MAKING = ['ecs:CreateNetworkInterface', 'vpc:AllocateEipAddress'];

/** The link tags. A hold is for people to set: it is the emergency stop. */
export const GUARDED_TAGS: readonly string[] = [TAG.cluster, TAG.owner, TAG.instance, TAG.eip];

/** Keys of one condition must all hold, so each tag has a statement of its own. */
const guard = (key: string): readonly Statement[] => [
  { Effect: 'Deny', Action: [...MAKING, ...TAGGING].sort(), Resource: ANY, Condition: { StringLike: { [`acs:RequestTag/${key}`]: ANY } } },
];

/** For everybody but the controller. */
export const guardPolicy = (): Policy => policy(...GUARDED_TAGS.flatMap(guard));

export const policyFile = (of: Policy): string => `${JSON.stringify(of, null, 2)}\n`;
