// The machine's own time and chance: the only place, besides the simulators' rims, that asks Node for either.
import type { Clock, Random } from '../ports/runtime.ts';

// a longer delay makes Node's timer fire at once
const TIMER_MS_MAX = 2 ** 31 - 1;

/** Wall time from Date, ages from the monotonic clock, Node's timers. A pending timer keeps the process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after: (delayMs, task) => {
    const timer = setTimeout(task, Math.min(Math.max(delayMs, 0), TIMER_MS_MAX));
    return () => clearTimeout(timer);
  },
};

/** Chance for jitter and names; nothing secret rests on it. */
export const systemRandom: Random = () => Math.random();
