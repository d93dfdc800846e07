// What faults have left behind to act later: keys that are not accepted for a while, and requests that are delivered once more after the
// next write.
import type { VirtualClock } from '../../kit/virtual-clock.ts';

export class Pending {
  readonly #clock: VirtualClock;
  readonly #expiredKeys = new Set<string>();
  #repeats: { readonly than: number; readonly task: () => void }[] = [];

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  /** The keys that a replica holds are not accepted until others are had. */
  expireKeys(replica: string, forMs: number): void {
    this.#expiredKeys.add(replica);
    this.#clock.after(forMs, () => this.#expiredKeys.delete(replica));
  }

  keysAreExpired(replica: string): boolean {
    return this.#expiredKeys.has(replica);
  }

  /** Runs the task right after the next mutating call to the cloud but the one of this number. */
  afterNextWrite(than: number, task: () => void): void {
    this.#repeats.push({ than, task });
  }

  /** A mutating call had its effect or was refused. */
  written(n: number): void {
    if (this.#repeats.length === 0) return;
    const due = this.#repeats.filter(({ than }) => than !== n);
    this.#repeats = this.#repeats.filter(({ than }) => than === n);
    for (const { task } of due) this.#clock.after(1, task);
  }
}
