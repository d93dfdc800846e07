// The campaign of pairs: after a first fault the run is surveyed anew, and a second fault is injected at the calls that follow it: a crash
// after a crash, a fault after a crash, a crash after a fault, and something done by hand after a fault. A second fault that meets the same
// situation as one before it, whatever came first, is the same pair and is not run again.
import type { RunPlan } from '../engine/contract.ts';
import { digest } from './chance.ts';
import { allFaultsAt, planOf } from './exhaustive.ts';
import { spread, type Point } from './points.ts';
import type { Pool, Spot } from './pool.ts';

const PER_FIRST = 8;

const isCrash = (fault: string): boolean => fault.startsWith('crash-');
const isByHand = (fault: string): boolean => fault.startsWith('meddle:');

const isPair = (first: string, second: string): boolean => isCrash(first) || isCrash(second) || isByHand(second);

/** The second fault, and a number that is the same for pairs that are the same. */
interface Second {
  readonly at: number;
  readonly fault: string;
  readonly key: number;
}

export function secondsOf(first: Point, spots: readonly Spot[]): Second[] {
  return spots
    .filter(({ at }) => at > first.at)
    .flatMap((spot) => allFaultsAt(spot).filter((fault) => isPair(first.fault, fault)).map((fault) => ({ at: spot.at, fault, key: digest(first.scenario, fault, spot.situation) })));
}

/** Of those whose key nobody had, `count` by lot; their keys are taken. */
export function unseen(seconds: readonly Second[], seen: Set<number>, count: number): Second[] {
  const fresh = seconds.filter(({ key }, index) => !seen.has(key) && seconds.findIndex((other) => other.key === key) === index);
  const taken = [...fresh].sort((a, b) => a.key - b.key).slice(0, count).sort((a, b) => a.at - b.at);
  for (const { key } of taken) seen.add(key);
  return taken;
}

export interface PairsOfFirst {
  /** Its place among the firsts. */
  readonly index: number;
  readonly enumerated: number;
  readonly plans: readonly RunPlan[];
}

/** First faults enough for `count` pairs. */
export const firstsFor = (points: readonly Point[], count: number): Point[] => spread(points, Math.ceil(count / PER_FIRST));

/** The pairs of each first fault. */
export async function* pairsOf(pool: Pool, firsts: readonly { readonly index: number; readonly point: Point }[]): AsyncGenerator<PairsOfFirst> {
  const seen = new Set<number>();
  for await (const [{ index, point }, spots] of pool.inOrder<(typeof firsts)[number], 'survey'>(firsts, (first) => ({ kind: 'survey', plan: planOf(first.point) }))) {
    const seconds = secondsOf(point, spots);
    const plans = unseen(seconds, seen, PER_FIRST).map(({ at, fault }): RunPlan => {
      const plan = planOf(point);
      return { ...plan, injections: [...plan.injections, { at, fault }] };
    });
    yield { index, enumerated: seconds.length, plans };
  }
}
