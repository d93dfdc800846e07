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
  /** By priority, each in the order of arrival, so that the next key is one of the heads. */
  readonly #waiting: readonly Map<string, Waiting>[] = Object.values(PRIORITY).map(() => new Map<string, Waiting>());
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
    this.#put(key, priority);
    this.#pump();
  }

  /** A key that waits already keeps its age and takes the better priority. */
  #put(key: string, priority: Priority): void {
    const before = this.#find(key);
    if (before && before.priority <= priority) return;
    if (before) this.#waiting[before.priority]?.delete(key);
    this.#waiting[priority]?.set(key, { priority, sinceMs: before?.sinceMs ?? this.#options.clock.monotonic() });
  }

  /** After a pause; an earlier appointment of the same key stands. */
  addAfter(key: string, delayMs: number, priority: Priority): void {
    if (this.#stopped) return;
    if (this.#find(key)) return this.#put(key, priority);
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
    for (const keys of this.#waiting) keys.clear();
    if (this.#working.size > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  #find(key: string): Waiting | undefined {
    for (const keys of this.#waiting) {
      const found = keys.get(key);
      if (found) return found;
    }
    return undefined;
  }

  #next(): string | undefined {
    const nowMs = this.#options.clock.monotonic();
    const heads = this.#waiting.flatMap((keys) => {
      const [key] = keys.keys();
      const head = key === undefined ? undefined : keys.get(key);
      return key === undefined || head === undefined ? [] : [{ key, priority: head.priority, score: head.priority * AGEING_MS - (nowMs - head.sinceMs) }];
    });
    const [best] = heads.sort((a, b) => a.score - b.score);
    if (best) this.#waiting[best.priority]?.delete(best.key);
    return best?.key;
  }

  #pump(): void {
    while (!this.#stopped && this.#working.size < this.#options.concurrencyMax) {
      const key = this.#next();
      if (key === undefined) return;
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
