/**
 * What the rollout learns: who has begun, who failed, and whether anybody else may begin. Read from the cloud and from status as far as they
 * go, so that a restart does not make new canaries, nor forget who failed.
 */
import type { InstanceId } from '../../core/ids.ts';
import type { Verdict } from '../../core/situation.ts';
import { DIRECTIONS } from '../../core/verification.ts';
import type { ResourceState } from '../resource-state.ts';
import { directionsOf, type Tested } from './tested.ts';

export class Progress {
  /** Changed, or being changed, or with a place and about to be. */
  readonly begun = new Set<InstanceId>();
  /** failed: since the last edit or request. again: it did before that, and is tested again first. */
  readonly failing = new Map<InstanceId, 'failed' | 'again'>();
  /** Those that the rollout held back when they were last judged. */
  readonly held = new Set<InstanceId>();
  /** The generation of which everybody was settled at once: its canaries were looked at by what came after them. */
  wholeIn: number | undefined;
  /** The last Event about what holds the rollout. */
  lastTold: string | undefined;

  forget(id: InstanceId): void {
    for (const each of [this.begun, this.failing, this.held]) each.delete(id);
  }
}

/** It failed, went home and is held there. */
const isPutHome = ({ move }: Verdict): boolean => 'blocked' in move && move.blocked.reason === 'VerificationFailed';

function hasBegun({ members, rollout }: ResourceState, verdict: Verdict): boolean {
  const { instanceId, move, state, underWay, networkInterfaceId } = verdict;
  if (members.get(instanceId)?.target.goal !== 'unify') return false;
  return underWay || state === 'Degraded' || isPutHome(verdict) || rollout.has(instanceId) || ('settled' in move && networkInterfaceId !== undefined);
}

/** Called with every verdict on a complete view. */
export function noteProgress(tested: Tested, verdict: Verdict): void {
  const { state, id } = tested;
  if (hasBegun(state, verdict)) state.progress.begun.add(id);
  else state.progress.begun.delete(id);
  if (isPutHome(verdict)) state.memory(id).trial.failedIn ??= state.epoch;
  noteFailing(tested, verdict);
}

/** Called besides when a test has come to a verdict. */
export function noteFailing(tested: Tested, verdict: Verdict | undefined): void {
  const { state: { epoch, progress: { failing } }, id } = tested;
  const { failedIn, tests } = tested.state.memory(id).trial;
  const failed = directionsOf(tested, verdict).map((direction) => tests[direction]).filter(({ outcome }) => outcome?.verdict === 'failed');
  if (failedIn === epoch || failed.some(({ saidIn }) => saidIn === epoch)) failing.set(id, 'failed');
  else if (failed.length > 0) failing.set(id, 'again');
  else failing.delete(id);
}

/** It failed on trial, since the last edit or request, and the spec wants it restored. A service that stops months later takes nobody home. */
export function isToGoHome(state: ResourceState, id: InstanceId): boolean {
  const { isOnTrial, tests } = state.memory(id).trial;
  if (state.resource.spec.rollout.onFailure !== 'Restore' || !isOnTrial) return false;
  return DIRECTIONS.some((direction) => tests[direction].outcome?.verdict === 'failed' && tests[direction].saidIn === state.epoch);
}

/** Of `failing`, why. */
export function failureInWords(state: ResourceState, id: InstanceId): string {
  const { tests } = state.memory(id).trial;
  const said = DIRECTIONS.flatMap((direction) => (tests[direction].outcome?.verdict === 'failed' ? [`${direction}: ${tests[direction].outcome.message}`] : []));
  return said.length === 0 ? id : `${id} (${said.join('; ')})`;
}

const SETTLED: ReadonlySet<string> = new Set(['Unified', 'NothingToMove']);

/** Whether everybody is settled, tested and soaked, canaries among them: called when all are judged. */
export function noteWhole({ members, reported, progress, generation, isListed, resource }: ResourceState): void {
  const { canary } = resource.spec.rollout;
  if (canary === 0 || progress.begun.size < canary || !isListed) return;
  const selected = [...members.values()].filter((member) => member.selected);
  if (selected.every(({ id }) => SETTLED.has(reported.get(id)?.verdict.state ?? ''))) progress.wholeIn = generation;
}
