/**
 * A keyed work queue.
 * Invariants: a key is never worked on twice at once; a key added while it is worked on is worked on once more afterwards; of
 * several delays for one key the earliest counts; a key that waits rises by one priority each AGEING_MS, so nothing starves.
 */
import type { Clock, Log } from '../ports/runtime.ts';

/** Lower is sooner. */
export const PRIORITY = { window: 0, edit: 1, drift: 2, resync: 3 } as const;
export type Priority = (typeof PRIORITY)[keyof typeof PRIORITY];

const AGEING_MS = 10_000;

interface Waiting {
  readonly priority: Priority;
  readonly sinceMs: number;
}

interface Delayed {
  readonly dueMs: number;
  readonly cancel: () => void;
}

export interface WorkQueueOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** Keys worked on at once. */
  readonly concurrencyMax: number;
  /** Must not throw; a failure is the worker's to handle. */
  readonly work: (key: string) => Promise<void>;
}

export class WorkQueue {
  readonly #options: WorkQueueOptions;
  readonly #waiting = new Map<string, Waiting>();
  readonly #delayed = new Map<string, Delayed>();
  readonly #working = new Set<string>();
  readonly #again = new Map<string, Priority>();
  #stopped = false;
  #idle: (() => void)[] = [];

  constructor(options: WorkQueueOptions) {
    this.#options = options;
  }

  /** As soon as a worker is free. */
  add(key: string, priority: Priority): void {
    if (this.#stopped) return;
    this.#delayed.get(key)?.cancel();
    this.#delayed.delete(key);
    if (this.#working.has(key)) {
      this.#again.set(key, Math.min(priority, this.#again.get(key) ?? priority) as Priority);
      return;
    }
    const before = this.#waiting.get(key);
    const sinceMs = before?.sinceMs ?? this.#options.clock.monotonic();
    this.#waiting.set(key, { priority: Math.min(priority, before?.priority ?? priority) as Priority, sinceMs });
    this.#pump();
  }

  /** After a pause; an earlier appointment of the same key stands. */
  addAfter(key: string, delayMs: number, priority: Priority): void {
    if (this.#stopped || this.#waiting.has(key)) return;
    const dueMs = this.#options.clock.monotonic() + delayMs;
    const before = this.#delayed.get(key);
    if (before && before.dueMs <= dueMs) return;
    before?.cancel();
    const cancel = this.#options.clock.after(delayMs, () => {
      this.#delayed.delete(key);
      this.add(key, priority);
    });
    this.#delayed.set(key, { dueMs, cancel });
  }

  /** Nothing new is begun; resolves when the workers are done. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const { cancel } of this.#delayed.values()) cancel();
    this.#delayed.clear();
    this.#waiting.clear();
    if (this.#working.size > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  #next(): string | undefined {
    const nowMs = this.#options.clock.monotonic();
    let best: { key: string; score: number } | undefined;
    for (const [key, { priority, sinceMs }] of this.#waiting) {
      const score = priority * AGEING_MS - (nowMs - sinceMs);
      if (best === undefined || score < best.score) best = { key, score };
    }
    return best?.key;
  }

  #pump(): void {
    while (!this.#stopped && this.#working.size < this.#options.concurrencyMax) {
      const key = this.#next();
      if (key === undefined) return;
      this.#waiting.delete(key);
      this.#working.add(key);
      void this.#run(key);
    }
  }

  async #run(key: string): Promise<void> {
    try {
      await this.#options.work(key);
    } catch (error) {
      this.#options.log.error('a worker failed, which is a bug; the key is tried again', { key, error: String(error) });
      this.addAfter(key, AGEING_MS, PRIORITY.resync);
    }
    this.#working.delete(key);
    const again = this.#again.get(key);
    this.#again.delete(key);
    if (again !== undefined) this.add(key, again);
    if (this.#working.size === 0) for (const resolve of this.#idle.splice(0)) resolve();
    this.#pump();
  }
}
