// What the server asked to be left alone with, and for how long (429 or 5xx with Retry-After): the same method on the same path is not
// sent before. Who is made to ask again at once, by an edit for example, gets the refusal without the server being asked.
import type { Clock } from '../../ports/runtime.ts';
import { ApiError } from './errors.ts';

/** The memory of one connection. */
export class Patience {
  readonly #clock: Clock;
  /** Until when, by the monotonic clock. */
  readonly #untilMs = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Throws ApiError `unavailable`, saying when to come back, for what must not be sent yet. */
  ask(what: string): void {
    const waitMs = (this.#untilMs.get(what) ?? 0) - this.#clock.monotonic();
    if (waitMs <= 0) return;
    throw new ApiError(`${what} was not sent: the API server asked to be left alone for another ${Math.ceil(waitMs / 1000)} s`, { kind: 'unavailable', httpStatus: 429, retryAfterMs: waitMs });
  }

  /** Notes what was answered. */
  heed(what: string, { retryAfterMs }: ApiError): void {
    if (retryAfterMs === undefined) return;
    const nowMs = this.#clock.monotonic();
    for (const [other, untilMs] of this.#untilMs) if (untilMs <= nowMs) this.#untilMs.delete(other);
    this.#untilMs.set(what, nowMs + retryAfterMs);
  }
}
