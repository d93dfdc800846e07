/**
 * The tokens of one action: so many per aligned minute of the wall clock ("throttled at minute T, callable again at T+1", facts section
 * 4). Pure: every move is told the time, by the wall clock for the minute and by the monotonic one for ages, so that a jump of the wall
 * clock can open a new minute but never prolong a hold.
 *
 * Reserved tokens are charged first to each new minute. Throttling holds the bucket for everybody until the given time and halves the
 * limit, once in a minute however many calls were refused. Twenty clean minutes later it is probed, by callers who can bear a refusal: as
 * many as the cloud accepted in a minute are the new limit, up to where it began, and a probe that is refused leaves the limit as it was.
 */
export interface Instant {
  readonly wallMs: number;
  readonly monotonicMs: number;
}

const MINUTE_MS = 60_000;
const CLEAN_MS = 20 * MINUTE_MS;
/** A call that is sent so late in a minute may be counted in the next one by the cloud. */
const LATE_MS = 1_000;

export class Bucket {
  readonly #most: number;
  readonly #least: number;
  /** What the cloud is known to accept in a minute. */
  #limit: number;
  #minute = Number.NaN;
  #used = 0;
  /** Of the used: sent when the minute was nearly over. */
  #late = 0;
  #reserved = 0;
  #heldUntilMs = Number.NEGATIVE_INFINITY;
  #throttledAtMs: number | undefined;
  #throttledInMinute = Number.NaN;

  /** `least` ≤ `perMinute`; both at least 1. */
  constructor(perMinute: number, least: number) {
    this.#most = perMinute;
    this.#least = Math.min(least, perMinute);
    this.#limit = perMinute;
  }

  /** 0 and a token is taken; otherwise in how many ms to ask again, and nothing is taken. `spared`: how many tokens are left for others. */
  take(at: Instant, { mayProbe = false, spared = 0 }: { readonly mayProbe?: boolean; readonly spared?: number } = {}): number {
    const dueInMs = this.dueInMs(1 + spared, at, mayProbe);
    if (dueInMs === 0) this.#use(at);
    return dueInMs;
  }

  /** As `take`, for a call that an open window needs: only a hold stops it. `reserved`: whether it spends a reserved token. */
  takeForWindow(reserved: boolean, at: Instant): number {
    this.#roll(at);
    const heldMs = this.#heldMs(at);
    if (heldMs > 0) return heldMs;
    if (reserved) this.#reserved -= 1;
    this.#use(at);
    return 0;
  }

  /** In how many ms `count` tokens could be taken or reserved; 0: now. `mayProbe`: whoever asks can bear to be the one too many. */
  dueInMs(count: number, at: Instant, mayProbe = false): number {
    this.#roll(at);
    const heldMs = this.#heldMs(at);
    if (heldMs > 0) return heldMs;
    const free = (mayProbe && this.#isClean(at) ? this.#most : this.#limit) - this.#used - this.#reserved;
    return free >= count ? 0 : MINUTE_MS - inMinute(at);
  }

  /** Sets tokens aside, or gives them back when negative. Whoever reserves asks `dueInMs` first. */
  reserve(count: number): void {
    this.#reserved += count;
  }

  /** The cloud refused a call as one too many. */
  throttled(at: Instant, retryAfterMs: number): void {
    this.#roll(at);
    const wasProbe = this.#isClean(at) && this.#used > this.#limit;
    if (this.#throttledInMinute !== this.#minute && !wasProbe) this.#limit = Math.max(this.#least, Math.floor(this.#limit / 2));
    this.#throttledInMinute = this.#minute;
    this.#heldUntilMs = Math.max(this.#heldUntilMs, at.monotonicMs + retryAfterMs);
    this.#throttledAtMs = at.monotonicMs;
  }

  /** Tokens that the cloud is known to grant in a minute. */
  get limit(): number {
    return this.#limit;
  }

  /** Tokens of the minute that are neither used nor reserved, as a share of the limit; at most 1. */
  freeShare(at: Instant): number {
    this.#roll(at);
    return (this.#limit - this.#used - this.#reserved) / this.#limit;
  }

  #use(at: Instant): void {
    this.#used += 1;
    if (inMinute(at) >= MINUTE_MS - LATE_MS) this.#late += 1;
  }

  #heldMs(at: Instant): number {
    return this.#heldUntilMs - at.monotonicMs;
  }

  /** Whether there was no refusal for long enough to try for more. */
  #isClean({ monotonicMs }: Instant): boolean {
    return this.#throttledAtMs !== undefined && monotonicMs - this.#throttledAtMs >= CLEAN_MS;
  }

  #roll(at: Instant): void {
    const minute = Math.floor(at.wallMs / MINUTE_MS);
    if (minute === this.#minute) return;
    const isProved = this.#throttledInMinute !== this.#minute && this.#used > this.#limit;
    if (isProved) this.#limit = Math.min(this.#most, this.#used);
    if (this.#limit === this.#most) this.#throttledAtMs = undefined;
    this.#used = minute === this.#minute + 1 ? this.#late : 0;
    this.#late = 0;
    this.#minute = minute;
  }
}

const inMinute = ({ wallMs }: Instant): number => ((wallMs % MINUTE_MS) + MINUTE_MS) % MINUTE_MS;
