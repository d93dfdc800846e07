/** How long a settled instance keeps its place in the rollout: until it has soaked and every test that applies has come to a verdict. */
import type { Verdict } from '../../core/situation.ts';
import { DIRECTIONS } from '../../core/verification.ts';
import { resourceKey } from '../context.ts';
import { PRIORITY } from '../work-queue.ts';
import { directionsOf, soakMs, type Tested } from './tested.ts';

/** Whether it keeps its place though it is settled. One that failed has nothing to wait for. */
export function isSoaking(tested: Tested, verdict: Verdict): boolean {
  const { ctx: { clock }, state, id } = tested;
  const { soakingSinceMs, tests } = state.memory(id).trial;
  if (soakingSinceMs === undefined || !('settled' in verdict.move)) return false;
  const outcomes = directionsOf(tested, verdict).map((direction) => tests[direction].outcome?.verdict);
  if (outcomes.includes('failed')) return false;
  return outcomes.includes(undefined) || clock.monotonic() - soakingSinceMs < soakMs(state);
}

/** Ends the soak that is over, and has the resource look again when it will be. */
export function noteSoak(tested: Tested, verdict: Verdict): void {
  const { ctx, state, id } = tested;
  const { trial } = state.memory(id);
  if (trial.soakingSinceMs === undefined || !('settled' in verdict.move)) return;
  if (!isSoaking(tested, verdict)) {
    trial.soakingSinceMs = undefined;
    trial.isOnTrial &&= DIRECTIONS.some((direction) => trial.tests[direction].outcome?.verdict === 'failed');
    return;
  }
  const leftMs = Math.ceil(trial.soakingSinceMs + soakMs(state) - ctx.clock.monotonic());
  // a test that is not over says so itself
  if (leftMs > 0) ctx.queue.addAfter(resourceKey(state.resource.metadata.name), leftMs, PRIORITY.drift);
}
