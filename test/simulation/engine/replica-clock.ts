// Time as one process has it: the world's, but it can stand still (the process gets no turn: what falls due waits and then falls due all at
// once, in order), its wall clock can be wrong, and it ends with the process. Answers that arrive are tasks like timers.
import type { VirtualClock } from '../../kit/virtual-clock.ts';
import type { Clock } from '../../../src/ports/runtime.ts';

interface Due {
  task: (() => void) | undefined;
}

export class ReplicaClock implements Clock {
  readonly #world: VirtualClock;
  #skewMs: number;
  #state: 'running' | 'paused' | 'ended' = 'running';
  #held: Due[] = [];

  constructor(world: VirtualClock, skewMs: number) {
    this.#world = world;
    this.#skewMs = skewMs;
  }

  now(): number {
    return this.#world.now() + this.#skewMs;
  }

  monotonic(): number {
    return this.#world.monotonic();
  }

  after(delayMs: number, task: () => void): () => void {
    const due: Due = { task };
    const cancel = this.#world.after(delayMs, () => this.#fire(due));
    return () => {
      due.task = undefined;
      cancel();
    };
  }

  /** The wall clock is set forwards or back. */
  jump(ms: number): void {
    this.#skewMs += ms;
  }

  get skewMs(): number {
    return this.#skewMs;
  }

  pause(): void {
    if (this.#state === 'running') this.#state = 'paused';
  }

  resume(): void {
    if (this.#state !== 'paused') return;
    this.#state = 'running';
    for (const due of this.#held.splice(0)) this.#world.after(0, () => this.#fire(due));
  }

  /** Nothing of this process happens any more. */
  end(): void {
    this.#state = 'ended';
    this.#held = [];
  }

  #fire(due: Due): void {
    if (this.#state === 'paused') return void this.#held.push(due);
    if (this.#state === 'ended') return;
    const { task } = due;
    due.task = undefined;
    task?.();
  }
}
