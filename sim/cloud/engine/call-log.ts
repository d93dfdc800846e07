// The log of calls as the cloud saw them, newest last. Bounded: the oldest entries go first. Holds no secrets (the wire strips
// signatures before a call gets here).

import type { Product } from './call.ts';

export interface LogEntry {
  readonly sequence: number;
  /** World time, epoch milliseconds. */
  readonly timeMs: number;
  readonly product: Product;
  readonly action: string;
  readonly mutates: boolean;
  readonly parameters: Readonly<Record<string, string>>;
  readonly accessKeyId: string;
  readonly status: number;
  /** '' for success. */
  readonly code: string;
  readonly requestId: string;
  /** How the answer was spoilt on its way, '' when it was not. */
  readonly fault: string;
}

export class CallLog {
  #entries: LogEntry[] = [];
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  add(entry: LogEntry): void {
    this.#entries.push(entry);
    // Cut in large pieces, so that the cost per call stays constant.
    if (this.#entries.length > this.#most * 2) this.#entries = this.#entries.slice(-this.#most);
  }

  /** Entries with a sequence above `since`. */
  since(since: number): readonly LogEntry[] {
    const first = this.#entries[0]?.sequence ?? 1;
    return this.#entries.slice(Math.max(0, since + 1 - first));
  }
}
