// The machine's own clock and chance, for when the simulator runs as a server.
import type { Runtime } from './runtime.ts';

/** Wall time, Math.random and timers that do not keep a process alive. */
export const systemRuntime: Runtime = {
  nowMs: () => Date.now(),
  random: () => Math.random(),
  after: (delayMs, action) => {
    const timer = setTimeout(action, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
