/** The set of a resource after a listing: who is in it, what the listing says of each, and who has to be looked at. */
import { TAG } from '../api/names.ts';
import { problem } from '../core/problem.ts';
import { membersOf, unseenMember, type Member, type SelectionInput } from '../core/selection.ts';
import { viewFrom } from '../core/inventory.ts';
import type { InstanceId, SecurityGroupId } from '../core/ids.ts';
import type { Inventory } from '../core/inventory.ts';
import type { Verdict, View } from '../core/situation.ts';
import { noteBlast, noteUnasked } from './blast-radius.ts';
import { instanceKey, resourceKey, windowKey, type Context } from './context.ts';
import { judge, lastEipOf, wayOutOf } from './judge.ts';
import { specOf, type ResourceState } from './resource-state.ts';
import { modeGate } from './gates.ts';
import { placesOf } from './rollout.ts';
import { follow } from './verification/follow.ts';
import { followGuest, guestGiven } from './verification/guest.ts';
import { heldBack, letOn } from './verification/hold-back.ts';
import { noteProgress, noteWhole } from './verification/progress.ts';
import { reportedWith } from './verification/said.ts';
import { isSoaking } from './verification/soak.ts';
import type { Tested } from './verification/tested.ts';
import { isStillDue, keepsPlace, noteBlocked, noteDrift, noteEffect, noteOverlap, noteWindow } from './watchdog.ts';
import { PRIORITY, type Priority } from './work-queue.ts';

/** Whoever was held back by those that are through by now is told so. */
const REPORT_MS = 500;

/** Reads the security groups that the spec names, once for each listing; without names there is nothing to read. */
export async function readSecurityGroups(state: ResourceState): Promise<void> {
  const ids = state.resource.spec.networkInterface.securityGroupIds;
  const asOf = `${state.resource.metadata.generation}/${state.vpc.listedMs ?? ''}`;
  if (state.groupsAsOf === asOf) return;
  state.securityGroups = ids && (await state.vpc.cloud.describeSecurityGroups(ids as readonly SecurityGroupId[]));
  state.groupsAsOf = asOf;
}

export type Surveyor = Pick<Context, 'options' | 'nodes'> & { readonly resources: Pick<Context['resources'], 'list' | 'unreadableUids'> };

/** Members whose tags name this resource by a look that is newer than the listing. */
function ownedSince(state: ResourceState): Set<InstanceId> {
  return new Set([...state.members.keys()].filter((id) => {
    const { view, lookedMs = 0 } = state.memory(id);
    const seen = view && lookedMs >= (state.vpc.listedMs ?? 0) ? [...view.eips, ...view.networkInterfaces] : [];
    return seen.some(({ tags }) => tags[TAG.owner] === state.uid && tags[TAG.instance] === id);
  }));
}

/**
 * Members that were written to since the listing. Judged on the listing alone, an edit would lose one that was tagged after it,
 * and leave it dark if it is in its window (test/apiserver/selection.test.ts).
 */
function markedSince(state: ResourceState, owned: ReadonlySet<InstanceId>): InstanceId[] {
  return [...state.members.keys()].filter((id) => {
    const { sent, sending, windowSinceMs } = state.memory(id);
    return owned.has(id) || [sent, sending, windowSinceMs].some((begun) => begun !== undefined);
  });
}

/** The set as the listing shows it, with one way out for all. */
export function findMembers(surveyor: Surveyor, state: ResourceState, inventory: Inventory): Map<InstanceId, Member> {
  const owned = ownedSince(state);
  const before = [...state.members.values()].flatMap(({ id, selected }) => (selected ? [id] : []));
  const members = membersOf({ ...selectionInput(surveyor, state), inventory, owned, before, gone: state.vpc.goneInstances, marked: markedSince(state, owned) });
  return withSameWayOut(state, inventory, new Map(members.map((member) => [member.id, member])));
}

function selectionInput({ options: { clusterId, allowBillingChanges, fences }, nodes, resources }: Surveyor, state: ResourceState): Omit<SelectionInput, 'inventory' | 'marked' | 'owned' | 'before' | 'gone'> {
  return {
    resource: state.resource, resources: resources.list(), unreadable: resources.unreadableUids(), clusterId, allowBillingChanges, nodes: nodes.instanceIds(),
    ...(fences && { requiredTags: fences.instanceTags }),
  };
}

/** Nothing was listed since the process started: those that status remembers in their window are looked at by id, so that they are closed. */
export function watchRemembered(ctx: Context, state: ResourceState): void {
  const remembered = state.surveyed ? [] : (state.resource.status.unsettled ?? []).filter((entry) => entry.state === 'InWindow').map(({ instanceId }) => instanceId as InstanceId);
  for (const id of remembered.filter((each) => !state.members.has(each))) {
    state.members.set(id, unseenMember(selectionInput(ctx, state), id));
    state.memory(id).windowSinceMs = ctx.clock.monotonic();
    ctx.queue.add(instanceKey(state.resource.metadata.name, id), PRIORITY.window);
  }
}

/** Makes the set anew; says who joined and who left. */
export function updateMembers(ctx: Context, state: ResourceState, inventory: Inventory): void {
  const { resource } = state;
  const next = findMembers(ctx, state, inventory);
  const members = [...next.values()];
  for (const id of state.members.keys()) if (!next.has(id)) leave(ctx, state, id);
  const joined = state.members.size === 0 ? [] : members.filter((member) => member.selected && !state.members.has(member.id));
  for (const { id } of joined) ctx.events.record(resource, { type: 'Normal', reason: 'InstanceSelected', action: 'Observe', note: `${id} matches the selector now` });
  // who was excluded waits for nothing but that
  for (const { id, target } of members) if (state.members.get(id)?.target.exclusion && !target.exclusion) state.memory(id).dueMs = 0;
  noteUnasked(state, next);
  state.members = next;
  state.surveyed = true;
  state.membersAsOf = specOf(resource);
  state.neighbours.clear();
  // a resource that is being deleted selects nobody any more, and all of them go home
  const counted = resource.metadata.deletionTimestamp === undefined ? members.filter((member) => member.selected) : members;
  state.rollout.placesMax = placesOf(resource.spec.rollout.maxInProgress, counted.length);
}

function leave(ctx: Context, state: ResourceState, id: InstanceId): void {
  state.forget(id);
  ctx.windows.close(windowKey(state.uid, id));
  state.rollout.closeWindow(id);
  for (const other of state.rollout.release(id)) ctx.queue.add(instanceKey(state.resource.metadata.name, other), PRIORITY.drift);
}

/** The same set of addresses for all: where SNAT gives several sets and the spec names none, nobody is moved. */
function withSameWayOut(state: ResourceState, inventory: Inventory, members: Map<InstanceId, Member>): Map<InstanceId, Member> {
  const sets = new Set(selectedIps(state, inventory, members).map((ips) => ips.join(', ')));
  if (sets.size < 2) return members;
  const exclusion = problem('EgressIpDiffers', `SNAT gives the selected instances different addresses: ${[...sets].sort().join(' | ')}`);
  return new Map([...members].map(([id, member]) => [id, member.selected ? { ...member, target: { exclusion, ...member.target } } : member]));
}

function selectedIps(state: ResourceState, inventory: Inventory, members: Map<InstanceId, Member>): (readonly string[])[] {
  return [...members.values()].filter((member) => member.selected).flatMap(({ id }) => {
    const wayOut = wayOutOf(state, inventory.network, inventory.instances.get(id));
    return wayOut.verdict === 'stands' ? [wayOut.publicIps] : [];
  });
}

/** The addresses that the selected instances leave by, as far as the way out stands. */
export function egressPublicIps(state: ResourceState, inventory: Inventory): readonly string[] {
  return [...new Set(selectedIps(state, inventory, state.members).flat())].sort();
}

/** The newest complete view: the last look, or the listing if that began later. */
function newestView(state: ResourceState, inventory: Inventory, id: InstanceId): { view: View; fromListing: boolean } {
  const memory = state.memory(id);
  const { listedMs = 0 } = state.vpc;
  if (memory.view && (memory.lookedMs ?? 0) >= listedMs) return { view: memory.view, fromListing: false };
  const { goneInstances, goneEips } = state.vpc;
  const known = { instanceGone: goneInstances.has(id), goneEips: [...goneEips], goneInstances: [...goneInstances], lastEip: lastEipOf(state, id) };
  return { view: viewFrom(inventory, id, known), fromListing: true };
}

/** Judges every member on what is known and puts those on the queue that are not settled. */
export function triage(ctx: Context, state: ResourceState, inventory: Inventory, priority: Priority): void {
  const verdicts = [...state.members.values()].map((member) => judgeNewest(ctx, state, inventory, member));
  noteBlast(state, verdicts);
  for (const verdict of verdicts) noteTested({ ctx, state, id: verdict.instanceId }, verdict);
  for (const verdict of verdicts) {
    const tested = { ctx, state, id: verdict.instanceId };
    letOn(tested, verdict);
    state.reported.set(verdict.instanceId, reportedWith(tested, verdict, state.memory(verdict.instanceId).overlay));
    followGuest(tested);
    noteBlocked(ctx, state, verdict.instanceId);
    if (keepsPlace(ctx, state, verdict) || isSoaking(tested, verdict)) state.rollout.occupy(verdict.instanceId);
    if (!isShut(ctx, state, verdict)) callUp(ctx, state, verdict, priority);
  }
  noteOverlap(ctx, state);
  noteWhole(state);
}

/** Of everybody, before anybody's turn: what one failed by holds back the others. */
function noteTested(tested: Tested, verdict: Verdict): void {
  follow(tested, verdict);
  noteProgress(tested, verdict);
}

function judgeNewest(ctx: Context, state: ResourceState, inventory: Inventory, member: Member): Verdict {
  const { view, fromListing } = newestView(state, inventory, member.id);
  const verdict = judge({ state, member, view, network: state.vpc.network, nowMs: ctx.clock.now(), ...guestGiven({ ctx, state, id: member.id }, view) });
  if (fromListing) noteNews(ctx, state, view, verdict);
  return verdict;
}

/** Puts the instance on the queue if there is something to look for; one that is through gives its place to the next. */
function callUp(ctx: Context, state: ResourceState, verdict: Verdict, priority: Priority): void {
  if (needsLook(verdict)) return enqueue(ctx, state, verdict, priority);
  if ('settled' in verdict.move && !isStillDue(state.memory(verdict.instanceId), verdict)) {
    noteEffect(ctx, state, verdict);
    noteWindow(ctx, state, verdict);
    ctx.windows.close(windowKey(state.uid, verdict.instanceId));
    ctx.queue.callOff(instanceKey(state.resource.metadata.name, verdict.instanceId));
  }
  if ((!('settled' in verdict.move) && verdict.underWay) || isSoaking({ ctx, state, id: verdict.instanceId }, verdict)) return;
  if (state.rollout.has(verdict.instanceId) && state.progress.held.size > 0) ctx.queue.addAfter(resourceKey(state.resource.metadata.name), REPORT_MS, PRIORITY.drift);
  for (const id of state.rollout.release(verdict.instanceId)) ctx.queue.add(instanceKey(state.resource.metadata.name, id), PRIORITY.drift);
}

/** What the mode or the rollout forbids needs no look of its own: the listing says what would be done. */
function isShut(ctx: Context, state: ResourceState, verdict: Verdict): boolean {
  const { move } = verdict;
  const gate = 'do' in move && move.phase !== 'close' ? modeGate({ ctx, state }) : undefined;
  const overlay = gate?.overlay ?? heldBack({ state, id: verdict.instanceId }, verdict);
  if (overlay === undefined) return false;
  state.memory(verdict.instanceId).overlay = overlay;
  state.reported.set(verdict.instanceId, reportedWith({ ctx, state, id: verdict.instanceId }, verdict, overlay));
  return true;
}

/** A listing that is newer than the last look: it may tell of drift, and gives those a new chance that waited for news. */
function noteNews(ctx: Context, state: ResourceState, view: View, verdict: Verdict): void {
  const memory = state.memory(verdict.instanceId);
  noteDrift(ctx, state, view, verdict);
  if (!Number.isFinite(memory.dueMs)) memory.dueMs = 0;
}

const needsLook = ({ move }: Verdict): boolean => 'do' in move || 'wait' in move;

function enqueue(ctx: Context, state: ResourceState, { instanceId, state: instanceState }: Verdict, priority: Priority): void {
  const waitMs = Math.max(0, state.memory(instanceId).dueMs - ctx.clock.monotonic());
  if (!Number.isFinite(waitMs)) return;
  ctx.queue.addAfter(instanceKey(state.resource.metadata.name, instanceId), waitMs, instanceState === 'InWindow' ? PRIORITY.window : priority);
}
