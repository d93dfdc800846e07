/**
 * One step: past the gates, then the call, and what its failure means. What the cloud accepted is remembered until a look shows
 * its effect; what it refused is said, and tried again no sooner than it may have changed.
 */
import { describeStep, type Overlay } from '../core/describe.ts';
import type { EniId } from '../core/ids.ts';
import type { Phase, Verdict } from '../core/situation.ts';
import type { Step, StepKind, StepOf } from '../core/step.ts';
import type { Cloud, Performed, WindowTokens } from '../ports/cloud.ts';
import { CloudError, type CloudErrorKind } from '../ports/cloud-error.ts';
import { inWords } from './cloud-words.ts';
import { backoffMs, windowKey } from './context.ts';
import { countError } from './told.ts';
import { GATES, giveBack, leavePlace, shut, type Next, type Work } from './gates.ts';
import { isSameStep } from './same-step.ts';

/** How long the effect of an accepted step is waited for, and of one whose answer was lost (design section 5). */
const EFFECT_MAX_MS = 30_000;
/** In a window nobody can afford that: somebody may have unbound the EIP again, and an Associate too many is refused as busy. */
const CLOSING_MAX_MS = 5_000;
const AMBIGUOUS_MAX_MS = 5_000;
const WINDOW_BACKOFF_MAX_MS = 5_000;
const BACKOFF_MAX_MS = 60_000;

/** Passes the gates and performs the step, or says why not now. */
export async function attempt(work: Work, verdict: Verdict, step: Step, phase: Phase): Promise<Next> {
  for (const gate of GATES[phase]) {
    const closed = gate(work, verdict);
    if (closed) return closed;
  }
  const memory = work.state.memory(work.id);
  const effectMaxMs = phase === 'close' ? CLOSING_MAX_MS : EFFECT_MAX_MS;
  memory.sending = step;
  const sentMs = work.ctx.clock.monotonic();
  if (step.kind === 'unassociateEipAddress') memory.told.cut ??= { sinceMs: sentMs, isCertain: false };
  try {
    const performed = await send(work, step);
    noteSent(work, step, { performed, effectMaxMs });
    noteSuccess(work, step, { ...performed, sentMs });
    noteMove(work, verdict);
    return { againMs: pollMs(step) };
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    if (!verdict.underWay && OF_ONE.has(error.detail.kind)) leavePlace(work);
    return failed(work, step, error);
  } finally {
    noteEnded(work, step);
  }
}

function noteEnded({ ctx, state, id }: Work, step: Step): void {
  state.memory(id).sending = undefined;
  if (step.kind === 'createNetworkInterface') state.vpc.created.ended(id, state.uid, ctx.clock.monotonic());
}

/** Refusals that another instance need not meet: before its first write nothing is under way, so the next may try. */
const OF_ONE: ReadonlySet<CloudErrorKind> = new Set(['quota', 'refused']);

function noteSent({ ctx, state, id }: Work, step: Step, { performed, effectMaxMs }: { performed: Performed; effectMaxMs: number }): void {
  const memory = state.memory(id);
  const atMs = ctx.clock.monotonic();
  const again = memory.accepted !== undefined && isSameStep(memory.accepted.step, step);
  memory.accepted = { step, atMs, times: again ? (memory.accepted?.times ?? 0) + 1 : 1 };
  memory.sent = { step, atMs, untilMs: atMs + effectMaxMs };
  if (performed.networkInterface !== undefined && step.kind === 'createNetworkInterface') state.vpc.created.note(performed.networkInterface, step);
}

async function send({ state, id, ctx }: Work, step: Step): Promise<Performed> {
  const memory = state.memory(id);
  if (!memory.setUpLogged) ctx.log.info('first write', { resource: state.resource.metadata.name, instance: id, setup: JSON.stringify(memory.view) });
  memory.setUpLogged = true;
  if (step.kind === 'createNetworkInterface') state.vpc.created.asking(id, state.uid);
  return dispatch(state.vpc.cloud, step, ctx.windows.tokensOf(windowKey(state.uid, id)));
}

const dispatch = <K extends StepKind>(cloud: Cloud, step: StepOf<K>, tokens: WindowTokens | undefined): Promise<Performed> => cloud.perform[step.kind](step, tokens);

/** Asynchronous steps take seconds; in the window every half second counts. */
const POLL_MS: Partial<Record<StepKind, number>> = {
  convertNatPublicIpToEip: 1_000, modifyInstanceChargeType: 5_000, attachNetworkInterface: 1_000, detachNetworkInterface: 1_000,
  deleteNetworkInterface: 1_000, unassociateEipAddress: 500, associateEipAddress: 500,
  configureGuestRouting: 2_000, confirmGuestRouting: 2_000, undoGuestRouting: 2_000,
};
const pollMs = (step: Step): number => POLL_MS[step.kind] ?? 0;

function noteSuccess({ ctx, state, id }: Work, step: Step, { requestId, sentMs }: Performed & { readonly sentMs: number }): void {
  const nowMs = ctx.clock.monotonic();
  const { told } = state.memory(id);
  state.vpc.health.note(step.kind, { subject: id, error: undefined, atMs: nowMs });
  ctx.log.info('step', { resource: state.resource.metadata.name, instance: id, step: step.kind, doing: describeStep(step), requestId, durationMs: Math.round(nowMs - sentMs) });
  told.requestId = requestId;
  if (step.kind === 'unassociateEipAddress' && told.cut) told.cut = { ...told.cut, isCertain: true };
  if (step.kind === 'associateEipAddress') ctx.windows.accepted(windowKey(state.uid, id));
}

/** What is to be said besides; and what is taken home on purpose is to be moved forwards again once it is asked for, not told of as a change by hand. */
function noteMove({ ctx, state, id }: Work, { move }: Verdict): void {
  if (!('do' in move)) return;
  if (move.phase === 'restore') state.memory(id).everSettled = false;
  if (move.note !== undefined) ctx.events.record(state.resource, { type: 'Warning', reason: 'GuestLeft', action: move.do.kind, note: `${id}: ${move.note}` });
}

const STUCK: Partial<Record<CloudErrorKind, Overlay['reason']>> = { quota: 'QuotaExceeded', forbidden: 'Forbidden', refused: 'Refused' };
const PASSING: Partial<Record<CloudErrorKind, Overlay['reason']>> = { throttled: 'WaitingForQuota' };
const QUOTA_OF: Partial<Record<StepKind, 'eip' | 'eni'>> = { convertNatPublicIpToEip: 'eip', createNetworkInterface: 'eni' };

function failed(work: Work, step: Step, error: CloudError): Next {
  const { ctx, state, id } = work;
  const memory = state.memory(id);
  const { kind, retryAfterMs, code, requestId } = error.detail;
  memory.failures += 1;
  state.vpc.health.note(step.kind, { subject: id, error, atMs: ctx.clock.monotonic() });
  ctx.log.warn('step failed', { resource: state.resource.metadata.name, instance: id, step: step.kind, kind, code, requestId, error: error.message });
  noteFailure(work, step, error);
  countError(ctx, 'instance', kind);
  const againMs = retryAfterMs ?? backoffMs(ctx.random, memory.failures - 1, step.kind === 'associateEipAddress' ? WINDOW_BACKOFF_MAX_MS : BACKOFF_MAX_MS);
  const reason = STUCK[kind] ?? PASSING[kind] ?? 'Retrying';
  // people mend what is refused without touching the spec: the next listing is soon enough, but an open window waits for nothing
  if (kind in STUCK && step.kind !== 'associateEipAddress') return { ...shut({ reason, message: inWords(error, reason), stuck: true }), failed: true };
  return { overlay: { reason, message: inWords(error, reason), stuck: kind in STUCK }, againMs, failed: true };
}

function noteFailure(work: Work, step: Step, error: CloudError): void {
  const { state, id } = work;
  const { kind } = error.detail;
  if (kind === 'throttled') excuseWindow(work, error.detail.retryAfterMs ?? 0);
  if (kind === 'ambiguous') noteUnanswered(work, step);
  // busy: it may be the one before this that is being carried out
  else if (step.kind === 'unassociateEipAddress' && kind !== 'busy') giveBack(work);
  else if (step.kind === 'associateEipAddress') turnRound(work, step, error);
  const exhausted = error.detail.accountWide === true ? QUOTA_OF[step.kind] : undefined;
  if (exhausted) state.vpc.exhausted.add(exhausted);
  if (error.detail.tokenSpent === true) state.memory(id).retire(spentToken(state.memory(id).retiredEnis.length));
}

function noteUnanswered({ ctx, state, id }: Work, step: Step): void {
  const memory = state.memory(id);
  const atMs = ctx.clock.monotonic();
  memory.sent = { step, atMs, untilMs: atMs + AMBIGUOUS_MAX_MS, unanswered: true };
  if (step.kind === 'unassociateEipAddress') memory.cutUnansweredMs = atMs;
}

/** While no Associate is taken from anybody, neither way is better: that time does not count against the way that was chosen. */
function excuseWindow({ state, id }: Work, heldMs: number): void {
  const memory = state.memory(id);
  if (memory.windowSinceMs !== undefined) memory.windowSinceMs += heldMs;
}

/** The cloud has bound a token to a request that failed for good: the chain goes on as if it had named an ENI that is gone. */
const spentToken = (links: number): EniId => `spent-${links}` as EniId;

/** A refusal that will not pass turns the move round: the other binding is tried next. */
function turnRound({ state, id }: Work, step: StepOf<'associateEipAddress'>, error: CloudError): void {
  const memory = state.memory(id);
  const reason = STUCK[error.detail.kind];
  if (reason === undefined) return;
  memory.turnBack = { reason: 'TurnedBack', message: inWords(error, reason), refused: step.to.kind };
}
