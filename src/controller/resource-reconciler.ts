/**
 * The resource's own loop: list when due, make the set, triage, finalizer, status. It performs nothing in the cloud.
 * The finalizer comes after the first good read and before the first write, and goes when nothing of ours is left to do as
 * judged on a listing begun after the deletion was seen.
 */
import { ANNOTATION, FINALIZER } from '../api/names.ts';
import type { Obstacle, Reported } from '../core/status.ts';
import { statusOf } from '../core/status.ts';
import { chooseNatGateway } from '../core/way-out.ts';
import type { Inventory } from '../core/inventory.ts';
import type { Member } from '../core/selection.ts';
import { CloudError } from '../ports/cloud-error.ts';
import { KubernetesError } from '../ports/resources.ts';
import { inWords } from './cloud-words.ts';
import { blastObstacle } from './blast-radius.ts';
import { backoffMs, resourceKey, type Context } from './context.ts';
import { wantedWayOut } from './judge.ts';
import { dueInMs, ensureListing, intervalMs, noteRequests, openRequest } from './listing.ts';
import { egressPublicIps, readSecurityGroups, triage, updateMembers } from './members.ts';
import type { ResourceState } from './resource-state.ts';
import { isRemovalOverdue } from './watchdog.ts';
import { PRIORITY } from './work-queue.ts';

/** Status is written at most this often. */
const STATUS_MIN_MS = 2_000;
const FINALIZING_MS = 1_000;
/** Until it is known who is a node of this cluster. */
const NODES_MS = 5_000;

/** One pass over one resource. Never throws for what the cloud or the API server says. */
export async function reconcileResource(ctx: Context, state: ResourceState): Promise<void> {
  try {
    await pass(ctx, state);
    state.writeFailures = 0;
  } catch (error) {
    if (!(error instanceof KubernetesError)) throw error;
    state.writeFailures += 1;
    ctx.log.warn('Kubernetes refused a write', { resource: state.resource.metadata.name, error: error.message, kind: error.kind });
    ctx.queue.addAfter(resourceKey(state.resource.metadata.name), error.retryAfterMs ?? backoffMs(ctx.random, state.writeFailures, intervalMs(ctx, state.resource)), PRIORITY.drift);
  }
}

async function pass(ctx: Context, state: ResourceState): Promise<void> {
  const { name } = state.resource.metadata;
  const priority = noteEdit(state) ? PRIORITY.edit : PRIORITY.drift;
  noteRequests(ctx, state);
  const cannotList = await ensureListing(ctx, state);
  const { inventory } = state.vpc;
  if (cannotList || !inventory) {
    await letGoUnseen(ctx, state);
    await writeStatus(ctx, state, cannotList);
    ctx.queue.addAfter(resourceKey(name), dueInMs(ctx, state), PRIORITY.resync);
    return;
  }
  const obstacle = (await groupsObstacle(state)) ?? consider(ctx, state, inventory);
  state.frozen = obstacle !== undefined;
  triage(ctx, state, inventory, priority);
  noteWayOut(ctx, state, inventory);
  await holdOrLetGo(ctx, state, obstacle);
  await writeStatus(ctx, state, obstacle ?? blastObstacle(state));
  const unknownNodes = ctx.nodes.instanceIds() === undefined && !state.resource.spec.instanceSelector.includeKubernetesNodes;
  ctx.queue.addAfter(resourceKey(name), unknownNodes ? NODES_MS : dueInMs(ctx, state), PRIORITY.resync);
}

/** Whether the spec was edited since the last pass; then everything given up is tried anew. */
function noteEdit(state: ResourceState): boolean {
  const { generation } = state.resource.metadata;
  if (generation === state.generation) return false;
  state.generation = generation;
  state.edited = true;
  state.refusal = undefined;
  state.wasReady = false;
  for (const memory of state.memories()) memory.startAnewForEdit();
  return true;
}

async function groupsObstacle(state: ResourceState): Promise<Obstacle | undefined> {
  if (state.resource.metadata.deletionTimestamp !== undefined) return undefined;
  try {
    await readSecurityGroups(state);
    return undefined;
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    const reason = error.detail.kind === 'forbidden' ? 'CloudForbidden' : 'CloudUnavailable';
    return { reason, message: inWords(error, reason), unknown: reason === 'CloudUnavailable' };
  }
}

/** What stands in the way of the whole resource, judged on a complete listing. */
function consider(ctx: Context, state: ResourceState, inventory: Inventory): Obstacle | undefined {
  updateMembers(ctx, state, inventory);
  const { spec, metadata } = state.resource;
  const stop = (reason: Obstacle['reason'], message: string): Obstacle => ({ reason, message, unknown: false });
  if (metadata.deletionTimestamp !== undefined) return undefined;
  if (inventory.network.vSwitches.length === 0) return stop('VpcNotFound', `VPC ${spec.vpcId} is not in region ${spec.regionId}, or has no vSwitch that these credentials can see. Check spec.regionId and spec.vpcId`);
  const selected = [...state.members.values()].filter((member) => member.selected).length;
  const { maxInstances } = spec.instanceSelector;
  if (maxInstances !== undefined && selected > maxInstances) return stop('TooManyInstances', `${selected} instances are selected, spec.instanceSelector.maxInstances is ${maxInstances}. Narrow the selector or raise maxInstances`);
  const gateway = chooseNatGateway(inventory.network, wantedWayOut(state));
  return 'reason' in gateway ? stop(gateway.reason, gateway.message) : undefined;
}

/** A change of the addresses by which everybody leaves is drift, told once for all. */
function noteWayOut(ctx: Context, state: ResourceState, inventory: Inventory): void {
  if (![...state.members.values()].some((member) => member.selected)) return;
  const ips = egressPublicIps(state, inventory).join(', ');
  const before = state.lastWayOut ?? state.resource.status.egressPublicIps?.join(', ');
  if (before !== undefined && before !== '' && before !== ips) {
    ctx.events.record(state.resource, { type: 'Warning', reason: 'DriftDetected', action: 'Observe', note: `The way out is ${ips || 'gone'}, was ${before}` });
  }
  state.lastWayOut = ips;
}

async function holdOrLetGo(ctx: Context, state: ResourceState, obstacle: Obstacle | undefined): Promise<void> {
  const { resource } = state;
  const held = resource.metadata.finalizers.includes(FINALIZER);
  if (resource.metadata.deletionTimestamp === undefined) {
    const begins = !ctx.options.observeOnly && resource.spec.mode === 'Enforce' && state.members.size > 0 && obstacle === undefined;
    if (begins && !held) await ctx.resources.addFinalizer(resource);
    return;
  }
  if (!held) return;
  if (isLetGo(ctx, state)) {
    sayWhatStays(ctx, state);
    await ctx.resources.removeFinalizer(resource);
    ctx.log.info('let go', { resource: resource.metadata.name });
  } else ctx.queue.addAfter(resourceKey(resource.metadata.name), FINALIZING_MS, PRIORITY.edit);
}

/** Nothing can be read, perhaps never again: a person who abandons the resource is let go, unless a window is known to be open. */
async function letGoUnseen(ctx: Context, state: ResourceState): Promise<void> {
  const { resource } = state;
  const { metadata: { deletionTimestamp, finalizers } } = resource;
  if (deletionTimestamp === undefined || !finalizers.includes(FINALIZER) || !isAbandoned(state)) return;
  const inWindow = [...state.reported.values()].some(({ verdict }) => verdict.state === 'InWindow') || (resource.status.unsettled ?? []).some((entry) => entry.state === 'InWindow');
  if (inWindow) return;
  ctx.events.record(resource, { type: 'Warning', reason: 'LeftBehind', action: 'Finalize', note: 'Abandoned while the cloud could not be read: every EIP and ENI stays as it is and keeps its tags' });
  await ctx.resources.removeFinalizer(resource);
}

const isAbandoned = ({ resource, uid }: ResourceState): boolean => resource.metadata.annotations[ANNOTATION.abandon] === uid;

/** States in which nobody lets go, whatever is wished. */
const UNSAFE: ReadonlySet<string> = new Set(['InWindow', 'Unknown']);

/** Every member is done, by a view taken after the deletion was seen. No window is ever left open. */
function isLetGo(ctx: Context, state: ResourceState): boolean {
  const seenMs = state.deletionSeenMs ?? Number.POSITIVE_INFINITY;
  return (state.vpc.listedMs ?? 0) >= seenMs && [...state.members.values()].every((member) => isDone(ctx, state, member));
}

function isDone(ctx: Context, state: ResourceState, { id, target }: Member): boolean {
  const verdict = state.reported.get(id)?.verdict;
  if (verdict === undefined || UNSAFE.has(verdict.state)) return false;
  return isAbandoned(state) || 'settled' in verdict.move || (target.goal === 'release' ? isUntagRefused(state, id) : isRemovalOverdue(ctx, state, id));
}

/** Retain does not wait for the cloud: what it refuses to untag stays tagged. */
function isUntagRefused(state: ResourceState, id: Member['id']): boolean {
  const { overlay } = state.memory(id);
  return overlay?.stuck === true && overlay.reason !== 'Observing';
}

/** What could not be undone keeps its tags, so that it can be found; the user is told. */
function sayWhatStays(ctx: Context, state: ResourceState): void {
  const stays = [...state.reported.values()].filter(({ verdict }) => !('settled' in verdict.move));
  for (const { verdict, message } of stays) ctx.events.record(state.resource, { type: 'Warning', reason: 'LeftBehind', action: 'Finalize', note: `${verdict.instanceId} (EIP ${verdict.eipId ?? '-'}, ENI ${verdict.networkInterfaceId ?? '-'}) keeps its tags: ${message}` });
}

async function writeStatus(ctx: Context, state: ResourceState, obstacle: Obstacle | undefined): Promise<void> {
  const nowMs = ctx.clock.monotonic();
  const { name } = state.resource.metadata;
  if (nowMs - state.statusWrittenMs < STATUS_MIN_MS) {
    ctx.queue.addAfter(resourceKey(name), state.statusWrittenMs + STATUS_MIN_MS - nowMs, PRIORITY.drift);
    return;
  }
  const status = desiredStatus(ctx, state, obstacle);
  await ctx.resources.applyStatus(state.resource, status);
  state.statusWrittenMs = nowMs;
}

function desiredStatus(ctx: Context, state: ResourceState, obstacle: Obstacle | undefined): ReturnType<typeof statusOf> {
  const handled = obstacle?.unknown === true ? undefined : answeredRequest(state);
  const natGatewayId = natGatewayOf(state);
  return statusOf({
    resource: state.resource,
    reported: reportedOf(state),
    observing: ctx.options.observeOnly || state.resource.spec.mode === 'Observe',
    egressPublicIps: state.vpc.inventory ? egressPublicIps(state, state.vpc.inventory) : (state.resource.status.egressPublicIps ?? []),
    now: new Date(ctx.clock.now()).toISOString().replace(/\.\d{3}Z$/, 'Z'),
    ...(natGatewayId !== undefined && { natGatewayId }),
    ...(obstacle && { obstacle }),
    ...(handled !== undefined && { handled }),
  });
}

/** Who is selected, and who has left and is not done with yet. Of a resource that is being deleted, everybody. */
function reportedOf({ resource, members, reported }: ResourceState): Reported[] {
  const ends = resource.metadata.deletionTimestamp !== undefined;
  return [...members.values()].flatMap(({ id, selected }) => {
    const said = reported.get(id);
    return said && (ends || selected || !('settled' in said.verdict.move)) ? [said] : [];
  });
}

function natGatewayOf(state: ResourceState): string | undefined {
  const gateway = state.vpc.network && chooseNatGateway(state.vpc.network, wantedWayOut(state));
  return gateway === undefined || 'reason' in gateway ? undefined : gateway.id;
}

/** The request whose listing was begun after it was seen. */
function answeredRequest(state: ResourceState): string | undefined {
  const seenMs = state.requestSeen?.atMs ?? Number.POSITIVE_INFINITY;
  return (state.vpc.listedMs ?? 0) >= seenMs ? openRequest(state) : undefined;
}
