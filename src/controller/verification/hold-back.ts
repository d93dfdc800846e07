/**
 * When nobody further begins: the canaries are through and nobody has said "continue", or more have failed than the budget allows. What is
 * open is closed all the same, and what failed goes home.
 */
import { ANNOTATION } from '../../api/names.ts';
import { REASONS } from '../../api/reasons.ts';
import type { Overlay } from '../../core/describe.ts';
import type { InstanceId } from '../../core/ids.ts';
import type { Verdict } from '../../core/situation.ts';
import type { Obstacle } from '../../core/status.ts';
import type { Context } from '../context.ts';
import type { ResourceState } from '../resource-state.ts';
import { failureInWords } from './progress.ts';
import type { Tested } from './tested.ts';

const NAMED_MAX = 20;

const named = (ids: Iterable<InstanceId>, words: (id: InstanceId) => string = (id) => id): string => [...ids].sort().slice(0, NAMED_MAX).map(words).join(', ');

function isContinued({ resource: { metadata, spec }, generation, progress, wasReady }: ResourceState): boolean {
  const isSaid = metadata.annotations[ANNOTATION.continue] === String(generation);
  return isSaid || progress.wholeIn === generation || (wasReady && progress.begun.size >= spec.rollout.canary);
}

function afterCanaries(state: ResourceState, id: InstanceId): Overlay | undefined {
  const { progress: { begun }, resource, generation, rollout } = state;
  const { canary } = resource.spec.rollout;
  if (canary === 0 || begun.has(id) || begun.size < canary || isContinued(state)) return undefined;
  if (rollout.inUse > 0) return { reason: 'WaitingForPlace', message: 'The canaries are under way', stuck: false };
  const message = `${begun.size} went first and are through (${named(begun)}). Look at them, then annotate the resource with ${ANNOTATION.continue}=${generation}`;
  return { reason: 'CanariesDone', message, stuck: true };
}

function beyondBudget(state: ResourceState): Overlay | undefined {
  const { progress: { failing }, resource: { spec: { rollout: { failureBudget } } } } = state;
  if (failing.size <= failureBudget) return undefined;
  const failed = [...failing].flatMap(([id, how]) => (how === 'failed' ? [id] : []));
  if (failed.length <= failureBudget) return { reason: 'WaitingForPlace', message: `Those that failed are tested again first: ${named(failing.keys())}`, stuck: false };
  const message = `${failed.length} failed their verification and spec.rollout.failureBudget is ${failureBudget}: ${named(failed, (id) => failureInWords(state, id))}. ${REASONS.FailureBudgetSpent.remedy}`;
  return { reason: 'FailureBudgetSpent', message, stuck: true };
}

/** Why the next forward step of the instance is not taken; undefined: the rollout has nothing against it. */
export function heldBack({ state, id }: Pick<Tested, 'state' | 'id'>, { move }: Verdict): Overlay | undefined {
  if (!('do' in move) || (move.phase !== 'step' && move.phase !== 'open') || state.members.get(id)?.target.goal !== 'unify') return undefined;
  const overlay = beyondBudget(state) ?? afterCanaries(state, id);
  if (overlay) state.progress.held.add(id);
  return overlay;
}

/** Who was held back and is not any more is tried anew. */
export function letOn({ state, id }: Tested, verdict: Verdict): void {
  const { held } = state.progress;
  if (!held.has(id) || heldBack({ state, id }, verdict) !== undefined) return;
  held.delete(id);
  Object.assign(state.memory(id), { dueMs: 0, overlay: undefined });
}

const HELD: ReadonlySet<string> = new Set(['FailureBudgetSpent', 'CanariesDone']);
const ON_ITS_WAY: ReadonlySet<string> = new Set(['InWindow', 'Progressing']);

/** What a person has to do before the rollout goes on, once nothing is under way any more. Told once in an Event. */
export function rolloutObstacle(ctx: Context, state: ResourceState): Obstacle | undefined {
  const all = [...state.reported.values()];
  const held = all.find(({ reason }) => HELD.has(reason));
  const overlay = held && state.memory(held.verdict.instanceId).overlay;
  if (!overlay || all.some(({ verdict }) => ON_ITS_WAY.has(verdict.state))) return undefined;
  if (state.progress.lastTold !== overlay.message) ctx.events.record(state.resource, { type: 'Warning', reason: overlay.reason, action: 'Rollout', note: overlay.message });
  state.progress.lastTold = overlay.message;
  return { reason: overlay.reason, message: overlay.message, unknown: false };
}
