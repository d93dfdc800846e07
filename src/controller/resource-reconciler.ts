/**
 * The resource's own loop: list when due, make the set, triage, finalizer, status. It performs nothing in the cloud.
 */
import { NO_FENCES, outside } from '../core/fences.ts';
import type { Inventory } from '../core/inventory.ts';
import type { Problem } from '../core/problem.ts';
import type { Obstacle } from '../core/status.ts';
import { chooseNatGateway } from '../core/way-out.ts';
import { CloudError } from '../ports/cloud-error.ts';
import { KubernetesError } from '../ports/resources.ts';
import { blastObstacle } from './blast-radius.ts';
import { inWords } from './cloud-words.ts';
import { backoffMs, resourceKey, type Context } from './context.ts';
import { wantedWayOut } from './judge.ts';
import { holdOrLetGo, letGoUnseen } from './letting-go.ts';
import { dueInMs, ensureListing, intervalMs, noteRequests } from './listing.ts';
import { egressPublicIps, readSecurityGroups, triage, updateMembers, watchRemembered } from './members.ts';
import { noteOrphans } from './orphans.ts';
import { writeStatus } from './report.ts';
import { askedFor, specOf, type ResourceState } from './resource-state.ts';
import { countError, noteWanted, type PassResult } from './told.ts';
import { rolloutObstacle } from './verification/hold-back.ts';
import { PRIORITY } from './work-queue.ts';

/** Until it is known who is a node of this cluster. */
const NODES_MS = 5_000;

/** One pass over one resource. Never throws for what the cloud or the API server says. */
export async function reconcileResource(ctx: Context, state: ResourceState): Promise<PassResult> {
  try {
    await pass(ctx, state);
    state.writeFailures = 0;
    return state.vpc.refusal ? 'error' : 'success';
  } catch (error) {
    if (!(error instanceof KubernetesError)) throw error;
    state.writeFailures += 1;
    countError(ctx, 'resource', `kubernetes-${error.kind}`);
    ctx.log.warn('Kubernetes refused a write', { resource: state.resource.metadata.name, error: error.message, kind: error.kind });
    ctx.queue.addAfter(resourceKey(state.resource.metadata.name), error.retryAfterMs ?? backoffMs(ctx.random, state.writeFailures, intervalMs(ctx, state.resource)), PRIORITY.drift);
    return 'error';
  }
}

async function pass(ctx: Context, state: ResourceState): Promise<void> {
  const fenced = outside(state.resource, ctx.options.fences ?? NO_FENCES);
  if (fenced) return passOutside(ctx, state, fenced);
  const priority = noteEdit(state) ? PRIORITY.edit : PRIORITY.drift;
  noteWanted(ctx, state.told, state.generation, state.wasReady);
  tellRivals(ctx, state);
  noteRequests(ctx, state);
  const cannotList = await ensureListing(ctx, state);
  const { inventory } = state.vpc;
  if (cannotList || !inventory) return passUnseen(ctx, state, cannotList);
  const unread = await groupsObstacle(state);
  // the set is made in any case: who is in its window is closed, whatever stands in the way of the others
  const considered = consider(ctx, state, inventory);
  const obstacle = unread ?? considered;
  state.frozen = obstacle !== undefined;
  triage(ctx, state, inventory, priority);
  noteWayOut(ctx, state, inventory);
  await noteOrphans(ctx, state.vpc, inventory);
  await holdOrLetGo(ctx, state, obstacle);
  await writeStatus(ctx, state, obstacle ?? laterObstacle(ctx, state));
  ctx.queue.addAfter(resourceKey(state.resource.metadata.name), againMs(ctx, state), PRIORITY.resync);
}

/** What stands in the way once everybody is judged. */
const laterObstacle = (ctx: Context, state: ResourceState): Obstacle | undefined =>
  blastObstacle(state) ?? rolloutObstacle(ctx, state) ?? unstableObstacle(state) ?? unlistedObstacle(state);

function againMs(ctx: Context, state: ResourceState): number {
  const unknownNodes = ctx.nodes.instanceIds() === undefined && !state.resource.spec.instanceSelector.includeKubernetesNodes;
  return unknownNodes ? NODES_MS : dueInMs(ctx, state);
}

/** The VPC cannot be listed: what status remembers as open is closed, and nothing else is done. */
async function passUnseen(ctx: Context, state: ResourceState, obstacle: Obstacle | undefined): Promise<void> {
  watchRemembered(ctx, state);
  await letGoUnseen(ctx, state);
  await writeStatus(ctx, state, obstacle);
  ctx.queue.addAfter(resourceKey(state.resource.metadata.name), dueInMs(ctx, state), PRIORITY.resync);
}

/** Outside the fences: said, and nothing else. Who wants to be rid of it abandons it. */
async function passOutside(ctx: Context, state: ResourceState, { reason, message }: Problem): Promise<void> {
  await letGoUnseen(ctx, state);
  const open = (state.resource.status.unsettled ?? []).filter((entry) => entry.state === 'InWindow');
  const byHand = open.map(({ instanceId, eipId }) => `bind EIP ${eipId ?? '?'} to ${instanceId} by hand`);
  await writeStatus(ctx, state, { reason, message: [message, ...byHand].join('. '), unknown: false });
}

/** Whether the spec was edited since the last pass; then everything given up is tried anew. */
function noteEdit(state: ResourceState): boolean {
  const { generation } = state.resource.metadata;
  if (generation === state.generation) return false;
  state.generation = generation;
  state.epoch += 1;
  state.testsAsked = askedFor(state.resource);
  state.edited = true;
  state.vpc.refusal = undefined;
  state.wasReady = false;
  for (const memory of state.memories()) memory.startAnewForEdit();
  return true;
}

/** Whoever shares the VPC decides anew who has which instance, before anything is done under the new spec; at the start all do so anyway. */
function tellRivals(ctx: Context, state: ResourceState): void {
  const { resource, vpc } = state;
  const asOf = specOf(resource);
  if (state.toldRivals === asOf) return;
  const isNews = vpc.listedMs !== undefined;
  state.toldRivals = asOf;
  const rivals = isNews ? ctx.resources.list().filter(({ spec, metadata }) => spec.vpcId === resource.spec.vpcId && metadata.uid !== state.uid) : [];
  for (const { metadata } of rivals) ctx.queue.add(resourceKey(metadata.name), PRIORITY.drift);
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

/** The API is unwell and somebody waits for that to end. */
function unstableObstacle({ reported }: ResourceState): Obstacle | undefined {
  const held = [...reported.values()].find(({ reason }) => reason === 'CloudUnstable');
  return held && { reason: 'CloudUnstable', message: held.message, unknown: false, passing: true };
}

/** All that is known looks well, but it was seen before this spec was. */
function unlistedObstacle({ isListed, reported }: ResourceState): Obstacle | undefined {
  if (isListed || [...reported.values()].some(({ verdict }) => !('settled' in verdict.move))) return undefined;
  return { reason: 'Progressing', message: 'The spec is new; the VPC is listed anew before anything is said of it', unknown: false, passing: true };
}

/** A change of the addresses by which everybody leaves is drift, told once for all. */
function noteWayOut(ctx: Context, state: ResourceState, inventory: Inventory): void {
  if (![...state.members.values()].some(({ id, selected }) => selected && inventory.instances.has(id))) return;
  const ips = egressPublicIps(state, inventory).join(', ');
  const before = state.lastWayOut ?? state.resource.status.egressPublicIps?.join(', ');
  if (before !== undefined && before !== '' && before !== ips) {
    ctx.metrics.count('drift_detected_total', { kind: 'way-out' });
    ctx.events.record(state.resource, { type: 'Warning', reason: 'DriftDetected', action: 'Observe', note: `The way out is ${ips || 'gone'}, was ${before}` });
  }
  state.lastWayOut = ips;
}
