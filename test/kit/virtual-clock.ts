// Time that passes only when somebody lets it: one clock for the controller, its adapters and the simulated worlds. What falls due runs in
// the order of time, and at one instant in the order in which it was set; between two tasks everything that is ready gets its turn.
import type { CloudClock } from '../../sim/cloud/engine/clock.ts';
import type { Clock } from '../../src/ports/runtime.ts';

interface Timer {
  readonly atMs: number;
  readonly order: number;
  /** Undefined: cancelled. */
  task: (() => void) | undefined;
  /** Whether the task may make promises go on, so that they get their turn before the next one. */
  readonly stirs: boolean;
}

/** The whole minute at which time begins. */
const START_MS = Date.UTC(2026, 10, 24);
/** So many tasks at one instant set each other off for ever. */
const AT_ONE_INSTANT_MAX = 100_000;
/** A heap may hold that many cancelled timers before they are swept. */
const CANCELLED_MAX = 64;

const isSooner = (one: Timer, other: Timer): boolean => one.atMs < other.atMs || (one.atMs === other.atMs && one.order < other.order);

/** Wall time begins at 2026-11-24T00:00:00Z, monotonic time at 0. */
export class VirtualClock implements Clock, CloudClock {
  #nowMs = 0;
  #order = 0;
  /** A binary heap: the timer at n is not later than those at 2n + 1 and 2n + 2. */
  #heap: Timer[] = [];
  #cancelled = 0;
  #atThisInstant = 0;

  now(): number {
    return START_MS + this.#nowMs;
  }

  monotonic(): number {
    return this.#nowMs;
  }

  after(delayMs: number, task: () => void): () => void {
    return this.#set(delayMs, task, true);
  }

  /** As `after`, for a task for which nothing waits: it settles no promise. What falls due next need not wait for others' turns. */
  afterQuietly(delayMs: number, task: () => void): () => void {
    return this.#set(delayMs, task, false);
  }

  #set(delayMs: number, task: () => void, stirs: boolean): () => void {
    this.#order += 1;
    const timer: Timer = { atMs: this.#nowMs + Math.max(0, delayMs), order: this.#order, task, stirs };
    this.#rise(timer);
    return () => {
      if (timer.task === undefined) return;
      timer.task = undefined;
      this.#cancelled += 1;
      if (this.#cancelled > CANCELLED_MAX && this.#cancelled * 2 > this.#heap.length) this.#sweep();
    };
  }

  /** How many timers are set. */
  get pending(): number {
    return this.#heap.length - this.#cancelled;
  }

  /** When the next timer falls due, on the monotonic clock; Infinity when none is set. */
  get nextMs(): number {
    while (this.#heap[0] !== undefined && this.#heap[0].task === undefined) this.#take();
    return this.#heap[0]?.atMs ?? Infinity;
  }

  /** Runs what falls due next, if anything does. */
  #step(): 'stirred' | 'quiet' | 'nothing' {
    if (this.nextMs === Infinity) return 'nothing';
    const timer = this.#take();
    const task = timer?.task;
    if (timer === undefined || task === undefined) return 'nothing';
    this.#atThisInstant = timer.atMs === this.#nowMs ? this.#atThisInstant + 1 : 0;
    if (this.#atThisInstant > AT_ONE_INSTANT_MAX) throw new Error(`time stands still at ${this.#nowMs} ms: tasks set each other off for ever`);
    this.#nowMs = timer.atMs;
    timer.task = undefined;
    task();
    return timer.stirs ? 'stirred' : 'quiet';
  }

  /**
   * Lets time pass, task by task, until the condition holds; it is asked before each task, when all that the one before set off has
   * happened. False: nothing is set any more. `untilMs`: not beyond this monotonic time.
   */
  async run(isOver: () => boolean, untilMs = Infinity): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const next = (): void => {
        try {
          let did: 'stirred' | 'quiet' | 'nothing';
          do {
            if (isOver()) return resolve(true);
            did = this.nextMs > untilMs ? 'nothing' : this.#step();
          } while (did === 'quiet');
          if (did === 'nothing') return resolve(false);
          setImmediate(next);
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      };
      setImmediate(next);
    });
  }

  /** Lets a given time pass, with everything that falls due in it. */
  async pass(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms;
    await this.run(() => false, endMs);
    this.#nowMs = endMs;
  }

  /** Lets time pass until the promise is settled. */
  async settle<T>(promise: Promise<T>): Promise<T> {
    let settled = false;
    const end = (): void => { settled = true; };
    promise.then(end, end);
    if (!(await this.run(() => settled))) throw new Error('the promise waits for something that never falls due');
    return promise;
  }

  #rise(timer: Timer): void {
    const heap = this.#heap;
    let at = heap.push(timer) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = heap[above];
      if (parent === undefined || !isSooner(timer, parent)) break;
      heap[at] = parent;
      at = above;
    }
    heap[at] = timer;
  }

  #take(): Timer | undefined {
    const first = this.#heap[0];
    const last = this.#heap.pop();
    if (first?.task === undefined) this.#cancelled -= 1;
    if (last !== undefined && last !== first) this.#sink(last, 0);
    return first;
  }

  /** Puts the timer at a place that is free, or where one of those below it belongs. */
  #sink(timer: Timer, from: number): void {
    const heap = this.#heap;
    let at = from;
    for (let below = at * 2 + 1; below < heap.length; below = at * 2 + 1) {
      const [left, right] = [heap[below], heap[below + 1]];
      if (left === undefined) break;
      const useRight = right !== undefined && isSooner(right, left);
      const child = useRight ? right : left;
      if (!isSooner(child, timer)) break;
      heap[at] = child;
      at = useRight ? below + 1 : below;
    }
    heap[at] = timer;
  }

  #sweep(): void {
    const living = this.#heap.filter(({ task }) => task !== undefined);
    // sorted, it is a heap
    this.#heap = living.sort((one, other) => (isSooner(one, other) ? -1 : 1));
    this.#cancelled = 0;
  }
}

/** Everything that is ready gets its turn, without time passing. */
export const settled = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
