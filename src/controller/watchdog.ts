/**
 * What one look means for the memory of an instance: the window's age, the drift since it was settled, the effect of the last
 * step. Says it in Events; decides nothing but to turn a window round.
 */
import { eventReasonOf, describeStep } from '../core/describe.ts';
import type { Verdict, View } from '../core/situation.ts';
import type { Reported } from '../core/status.ts';
import { differences, snapshotOf } from '../core/snapshot.ts';
import type { Context } from './context.ts';
import type { InstanceMemory } from './memory.ts';
import type { ResourceState } from './resource-state.ts';
import { isSameStep } from './same-step.ts';
import { noteCut, noteDrifted, noteSettled, tellEffect, tellState } from './told.ts';

/** A window older than this is turned round (design section 3). */
const WINDOW_MAX_MS = 30_000;
const HOUR_MS = 3_600_000;
/** Others may undo us once in an hour; the second time the EIP is held. */
const UNDONE_MAX = 2;

/** Whether the last accepted step is still what the view asks for: its effect does not show yet. */
export function isStillDue({ sent }: InstanceMemory, { move }: Verdict): boolean {
  if (sent === undefined) return false;
  // between the static IP and the EIP of a conversion the instance may look as if it had neither
  if (sent.step.kind === 'convertNatPublicIpToEip' && 'settled' in move) return move.settled === 'NothingToMove';
  return 'do' in move && isSameStep(sent.step, move.do);
}

/** Tells of drift since the instance was settled; called with every complete view, before it replaces the last one. */
export function noteDrift(ctx: Context, state: ResourceState, view: View, verdict: Verdict): void {
  // what was not seen is no change: absence from a listing is no evidence
  if (verdict.state === 'Unknown') return;
  const memory = state.memory(verdict.instanceId);
  const now = snapshotOf(view);
  const differing = memory.settled ? differences(memory.settled, now) : [];
  if (differing.length > 0) tellDrift(ctx, state, verdict, differing);
  if (isUndone(state, verdict)) noteUndone(memory, ctx.clock.monotonic());
  if ('settled' in verdict.move) noteSettled(ctx, memory.told);
  // in transition nothing differs yet: what it was is held against where it ends
  const isKept = 'wait' in verdict.move && differing.length === 0;
  if (!isKept) memory.settled = 'settled' in verdict.move ? now : undefined;
  memory.everSettled ||= 'settled' in verdict.move;
}

function tellDrift(ctx: Context, state: ResourceState, { instanceId }: Verdict, differing: readonly string[]): void {
  noteDrifted(ctx, state.memory(instanceId).told, differing);
  ctx.events.record(state.resource, { type: 'Warning', reason: 'DriftDetected', action: 'Observe', note: `${instanceId}: ${differing.join('; ')}` });
}

/** The EIP of a settled instance is to be moved forwards once more. */
const isUndone = (state: ResourceState, { instanceId, move }: Verdict): boolean =>
  state.memory(instanceId).settled !== undefined && 'do' in move && move.phase === 'open' && state.members.get(instanceId)?.target.goal === 'unify';

function noteUndone(memory: InstanceMemory, nowMs: number): void {
  memory.undoneMs = [...memory.undoneMs.filter((atMs) => nowMs - atMs < HOUR_MS), nowMs];
  if (memory.undoneMs.length < UNDONE_MAX) return;
  memory.turnBack = { reason: 'FoughtOver', message: 'others moved the EIP back twice within an hour', refused: 'networkInterface' };
  memory.undoneMs = [];
}

/** Follows the window: its first sight, its age, its end. */
export function noteWindow(ctx: Context, state: ResourceState, verdict: Verdict): void {
  // a window that cannot be seen is as open as it was
  if (verdict.state === 'Unknown') return;
  const memory = state.memory(verdict.instanceId);
  noteCut(ctx, memory.told, verdict, isStillDue(memory, verdict));
  if (verdict.state !== 'InWindow') {
    memory.windowSinceMs = undefined;
    memory.windowTurned = false;
    state.rollout.closeWindow(verdict.instanceId);
    return;
  }
  state.rollout.sawWindow(verdict.instanceId);
  if (!memory.trial.isCutOver) memory.trial.cutOver();
  memory.windowSinceMs ??= ctx.clock.monotonic();
  const ageMs = ctx.clock.monotonic() - memory.windowSinceMs;
  if (ageMs > WINDOW_MAX_MS && !memory.windowTurned && state.members.get(verdict.instanceId)?.target.goal !== 'revert') turnByAge(memory, ageMs);
}

function turnByAge(memory: InstanceMemory, ageMs: number): void {
  memory.windowTurned = true;
  memory.turnBack ??= { reason: 'TurnedBack', message: `the EIP was unbound for ${Math.round(ageMs / 1_000)} s`, refused: 'networkInterface' };
}

/** The effect of the last step shows: say so once. */
export function noteEffect(ctx: Context, state: ResourceState, verdict: Verdict): void {
  const memory = state.memory(verdict.instanceId);
  if (memory.sent === undefined || isStillDue(memory, verdict)) return;
  if ('wait' in verdict.move) return noteBegun(memory, verdict);
  const { step } = memory.sent;
  const acceptedMs = memory.sent.unanswered ? undefined : memory.accepted?.atMs;
  if (acceptedMs !== undefined) tellEffect(ctx, state.resource.metadata.name, memory.told, { step: step.kind, instance: verdict.instanceId, acceptedMs });
  memory.sent = undefined;
  memory.failures = 0;
  const reason = eventReasonOf(step);
  if (reason !== '') ctx.events.record(state.resource, { type: 'Normal', reason, action: step.kind, note: `Done for ${verdict.instanceId} (${verdict.publicIp ?? 'no public IP'}): ${describeStep(step)}` });
}

/** The cloud carries the step out: if what is due after that is the same step again, it fell back and nothing is left to wait for. */
function noteBegun(memory: InstanceMemory, { move }: Verdict): void {
  if (memory.sent && 'wait' in move && move.wait.reason === 'WaitingForCloud') memory.sent = { ...memory.sent, untilMs: 0 };
}

/** Since when an ENI of ours is to be removed with the EIP at home. */
export function noteRemoval(ctx: Context, state: ResourceState, { instanceId, move, underWay, state: instanceState }: Verdict): void {
  const memory = state.memory(instanceId);
  const removing = state.members.get(instanceId)?.target.goal === 'revert' && !('settled' in move) && instanceState !== 'InWindow' && underWay;
  memory.removingSinceMs = removing ? (memory.removingSinceMs ?? ctx.clock.monotonic()) : undefined;
}

/** An ENI that will not go is waited for this long once the EIP is at home. */
const REMOVAL_MAX_MS = 600_000;

export function isRemovalOverdue(ctx: Context, state: ResourceState, id: Verdict['instanceId']): boolean {
  const { removingSinceMs } = state.memory(id);
  return removingSinceMs !== undefined && ctx.clock.monotonic() - removingSinceMs > REMOVAL_MAX_MS;
}

/** An ENI that will not go keeps nobody from going home. */
export const keepsPlace = (ctx: Context, state: ResourceState, { underWay, instanceId }: Verdict): boolean => underWay && !isRemovalOverdue(ctx, state, instanceId);

/** A new state is worth one line in the log, a new reason to be blocked one Event besides. */
export function noteBlocked(ctx: Context, state: ResourceState, id: Verdict['instanceId']): void {
  const memory = state.memory(id);
  const reported = state.reported.get(id);
  if (reported) tellState(ctx, state.resource.metadata.name, memory.told, reported);
  const said = stuckReport(state, id);
  const event = said && `${said.reason}: ${said.message}`;
  if (said && event !== memory.lastEvent) ctx.events.record(state.resource, { type: 'Warning', reason: said.reason, action: 'Plan', note: `${id}: ${said.message}` });
  memory.lastEvent = event;
}

/** Reasons that speak of many instances alike: told of the resource as a whole, or not at all. */
const TOLD_ONCE: ReadonlySet<string> = new Set(['Observing', 'OwnedByAnother', 'InboundFailed', 'EgressFailed', 'CanariesDone', 'FailureBudgetSpent']);

/** Overlap with other resources, in one Event for all instances. */
export function noteOverlap(ctx: Context, state: ResourceState): void {
  const overlapping = [...state.reported.values()].filter(({ reason }) => reason === 'OwnedByAnother');
  const [first] = overlapping;
  const event = first && `${overlapping.length} selected instances belong to another EgressUnification. First: ${first.message}`;
  if (event !== undefined && event !== state.lastOverlap) ctx.events.record(state.resource, { type: 'Warning', reason: 'OwnedByAnother', action: 'Plan', note: event });
  state.lastOverlap = event;
}

function stuckReport(state: ResourceState, id: Verdict['instanceId']): Reported | undefined {
  const said = state.reported.get(id);
  const stuck = said?.verdict.state === 'Blocked' || said?.verdict.state === 'Degraded';
  return stuck && !TOLD_ONCE.has(said.reason) ? said : undefined;
}
