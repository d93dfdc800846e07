/**
 * A keyed work queue.
 * Invariants: a key is never worked on twice at once; a key added while it is worked on is worked on once more afterwards; of
 * several wishes for one key the earliest time and the best priority count; a key that waits rises by one priority each AGEING_MS, so
 * nothing starves; some workers are for windows alone, so that these need not wait while calls of others hang.
 */
import { NO_METRICS, type Metrics } from '../ports/metrics.ts';
import type { Clock, Log } from '../ports/runtime.ts';
import { loopOf } from './context.ts';

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

export interface QueuePulse {
  readonly waiting: readonly string[];
  /** For how long each is being worked on. */
  readonly working: readonly { readonly key: string; readonly ms: number }[];
  /** Since a key was last taken or done with. */
  readonly idleMs: number;
}

export interface WorkQueueOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** Keys worked on at once. */
  readonly concurrencyMax: number;
  /** Keys of priority `window` worked on besides. */
  readonly windowsMax: number;
  readonly metrics?: Metrics;
  /** Must not throw; a failure is the worker's to handle. */
  readonly work: (key: string) => Promise<void>;
}

export class WorkQueue {
  readonly #options: WorkQueueOptions;
  readonly #metrics: Metrics;
  /** By priority, each in the order of arrival, so that the next key is one of the heads. */
  readonly #waiting: readonly Map<string, Waiting>[] = Object.values(PRIORITY).map(() => new Map<string, Waiting>());
  readonly #delayed = new Map<string, Delayed>();
  /** Since when each is worked on (monotonic ms). */
  readonly #working = new Map<string, number>();
  readonly #again = new Map<string, Priority>();
  /** A key was taken or done with (monotonic ms). */
  #progressMs: number;
  #stopped = false;
  #idle: (() => void)[] = [];

  constructor(options: WorkQueueOptions) {
    this.#options = options;
    this.#metrics = options.metrics ?? NO_METRICS;
    this.#progressMs = options.clock.monotonic();
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
    else this.#metrics.count('workqueue_adds_total', { name: loopOf(key) });
    this.#waiting[priority]?.set(key, { priority, sinceMs: before?.sinceMs ?? this.#options.clock.monotonic() });
  }

  /**
   * After a pause; an earlier appointment of the same key stands, and each gives the other its priority if that is better. In whole milliseconds:
   * a clock that cannot tell a fraction from nothing would run what waits for that fraction for ever.
   */
  addAfter(key: string, delayMs: number, priority: Priority): void {
    if (this.#stopped) return;
    if (this.#find(key)) return this.#put(key, priority);
    const nowMs = this.#options.clock.monotonic();
    const before = this.#delayed.get(key);
    const wished = { dueMs: Math.min(nowMs + Math.ceil(delayMs), before?.dueMs ?? Number.POSITIVE_INFINITY), priority: better(priority, before?.priority) };
    if (before && before.dueMs === wished.dueMs && before.priority === wished.priority) return;
    before?.cancel();
    const cancel = this.#options.clock.after(wished.dueMs - nowMs, () => {
      this.#delayed.delete(key);
      this.add(key, wished.priority);
    });
    this.#delayed.set(key, { ...wished, cancel });
    this.#metrics.count('workqueue_retries_total', { name: loopOf(key) });
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
      return key === undefined || head === undefined ? [] : [{ key, priority: head.priority, waitedMs: nowMs - head.sinceMs, score: head.priority * AGEING_MS - (nowMs - head.sinceMs) }];
    });
    const [best] = heads.sort((a, b) => a.score - b.score);
    if (best === undefined) return undefined;
    this.#waiting[best.priority]?.delete(best.key);
    this.#metrics.observe('workqueue_queue_duration_seconds', { name: loopOf(best.key) }, best.waitedMs / 1_000);
    return best.key;
  }

  #pump(): void {
    while (!this.#stopped) {
      const key = this.#next();
      if (key === undefined) return;
      this.#progressMs = this.#options.clock.monotonic();
      this.#working.set(key, this.#progressMs);
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
    this.#done(key);
    const again = this.#again.get(key);
    this.#again.delete(key);
    if (again !== undefined) this.add(key, again);
    if (this.#working.size === 0) for (const resolve of this.#idle.splice(0)) resolve();
    this.#pump();
  }

  #done(key: string): void {
    const nowMs = this.#options.clock.monotonic();
    this.#metrics.observe('workqueue_work_duration_seconds', { name: loopOf(key) }, (nowMs - (this.#working.get(key) ?? nowMs)) / 1_000);
    this.#working.delete(key);
    this.#progressMs = nowMs;
  }

  /** How it is doing, for whoever wants to know whether it still goes round. */
  pulse(): QueuePulse {
    const nowMs = this.#options.clock.monotonic();
    const working = [...this.#working].map(([key, sinceMs]) => ({ key, ms: nowMs - sinceMs }));
    return { waiting: this.#waiting.flatMap((keys) => [...keys.keys()]), working, idleMs: nowMs - this.#progressMs };
  }
}
