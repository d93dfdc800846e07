// Violations put into classes: what broke, in which words, after which fault at which call; so that a thousand failing runs are a dozen
// things to look at.
import { reproductionOf } from './reproduction.ts';
import type { Failure } from './tally.ts';

export interface ViolationClass {
  readonly invariant: string;
  /** The message without ids and numbers. */
  readonly shape: string;
  /** The faults after which it was seen, the most frequent first. */
  readonly faults: readonly string[];
  readonly count: number;
  /** Its first run, to be typed after `npm run simulate --`. */
  readonly reproduction: string;
  readonly message: string;
}

/** The message without what differs from run to run. */
export const shapeOf = (message: string): string =>
  (message.split('\n')[0] ?? '').replace(/\b(eni|eip|i|vsw|sg|ngw|snat|vpc)-[\w-]+/g, '$1-…').replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '…').replace(/\d+(\.\d+)*/g, '#');

const faultsOf = ({ plan }: Failure): string => (plan.swarm ? 'swarm' : plan.injections.map(({ fault }) => fault).join(' + '));

function mostFrequentFirst(words: readonly string[]): string[] {
  return [...Map.groupBy(words, (word) => word)].sort(([, a], [, b]) => b.length - a.length).map(([word]) => word);
}

/** The largest class first. */
export function classesOf(failures: readonly Failure[]): ViolationClass[] {
  const found = failures.flatMap((failure) => failure.violations.map((violation) => ({ failure, violation, shape: shapeOf(violation.message) })));
  const groups = Map.groupBy(found, ({ violation, shape }) => `${violation.invariant} ${shape}`);
  return [...groups.values()]
    .flatMap((group): ViolationClass[] => {
      const [first] = group;
      if (first === undefined) return [];
      const { failure, violation, shape } = first;
      const faults = mostFrequentFirst(group.map((entry) => faultsOf(entry.failure)));
      return [{ invariant: violation.invariant, shape, faults, count: group.length, reproduction: reproductionOf(failure.plan), message: violation.message }];
    })
    .sort((a, b) => b.count - a.count);
}
