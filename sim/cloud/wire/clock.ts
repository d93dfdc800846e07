// The world's clock when people look on: the machine's time, running `speed` times as fast from the start on.

import type { CloudClock } from '../engine/clock.ts';

export interface RealTime {
  now(): number;
  /** Runs `action` after `delayMs`; gives a function that cancels it. */
  after(delayMs: number, action: () => void): () => void;
}

export const machineTime: RealTime = {
  now: () => Date.now(),
  after: (delayMs, action) => {
    const timer = setTimeout(action, delayMs);
    return () => clearTimeout(timer);
  },
};

export function fastClock(real: RealTime, speed: number): CloudClock {
  const startMs = real.now();
  return {
    now: () => Math.round(startMs + (real.now() - startMs) * speed),
    after: (delayMs, action) => real.after(delayMs / speed, action),
  };
}
