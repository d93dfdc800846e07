/**
 * A keyed work queue.
 * Invariants: a key is never worked on twice at once; a key added while it is worked on is worked on once more afterwards; of
 * several wishes for one key the earliest time and the best priority count; a key that waits rises by one priority each AGEING_MS, so
 * nothing starves; some workers are for windows alone, so that these need not wait while calls of others hang.
 */
import type { Clock, Log } from '../ports/runtime.ts';

/** Lower is sooner. */
export const PRIORITY = { window: 0, edit: 1, drift: 2, resync: 3 } as const;
export type Priority = (typeof PRIORITY)[keyof typeof PRIORITY];

const AGEING_MS = 10_000;

const better = (one: Priority, other: Priority | undefined): Priority => (other !== undefined && other < one ? other : one);

interface Waiting {
  readonly priority: Priority;
  readonly sinceMs: number;
}

interface Delayed {
  readonly dueMs: number;
  readonly priority: Priority;
  readonly cancel: () => void;
}

export interface WorkQueueOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** Keys worked on at once. */
  readonly concurrencyMax: number;
  /** Keys of priority `window` worked on besides. */
  readonly windowsMax: number;
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
    const wished = better(priority, this.#unschedule(key)?.priority);
    if (this.#working.has(key)) {
      this.#again.set(key, better(wished, this.#again.get(key)));
      return;
    }
    this.#put(key, wished);
    this.#pump();
  }

  #unschedule(key: string): Delayed | undefined {
    const before = this.#delayed.get(key);
    before?.cancel();
    this.#delayed.delete(key);
    return before;
  }

  /** A key that waits already keeps its age and takes the better priority. */
  #put(key: string, priority: Priority): void {
    const before = this.#find(key);
    if (before && before.priority <= priority) return;
    if (before) this.#waiting[before.priority]?.delete(key);
    this.#waiting[priority]?.set(key, { priority, sinceMs: before?.sinceMs ?? this.#options.clock.monotonic() });
  }

  /** After a pause; an earlier appointment of the same key stands, and each gives the other its priority if that is better. */
  addAfter(key: string, delayMs: number, priority: Priority): void {
    if (this.#stopped) return;
    if (this.#find(key)) return this.#put(key, priority);
    const nowMs = this.#options.clock.monotonic();
    const before = this.#delayed.get(key);
    const wished = { dueMs: Math.min(nowMs + delayMs, before?.dueMs ?? Number.POSITIVE_INFINITY), priority: better(priority, before?.priority) };
    if (before && before.dueMs === wished.dueMs && before.priority === wished.priority) return;
    before?.cancel();
    const cancel = this.#options.clock.after(wished.dueMs - nowMs, () => {
      this.#delayed.delete(key);
      this.add(key, wished.priority);
    });
    this.#delayed.set(key, { ...wished, cancel });
  }

  /** An appointment that is not due yet is called off. */
  callOff(key: string): void {
    this.#unschedule(key);
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

  /** The next key that a worker may take; beyond the number for all only a window. */
  #next(): string | undefined {
    const { clock, concurrencyMax, windowsMax } = this.#options;
    const nowMs = clock.monotonic();
    if (this.#working.size >= concurrencyMax + windowsMax) return undefined;
    const open = this.#working.size < concurrencyMax ? this.#waiting : this.#waiting.slice(0, 1);
    const heads = open.flatMap((keys) => {
      const [key] = keys.keys();
      const head = key === undefined ? undefined : keys.get(key);
      return key === undefined || head === undefined ? [] : [{ key, priority: head.priority, score: head.priority * AGEING_MS - (nowMs - head.sinceMs) }];
    });
    const [best] = heads.sort((a, b) => a.score - b.score);
    if (best) this.#waiting[best.priority]?.delete(best.key);
    return best?.key;
  }

  #pump(): void {
    while (!this.#stopped) {
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
