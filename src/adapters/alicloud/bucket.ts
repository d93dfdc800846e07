/**
 * The tokens of one action: so many per aligned minute of the wall clock ("throttled at minute T, callable again at T+1", facts section
 * 4). Pure: every move is told the time, by the wall clock for the minute and by the monotonic one for ages, so that a jump of the wall
 * clock can open a new minute but never prolong a hold.
 *
 * Reserved tokens are charged first to each new minute. Throttling holds the bucket for everybody until the given time and halves the
 * limit, once in a minute however many calls were refused; twenty clean minutes double it, up to where it began.
 */
export interface Instant {
  readonly wallMs: number;
  readonly monotonicMs: number;
}

const MINUTE_MS = 60_000;
const CLEAN_MS = 20 * MINUTE_MS;

export class Bucket {
  readonly #most: number;
  readonly #least: number;
  #limit: number;
  #minute = Number.NaN;
  #used = 0;
  #reserved = 0;
  #heldUntilMs = Number.NEGATIVE_INFINITY;
  #throttledAtMs: number | undefined;
  #halvedInMinute = Number.NaN;

  /** `least` ≤ `perMinute`; both at least 1. */
  constructor(perMinute: number, least: number) {
    this.#most = perMinute;
    this.#least = Math.min(least, perMinute);
    this.#limit = perMinute;
  }

  /** 0 and a token is taken; otherwise in how many ms to ask again, and nothing is taken. */
  take(at: Instant): number {
    const dueInMs = this.dueInMs(1, at);
    if (dueInMs === 0) this.#used += 1;
    return dueInMs;
  }

  /** As `take`, for a call that an open window needs: only a hold stops it. `reserved`: whether it spends a reserved token. */
  takeForWindow(reserved: boolean, at: Instant): number {
    this.#roll(at);
    const heldMs = this.#heldMs(at);
    if (heldMs > 0) return heldMs;
    if (reserved) this.#reserved -= 1;
    this.#used += 1;
    return 0;
  }

  /** In how many ms `count` tokens could be taken or reserved; 0: now. */
  dueInMs(count: number, at: Instant): number {
    this.#roll(at);
    const heldMs = this.#heldMs(at);
    if (heldMs > 0) return heldMs;
    const free = this.#limit - this.#used - this.#reserved;
    return free >= count ? 0 : MINUTE_MS - (((at.wallMs % MINUTE_MS) + MINUTE_MS) % MINUTE_MS);
  }

  /** Sets tokens aside, or gives them back when negative. Whoever reserves asks `dueInMs` first. */
  reserve(count: number): void {
    this.#reserved += count;
  }

  /** The cloud refused a call as one too many. */
  throttled(at: Instant, retryAfterMs: number): void {
    this.#roll(at);
    if (this.#halvedInMinute !== this.#minute) this.#limit = Math.max(this.#least, Math.floor(this.#limit / 2));
    this.#halvedInMinute = this.#minute;
    this.#heldUntilMs = Math.max(this.#heldUntilMs, at.monotonicMs + retryAfterMs);
    this.#throttledAtMs = at.monotonicMs;
  }

  /** Tokens of the minute that are neither used nor reserved, as a share of the limit; at most 1. */
  freeShare(at: Instant): number {
    this.#roll(at);
    return (this.#limit - this.#used - this.#reserved) / this.#limit;
  }

  #heldMs(at: Instant): number {
    return this.#heldUntilMs - at.monotonicMs;
  }

  #roll(at: Instant): void {
    const minute = Math.floor(at.wallMs / MINUTE_MS);
    if (minute !== this.#minute) {
      this.#minute = minute;
      this.#used = 0;
    }
    while (this.#throttledAtMs !== undefined && at.monotonicMs - this.#throttledAtMs >= CLEAN_MS) {
      this.#limit = Math.min(this.#most, this.#limit * 2);
      this.#throttledAtMs = this.#limit === this.#most ? undefined : this.#throttledAtMs + CLEAN_MS;
    }
  }
}
