/**
 * Which instances a resource is about, and what it wants of each. Its set is what it selects and what carries its UID;
 * of two resources that select one instance, the living owner in the tags keeps it, else the older one, else the lower UID.
 */
import type { EgressUnification } from '../api/egress-unification.ts';
import { ANNOTATION, TAG } from '../api/names.ts';
import type { InstanceId, SecurityGroupId, Uid, VpcId, VSwitchId } from './ids.ts';
import { inventoryOf, type Inventory } from './inventory.ts';
import { problem, type Problem } from './problem.ts';
import type { Goal, Target } from './situation.ts';
import type { Instance, Tags } from './view.ts';

/** Whether the selector matches: what is given must all hold. */
export const selects = (resource: EgressUnification, instance: Instance): boolean => selectorOf(resource)(instance);

/** The selector, to be asked of many. */
function selectorOf({ spec }: EgressUnification): (instance: Instance) => boolean {
  const { instanceIds, tags, vSwitchIds } = spec.instanceSelector;
  const wanted = Object.entries(tags ?? {});
  return (instance) =>
    instance.vpcId === spec.vpcId &&
    (instanceIds?.includes(instance.id) ?? true) &&
    (vSwitchIds?.includes(instance.vSwitchId) ?? true) &&
    wanted.every(([key, value]) => instance.tags[key] === value);
}

function selectedIn({ instances }: Inventory, resource: EgressUnification): InstanceId[] {
  const isSelected = selectorOf(resource);
  const ids: InstanceId[] = [];
  // without a copy of the list, which a thousand resources would make for each listing
  for (const instance of instances.values()) if (isSelected(instance)) ids.push(instance.id);
  return ids;
}

export interface SelectionInput {
  readonly resource: EgressUnification;
  /** Every resource that lives, this one included. */
  readonly resources: readonly EgressUnification[];
  /** UIDs of resources that live and cannot be read. */
  readonly unreadable: readonly string[];
  readonly inventory: Inventory;
  readonly clusterId: string;
  readonly allowBillingChanges: boolean;
  /** Tags that an instance must carry to be written to. */
  readonly requiredTags?: Tags;
  /** Instance ids of this cluster's nodes; undefined: not known, and then everybody may be one. */
  readonly nodes: ReadonlySet<string> | undefined;
  /** Who was written to since the inventory was made. */
  readonly marked?: readonly InstanceId[];
  /** Who was selected until now, and who is known to be released: one that is not listed has not left unless it is gone. */
  readonly before?: readonly InstanceId[];
  readonly gone?: ReadonlySet<InstanceId>;
  /** Who carries this resource's UID by a look that is newer than the inventory. */
  readonly owned?: ReadonlySet<InstanceId>;
}

/** What is the same for every member. */
interface Shared extends SelectionInput {
  readonly livingOwners: readonly string[];
  /** Sorted once, not once per member. */
  readonly eldestFirst: readonly EgressUnification[];
}

export interface Member {
  readonly id: InstanceId;
  readonly selected: boolean;
  readonly target: Target;
}

/** Every instance that the resource is about, in the order of ids; of one that is being deleted, what carries its UID. */
export function membersOf(input: SelectionInput): readonly Member[] {
  const { resource, inventory } = input;
  const lives = resource.metadata.deletionTimestamp === undefined;
  const selected = lives ? selectedIn(inventory, resource) : [];
  const tagged = (inventory.taggedBy.get(resource.metadata.uid) ?? [])
    .filter(({ tags }) => tags[TAG.cluster] === input.clusterId)
    .flatMap(({ tags }) => (tags[TAG.instance] === undefined ? [] : [tags[TAG.instance] as InstanceId]));
  const unlisted = lives ? [...(input.before ?? []), ...tagged].filter((id) => !inventory.instances.has(id) && input.gone?.has(id) !== true) : [];
  const isSelected = new Set([...selected, ...unlisted]);
  const livingOwners = [...input.resources.map((other) => other.metadata.uid), ...input.unreadable];
  const shared = { ...input, livingOwners, eldestFirst: eldestFirst(input.resources) };
  return [...new Set([...isSelected, ...tagged, ...(input.marked ?? [])])].sort().map((id) => ({ id, selected: isSelected.has(id), target: targetOf(shared, id, isSelected.has(id)) }));
}

const NOTHING = { vSwitches: [], routeTables: [], natGateways: [] };

/** One that was a member when it was last known, while nothing can be listed: what is not seen has not left. */
export function unseenMember(input: Omit<SelectionInput, 'inventory'>, id: InstanceId): Member {
  const inventory = inventoryOf({ instances: [], networkInterfaces: [], eips: [], network: { vpcId: input.resource.spec.vpcId as VpcId, ...NOTHING } });
  const livingOwners = [...input.resources.map((other) => other.metadata.uid), ...input.unreadable];
  return { id, selected: true, target: targetOf({ ...input, inventory, livingOwners, eldestFirst: [] }, id, true) };
}

const POLICY: Record<'Retain' | 'Revert', Goal> = { Retain: 'release', Revert: 'revert' };

function goalOf({ metadata, spec }: EgressUnification, selected: boolean): Goal {
  if (metadata.deletionTimestamp !== undefined) return POLICY[spec.deletionPolicy];
  return selected ? 'unify' : POLICY[spec.deselectionPolicy];
}

function targetOf(input: Shared, id: InstanceId, selected: boolean): Target {
  const { resource, clusterId, livingOwners } = input;
  const { metadata, spec } = resource;
  const { vSwitchIds, securityGroupIds } = spec.networkInterface;
  const adoptFrom = metadata.annotations[ANNOTATION.adoptFrom];
  const requested = metadata.annotations[ANNOTATION.reconcileRequestedAt];
  const exclusion = selected ? exclusionOf(input, id) : undefined;
  return {
    goal: goalOf(resource, selected),
    owner: { cluster: clusterId, uid: metadata.uid as Uid },
    generation: metadata.generation,
    liftHolds: requested !== undefined && requested !== resource.status.lastHandledReconcileAt,
    livingOwners,
    changeToPayAsYouGo: spec.subscriptionBilling === 'ChangeToPayAsYouGo' && input.allowBillingChanges,
    reportOnly: false,
    guestRouting: spec.guestRouting,
    ...(adoptFrom !== undefined && { adoptFrom }),
    ...(vSwitchIds && { vSwitchIds: vSwitchIds as readonly VSwitchId[] }),
    ...(securityGroupIds && { securityGroupIds: securityGroupIds as readonly SecurityGroupId[] }),
    ...(exclusion && { exclusion }),
    ...(input.requiredTags && { requiredTags: input.requiredTags }),
  };
}

function exclusionOf(input: Shared, id: InstanceId): Problem | undefined {
  const { resource, nodes } = input;
  const winner = ownerOf(input, id);
  if (winner.metadata.uid !== resource.metadata.uid) return problem('OwnedByAnother', `Instance ${id} belongs to EgressUnification ${winner.metadata.name}`);
  if (resource.spec.instanceSelector.includeKubernetesNodes) return undefined;
  if (nodes === undefined) return problem('NodesUnknown', 'The nodes of this cluster could not be read, so any instance may be one');
  return nodes.has(id) ? problem('KubernetesNode', `Instance ${id} is a node of this cluster`) : undefined;
}

/** Each time is read once: a thousand resources sort as many for each pass of each. */
function eldestFirst(resources: readonly EgressUnification[]): readonly EgressUnification[] {
  const dated = resources.map((resource) => ({ resource, uid: resource.metadata.uid, bornMs: Date.parse(resource.metadata.creationTimestamp) }));
  return dated.sort((a, b) => a.bornMs - b.bornMs || (a.uid < b.uid ? -1 : 1)).map(({ resource }) => resource);
}

function ownerOf({ resource, eldestFirst: eldest, inventory, clusterId, owned }: Shared, id: InstanceId): EgressUnification {
  if (owned?.has(id)) return resource;
  const objects = [...(inventory.eipsOf.get(id) ?? []), ...(inventory.enisOf.get(id) ?? [])];
  const owners = new Set(objects.filter(({ tags }) => tags[TAG.cluster] === clusterId && tags[TAG.instance] === id).map(({ tags }) => tags[TAG.owner]));
  const instance = inventory.instances.get(id);
  const isRival = (other: EgressUnification): boolean =>
    instance !== undefined && other.metadata.deletionTimestamp === undefined && other.spec.regionId === resource.spec.regionId && selects(other, instance);
  return eldest.find((other) => owners.has(other.metadata.uid)) ?? eldest.find(isRival) ?? resource;
}
