// A clock that moves only when told, and chance from a seed: the surroundings of a store in these tests.
import type { Runtime } from '../../../../sim/kubernetes/runtime.ts';

/** A runtime at 2026-11-24T00:00:00Z; `advance` runs what falls due, in the order of time. */
export class VirtualRuntime implements Runtime {
  #nowMs = Date.parse('2026-11-24T00:00:00Z');
  #state: number;
  #timers: { atMs: number; action: () => void }[] = [];

  constructor(seed = 1) {
    this.#state = seed;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  random(): number {
    // a linear congruence is random enough for names and uids
    this.#state = (this.#state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return this.#state / 2_147_483_648;
  }

  after(delayMs: number, action: () => void): () => void {
    const timer = { atMs: this.#nowMs + delayMs, action };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((each) => each !== timer);
    };
  }

  advance(ms: number): void {
    const endMs = this.#nowMs + ms;
    for (let next = this.#due(endMs); next !== undefined; next = this.#due(endMs)) {
      const { atMs, action } = next;
      this.#timers = this.#timers.filter((each) => each !== next);
      this.#nowMs = atMs;
      action();
    }
    this.#nowMs = endMs;
  }

  /** How many timers are set. */
  get pending(): number {
    return this.#timers.length;
  }

  #due(endMs: number): { atMs: number; action: () => void } | undefined {
    return this.#timers.filter((each) => each.atMs <= endMs).sort((a, b) => a.atMs - b.atMs)[0];
  }
}
