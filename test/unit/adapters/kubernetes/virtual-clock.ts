// Time that stands still until a test moves it. Between two timers everything that is ready gets its turn, so that what a timer
// sets off has happened before the next one fires.
import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '../../../../src/ports/runtime.ts';

interface Timer {
  readonly atMs: number;
  readonly task: () => void;
}

/** A clock for one test. Wall time begins at 2026-11-24T00:00:00Z, monotonic time at 0. */
export class VirtualClock implements Clock {
  static readonly #BEGIN_MS = Date.UTC(2026, 10, 24);
  #nowMs = 0;
  #timers: Timer[] = [];

  now(): number {
    return VirtualClock.#BEGIN_MS + this.#nowMs;
  }

  monotonic(): number {
    return this.#nowMs;
  }

  after(delayMs: number, task: () => void): () => void {
    const timer = { atMs: this.#nowMs + delayMs, task };
    this.#timers.push(timer);
    return () => { this.#timers = this.#timers.filter((each) => each !== timer); };
  }

  /** Timers that wait. */
  get pending(): number {
    return this.#timers.length;
  }

  /** Lets everything that is ready happen, without time passing. */
  async settle(): Promise<void> {
    for (let turns = 0; turns < 5; turns += 1) await turn();
  }

  /** Lets this much time pass, timer by timer. */
  async advance(durationMs: number): Promise<void> {
    const endMs = this.#nowMs + durationMs;
    await this.settle();
    for (let next = this.#next(endMs); next !== undefined; next = this.#next(endMs)) {
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      this.#timers = this.#timers.filter((each) => each !== next);
      next.task();
      await this.settle();
    }
    this.#nowMs = endMs;
  }

  #next(endMs: number): Timer | undefined {
    return this.#timers.filter(({ atMs }) => atMs <= endMs).sort((one, other) => one.atMs - other.atMs)[0];
  }
}
