// Looks at a simulated world again and again, and measures for how long the Internet reached each instance on no address.
import { setTimeout as pause } from 'node:timers/promises';
import type { SimulatedCloud } from '../../apiserver/kit/cloud.ts';

const EVERY_MS = 50;

export class WindowWatch {
  readonly #cloud: SimulatedCloud;
  /** Since when an instance is not reached, by performance.now. */
  readonly #open = new Map<string, number>();
  readonly #spansMs: number[] = [];
  readonly #ended = new AbortController();
  readonly #looking: Promise<void>;

  constructor(cloud: SimulatedCloud) {
    this.#cloud = cloud;
    this.#looking = this.#look();
  }

  /** How long each window was open that has closed, in ms of the machine's time. */
  get spansMs(): readonly number[] {
    return this.#spansMs;
  }

  /** Instances that are not reached now. */
  get open(): readonly string[] {
    return [...this.#open.keys()];
  }

  async end(): Promise<void> {
    this.#ended.abort();
    await this.#looking;
  }

  async #look(): Promise<void> {
    while (!this.#ended.signal.aborted) {
      const { instances } = await this.#cloud.world();
      const nowMs = performance.now();
      for (const { id, inboundIps } of instances) {
        const sinceMs = this.#open.get(id);
        if (inboundIps.length === 0) this.#open.set(id, sinceMs ?? nowMs);
        else if (sinceMs !== undefined) {
          this.#open.delete(id);
          this.#spansMs.push(nowMs - sinceMs);
        }
      }
      await pause(EVERY_MS);
    }
  }
}
