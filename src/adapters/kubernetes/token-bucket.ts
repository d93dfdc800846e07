// A bucket of tokens that fills by one at a fixed pace, on monotonic time that is passed in.

/** How many at once, and how long until one more. */
export interface BucketRate {
  readonly burst: number;
  readonly refillMs: number;
}

/** One bucket, full at first. */
export class TokenBucket {
  readonly #rate: BucketRate;
  #tokens: number;
  #countedAtMs: number;

  constructor(rate: BucketRate, nowMs: number) {
    this.#rate = rate;
    this.#tokens = rate.burst;
    this.#countedAtMs = nowMs;
  }

  /** Takes a token; false when there is none. */
  take(nowMs: number): boolean {
    this.#count(nowMs);
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  /** A full bucket is as good as a new one. */
  isFull(nowMs: number): boolean {
    this.#count(nowMs);
    return this.#tokens === this.#rate.burst;
  }

  #count(nowMs: number): void {
    const { burst, refillMs } = this.#rate;
    this.#tokens = Math.min(burst, this.#tokens + (nowMs - this.#countedAtMs) / refillMs);
    this.#countedAtMs = nowMs;
  }
}
