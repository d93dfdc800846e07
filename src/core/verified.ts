/**
 * What tests came to over all instances, in words for status: the conditions InboundVerified and EgressVerified, what Ready says was tested,
 * and who counts as verified. Of an instance only what was seen while it was settled counts. Pure.
 */
import type { Condition, EgressUnification, UnsettledInstance } from '../api/egress-unification.ts';
import type { Reason } from '../api/reasons.ts';
import type { Reported } from './status.ts';
import { DIRECTIONS, type Direction, type Outcome } from './verification.ts';

const CONDITION: Record<Direction, string> = { inbound: 'InboundVerified', egress: 'EgressVerified' };
const FAILED: Record<Direction, Reason> = { inbound: 'InboundFailed', egress: 'EgressFailed' };

/** One of ours, not of somebody who shares the list. */
export const isTestCondition = (type: string): boolean => Object.values(CONDITION).includes(type);

/** Everything tested and failed is said of it for as long as that stands. */
export const failureReason = (direction: Direction): Reason => FAILED[direction];
export const isFailureReason = (reason: string): boolean => Object.values(FAILED).some((each) => each === reason);

/** The directions that the spec asks for; a resource that is being deleted asks for nothing. */
export function askedOf({ spec: { verification }, metadata }: EgressUnification): readonly Direction[] {
  return metadata.deletionTimestamp === undefined ? DIRECTIONS.filter((direction) => verification?.[direction] !== undefined) : [];
}

const isSettled = ({ verdict: { move } }: Reported): boolean => 'settled' in move;

interface Tally {
  readonly tested: number;
  readonly passed: number;
  readonly failed: readonly string[];
  readonly unverified: readonly string[];
  /** Not settled, so not tested. */
  readonly open: number;
}

function tallyOf(reported: readonly Reported[], direction: Direction): Tally {
  const outcomes = reported.filter(isSettled).flatMap(({ verdict, tests }) => (tests?.[direction] ? [[verdict.instanceId, tests[direction]] as const] : []));
  const messages = (verdict: Outcome['verdict']): string[] => outcomes.flatMap(([id, outcome]) => (outcome.verdict === verdict && 'message' in outcome ? [`${id}: ${outcome.message}`] : []));
  return { tested: outcomes.length, passed: outcomes.filter(([, { verdict }]) => verdict === 'passed').length, failed: messages('failed'), unverified: messages('unverified'), open: reported.filter((each) => !isSettled(each)).length };
}

const countInWords = ({ tested, passed, failed, unverified, open }: Tally): string => {
  const others = { failed: failed.length, unverified: unverified.length, 'not settled': open };
  return [`${passed} of ${tested} settled instances passed`, ...Object.entries(others).flatMap(([word, count]) => (count > 0 ? [`${count} ${word}`] : []))].join(', ');
};

export type Judged = Pick<Condition, 'type' | 'status' | 'reason' | 'message'>;

function judge(type: string, direction: Direction, tally: Tally): Judged {
  const { tested, failed, unverified, open } = tally;
  const count = countInWords(tally);
  if (failed.length > 0) return { type, status: 'False', reason: FAILED[direction], message: `${count}. First: ${failed[0] ?? ''}` };
  if (tested === 0) return { type, status: 'Unknown', reason: 'Unverified', message: 'No instance is settled to which the test applies' };
  if (unverified.length > 0 || open > 0) return { type, status: 'Unknown', reason: 'Unverified', message: [count, ...unverified.slice(0, 1).map((first) => `First: ${first}`)].join('. ') };
  return { type, status: 'True', reason: 'Verified', message: count };
}

/** One condition for each direction that is asked for. */
export const testConditions = (resource: EgressUnification, reported: readonly Reported[]): readonly Judged[] =>
  askedOf(resource).map((direction) => judge(CONDITION[direction], direction, tallyOf(reported, direction)));

/** The end of Ready's message: what its claim rests on. */
export function testedInWords(resource: EgressUnification, reported: readonly Reported[]): string {
  const asked = askedOf(resource);
  if (asked.length === 0) return 'Reachability was not tested';
  const words = asked.map((direction) => `${direction}: ${countInWords(tallyOf(reported, direction))}`).join('; ');
  return `Tested with packets, ${words}${asked.length < DIRECTIONS.length ? `; ${DIRECTIONS.filter((direction) => !asked.includes(direction)).join()} was not tested` : ''}`;
}

/** Settled, and passed whatever applies to it, which is something. */
function isVerified(each: Reported): boolean {
  const outcomes = DIRECTIONS.flatMap((direction) => each.tests?.[direction] ?? []);
  return isSettled(each) && outcomes.length > 0 && outcomes.every(({ verdict }) => verdict === 'passed');
}

/** undefined: nothing is asked for, so nobody is counted. */
export const verifiedCount = (resource: EgressUnification, reported: readonly Reported[]): number | undefined =>
  askedOf(resource).length === 0 ? undefined : reported.filter(isVerified).length;

const WORD = { passed: 'Passed', failed: 'Failed', unverified: 'Unverified' } as const;

/** What an entry of status.unsettled says of tests. */
export function testsInEntry({ tests }: Reported): Pick<UnsettledInstance, 'answeredPorts' | 'verification'> {
  const tested = DIRECTIONS.flatMap((direction) => (tests?.[direction] ? [[direction, WORD[tests[direction].verdict]] as const] : []));
  return {
    ...(tests?.answeredPorts && { answeredPorts: [...tests.answeredPorts] }),
    ...(tested.length > 0 && { verification: Object.fromEntries(tested) }),
  };
}
