// What faults have left behind to act later: keys that are not accepted for a while, and requests that are delivered once more after the
// next write.
import type { VirtualClock } from '../../kit/virtual-clock.ts';

export class Pending {
  readonly #clock: VirtualClock;
  readonly #expiredKeys = new Set<string>();
  readonly #repeats: (() => void)[] = [];

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

  /** Runs the task right after the next mutating call to the cloud. */
  afterNextWrite(task: () => void): void {
    this.#repeats.push(task);
  }

  /** A mutating call had its effect or was refused. */
  written(): void {
    for (const task of this.#repeats.splice(0)) this.#clock.after(1, task);
  }
}
