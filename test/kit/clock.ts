// A clock that moves only when told, and a log that is kept: time and speech for tests of what waits.
import type { Clock, Log, LogFields } from '../../src/ports/runtime.ts';

interface Timer {
  readonly atMs: number;
  readonly task: () => void;
}

/** Wall time begins at 2026-11-24T00:00:00Z, monotonic time at 0. */
export class VirtualClock implements Clock {
  readonly #startMs = 1_795_478_400_000;
  #nowMs = 0;
  #timers: readonly Timer[] = [];

  now(): number {
    return this.#startMs + this.#nowMs;
  }

  monotonic(): number {
    return this.#nowMs;
  }

  after(delayMs: number, task: () => void): () => void {
    const timer = { atMs: this.#nowMs + Math.max(0, delayMs), task };
    this.#timers = [...this.#timers, timer].sort((a, b) => a.atMs - b.atMs);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** How many timers are set. */
  get pending(): number {
    return this.#timers.length;
  }

  /** Lets time pass and runs what falls due, in the order of time; promises that are settled by it have run their course. */
  async pass(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms;
    await settled();
    for (let [next] = this.#timers; next !== undefined && next.atMs <= endMs; [next] = this.#timers) {
      this.#timers = this.#timers.slice(1);
      this.#nowMs = next.atMs;
      next.task();
      await settled();
    }
    this.#nowMs = endMs;
  }
}

/** All promises that can go on have gone on. */
export const settled = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

/** Keeps every line as "level message". */
export class KeptLog implements Log {
  readonly lines: string[] = [];
  readonly #keep = (level: string) => (message: string, fields?: LogFields): void => void this.lines.push(`${level} ${message}${fields ? ` ${JSON.stringify(fields)}` : ''}`);
  readonly debug = this.#keep('debug');
  readonly info = this.#keep('info');
  readonly warn = this.#keep('warn');
  readonly error = this.#keep('error');
}
