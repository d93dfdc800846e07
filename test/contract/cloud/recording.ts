// Logs that are kept to be looked through, and randomness that repeats.
import type { Log, LogFields, Random } from '../../../src/ports/runtime.ts';

export function keptLog(): { readonly log: Log; readonly lines: string[] } {
  const lines: string[] = [];
  const keep = (message: string, fields: LogFields = {}): void => void lines.push(`${message} ${JSON.stringify(fields)}`);
  return { lines, log: { debug: keep, info: keep, warn: keep, error: keep } };
}

/** Uniform in [0, 1), the same every time for one seed (a linear congruential generator of 32 bits). */
export function seeded(seed: number): Random {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
