/**
 * Facts that do not change while they exist, remembered for a time: who asks for one that somebody else is asking for waits for the same
 * answer. What is not there, and what could not be read, is not remembered.
 */
import type { Clock } from '../../ports/runtime.ts';

export interface MemoryOptions<K extends string, T> {
  readonly clock: Clock;
  readonly keepMs: number;
  /** Keys per call. */
  readonly batchMax: number;
  readonly keyOf: (item: T) => string;
  readonly fetch: (keys: readonly K[]) => Promise<readonly T[]>;
  /** Told of each key that is asked for, whether it was known; must not throw. */
  readonly noted?: (result: 'hit' | 'miss') => void;
}

interface Entry<T> {
  readonly askedAtMs: number;
  readonly answer: Promise<T | undefined>;
}

export class Remembered<K extends string, T> {
  readonly #options: MemoryOptions<K, T>;
  readonly #entries = new Map<K, Entry<T>>();

  constructor(options: MemoryOptions<K, T>) {
    this.#options = options;
  }

  /** Those that exist, in the order asked for. */
  async get(keys: readonly K[]): Promise<readonly T[]> {
    const distinct = [...new Set(keys)];
    const unknown = distinct.filter((key) => !this.#knows(key));
    for (let from = 0; from < unknown.length; from += this.#options.batchMax) this.#ask(unknown.slice(from, from + this.#options.batchMax));
    const answers = await Promise.all(distinct.flatMap((key) => this.#entries.get(key)?.answer ?? []));
    return answers.filter((answer) => answer !== undefined);
  }

  #knows(key: K): boolean {
    const isFresh = this.#isFresh(key);
    this.#options.noted?.(isFresh ? 'hit' : 'miss');
    return isFresh;
  }

  #isFresh(key: K): boolean {
    const entry = this.#entries.get(key);
    return entry !== undefined && this.#options.clock.monotonic() - entry.askedAtMs < this.#options.keepMs;
  }

  #ask(keys: readonly K[]): void {
    const all = this.#options.fetch(keys);
    const askedAtMs = this.#options.clock.monotonic();
    for (const key of keys) {
      const answer = all.then((items) => items.find((item) => this.#options.keyOf(item) === key));
      const entry = { askedAtMs, answer };
      this.#entries.set(key, entry);
      const forget = (): void => {
        if (this.#entries.get(key) === entry) this.#entries.delete(key);
      };
      answer.then((item) => { if (item === undefined) forget(); }, forget);
    }
  }
}
