/**
 * One step, after the last gates: mode, finalizer, place in the rollout, window, tokens. Then the call, and what its failure means.
 * A gate that is shut never waits: it says when to ask again. Closing a window passes every gate but the tokens'.
 */
import { FINALIZER } from '../api/names.ts';
import { describeStep, type Overlay } from '../core/describe.ts';
import type { EniId, InstanceId } from '../core/ids.ts';
import type { Phase, Verdict } from '../core/situation.ts';
import type { Step, StepKind, StepOf } from '../core/step.ts';
import type { Cloud, Performed, WindowTokens } from '../ports/cloud.ts';
import { CloudError, type CloudErrorKind } from '../ports/cloud-error.ts';
import { inWords } from './cloud-words.ts';
import { backoffMs, instanceKey, type Context } from './context.ts';
import type { ResourceState } from './resource-state.ts';
import { isRemovalOverdue } from './watchdog.ts';
import { PRIORITY } from './work-queue.ts';

/** Until the first Associate with these credentials has succeeded, one window at most is open: the canary of the permissions. */
export class Proof {
  associated = false;
  readonly open = new Set<string>();
}

export interface Work {
  readonly ctx: Context;
  readonly state: ResourceState;
  readonly id: InstanceId;
  readonly proof: Proof;
  /** Tokens held for windows that are open, by instance. */
  readonly tokens: Map<string, WindowTokens>;
}

/** Look again after `againMs`; never: only when something else changes. */
export interface Next {
  readonly overlay?: Overlay;
  readonly againMs?: number;
}

const SHORT_MS = 1_000;
/** How long the effect of an accepted step is waited for, and of one whose answer was lost (design section 5). */
const EFFECT_MAX_MS = 30_000;
/** In a window nobody can afford that: somebody may have unbound the EIP again, and an Associate too many is refused as busy. */
const CLOSING_MAX_MS = 5_000;
const AMBIGUOUS_MAX_MS = 5_000;
const PLACE_MS = 5_000;
/** A window that closes well gives back the token that it kept for the way home, so tokens may be free before the minute is over. */
const RESERVED_MS = 3_000;
const WINDOW_BACKOFF_MAX_MS = 5_000;
const BACKOFF_MAX_MS = 60_000;

type Shut = Required<Pick<Next, 'overlay'>> & Next;
const shut = (overlay: Overlay, againMs?: number): Shut => (againMs === undefined ? { overlay } : { overlay, againMs });

/** A deletion is carried out in mode Observe too: the user asked for it. The flag of the process stands above everything. */
export function modeGate({ ctx, state }: Pick<Work, 'ctx' | 'state'>): Shut | undefined {
  const lives = state.resource.metadata.deletionTimestamp === undefined;
  const observing = ctx.options.observeOnly || (lives && state.resource.spec.mode === 'Observe');
  if (!observing && !state.frozen) return undefined;
  return shut({ reason: 'Observing', message: ctx.options.observeOnly ? 'Run with --observe-only: nothing is begun' : 'Nothing is begun', stuck: true });
}

function blastGate({ state, id }: Work): Shut | undefined {
  return state.blast.has(id) ? shut({ reason: 'BlastRadius', message: 'Too many of its kind at once, and no edit asked for it', stuck: true }) : undefined;
}

function finalizerGate({ ctx, state }: Work): Shut | undefined {
  const { metadata } = ctx.resources.get(state.resource.metadata.name) ?? state.resource;
  const ready = metadata.finalizers.includes(FINALIZER) || metadata.deletionTimestamp !== undefined;
  return ready ? undefined : shut({ reason: 'Progressing', message: 'Waiting for the finalizer', stuck: false }, SHORT_MS);
}

function placeGate({ ctx, state, id }: Work, verdict: Verdict): Shut | undefined {
  if (state.members.get(id)?.target.goal === 'release' || isRemovalOverdue(ctx, state, id)) return undefined;
  if (verdict.underWay) state.rollout.occupy(id);
  return state.rollout.request(id) ? undefined : shut({ reason: 'WaitingForPlace', message: 'Others are under way', stuck: false });
}

function windowGate(work: Work): Shut | undefined {
  const { state, id, proof, tokens } = work;
  const busy = { reason: 'WaitingForPlace', message: 'Other windows are open', stuck: false } as const;
  if (!proof.associated && [...proof.open].some((other) => other !== id)) return shut(busy, SHORT_MS);
  if (!state.rollout.openWindow(id)) return shut(busy, PLACE_MS);
  // An Unassociate whose effect never came kept its tokens: those are given back, not overwritten
  tokens.get(id)?.release();
  tokens.delete(id);
  const reserved = state.vpc.cloud.reserveWindow();
  if ('dueInMs' in reserved) {
    state.rollout.closeWindow(id);
    return shut({ reason: 'WaitingForQuota', message: 'Waiting for the rate limit of AssociateEipAddress', stuck: false }, Math.min(reserved.dueInMs, RESERVED_MS));
  }
  tokens.set(id, reserved);
  proof.open.add(id);
  return undefined;
}

/** What each phase has to pass, in order. */
const GATES: Record<Phase, readonly ((work: Work, verdict: Verdict) => Shut | undefined)[]> = {
  close: [],
  hold: [modeGate],
  step: [modeGate, blastGate, finalizerGate, placeGate],
  open: [modeGate, blastGate, finalizerGate, placeGate, windowGate],
};

/** Passes the gates and performs the step, or says why not now. */
export async function attempt(work: Work, verdict: Verdict, step: Step, phase: Phase): Promise<Next> {
  for (const gate of GATES[phase]) {
    const closed = gate(work, verdict);
    if (closed) return closed;
  }
  const effectMaxMs = phase === 'close' ? CLOSING_MAX_MS : EFFECT_MAX_MS;
  try {
    const performed = await send(work, step);
    noteSent(work, step, { performed, effectMaxMs });
    noteSuccess(work, step, performed);
    return { againMs: pollMs(step) };
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    if (!verdict.underWay && OF_ONE.has(error.detail.kind)) leavePlace(work);
    return failed(work, step, error);
  }
}

/** Refusals that another instance need not meet: before its first write nothing is under way, so the next may try. */
const OF_ONE: ReadonlySet<CloudErrorKind> = new Set(['quota', 'refused']);

function noteSent({ ctx, state, id }: Work, step: Step, { performed, effectMaxMs }: { performed: Performed; effectMaxMs: number }): void {
  const memory = state.memory(id);
  memory.sent = { step, untilMs: ctx.clock.monotonic() + effectMaxMs };
  if (performed.networkInterface !== undefined && !memory.createdEnis.includes(performed.networkInterface)) memory.createdEnis.push(performed.networkInterface);
}

async function send({ state, id, tokens, ctx }: Work, step: Step): Promise<Performed> {
  const memory = state.memory(id);
  if (!memory.setUpLogged) ctx.log.info('first write', { resource: state.resource.metadata.name, instance: id, setup: JSON.stringify(memory.view) });
  memory.setUpLogged = true;
  return dispatch(state.vpc.cloud, step, tokens.get(id));
}

const dispatch = <K extends StepKind>(cloud: Cloud, step: StepOf<K>, tokens: WindowTokens | undefined): Promise<Performed> => cloud.perform[step.kind](step, tokens);

/** Asynchronous steps take seconds; in the window every half second counts. */
const POLL_MS: Partial<Record<StepKind, number>> = {
  convertNatPublicIpToEip: 1_000, modifyInstanceChargeType: 5_000, attachNetworkInterface: 1_000, detachNetworkInterface: 1_000,
  deleteNetworkInterface: 1_000, unassociateEipAddress: 500, associateEipAddress: 500,
};
const pollMs = (step: Step): number => POLL_MS[step.kind] ?? 0;

function noteSuccess({ ctx, state, id, proof, tokens }: Work, step: Step, { requestId }: Performed): void {
  ctx.log.info('step', { resource: state.resource.metadata.name, instance: id, step: step.kind, doing: describeStep(step), requestId });
  if (step.kind !== 'associateEipAddress') return;
  proof.associated = true;
  proof.open.delete(id);
  tokens.get(id)?.release();
  tokens.delete(id);
}

const STUCK: Partial<Record<CloudErrorKind, Overlay['reason']>> = { quota: 'QuotaExceeded', forbidden: 'Forbidden', refused: 'Refused' };
const PASSING: Partial<Record<CloudErrorKind, Overlay['reason']>> = { throttled: 'WaitingForQuota' };
const QUOTA_OF: Partial<Record<StepKind, 'eip' | 'eni'>> = { convertNatPublicIpToEip: 'eip', createNetworkInterface: 'eni' };

function failed(work: Work, step: Step, error: CloudError): Next {
  const { ctx, state, id } = work;
  const memory = state.memory(id);
  const { kind, retryAfterMs, code, requestId } = error.detail;
  memory.failures += 1;
  ctx.log.warn('step failed', { resource: state.resource.metadata.name, instance: id, step: step.kind, kind, code, requestId, error: error.message });
  noteFailure(work, step, error);
  const againMs = retryAfterMs ?? backoffMs(ctx.random, memory.failures - 1, step.kind === 'associateEipAddress' ? WINDOW_BACKOFF_MAX_MS : BACKOFF_MAX_MS);
  const reason = STUCK[kind] ?? PASSING[kind] ?? 'Retrying';
  // people mend what is refused without touching the spec: the next listing is soon enough, but an open window waits for nothing
  if (kind in STUCK && step.kind !== 'associateEipAddress') return shut({ reason, message: inWords(error, reason), stuck: true });
  return { overlay: { reason, message: inWords(error, reason), stuck: kind in STUCK }, againMs };
}

function noteFailure(work: Work, step: Step, error: CloudError): void {
  const { ctx, state, id } = work;
  const { kind } = error.detail;
  if (kind === 'ambiguous') state.memory(id).sent = { step, untilMs: ctx.clock.monotonic() + AMBIGUOUS_MAX_MS };
  else if (step.kind === 'unassociateEipAddress') giveBack(work);
  else if (step.kind === 'associateEipAddress') turnRound(work, step, error);
  const exhausted = error.detail.accountWide === true ? QUOTA_OF[step.kind] : undefined;
  if (exhausted) state.vpc.exhausted.add(exhausted);
  if (error.detail.tokenSpent === true) state.memory(id).retire(spentToken(state.memory(id).retiredEnis.length));
}

/** The window is closed, or was not opened: its tokens and its place among the windows are free again. */
export function giveBack({ state, id, proof, tokens }: Work): void {
  tokens.get(id)?.release();
  tokens.delete(id);
  proof.open.delete(id);
  state.rollout.closeWindow(id);
}

/** Nothing was begun and nothing can be: the next in the queue may ask. */
export function leavePlace({ ctx, state, id }: Work): void {
  for (const other of state.rollout.release(id)) ctx.queue.add(instanceKey(state.resource.metadata.name, other), PRIORITY.drift);
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
