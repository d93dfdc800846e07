// The only waiting of the tier: look again until what is claimed is so, or the deadline has passed; then the last failure is the error.
import { setTimeout as pause } from 'node:timers/promises';

/** How long to look and how often. */
export interface Patience {
  readonly timeoutMs?: number;
  readonly everyMs?: number;
}

const TIMEOUT_MS = 30_000;
const EVERY_MS = 100;

/** Resolves with what `claim` gives once it does not throw; rejects with its last failure at the deadline. */
export async function eventually<T>(claim: () => T | Promise<T>, { timeoutMs = TIMEOUT_MS, everyMs = EVERY_MS }: Patience = {}): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    try {
      return await claim();
    } catch (error) {
      if (performance.now() >= deadline) throw error;
      await pause(everyMs);
    }
  }
}
