// From attempts at a steady beat to how long something did not work. Pure.
import type { Sample } from './run/series.ts';
import type { Window } from './windows.ts';

/** One stretch in which no attempt succeeded: from the first that failed to the first after it that did not. Epoch milliseconds. */
export interface Gap {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface Figures {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** Lengths in milliseconds, the longest gap of each instance. */
export interface Interruptions {
  readonly inbound: readonly number[];
  readonly egress: readonly number[];
}

/** `good`: whether what came back is an answer. The attempts in order of their start. */
export function gapsOf(samples: readonly Sample[], good: (said: string) => boolean): readonly Gap[] {
  const gaps: { fromMs: number; toMs: number }[] = [];
  let open: { fromMs: number; toMs: number } | undefined;
  for (const { startMs, said } of samples) {
    if (!good(said)) {
      if (open === undefined) gaps.push((open = { fromMs: startMs, toMs: Infinity }));
    } else if (open !== undefined) {
      open.toMs = startMs;
      open = undefined;
    }
  }
  return gaps;
}

export const lengthOf = ({ fromMs, toMs }: Gap): number => toMs - fromMs;

/** A process that the machine did not let run may begin an attempt, or note it, this much late. */
const SLACK_MS = 250;

/** Between two that succeeded, 50 ms before and after: no gap that anybody would call one, and a busy machine loses one now and then. */
const isLone = (samples: readonly Sample[], at: number, good: (said: string) => boolean): boolean =>
  [samples[at - 1], samples[at + 1]].every((beside) => beside === undefined || good(beside.said));

/** Attempts that failed though no window was open when they were made. One alone in a whole series is not counted. */
export function strays(samples: readonly Sample[], good: (said: string) => boolean, windows: readonly Window[]): readonly Sample[] {
  const isOutside = ({ startMs, said }: Sample): boolean => !good(said) && !windows.some(({ fromMs, toMs }) => startMs >= fromMs - SLACK_MS && startMs <= toMs + SLACK_MS);
  const outside = samples.flatMap((sample, at) => (isOutside(sample) ? [{ sample, at }] : []));
  const [first, ...others] = outside;
  return first !== undefined && others.length === 0 && isLone(samples, first.at, good) ? [] : outside.map(({ sample }) => sample);
}

const nearestRank = (sorted: readonly number[], share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;

export function figuresOf(values: readonly number[]): Figures {
  const sorted = [...values].sort((a, b) => a - b);
  return { p50: nearestRank(sorted, 0.5), p99: nearestRank(sorted, 0.99), max: sorted.at(-1) ?? 0 };
}
