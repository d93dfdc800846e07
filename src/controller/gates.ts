/**
 * The last gates before a step: mode, breaker, finalizer, place in the rollout, effect, window and tokens. A gate that is shut
 * never waits: it says when to ask again. Closing a window passes them all.
 */
import { FINALIZER } from '../api/names.ts';
import type { Overlay } from '../core/describe.ts';
import type { InstanceId } from '../core/ids.ts';
import type { Phase, Verdict } from '../core/situation.ts';
import { instanceKey, resourceKey, windowKey, type Context } from './context.ts';
import type { Handover } from './handover.ts';
import { isAbandoned } from './letting-go.ts';
import { dueInMs } from './listing.ts';
import { specOf, type ResourceState } from './resource-state.ts';
import { isSameStep } from './same-step.ts';
import { isStillWanted } from './still-wanted.ts';
import { baselineGate } from './verification/baseline.ts';
import { guestGate } from './verification/guest.ts';
import { heldBack } from './verification/hold-back.ts';
import { isRemovalOverdue } from './watchdog.ts';
import { PRIORITY } from './work-queue.ts';

export interface Work {
  readonly ctx: Context;
  readonly state: ResourceState;
  readonly id: InstanceId;
  readonly handover: Handover;
}

/** Look again after `againMs`; never: only when something else changes. */
export interface Next {
  readonly overlay?: Overlay;
  readonly againMs?: number;
  /** A step was sent and failed. */
  readonly failed?: true;
}

const SHORT_MS = 1_000;
/** A request that was not answered within its deadline has come after this, or never. */
const LATE_MAX_MS = 30_000;
const LATE_LOOK_MS = 10_000;
/** Of a view on which a window opens (design section 3). */
const FRESH_MS = 5_000;
const PLACE_MS = 5_000;
const UNSTABLE_MS = 20_000;
/** While the API server takes no finalizer. */
const UNWRITTEN_MAX_MS = 30_000;
/** Who stands in line is called; this is for what nobody calls about. */
const LINE_MS = 15_000;
/** A step that came to nothing so often is sent more rarely: 30 s, doubled each time. */
const FRUITLESS_MAX = 3;
const FRUITLESS_PAUSE_MS = 30_000;
const FRUITLESS_PAUSE_MAX_MS = 600_000;

export type Shut = Required<Pick<Next, 'overlay'>> & Next;
export const shut = (overlay: Overlay, againMs?: number): Shut => (againMs === undefined ? { overlay } : { overlay, againMs });

/** A deletion is carried out in mode Observe too: the user asked for it. The flag of the process stands above everything. */
export function modeGate({ ctx, state }: Pick<Work, 'ctx' | 'state'>): Shut | undefined {
  const lives = state.resource.metadata.deletionTimestamp === undefined;
  if (!lives && isAbandoned(state)) return shut({ reason: 'Deleting', message: 'Abandoned: nothing is begun any more', stuck: true });
  const observing = ctx.options.observeOnly || (lives && state.resource.spec.mode === 'Observe');
  if (!observing && !state.frozen && !state.vanished) return undefined;
  return shut({ reason: 'Observing', message: ctx.options.observeOnly ? 'Run with --observe-only: nothing is begun' : 'Nothing is begun', stuck: true });
}

/** A step that the cloud accepts and that comes to nothing (an Attach that falls back) is sent more and more rarely, and said. */
function effectGate({ ctx, state, id }: Work, { move }: Verdict): Shut | undefined {
  const { accepted } = state.memory(id);
  if (accepted === undefined || accepted.times < FRUITLESS_MAX || !('do' in move) || !isSameStep(accepted.step, move.do)) return undefined;
  const pauseMs = Math.min(FRUITLESS_PAUSE_MAX_MS, FRUITLESS_PAUSE_MS * 2 ** (accepted.times - FRUITLESS_MAX));
  const againMs = accepted.atMs + pauseMs - ctx.clock.monotonic();
  const message = `The cloud accepted the step ${accepted.times} times and it came to nothing; look at the instance in the ECS console`;
  return againMs <= 0 ? undefined : shut({ reason: 'Retrying', message, stuck: true }, againMs);
}

/** For how much longer an Unassociate that nobody answered may be carried out; 0 or less: there is none. */
function lateMs({ ctx, state, id }: Work): number {
  const { cutUnansweredMs = Number.NEGATIVE_INFINITY } = state.memory(id);
  return cutUnansweredMs + LATE_MAX_MS - ctx.clock.monotonic();
}

/** The window has not opened, and may open still by an Unassociate that nobody answered: it keeps its tokens and its place. */
export const mayOpenLate = (work: Work): boolean => work.ctx.windows.tokensOf(windowKey(work.state.uid, work.id)) !== undefined && lateMs(work) > 0;

/** The EIP's tags stay while an Unassociate that nobody answered may be carried out still: without them nobody would bind it again. */
function lateGate(work: Work, { move }: Verdict): Shut | undefined {
  const leftMs = lateMs(work);
  if (leftMs <= 0 || !('do' in move) || move.do.kind !== 'untagEip') return undefined;
  return shut({ reason: 'WaitingForCloud', message: 'An Unassociate of its EIP was not answered and may be carried out still', stuck: false }, Math.min(leftMs, LATE_LOOK_MS));
}

/** What the Create of a resource that vanished since may have made is looked for before another is made. */
function createGate({ ctx, state, id }: Work, { move }: Verdict): Shut | undefined {
  if (!('do' in move) || move.do.kind !== 'createNetworkInterface') return undefined;
  const { vpc } = state;
  const untilMs = vpc.created.unnamedUntilMs(id, state.uid);
  if (untilMs === Number.NEGATIVE_INFINITY || vpc.wasListed(state.memory(id).lookedMs ?? untilMs, untilMs)) return undefined;
  if (untilMs !== Number.POSITIVE_INFINITY) vpc.wantedMs = Math.max(vpc.wantedMs, untilMs);
  ctx.queue.addAfter(resourceKey(state.resource.metadata.name), dueInMs(ctx, state), PRIORITY.drift);
  return shut({ reason: 'WaitingForCloud', message: 'Another resource has asked for its ENI and was not answered; the VPC is listed first', stuck: false }, SHORT_MS);
}

/** Windows that were found open come first, and who stands down begins nothing. */
function handoverGate({ handover }: Work): Shut | undefined {
  const message = handover.whyNotBegin();
  return message === undefined ? undefined : shut({ reason: 'WaitingForPlace', message, stuck: false }, SHORT_MS);
}

/** Never shut: who took over counts the windows that it tried to close. */
function noteClosing({ handover, state, id }: Work): undefined {
  handover.closing(instanceKey(state.resource.metadata.name, id));
}

/** An edit is known and the members are not made for it yet: what the old spec wanted is not begun any more. */
function specGate({ ctx, state }: Work): Shut | undefined {
  const resource = ctx.resources.get(state.resource.metadata.name);
  return resource && specOf(resource) === state.membersAsOf ? undefined : shut({ reason: 'Progressing', message: 'The spec was edited and is read anew', stuck: false }, Math.max(SHORT_MS, dueInMs(ctx, state)));
}

function selectionGate({ state, id }: Work): Shut | undefined {
  return isStillWanted(state, id) ? undefined : shut({ reason: 'Progressing', message: 'It does not match the selector any more; the next listing says what becomes of it', stuck: false });
}

/** While the API fails for most, nothing new is begun in the region. */
function healthGate({ ctx, state }: Work): Shut | undefined {
  const message = state.vpc.health.whyNotBegin(ctx.clock.monotonic());
  return message === undefined ? undefined : shut({ reason: 'CloudUnstable', message, stuck: false }, UNSTABLE_MS);
}

function blastGate({ state, id }: Work): Shut | undefined {
  return state.blast.has(id) ? shut({ reason: 'BlastRadius', message: 'Too many of its kind at once, and no edit asked for it', stuck: true }) : undefined;
}

function finalizerGate({ ctx, state }: Work): Shut | undefined {
  const { metadata } = ctx.resources.get(state.resource.metadata.name) ?? state.resource;
  const ready = metadata.finalizers.includes(FINALIZER) || metadata.deletionTimestamp !== undefined;
  return ready ? undefined : shut({ reason: 'Progressing', message: 'Waiting for the finalizer', stuck: false }, Math.min(SHORT_MS * 2 ** state.writeFailures, UNWRITTEN_MAX_MS));
}

function placeGate({ ctx, state, id }: Work, verdict: Verdict): Shut | undefined {
  if (state.members.get(id)?.target.goal === 'release' || isRemovalOverdue(ctx, state, id)) return undefined;
  if (verdict.underWay) state.rollout.occupy(id);
  if (!state.rollout.request(id)) return shut({ reason: 'WaitingForPlace', message: 'Others are under way', stuck: false });
  state.progress.begun.add(id);
  return undefined;
}

/** The rollout waits for a person, or has learned that it must not go on. */
function rolloutGate(work: Work, verdict: Verdict): Shut | undefined {
  const overlay = heldBack(work, verdict);
  return overlay && shut(overlay);
}

/** A window opens only on what was read just now (invariant S2); a slow answer is asked for again. */
function freshGate({ ctx, state, id }: Work): Shut | undefined {
  const readMs = Math.min(state.memory(id).lookedMs ?? Number.NEGATIVE_INFINITY, state.vpc.networkMs ?? Number.NEGATIVE_INFINITY);
  if (ctx.clock.monotonic() - readMs <= FRESH_MS) return undefined;
  return shut({ reason: 'Retrying', message: 'The cloud answered too slowly to open a window on what it said', stuck: false }, SHORT_MS);
}

const BUSY: Overlay = { reason: 'WaitingForPlace', message: 'Other windows are open', stuck: false };

/** Stands in line for a window and is called when one ends. */
function inLine({ ctx, state, id }: Work, overlay: Overlay, againMs: number): Shut {
  ctx.windows.wait(windowKey(state.uid, id), () => ctx.queue.add(instanceKey(state.resource.metadata.name, id), PRIORITY.drift));
  return shut(overlay, againMs);
}

function windowGate(work: Work, verdict: Verdict): Shut | undefined {
  const { ctx, state, id } = work;
  if (!ctx.windows.mayOpen(windowKey(state.uid, id))) return inLine(work, BUSY, LINE_MS);
  if (!state.rollout.openWindow(id)) return shut(BUSY, PLACE_MS);
  const closed = tokenGate(work);
  if (closed) state.rollout.closeWindow(id);
  else if ('do' in verdict.move && verdict.move.phase === 'open') state.memory(id).trial.cutOver();
  return closed;
}

/** No Unassociate without the Associate in hand that ends it, and one more for the way home. */
function tokenGate(work: Work): Shut | undefined {
  const { ctx: { windows }, state, id } = work;
  const key = windowKey(state.uid, id);
  // an Unassociate whose effect never came kept its tokens
  windows.close(key);
  const reserved = state.vpc.cloud.reserveWindow();
  if ('dueInMs' in reserved) return inLine(work, { reason: 'WaitingForQuota', message: 'Waiting for the rate limit of AssociateEipAddress', stuck: false }, reserved.dueInMs);
  windows.open(key, reserved);
  return undefined;
}

/** What each phase has to pass, in order. */
export const GATES: Record<Phase, readonly ((work: Work, verdict: Verdict) => Shut | undefined)[]> = {
  close: [noteClosing],
  rescue: [modeGate, specGate, handoverGate, finalizerGate, freshGate, tokenGate],
  // within the places for windows, and by no baseline: what does not answer any more is no measure
  restore: [modeGate, specGate, handoverGate, healthGate, finalizerGate, freshGate, windowGate],
  takeOff: [modeGate, specGate, handoverGate, finalizerGate],
  hold: [modeGate, specGate, handoverGate],
  step: [modeGate, specGate, selectionGate, handoverGate, healthGate, blastGate, finalizerGate, rolloutGate, guestGate, placeGate, baselineGate, lateGate, createGate, effectGate],
  open: [modeGate, specGate, selectionGate, handoverGate, healthGate, blastGate, finalizerGate, rolloutGate, guestGate, placeGate, baselineGate, freshGate, windowGate],
};

/** The window is closed, or was not opened: its tokens and its place among the windows are free again. */
export function giveBack({ ctx, state, id }: Work): void {
  ctx.windows.close(windowKey(state.uid, id));
  state.rollout.closeWindow(id);
}

/** Nothing was begun and nothing can be: the next in the queue may ask. */
export function leavePlace({ ctx, state, id }: Work): void {
  for (const other of state.rollout.release(id)) ctx.queue.add(instanceKey(state.resource.metadata.name, other), PRIORITY.drift);
}
