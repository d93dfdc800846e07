// The clock of the lab's cloud: the machine's time, but nothing happens in the cloud while the gate is shut. What falls due then happens
// when it opens, in the order in which it fell due, and after each event the lab looks before the next one comes.
import type { CloudClock } from '../../sim/cloud/engine/clock.ts';
import { machineTime } from '../../sim/cloud/wire/clock.ts';

export class Gate implements CloudClock {
  readonly #look: () => void;
  readonly #due: (() => void)[] = [];
  #shut = false;

  /** `look`: after every event of the cloud. It may shut the gate. */
  constructor(look: () => void) {
    this.#look = look;
  }

  now(): number {
    return machineTime.now();
  }

  after(delayMs: number, action: () => void): () => void {
    let cancelled = false;
    const cancel = machineTime.after(delayMs, () => {
      this.#due.push(() => {
        if (!cancelled) action();
      });
      this.#drain();
    });
    return () => {
      cancelled = true;
      cancel();
    };
  }

  shut(): void {
    this.#shut = true;
  }

  open(): void {
    this.#shut = false;
    this.#drain();
  }

  #drain(): void {
    while (!this.#shut) {
      const next = this.#due.shift();
      if (next === undefined) return;
      next();
      this.#look();
    }
  }
}
