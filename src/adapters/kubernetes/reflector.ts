// Keeps a cache of one collection the same as the API server's: a complete list, then a watch from its version, for ever.
//
// Invariants: nothing but stop() ends it. A list changes the cache only when it is complete. An event is taken once and in order;
// a line that cannot be read, a version that the server forgot (410) and three failures in a row lead to a new list, anything
// else to a new watch from where the last one came to. Every failure is followed by a wait with full jitter, so a server that
// ends every watch at once is not stormed. After every await it is asked again whether it was stopped. A handler that throws hurts
// nobody.
import type { Clock, Log, Random } from '../../ports/runtime.ts';
import { fullJitterMs } from './backoff.ts';
import { errorOfFailure } from './errors.ts';
import type { ApiError } from './errors.ts';
import { listAll } from './list-watch.ts';
import type { ListWatch } from './list-watch.ts';
import { ObjectCache } from './object-cache.ts';
import type { Change } from './object-cache.ts';
import { MalformedAnswer, readEvent } from './objects.ts';
import type { ApiObject, WatchEvent } from './objects.ts';
import { SilentWatch, openWatchSession } from './watch-session.ts';

// a watch that lived this long was a good one: the failures before it are forgotten
const GOOD_WATCH_MS = 10_000;
// a version may be one that the server will never serve (etcd restored from a backup says 504 for it)
const FAILURES_BEFORE_LIST = 3;

/** What a reflector works with. */
export interface ReflectorOptions<T> {
  readonly listWatch: ListWatch;
  /** What to keep of an object; must not throw. */
  readonly read: (object: ApiObject) => T;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** What the log calls the collection. */
  readonly collection: string;
}

/** How a reflector is doing, for readiness and metrics. */
export interface ReflectorHealth {
  /** A complete list was read once, and the API server does not refuse to be read (401, 403) now. */
  readonly ready: boolean;
  readonly synced: boolean;
  /** Complete lists after the first. */
  readonly relists: number;
  /** Watches opened after the first. */
  readonly reconnects: number;
  /** Monotonic ms of the last complete list or line of a watch, a bookmark included. */
  readonly lastEventAtMs: number | undefined;
  /** Monotonic ms at which it last asked for a page or a watch. */
  readonly triedAtMs: number | undefined;
}

/** The reflector. It starts once. */
export class Reflector<T> {
  readonly #options: ReflectorOptions<T>;
  readonly #cache: ObjectCache<T>;
  readonly #stopping = new AbortController();
  readonly #synced = Promise.withResolvers<undefined>();
  #running: Promise<void> | undefined;
  /** Somebody waits for one more complete list. */
  #wanted: PromiseWithResolvers<undefined> | undefined;
  #changed: (change: Change<T>) => void = () => undefined;
  /** Ends the wait or the watch that is under way. */
  #interrupt: () => void = () => undefined;
  #resourceVersion: string | undefined;
  #failures = 0;
  #lists = 0;
  #watches = 0;
  #watchOpenedAtMs: number | undefined;
  #lastEventAtMs: number | undefined;
  #triedAtMs: number | undefined;
  #isRefused = false;

  constructor(options: ReflectorOptions<T>) {
    this.#options = options;
    this.#cache = new ObjectCache(options.read);
    // whoever does not wait for the first list does not hear that it never came
    this.#synced.promise.catch(() => undefined);
  }

  /** Begins; resolves when the first complete list is in the cache, rejects when stopped before. `changed` must only enqueue. */
  async start(changed: (change: Change<T>) => void): Promise<void> {
    if (this.#running !== undefined) throw new Error(`the reflector of ${this.#options.collection} was started twice`);
    this.#changed = changed;
    this.#running = this.#run();
    await this.#synced.promise;
  }

  /** Ends everything that is under way; no handler is called afterwards. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#synced.reject(errorOfFailure(`reading ${this.#options.collection}`, new Error('stopped before the first list was complete')));
    this.#interrupt();
    await this.#running;
  }

  /**
   * Resolves once one more complete list is in the cache, for which no pause after a failure is waited; at once when the API server was heard
   * within the last `heardMs`.
   */
  async refresh(heardMs: number): Promise<void> {
    if (this.#options.clock.monotonic() - (this.#lastEventAtMs ?? Number.NEGATIVE_INFINITY) <= heardMs) return;
    this.#resourceVersion = undefined;
    this.#wanted ??= Promise.withResolvers();
    this.#interrupt();
    await this.#wanted.promise;
  }

  get(name: string): T | undefined {
    return this.#cache.get(name);
  }

  values(): readonly T[] {
    return this.#cache.values();
  }

  health(): ReflectorHealth {
    const synced = this.#lists > 0;
    return {
      ready: synced && !this.#isRefused,
      synced,
      relists: Math.max(0, this.#lists - 1),
      reconnects: Math.max(0, this.#watches - 1),
      lastEventAtMs: this.#lastEventAtMs,
      triedAtMs: this.#triedAtMs,
    };
  }

  #isStopped(): boolean {
    return this.#stopping.signal.aborted;
  }

  async #run(): Promise<void> {
    while (!this.#isStopped()) {
      const failure = await this.#round().then(() => undefined, (error: unknown) => errorOfFailure(`reading ${this.#options.collection}`, error));
      if (!this.#isStopped()) await this.#wait(this.#delayAfter(failure));
    }
  }

  async #round(): Promise<void> {
    this.#watchOpenedAtMs = undefined;
    const resourceVersion = this.#resourceVersion ?? (await this.#list());
    if (!this.#isStopped()) await this.#watch(resourceVersion);
  }

  async #list(): Promise<string> {
    const { listWatch } = this.#options;
    const { items, resourceVersion } = await listAll({ list: (token, signal) => (this.#tries(), listWatch.list(token, signal)) }, this.#stopping.signal);
    if (this.#isStopped()) return resourceVersion;
    this.#heard();
    this.#lists += 1;
    this.#resourceVersion = resourceVersion;
    for (const change of this.#cache.replaceAll(items)) this.#tell(change);
    this.#synced.resolve(undefined);
    this.#wanted?.resolve(undefined);
    this.#wanted = undefined;
    return resourceVersion;
  }

  /** One watch, to its end. Throws when it ends for another reason than the server's wish. */
  async #watch(resourceVersion: string): Promise<void> {
    const { listWatch, clock, random } = this.#options;
    this.#tries();
    this.#watches += 1;
    this.#watchOpenedAtMs = clock.monotonic();
    // between five and ten minutes, so that many clients of a server do not come back together
    const timeoutSeconds = 300 + Math.floor(random() * 301);
    const session = openWatchSession({ listWatch, clock }, { resourceVersion, timeoutSeconds }, (line) => this.#take(readEvent(line)));
    this.#interrupt = () => session.stop();
    await session.ended;
  }

  #take(event: WatchEvent): void {
    this.#heard();
    const isBookmark = event.type === 'BOOKMARK';
    this.#resourceVersion = isBookmark ? event.resourceVersion : event.object.metadata.resourceVersion;
    if (isBookmark) return;
    const changes = event.type === 'DELETED' ? this.#cache.remove(event.object.metadata.name) : this.#cache.put(event.object);
    for (const change of changes) this.#tell(change);
  }

  #tries(): void {
    this.#triedAtMs = this.#options.clock.monotonic();
  }

  #heard(): void {
    this.#lastEventAtMs = this.#options.clock.monotonic();
    this.#isRefused = false;
  }

  #tell(change: Change<T>): void {
    try {
      this.#changed(change);
    } catch (error) {
      this.#options.log.error('a handler of changes failed', { collection: this.#options.collection, name: change.name, error: String(error) });
    }
  }

  /** Draws the conclusions from how a round ended and gives how long to wait before the next, in ms. */
  #delayAfter(failure: ApiError | undefined): number {
    const { clock, random } = this.#options;
    const wasGood = this.#watchOpenedAtMs !== undefined && clock.monotonic() - this.#watchOpenedAtMs >= GOOD_WATCH_MS;
    if (wasGood) this.#failures = 0;
    if (wasGood && failure === undefined) return 0;
    const delayMs = Math.max(fullJitterMs(this.#failures, random), failure?.retryAfterMs ?? 0);
    this.#failures += 1;
    if (failure !== undefined) this.#conclude(failure, delayMs);
    return delayMs;
  }

  #conclude(failure: ApiError, delayMs: number): void {
    const { log, collection } = this.#options;
    if (failure.httpStatus === 401 || failure.httpStatus === 403) this.#isRefused = true;
    if (failure instanceof SilentWatch || !mayResume(failure) || this.#failures % FAILURES_BEFORE_LIST === 0) this.#resourceVersion = undefined;
    const fields = { collection, error: failure.message, failures: this.#failures, retryInMs: Math.round(delayMs) };
    if (this.#failures === 1 && !(failure instanceof SilentWatch)) log.warn('reading from the API server was interrupted', fields);
    else log.debug('reading from the API server goes on', fields);
  }

  async #wait(delayMs: number): Promise<void> {
    if (delayMs <= 0) return;
    const over = Promise.withResolvers<undefined>();
    const cancel = this.#options.clock.after(delayMs, () => over.resolve(undefined));
    this.#interrupt = () => over.resolve(undefined);
    await over.promise;
    cancel();
  }
}

/** True when a watch may go on from the version that it came to: nothing was heard that puts it in doubt. */
function mayResume(failure: ApiError): boolean {
  const { httpStatus } = failure;
  return !(failure instanceof MalformedAnswer) && (httpStatus === 0 || httpStatus === 401 || httpStatus === 403 || httpStatus === 429 || httpStatus >= 500);
}
