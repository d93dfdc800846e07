/**
 * The two ends of a tenure, when nothing may begin. At its start the resources are read anew, and the windows that the last leader left
 * open come first (invariant V5): until every resource known then was listed once, or could not be, and every window that those listings
 * show is closed or was tried. At its end nothing begins any more. Closing is never held up.
 */
import type { Clock } from '../ports/runtime.ts';

/** A window that cannot be closed holds up the others no longer than this. */
const HELD_UP_MAX_MS = 30_000;

export class Handover {
  readonly #clock: Clock;
  /** Resources whose first pass is awaited, by name. */
  readonly #awaited = new Set<string>();
  /** Those of which no listing has told yet. */
  readonly #unlisted = new Set<string>();
  /** Windows that were found open, by the key of the instance, with the monotonic ms at which they were found. */
  readonly #windows = new Map<string, number>();
  /** Those for which a closing call was sent and answered, or is on its way. */
  readonly #tried = new Set<string>();
  /** What people wish now is not known yet. */
  #isBlind = false;
  #hasTakenOver = false;
  #standsDown = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** These resources are known; nothing begins before each of them was seen. */
  takeOver(names: readonly string[]): void {
    for (const name of names) {
      this.#awaited.add(name);
      this.#unlisted.add(name);
    }
  }

  /** Nothing begins before the resources were read anew. */
  awaitView(read: Promise<void>): void {
    this.#isBlind = true;
    // it never comes when the process stops before, and then nothing is to begin
    void read.then(() => { this.#isBlind = false; });
  }

  /**
   * A pass over the resource has ended. A listing that failed is awaited by nobody else; when it comes at last, the windows that it shows (their
   * keys) come first still.
   */
  passed(name: string, windows: readonly string[], isListed: boolean): void {
    this.#awaited.delete(name);
    if (!isListed || !this.#unlisted.delete(name)) return;
    for (const key of windows.filter((each) => !this.#tried.has(each))) {
      this.#windows.set(key, this.#clock.monotonic());
      this.#hasTakenOver = false;
    }
  }

  /** A closing call is about to be sent. */
  closing(key: string): void {
    if (!this.#hasTakenOver) this.#tried.add(key);
  }

  /** A pass over the instance has ended, and with it the call that it sent. */
  worked(key: string, isOpen: boolean): void {
    if (!isOpen || this.#tried.has(key)) this.#windows.delete(key);
  }

  /** For good. */
  standDown(): void {
    this.#standsDown = true;
  }

  /** Why nothing may begin now; undefined: it may. */
  whyNotBegin(): string | undefined {
    if (this.#standsDown) return 'This process stands down; the next one goes on';
    if (this.#hasTakenOver) return undefined;
    const sinceMs = this.#clock.monotonic() - HELD_UP_MAX_MS;
    const isHeldUp = this.#isBlind || this.#awaited.size > 0 || [...this.#windows.values()].some((foundMs) => foundMs > sinceMs);
    if (isHeldUp) return 'Just started: windows that are found open are closed first';
    this.#hasTakenOver = true;
    this.#windows.clear();
    this.#tried.clear();
    return undefined;
  }
}
