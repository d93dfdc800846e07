// Time that passes only when somebody waits: one clock for the adapter and the simulated world.
import type { CloudClock } from '../../../sim/cloud/engine/clock.ts';
import type { Clock } from '../../../src/ports/runtime.ts';

interface Due {
  readonly atMs: number;
  readonly order: number;
  readonly task: () => void;
}

/** The whole minute at which every run begins. */
const START_MS = Date.UTC(2026, 0, 1);

export class VirtualClock implements Clock, CloudClock {
  #nowMs = START_MS;
  #order = 0;
  #due: Due[] = [];

  now(): number {
    return this.#nowMs;
  }

  monotonic(): number {
    return this.#nowMs - START_MS;
  }

  after(delayMs: number, task: () => void): () => void {
    this.#order += 1;
    const entry = { atMs: this.#nowMs + Math.max(0, delayMs), order: this.#order, task };
    this.#due.push(entry);
    return () => { this.#due = this.#due.filter((other) => other !== entry); };
  }

  /** Runs what falls due next; false when nothing does. */
  step(): boolean {
    const next = this.#due.toSorted((a, b) => a.atMs - b.atMs || a.order - b.order)[0];
    if (next === undefined) return false;
    this.#due = this.#due.filter((other) => other !== next);
    this.#nowMs = Math.max(this.#nowMs, next.atMs);
    next.task();
    return true;
  }

  /** Lets time pass until the promise is settled. */
  async settle<T>(promise: Promise<T>): Promise<T> {
    const state = { settled: false };
    const end = (): void => { state.settled = true; };
    promise.then(end, end);
    await drained();
    while (!state.settled) {
      if (!this.step()) throw new Error('the promise waits for something that never falls due');
      await drained();
    }
    return promise;
  }

  /** Lets a given time pass, with everything that falls due in it. */
  async pass(ms: number): Promise<void> {
    await this.settle(new Promise<void>((resolve) => void this.after(ms, resolve)));
  }
}

/** All microtasks that are under way have run. */
const drained = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
