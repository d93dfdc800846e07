// Events for people: the port Events. Recording only puts a job in a short line; one write is under way at a time, each within the
// connection's time-out. What repeats within six minutes becomes a series of one Event; what one object says too often, or what
// comes while the line is full, is left out. Nothing is lost for people by that: what is not written to the server is in the log.
import type { EgressUnification } from '../../api/egress-unification.ts';
import type { Events, UserEvent } from '../../ports/resources.ts';
import type { Clock, Log, Random } from '../../ports/runtime.ts';
import { MERGE_PATCH, PATH, objectPath } from './api.ts';
import type { KubernetesApi } from './api.ts';
import { ApiError, sentenceOf } from './errors.ts';
import { eventBody, microTime } from './event-body.ts';
import { TokenBucket } from './token-bucket.ts';
import type { BucketRate } from './token-bucket.ts';

// client-go's: a series ends after six minutes without a repeat; 25 events at once for an object, then one in five minutes
const SERIES_MS = 360_000;
const RATE: BucketRate = { burst: 25, refillMs: 300_000 };
// how often the count of a series is written
const SERIES_WRITE_MS = 60_000;
const WAITING_MAX = 200;
const SERIES_MAX = 1_000;

/** What events are written with. */
export interface EventsOptions {
  readonly api: KubernetesApi;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Which process reports: the pod's name. */
  readonly instance: string;
  /** Per object; default 25 at once and one more every five minutes. */
  readonly rate?: BucketRate;
}

interface Series {
  readonly body: ReturnType<typeof eventBody>;
  count: number;
  lastMs: number;
  writtenMs: number;
  /** The server has the Event. */
  isCreated: boolean;
}

/** Writes events to the API server. */
export class KubernetesEvents implements Events {
  readonly #options: EventsOptions;
  readonly #series = new Map<string, Series>();
  readonly #buckets = new Map<string, TokenBucket>();
  #waiting = 0;
  #writing: Promise<void> = Promise.resolve();

  constructor(options: EventsOptions) {
    this.#options = options;
  }

  record(regarding: EgressUnification, event: UserEvent): void {
    try {
      const nowMs = this.#options.clock.monotonic();
      this.#sweep(nowMs);
      const series = this.#counted(regarding, event, nowMs);
      if (series.count > 1 && nowMs - series.writtenMs < SERIES_WRITE_MS) return;
      if (!this.#mayWrite(regarding.metadata.uid, nowMs)) return this.#leaveOut(regarding.metadata.name, event, 'too many events about this resource');
      if (this.#waiting >= WAITING_MAX) return this.#leaveOut(regarding.metadata.name, event, 'too many events are waiting');
      series.writtenMs = nowMs;
      this.#enqueue(series, regarding.metadata.name, event);
    } catch (error) {
      this.#leaveOut(regarding.metadata.name, event, sentenceOf(error));
    }
  }

  /** Resolves when all that was recorded so far is written or given up. */
  async drained(): Promise<void> {
    await this.#writing;
  }

  #counted(regarding: EgressUnification, event: UserEvent, nowMs: number): Series {
    const key = JSON.stringify([regarding.metadata.uid, event.type, event.reason, event.action, event.note]);
    const known = this.#series.get(key);
    const series = known ?? this.#newSeries(regarding, event);
    // the newest last, so that the oldest is the first to go
    this.#series.delete(key);
    this.#series.set(key, series);
    series.count += 1;
    series.lastMs = nowMs;
    return series;
  }

  #newSeries(regarding: EgressUnification, event: UserEvent): Series {
    const { clock, random, instance } = this.#options;
    const salt = Math.floor(random() * 0x1000000).toString(16).padStart(6, '0');
    return { body: eventBody(regarding, event, { nowMs: clock.now(), salt, instance }), count: 0, lastMs: 0, writtenMs: Number.NEGATIVE_INFINITY, isCreated: false };
  }

  #mayWrite(uid: string, nowMs: number): boolean {
    const bucket = this.#buckets.get(uid) ?? new TokenBucket(this.#options.rate ?? RATE, nowMs);
    this.#buckets.set(uid, bucket);
    return bucket.take(nowMs);
  }

  #enqueue(series: Series, name: string, event: UserEvent): void {
    this.#waiting += 1;
    this.#writing = this.#writing
      .then(() => this.#write(series))
      .catch((error: unknown) => this.#leaveOut(name, event, sentenceOf(error)))
      .finally(() => { this.#waiting -= 1; });
  }

  async #write(series: Series): Promise<void> {
    if (series.isCreated && (await this.#count(series))) return;
    await this.#options.api.request({ method: 'POST', path: PATH.defaultEvents, body: { ...series.body, ...seriesOf(series, this.#options.clock.now()) } });
    series.isCreated = true;
  }

  /** Writes the count of an Event that is there; false when the server has forgotten it (it keeps Events for an hour). */
  async #count(series: Series): Promise<boolean> {
    const path = objectPath(PATH.defaultEvents, series.body.metadata.name);
    try {
      await this.#options.api.request({ method: 'PATCH', path, contentType: MERGE_PATCH, body: seriesOf(series, this.#options.clock.now()) });
      return true;
    } catch (error) {
      if (error instanceof ApiError && error.kind === 'notFound') return false;
      throw error;
    }
  }

  #sweep(nowMs: number): void {
    for (const [key, series] of this.#series) if (nowMs - series.lastMs > SERIES_MS || this.#series.size > SERIES_MAX) this.#series.delete(key);
    for (const [uid, bucket] of this.#buckets) if (bucket.isFull(nowMs)) this.#buckets.delete(uid);
  }

  #leaveOut(name: string, { type, reason, action, note }: UserEvent, why: string): void {
    this.#options.log.warn('an event was not written', { resource: name, type, reason, action, note, error: why });
  }
}

// a series has at least two
const seriesOf = ({ count }: Series, nowMs: number) => (count < 2 ? {} : { series: { count, lastObservedTime: microTime(nowMs) } });
