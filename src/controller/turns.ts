/**
 * Lets the event loop go round between pieces of work that are short each and long together: a thousand resources that waited for one listing
 * would hold up the lease, the windows and the answers of the cloud until the last of them is done. Counted, not timed, so that a run on a
 * virtual clock is the same each time.
 */
import type { Clock } from '../ports/runtime.ts';

/** As many go on together. */
const TOGETHER = 8;

export class Turns {
  readonly #clock: Clock;
  #count = 0;
  #last: Promise<void> = Promise.resolve();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Resolves when it is the caller's turn, in the order of the calls. */
  next(): Promise<void> {
    this.#count += 1;
    if (this.#count % TOGETHER === 0) this.#last = this.#last.then(() => new Promise<void>((resolve) => void this.#clock.after(0, resolve)));
    return this.#last;
  }
}
