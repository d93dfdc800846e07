/**
 * The last gates before a step: mode, breaker, finalizer, place in the rollout, effect, window and tokens. A gate that is shut
 * never waits: it says when to ask again. Closing a window passes them all.
 */
import { isDeepStrictEqual } from 'node:util';
import { FINALIZER } from '../api/names.ts';
import type { Overlay } from '../core/describe.ts';
import type { InstanceId } from '../core/ids.ts';
import type { Phase, Verdict } from '../core/situation.ts';
import type { WindowTokens } from '../ports/cloud.ts';
import { instanceKey, type Context } from './context.ts';
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
const PLACE_MS = 5_000;
/** A window that closes well gives back the token that it kept for the way home, so tokens may be free before the minute is over. */
const RESERVED_MS = 3_000;
/** A step that came to nothing so often is sent more rarely: 30 s, doubled each time. */
const FRUITLESS_MAX = 3;
const FRUITLESS_PAUSE_MS = 30_000;
const FRUITLESS_PAUSE_MAX_MS = 600_000;

export type Shut = Required<Pick<Next, 'overlay'>> & Next;
export const shut = (overlay: Overlay, againMs?: number): Shut => (againMs === undefined ? { overlay } : { overlay, againMs });

/** A deletion is carried out in mode Observe too: the user asked for it. The flag of the process stands above everything. */
export function modeGate({ ctx, state }: Pick<Work, 'ctx' | 'state'>): Shut | undefined {
  const lives = state.resource.metadata.deletionTimestamp === undefined;
  const observing = ctx.options.observeOnly || (lives && state.resource.spec.mode === 'Observe');
  if (!observing && !state.frozen) return undefined;
  return shut({ reason: 'Observing', message: ctx.options.observeOnly ? 'Run with --observe-only: nothing is begun' : 'Nothing is begun', stuck: true });
}

/** A step that the cloud accepts and that comes to nothing (an Attach that falls back) is sent more and more rarely, and said. */
function effectGate({ ctx, state, id }: Work, { move }: Verdict): Shut | undefined {
  const { accepted } = state.memory(id);
  if (accepted === undefined || accepted.times < FRUITLESS_MAX || !('do' in move) || !isDeepStrictEqual(accepted.step, move.do)) return undefined;
  const pauseMs = Math.min(FRUITLESS_PAUSE_MAX_MS, FRUITLESS_PAUSE_MS * 2 ** (accepted.times - FRUITLESS_MAX));
  const againMs = accepted.atMs + pauseMs - ctx.clock.monotonic();
  const message = `The cloud accepted the step ${accepted.times} times and it came to nothing; look at the instance in the ECS console`;
  return againMs <= 0 ? undefined : shut({ reason: 'Retrying', message, stuck: true }, againMs);
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
export const GATES: Record<Phase, readonly ((work: Work, verdict: Verdict) => Shut | undefined)[]> = {
  close: [],
  hold: [modeGate],
  step: [modeGate, blastGate, finalizerGate, placeGate, effectGate],
  open: [modeGate, blastGate, finalizerGate, placeGate, windowGate],
};

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
