// What went wrong, as data: when, for whom, and for how much longer it may show. Every excuse of a rule comes from here, so that there is
// one place to look for what the oracle forgives:
//   a fault of the plan       while it acts, and AFTERMATH_MS
//   a replica that died       until another can have taken over
//   an answer that was spoilt as long as the backoff, to the end of the minute when it was throttled
//   what a person did         at that moment
import type { WorldEvent } from '../../engine/contract.ts';

export type Side = 'cloud' | 'kubernetes' | 'both' | 'user';

export interface Trouble {
  readonly what: string;
  readonly side: Side;
  readonly fromMs: number;
  /** Infinity while it lasts. */
  untilMs: number;
  readonly replica?: string;
}

const MINUTE_MS = 60_000;
/** Lease duration, a retry, a listing: from the death of one replica to the first write of the next. */
const TAKEOVER_MS = 30_000;
const AFTERMATH_MS = 10_000;

/** Codes and statuses that are the cloud's doing, not an answer to what was asked. */
const isSpoilt = (status: number, body: unknown): boolean => body === undefined || status === 0 || status === 403 || status === 429 || status >= 500;

const isThrottled = (body: unknown): boolean => (typeof body === 'string' ? body : JSON.stringify(body ?? '')).includes('Throttling');

export class Troubles {
  readonly #all: Trouble[] = [];
  #lastEndMs = -Infinity;

  /** Notes what an event tells of trouble. */
  take(event: WorldEvent): void {
    if (event.kind === 'fault') this.#fault(event);
    else if (event.kind === 'replica') this.#replica(event);
    else if (event.kind === 'answered') this.#answered(event);
    else if (event.kind === 'meddled') this.#add({ what: `meddled ${event.wish.op}`, side: 'user', fromMs: event.atMs, untilMs: event.atMs });
    else if (event.kind === 'edited') this.#add({ what: `edited ${event.name}`, side: 'user', fromMs: event.atMs, untilMs: event.atMs });
    else if (event.kind === 'kubernetes') this.#kubernetes(event);
  }

  /** How many there were. */
  get count(): number {
    return this.#all.length;
  }

  /** Those that show at some time from `fromMs` on. */
  since(fromMs: number, side?: Side): readonly Trouble[] {
    return this.#all.filter((trouble) => trouble.untilMs >= fromMs && (side === undefined || trouble.side === side || trouble.side === 'both'));
  }

  /** A person has changed something in the cloud since then. */
  isMeddledSince(fromMs: number): boolean {
    return this.since(fromMs, 'user').some(({ what }) => what.startsWith('meddled'));
  }

  /** The cloud has answered since then what was so before. */
  isStaleSince(fromMs: number): boolean {
    return this.since(fromMs, 'cloud').some(({ what }) => what.startsWith('stale-'));
  }

  /** When the last of them has ended; Infinity while one lasts. */
  get lastMs(): number {
    return this.#all.some(({ untilMs }) => untilMs === Infinity) ? Infinity : this.#lastEndMs;
  }

  /** By how much longer something may have taken between two times because of trouble. */
  allowanceMs(fromMs: number, toMs: number): number {
    return this.since(fromMs - MINUTE_MS).filter(({ what }) => !isWish(what)).reduce((sum, trouble) => sum + shareMs(trouble, fromMs, toMs), 0);
  }

  /** The earliest time that a replica's view of the resources may be as old as. */
  blindSinceMs(atMs: number, lagMs: number): number {
    return this.since(atMs - BLIND_MS, 'kubernetes').reduce((least, { fromMs }) => Math.min(least, fromMs - lagMs), atMs - lagMs);
  }

  #add(trouble: Trouble): void {
    this.#all.push(trouble);
    if (trouble.untilMs !== Infinity) this.#lastEndMs = Math.max(this.#lastEndMs, trouble.untilMs);
  }

  #end(what: string, atMs: number): void {
    for (const trouble of this.#all) if (trouble.what === what && trouble.untilMs === Infinity) trouble.untilMs = atMs;
    this.#lastEndMs = Math.max(this.#lastEndMs, atMs);
  }

  #fault({ fault, active, atMs }: Extract<WorldEvent, { kind: 'fault' }>): void {
    if (active) this.#add({ what: fault, side: isWish(fault) ? 'user' : 'both', fromMs: atMs, untilMs: Infinity });
    else this.#endFirst(fault, atMs);
  }

  /** Of several of a kind, which last equally long, the first ends. */
  #endFirst(fault: string, atMs: number): void {
    const first = this.#all.find(({ what, untilMs }) => what === fault && untilMs === Infinity);
    if (first) first.untilMs = atMs;
    this.#lastEndMs = Math.max(this.#lastEndMs, atMs);
  }

  #replica({ replica, what, atMs }: Extract<WorldEvent, { kind: 'replica' }>): void {
    if (what === 'died' || what === 'exited') this.#add({ what, side: 'both', fromMs: atMs, untilMs: atMs + TAKEOVER_MS, replica });
    else if (what === 'terminating') this.#add({ what, side: 'both', fromMs: atMs, untilMs: atMs + TAKEOVER_MS, replica });
    else if (what === 'paused') this.#add({ what: `paused ${replica}`, side: 'both', fromMs: atMs, untilMs: Infinity, replica });
    else if (what === 'resumed') this.#end(`paused ${replica}`, atMs);
  }

  #answered({ crossing: { side, verb, replica, n }, status, body, atMs }: Extract<WorldEvent, { kind: 'answered' }>): void {
    if (n === 0 || !isSpoilt(status, body)) return;
    const untilMs = isThrottled(body) ? (Math.floor(atMs / MINUTE_MS) + 1) * MINUTE_MS : atMs;
    this.#add({ what: `${verb} answered ${status}`, side, fromMs: atMs, untilMs, replica });
  }

  #kubernetes({ crossing: { n, verb, replica }, status, atMs }: Extract<WorldEvent, { kind: 'kubernetes' }>): void {
    if (n !== 0 && status >= 400) this.#add({ what: `${verb} answered ${status}`, side: 'kubernetes', fromMs: atMs, untilMs: atMs, replica });
  }
}

/** A user's wish is no trouble: a window closes first, whatever is wished. */
const isWish = (what: string): boolean => /^(edit|delete|recreate)/.test(what);

/** A silent watch is found out within 75 s. */
const BLIND_MS = 80_000;

function shareMs({ fromMs, untilMs }: Trouble, sinceMs: number, toMs: number): number {
  const endMs = Math.min(untilMs === Infinity ? toMs : untilMs, toMs);
  const overlapMs = endMs - Math.max(fromMs, sinceMs);
  if (endMs + AFTERMATH_MS < sinceMs || fromMs > toMs) return 0;
  return Math.max(0, overlapMs) + AFTERMATH_MS;
}
