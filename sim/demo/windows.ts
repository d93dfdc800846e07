// How long each EIP was bound to nothing, as the world itself shows it: from the Unassociate call to InUse again, in world time.
// Only what a call opened counts; what a human does in the console at once is no window.
import type { CloudClock } from '../cloud/engine/clock.ts';

interface Bound {
  readonly id: string;
  readonly status: string;
}

export class WindowWatch {
  readonly #sinceMs = new Map<string, number>();
  readonly #closed: number[] = [];
  readonly #sendMs: number;

  /** `sendMs`: how long before its effect a call was sent, half a round trip. */
  constructor(sendMs: number) {
    this.#sendMs = sendMs;
  }

  /** To be called after every event of the world. */
  look(eips: readonly Bound[], nowMs: number): void {
    for (const { id, status } of eips) {
      const sinceMs = this.#sinceMs.get(id);
      if (status === 'Unassociating' && sinceMs === undefined) this.#sinceMs.set(id, nowMs - this.#sendMs);
      if (status !== 'InUse' || sinceMs === undefined) continue;
      this.#closed.push(Math.round(nowMs - sinceMs));
      this.#sinceMs.delete(id);
    }
  }

  /** Lengths in world milliseconds, in the order in which they closed. */
  get closedMs(): readonly number[] {
    return [...this.#closed];
  }

  get open(): number {
    return this.#sinceMs.size;
  }
}

/** The same clock; `look` runs after each event, so that nothing that lasts any time goes unseen. */
export function watched(clock: CloudClock, look: () => void): CloudClock {
  return {
    now: () => clock.now(),
    after: (delayMs, action) => clock.after(delayMs, () => {
      action();
      look();
    }),
  };
}
