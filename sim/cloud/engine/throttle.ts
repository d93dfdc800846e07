// Fixed quotas of calls per action and aligned minute of world time: "throttled at minute T, callable again at minute T+1".
// Refused calls count too. The limits live in the world, where they can be changed while it runs.

import { minuteOf } from './clock.ts';

export class MinuteWindows {
  #minute = -1;
  readonly #used = new Map<string, number>();
  readonly #exhausted = new Set<string>();

  /** Counts one call; false when the minute's quota of this action is used up. */
  admit(key: string, limit: number, nowMs: number): boolean {
    this.#roll(nowMs);
    const used = (this.#used.get(key) ?? 0) + 1;
    this.#used.set(key, used);
    return used <= limit && !this.#exhausted.has(key);
  }

  /** Uses up what is left of the minute. */
  exhaust(key: string, nowMs: number): void {
    this.#roll(nowMs);
    this.#exhausted.add(key);
  }

  #roll(nowMs: number): void {
    const minute = minuteOf(nowMs);
    if (minute === this.#minute) return;
    this.#minute = minute;
    this.#used.clear();
    this.#exhausted.clear();
  }
}
