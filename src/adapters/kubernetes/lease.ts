// Leadership by a Lease, after client-go's rules and stricter: 15 s for others to wait, 10 s to renew in, 2 s between tries.
//
// Invariants: all ages are measured on this process's monotonic clock; the times in the record are for people. A record counts as
// expired when it was not seen to change for its duration, so a holder whose clock is wrong loses nothing and wins nothing. A write
// counts from the moment when it was sent, and only if its answer came: one whose answer was lost is unknown, and unknown is no.
// Every write has the uid and version that were read as its precondition, so of two claimants the server takes one. Once lost, lost
// for good: an answer that comes after the deadline (a process that slept) revives nothing.
import type { Leadership } from '../../ports/leadership.ts';
import type { Clock, Log, Random } from '../../ports/runtime.ts';
import type { KubernetesApi } from './api.ts';
import { errorOfFailure } from './errors.ts';
import { LeaseClient, isOutOfDate } from './lease-client.ts';
import type { LeasePlace } from './lease-client.ts';
import { claimed, givenUp, isGivenUp, newLease } from './lease-record.ts';
import type { Claim, LeaseRecord } from './lease-record.ts';

/** How long others wait before they take over, how long the holder may act unrenewed, and how often both try. */
export interface LeaseTimes {
  readonly durationMs: number;
  readonly renewDeadlineMs: number;
  readonly retryMs: number;
}

/** The Lease that all replicas of all installations of a cluster stand for. */
export const LEASE_NAME = 'egress-unification';

export const LEASE_TIMES: LeaseTimes = { durationMs: 15_000, renewDeadlineMs: 10_000, retryMs: 2_000 };

const SOON_MS = 50;
const RELEASE_TRIES = 3;

/** What leadership is held with. */
export interface LeaseOptions {
  readonly api: KubernetesApi;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Which process this is, for people: the pod's name. */
  readonly instance: string;
  readonly namespace: string;
  /** Default LEASE_NAME. */
  readonly name?: string;
}

/** One process's part in the election: it leads at most once. */
export class LeaseLeadership implements Leadership {
  /** The holder's name in the record; no other process ever has the same. */
  readonly identity: string;
  readonly lost: Promise<void>;
  readonly #lose: () => void;
  readonly #options: LeaseOptions;
  readonly #place: LeasePlace;
  readonly #client: LeaseClient;
  /** Aborted when it is lost or released: nothing is renewed any more. */
  readonly #over = new AbortController();
  /** What was seen last, and since when (monotonic ms); without a record: there is none. */
  #seen: { readonly record?: LeaseRecord; readonly atMs: number } | undefined;
  /** When the last write that was answered well was sent (monotonic ms). */
  #renewedMs: number | undefined;
  /** A write was sent that may have made us the holder. */
  #mayHold = false;
  #cancelDeadline: () => void = () => undefined;
  #keeping: Promise<void> = Promise.resolve();
  #lastFailure: string | undefined;
  #triedMs: number | undefined;

  constructor(options: LeaseOptions) {
    const { instance, random, namespace, name = LEASE_NAME } = options;
    const lost = Promise.withResolvers<undefined>();
    this.#options = options;
    this.#place = { namespace, name };
    this.#client = new LeaseClient(options, this.#place);
    this.identity = `${instance}_${Array.from({ length: 16 }, () => Math.floor(random() * 16).toString(16)).join('')}`;
    this.lost = lost.promise;
    this.#lose = () => lost.resolve(undefined);
  }

  async acquire(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#reported('the lease could not be taken; trying again', () => this.#tryToTake(signal));
      if (this.#renewedMs !== undefined) {
        this.#keeping = this.#keep();
        return;
      }
      await this.#pause(this.#untilNextTryMs(), signal);
    }
    throw new Error('leadership was not waited for any longer');
  }

  mayAct(): boolean {
    return !this.#over.signal.aborted && this.#renewedMs !== undefined && this.#options.clock.monotonic() - this.#renewedMs < LEASE_TIMES.renewDeadlineMs;
  }

  /** Monotonic ms of the last try to take or renew it; undefined: none was made yet, or none is due any more. */
  triedAtMs(): number | undefined {
    return this.#over.signal.aborted ? undefined : this.#triedMs;
  }

  async release(): Promise<void> {
    if (this.#over.signal.aborted) return;
    this.#end();
    await this.#keeping;
    if (this.#mayHold) await this.#reported('the lease could not be given up; it expires by itself', () => this.#giveUp(RELEASE_TRIES));
  }

  async #tryToTake(signal: AbortSignal): Promise<void> {
    const record = await this.#client.read(signal);
    this.#see(record);
    if (this.#untilFreeMs() > 0) return;
    if (record === undefined) await this.#claim(() => this.#client.create(newLease(this.#place, this.#claimNow()), signal));
    else await this.#claim(() => this.#client.replace(claimed(record, this.#claimNow()), signal));
  }

  /**
   * It is free when it was given up, when it is in our hands by a write whose answer was lost, and when it was not seen to change for as long
   * as it holds. A record that people emptied or deleted was in somebody's hands, who may not have noticed yet.
   */
  #untilFreeMs(): number {
    if (this.#seen === undefined) return Number.POSITIVE_INFINITY;
    const { record, atMs } = this.#seen;
    if (record !== undefined && (record.holder === this.identity || isGivenUp(record))) return 0;
    return atMs + Math.max(LEASE_TIMES.durationMs, record?.durationMs ?? 0) - this.#options.clock.monotonic();
  }

  #untilNextTryMs(): number {
    const retryMs = LEASE_TIMES.retryMs * (0.75 + 0.25 * this.#options.random());
    const freeMs = this.#untilFreeMs();
    return freeMs > 0 ? Math.max(SOON_MS, Math.min(retryMs, freeMs)) : retryMs;
  }

  async #keep(): Promise<void> {
    const { clock } = this.#options;
    const { signal } = this.#over;
    while (!signal.aborted) {
      const triedMs = clock.monotonic();
      const said = await this.#reported('the lease was not renewed; trying again', () => this.#renew(signal));
      const dueMs = said === 'again' ? 0 : triedMs + LEASE_TIMES.retryMs - clock.monotonic();
      await this.#pause(Math.max(SOON_MS, dueMs), signal);
    }
  }

  /** One try. What is there instead of our last write is looked at before anything is concluded: it may be a write of ours whose answer was lost. */
  async #renew(signal: AbortSignal): Promise<'renewed' | 'again'> {
    const term = this.#seen?.record;
    if (term === undefined) return 'again';
    try {
      await this.#claim(() => this.#client.replace(claimed(term, this.#claimNow()), signal));
      return 'renewed';
    } catch (error) {
      if (!isOutOfDate(error)) throw error;
    }
    const record = await this.#client.read(signal);
    if (record === undefined) this.#concludeLost('the lease was deleted');
    else if (record.holder !== this.identity) this.#concludeLost(`the lease is in the hands of ${record.holder === '' ? 'nobody' : record.holder}`);
    else this.#see(record);
    return 'again';
  }

  #concludeLost(why: string): void {
    if (this.#over.signal.aborted) return;
    this.#options.log.error('leadership is lost', { lease: this.#name, why });
    this.#end();
    this.#lose();
  }

  #end(): void {
    this.#cancelDeadline();
    this.#over.abort();
  }

  /** A renewal that was cut off may come in between. */
  async #giveUp(tries: number): Promise<void> {
    const record = await this.#client.read();
    if (record?.holder !== this.identity) return;
    try {
      await this.#client.replace(givenUp(record, this.#options.clock.now()));
    } catch (error) {
      if (tries < 2 || !isOutOfDate(error)) throw error;
      await this.#giveUp(tries - 1);
    }
  }

  /** Writes that this process is the holder. It counts from here, not from the answer. */
  async #claim(write: () => Promise<LeaseRecord>): Promise<void> {
    const { clock } = this.#options;
    const sentMs = clock.monotonic();
    this.#mayHold = true;
    const record = await write();
    const leftMs = sentMs + LEASE_TIMES.renewDeadlineMs - clock.monotonic();
    if (this.#over.signal.aborted || record.holder !== this.identity) return;
    if (this.#renewedMs !== undefined && !this.mayAct()) return this.#concludeLost('the answer to the renewal came too late');
    this.#see(record);
    if (leftMs <= 0) return;
    this.#renewedMs = sentMs;
    this.#cancelDeadline();
    this.#cancelDeadline = clock.after(leftMs, () => this.#concludeLost(`it was not renewed for ${LEASE_TIMES.renewDeadlineMs / 1_000} s`));
  }

  #see(record: LeaseRecord | undefined): void {
    const before = this.#seen;
    if (before !== undefined && versionOf(before.record) === versionOf(record)) return;
    // where there never was a record there is nobody to wait for
    const neverWas = before === undefined && record === undefined;
    this.#seen = { atMs: neverWas ? Number.NEGATIVE_INFINITY : this.#options.clock.monotonic(), ...(record && { record }) };
    this.#sayHolder(before?.record, record);
  }

  #sayHolder(before: LeaseRecord | undefined, { holder }: Pick<LeaseRecord, 'holder'> = { holder: '' }): void {
    if (holder !== '' && holder !== this.identity && holder !== before?.holder) this.#options.log.info('standing by', { lease: this.#name, holder });
  }

  #claimNow(): Claim {
    return { holder: this.identity, durationMs: LEASE_TIMES.durationMs, nowMs: this.#options.clock.now() };
  }

  get #name(): string {
    return `${this.#place.namespace}/${this.#place.name}`;
  }

  /** What fails is said once, and again when it fails for another reason; a race that was lost to somebody else is no failure. */
  async #reported<T>(sentence: string, task: () => Promise<T>): Promise<T | undefined> {
    this.#triedMs = this.#options.clock.monotonic();
    try {
      const result = await task();
      this.#lastFailure = undefined;
      return result;
    } catch (error) {
      const { message } = errorOfFailure(`lease ${this.#name}`, error);
      const level = this.#lastFailure === message || isOutOfDate(error) || this.#over.signal.aborted ? 'debug' : 'warn';
      this.#lastFailure = message;
      this.#options.log[level](sentence, { lease: this.#name, error: message });
      return undefined;
    }
  }

  async #pause(delayMs: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const over = Promise.withResolvers<undefined>();
    const wake = (): void => over.resolve(undefined);
    const cancel = this.#options.clock.after(delayMs, wake);
    signal.addEventListener('abort', wake, { once: true });
    await over.promise;
    cancel();
    signal.removeEventListener('abort', wake);
  }
}

const versionOf = (record: LeaseRecord | undefined): string => record?.resourceVersion ?? '';
