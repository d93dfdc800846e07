/**
 * look → plan → perform one step → look again when it is due. One instance of one resource; its own backoff, so that a sick
 * instance delays nobody.
 */
import type { InstanceState } from '../api/egress-unification.ts';
import type { Reason } from '../api/reasons.ts';
import type { Overlay } from '../core/describe.ts';
import type { InstanceId } from '../core/ids.ts';
import { selects, type Member } from '../core/selection.ts';
import type { Verdict, View } from '../core/situation.ts';
import type { Network } from '../core/view.ts';
import { CloudError } from '../ports/cloud-error.ts';
import { backoffMs, instanceKey, resourceKey, type Context } from './context.ts';
import { judge, lastEipOf } from './judge.ts';
import { look } from './look.ts';
import { giveBack, leavePlace, mayOpenLate, type Next, type Work } from './gates.ts';
import { attempt } from './perform.ts';
import type { ResourceState } from './resource-state.ts';
import { countError, tellState, type PassResult } from './told.ts';
import { follow } from './verification/follow.ts';
import { followGuest, guestGiven } from './verification/guest.ts';
import { noteProgress } from './verification/progress.ts';
import { reportedWith } from './verification/said.ts';
import { isSoaking } from './verification/soak.ts';
import { isStillDue, keepsPlace, noteBlocked, noteDrift, noteEffect, noteRemoval, noteWindow } from './watchdog.ts';
import { PRIORITY } from './work-queue.ts';

/** How old the reading of the network may be when a look begins, so that it is fresh enough still when the look has ended (FRESH_MS of the gates). */
const NETWORK_MS = 4_000;
const POLL_MS = { window: 500, cloud: 1_000, instance: 5_000, unseen: 5_000, guest: 15_000 } as const;
/** Whoever reads the guest calls. */
const GUEST_WAITS: ReadonlySet<Reason> = new Set<Reason>(['WaitingForGuest', 'GuestConfiguring']);
const LOOK_BACKOFF_MAX_MS = 30_000;
const POLL_MAX_MS = 30_000;
const PATIENT_LOOKS = 12;
/** Many instances share one report. */
const REPORT_MS = 500;

/** One pass over one instance. Never throws for what the cloud says. */
export async function reconcileInstance(work: Work): Promise<PassResult> {
  const { ctx, state, id } = work;
  if (!state.members.has(id)) return 'success';
  let view: View;
  let network: Network | undefined;
  const startedMs = ctx.clock.monotonic();
  state.memory(id).lastEip ??= lastEipOf(state, id);
  try {
    // at once: inside a window every round trip counts
    [view, network] = await Promise.all([look(state.vpc, id, state.memory(id)), freshNetwork(ctx, state)]);
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    return notSeen(work, error);
  }
  state.vpc.health.note('look', { subject: id, error: undefined, atMs: ctx.clock.monotonic() });
  // as it is wanted now: the set may have been made anew meanwhile
  const member = state.members.get(id);
  if (member === undefined) return 'success';
  const next = await act(work, { member, view, network, startedMs });
  conclude(work, next);
  return next.failed ? 'error' : 'success';
}

interface Seen {
  readonly member: Member;
  readonly view: View;
  readonly network: Network | undefined;
  readonly startedMs: number;
}

/** States in which an EIP may be bound to nothing. */
const MAY_BE_OPEN: ReadonlySet<InstanceState> = new Set(['InWindow', 'Unknown']);

interface Concluded extends Next {
  readonly verdict: Verdict;
}

async function act(work: Work, { member, view, network, startedMs }: Seen): Promise<Concluded> {
  const { ctx, state, id } = work;
  const memory = state.memory(id);
  const verdict = judge({ state, member, view, network, nowMs: ctx.clock.now(), ...guestGiven(work, view) });
  noteDrift(ctx, state, view, verdict);
  memory.view = view;
  memory.lookedMs = startedMs;
  // only an EIP on which the move had begun: one that never was ours is not taken back when somebody unbinds it
  if (!MAY_BE_OPEN.has(verdict.state)) memory.lastEip = verdict.networkInterfaceId === undefined ? undefined : verdict.eipId;
  noteWindow(ctx, state, verdict);
  noteEffect(ctx, state, verdict);
  noteRemoval(ctx, state, verdict);
  follow(work, verdict);
  noteProgress(work, verdict);
  if (!MAY_BE_OPEN.has(verdict.state) && !isStillDue(memory, verdict) && !mayOpenLate(work)) giveBack(work);
  return { verdict, ...(await proceed(work, member, verdict)) };
}

/** undefined: it could not be read now, so the way out is unproved; windows still close. */
async function freshNetwork(ctx: Context, state: ResourceState): Promise<Network | undefined> {
  try {
    return await state.vpc.networkWithin(NETWORK_MS);
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    ctx.log.warn('the network of the VPC could not be read', { vpc: state.vpc.vpcId, error: error.message });
    return undefined;
  }
}

async function proceed(work: Work, member: Member, verdict: Verdict): Promise<Next> {
  const { move } = verdict;
  if ('settled' in move) return isAwaited(work, verdict) ? { againMs: POLL_MS.cloud } : settle(work, verdict);
  if ('wait' in move) return { againMs: patientMs(work, verdict, pollMs(work, verdict, move.wait.reason)) };
  work.state.memory(work.id).waits = 0;
  notePlace(work, verdict);
  if ('blocked' in move) return {};
  if (move.phase !== 'close' && isBackAgain(member, work)) return { againMs: POLL_MS.unseen };
  if (isAwaited(work, verdict)) return { againMs: awaitMs(work, verdict) };
  return attempt(work, verdict, move.do, move.phase);
}

function pollMs(work: Work, { state }: Verdict, reason: Reason): number {
  if (state === 'InWindow' || (state === 'Unknown' && work.state.memory(work.id).windowSinceMs !== undefined)) return POLL_MS.window;
  if (state === 'Unknown') return POLL_MS.unseen;
  if (GUEST_WAITS.has(reason)) return POLL_MS.guest;
  return reason === 'InstanceInTransition' ? POLL_MS.instance : POLL_MS.cloud;
}

/** Under way it keeps its place; blocked before its first write, or with an ENI that will not go, it has none to keep. */
function notePlace(work: Work, verdict: Verdict): void {
  if (keepsPlace(work.ctx, work.state, verdict)) work.state.rollout.occupy(work.id);
  else if (verdict.underWay || 'blocked' in verdict.move) leavePlace(work);
}

/** What has not come in a dozen looks is looked for more and more rarely; an open window never waits longer. */
function patientMs({ state, id }: Work, verdict: Verdict, baseMs: number): number {
  const memory = state.memory(id);
  memory.waits += 1;
  if (verdict.state === 'InWindow') return baseMs;
  return Math.min(POLL_MAX_MS, baseMs * 2 ** Math.max(0, Math.min(memory.waits - PATIENT_LOOKS, 6)));
}

function awaitMs(work: Work, verdict: Verdict): number {
  const { ctx, state, id } = work;
  const { sent } = state.memory(id);
  const baseMs = pollMs(work, verdict, 'WaitingForCloud');
  if (sent === undefined || verdict.state === 'InWindow') return baseMs;
  const nowMs = ctx.clock.monotonic();
  // what does not come soon is looked for more and more rarely, and once more when the time is over
  const patientMs = sent.unanswered ? sent.untilMs - nowMs : Math.min(sent.untilMs - nowMs, (nowMs - sent.atMs) / 2);
  return Math.max(baseMs, patientMs);
}

/** The step was sent and its effect may still come. */
function isAwaited({ ctx, state, id }: Work, verdict: Verdict): boolean {
  const memory = state.memory(id);
  return isStillDue(memory, verdict) && ctx.clock.monotonic() < (memory.sent?.untilMs ?? 0);
}

/** It left the selection by the listing and is in it by this look: the resource decides anew. */
function isBackAgain(member: Member, { state: { resource }, state, id }: Work): boolean {
  const instance = state.memory(id).view?.instance;
  return !member.selected && resource.metadata.deletionTimestamp === undefined && instance !== undefined && selects(resource, instance);
}

function settle(work: Work, verdict: Verdict): Next {
  const { ctx, state, id } = work;
  const memory = state.memory(id);
  memory.turnBack = undefined;
  memory.failures = 0;
  if (isSoaking(work, verdict)) state.rollout.occupy(id);
  else for (const other of state.rollout.release(id)) again(ctx, state, other, 0);
  return {};
}

function conclude(work: Work, next: Concluded): void {
  say(work, next.verdict, next.overlay);
  const { ctx, state, id } = work;
  const memory = state.memory(id);
  memory.dueMs = next.againMs === undefined ? Number.POSITIVE_INFINITY : ctx.clock.monotonic() + next.againMs;
  if (next.againMs !== undefined) again(ctx, state, id, next.againMs);
}

function say(work: Work, verdict: Verdict, overlay: Overlay | undefined): void {
  const { ctx, state, id } = work;
  state.memory(id).overlay = overlay;
  state.reported.set(id, reportedWith(work, verdict, overlay));
  followGuest(work);
  noteBlocked(ctx, state, id);
  ctx.queue.addAfter(resourceKey(state.resource.metadata.name), REPORT_MS, PRIORITY.drift);
}

function again(ctx: Context, state: ResourceState, id: InstanceId, afterMs: number): void {
  const inWindow = state.memory(id).windowSinceMs !== undefined;
  ctx.queue.addAfter(instanceKey(state.resource.metadata.name, id), afterMs, inWindow ? PRIORITY.window : PRIORITY.drift);
}

function notSeen({ ctx, state, id }: Work, error: CloudError): PassResult {
  const memory = state.memory(id);
  memory.failures += 1;
  countError(ctx, 'instance', error.detail.kind);
  state.vpc.health.note('look', { subject: id, error, atMs: ctx.clock.monotonic() });
  const last = state.reported.get(id);
  // as a listing may have shown it before the first look
  const window = memory.windowSinceMs !== undefined || last?.verdict.state === 'InWindow';
  if (last && !window) state.reported.set(id, { verdict: { ...last.verdict, state: 'Unknown' }, reason: 'NotObserved', message: error.message });
  const reported = state.reported.get(id);
  if (reported) tellState(ctx, state.resource.metadata.name, memory.told, reported);
  const againMs = error.detail.retryAfterMs ?? backoffMs(ctx.random, memory.failures - 1, window ? POLL_MS.instance : LOOK_BACKOFF_MAX_MS);
  memory.dueMs = ctx.clock.monotonic() + againMs;
  ctx.queue.addAfter(resourceKey(state.resource.metadata.name), REPORT_MS, PRIORITY.drift);
  again(ctx, state, id, againMs);
  return 'error';
}
