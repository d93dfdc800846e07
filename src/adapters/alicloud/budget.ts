/**
 * All buckets of one account, by action and, where the limit is a region's, by region; and the tokens of windows: one Unassociate, one
 * Associate to finish and one to go back, taken together or not at all. Nobody waits here: without a token one is told when it is due.
 * What was throttled once is probed only where a refusal harms nobody: while no window is open, or by the only one.
 */
import type { WindowTokens } from '../../ports/cloud.ts';
import type { Clock } from '../../ports/runtime.ts';
import { Bucket, type Instant } from './bucket.ts';
import { DEFAULT_LIMIT, LIMITS, LOOKS, URGENT_SHARE, type ActionLimit } from './limits.ts';

const WINDOW = { UnassociateEipAddress: 1, AssociateEipAddress: 2 } as const;
type WindowAction = keyof typeof WINDOW;
const WINDOW_ACTIONS = Object.keys(WINDOW) as readonly WindowAction[];
const isWindowAction = (action: string): action is WindowAction => Object.hasOwn(WINDOW, action);

/** Every Associate closes a window: one whose tokens are spent, or that was found open, is not kept waiting for a token. */
const CLOSING: WindowAction = 'AssociateEipAddress';

/** Tokens of one window. Once released it is as if it had never been. */
class ReservedWindow implements WindowTokens {
  readonly left: Record<WindowAction, number> = { ...WINDOW };
  readonly #giveBack: (left: Readonly<Record<WindowAction, number>>) => void;
  #released = false;

  constructor(giveBack: (left: Readonly<Record<WindowAction, number>>) => void) {
    this.#giveBack = giveBack;
  }

  get released(): boolean {
    return this.#released;
  }

  release(): void {
    if (this.#released) return;
    this.#released = true;
    this.#giveBack(this.left);
  }
}

const leftOf = (tokens: WindowTokens | undefined): ReservedWindow['left'] | undefined => (tokens instanceof ReservedWindow && !tokens.released ? tokens.left : undefined);

/** What speaks for a call: the tokens of its window, or that an open window waits for what it reads. */
export interface Claim {
  readonly tokens?: WindowTokens | undefined;
  readonly urgent?: boolean | undefined;
}

/** The budget as one region sees it. */
export class Budget {
  readonly #buckets: Map<string, Bucket>;
  readonly #regionId: string;
  readonly #clock: Clock;
  readonly #limits: Readonly<Record<string, ActionLimit>>;
  #windows = 0;

  /** `perMinute` replaces the limits of the table, action by action. `buckets` is what regions of one account share. */
  constructor(regionId: string, clock: Clock, perMinute: Readonly<Record<string, number>> = {}, buckets = new Map<string, Bucket>()) {
    this.#regionId = regionId;
    this.#clock = clock;
    this.#buckets = buckets;
    const own = Object.entries(perMinute).map(([action, limit]) => [action, { ...(LIMITS[action] ?? DEFAULT_LIMIT), perMinute: limit }] as const);
    this.#limits = { ...LIMITS, ...Object.fromEntries(own) };
  }

  /** 0 and a token is taken; otherwise in how many ms to ask again. */
  take(action: string, { tokens, urgent = false }: Claim = {}): number {
    const bucket = this.#bucket(action);
    if (!isWindowAction(action)) return this.#takeFree(action, bucket, urgent);
    const left = leftOf(tokens);
    if (left === undefined) return action === CLOSING ? bucket.takeForWindow(false, this.#now()) : this.#takeFree(action, bucket, urgent);
    const reserved = left[action] > 0;
    const dueInMs = bucket.takeForWindow(reserved, this.#now());
    if (dueInMs === 0 && reserved) left[action] -= 1;
    return dueInMs;
  }

  /** Of looks a share is left to those that an open window waits for: they are served until the minute's last token. */
  #takeFree(action: string, bucket: Bucket, urgent: boolean): number {
    const spared = LOOKS.has(action) && !urgent ? Math.floor(bucket.limit * URGENT_SHARE) : 0;
    return bucket.take(this.#now(), { mayProbe: this.#windows === 0, spared });
  }

  /** The cloud refused the call: it is not executed, so a window gets its token back, and the action is held for everybody. */
  throttled(action: string, retryAfterMs: number, tokens?: WindowTokens): void {
    const bucket = this.#bucket(action);
    bucket.throttled(this.#now(), retryAfterMs);
    const left = leftOf(tokens);
    if (!isWindowAction(action) || left === undefined || left[action] >= WINDOW[action]) return;
    left[action] += 1;
    bucket.reserve(1);
  }

  reserveWindow(): WindowTokens | { readonly dueInMs: number } {
    const now = this.#now();
    const dueInMs = Math.max(...WINDOW_ACTIONS.map((action) => this.#bucket(action).dueInMs(WINDOW[action], now, this.#windows === 0)));
    if (dueInMs > 0) return { dueInMs };
    for (const action of WINDOW_ACTIONS) this.#bucket(action).reserve(WINDOW[action]);
    this.#windows += 1;
    return new ReservedWindow((left) => {
      this.#windows -= 1;
      for (const action of WINDOW_ACTIONS) this.#bucket(action).reserve(-left[action]);
    });
  }

  /** Whether more than half of the minute's tokens of the action are gone. */
  isScarce(action: string): boolean {
    return this.#bucket(action).freeShare(this.#now()) < 0.5;
  }

  #now(): Instant {
    return { wallMs: this.#clock.now(), monotonicMs: this.#clock.monotonic() };
  }

  #bucket(action: string): Bucket {
    const limit = this.#limits[action] ?? DEFAULT_LIMIT;
    const key = limit.scope === 'account' ? action : `${this.#regionId}:${action}`;
    const known = this.#buckets.get(key);
    if (known) return known;
    const made = new Bucket(limit.perMinute, limit.least);
    this.#buckets.set(key, made);
    return made;
  }
}
