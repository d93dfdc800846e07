/** What is said of an instance once packets have their say: settled by the cloud, it is Degraded when it failed, and on its way while it soaks. */
import { reportedOf, type Overlay } from '../../core/describe.ts';
import { problem } from '../../core/problem.ts';
import type { Verdict } from '../../core/situation.ts';
import type { Reported } from '../../core/status.ts';
import { failureReason } from '../../core/verified.ts';
import { DIRECTIONS, unverified, type Outcome, type Tests } from '../../core/verification.ts';
import { isSoaking } from './soak.ts';
import { asksForNothing, directionsOf, soakMs, type Tested } from './tested.ts';

const NOT_YET: Outcome = unverified('NotTested', 'not tested yet');

function testsOf(tested: Tested, verdict: Verdict): Tests {
  const { baseline, tests } = tested.state.memory(tested.id).trial;
  const outcomes = directionsOf(tested, verdict).map((direction) => [direction, tests[direction].outcome ?? NOT_YET] as const);
  return { ...Object.fromEntries(outcomes), ...(baseline && { answeredPorts: [...baseline.answered].sort((a, b) => a - b) }) };
}

/** What has to be before its place is free: no time that moves. */
function waitsFor(tested: Tested, verdict: Verdict): string {
  const { soak } = tested.state.resource.spec.rollout;
  const [soaks, tests] = [soakMs(tested.state) > 0 ? [`${soak} have passed`] : [], directionsOf(tested, verdict).length > 0 ? ['it is tested'] : []];
  return [...soaks, ...tests].join(' and ');
}

/** A verdict of the planner in the words of status, with what packets said of it. */
export function reportedWith(tested: Tested, verdict: Verdict, overlay: Overlay | undefined): Reported {
  const said = reportedOf(verdict, overlay);
  if (asksForNothing(tested.state)) return said;
  const tests = testsOf(tested, verdict);
  const [failed] = DIRECTIONS.flatMap((direction) => (tests[direction]?.verdict === 'failed' ? [{ reason: failureReason(direction), found: tests[direction].message }] : []));
  if (failed) return { verdict: { ...verdict, state: 'Degraded' }, reason: failed.reason, message: problem(failed.reason, failed.found).message, tests };
  if (!isSoaking(tested, verdict)) return { ...said, tests };
  return { verdict: { ...verdict, state: 'Progressing' }, reason: 'Soaking', message: `Settled; keeps its place in the rollout until ${waitsFor(tested, verdict)}`, tests };
}
