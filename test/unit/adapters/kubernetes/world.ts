// A collection as a server holds it, and a transport to it that a test can break in every way in which a connection breaks. The
// collection keeps its history, so a watch from a version gets all that came after it, as the real one does.
import type { Clock } from '../../../../src/ports/runtime.ts';
import { errorOfAnswer } from '../../../../src/adapters/kubernetes/errors.ts';
import type { ListWatch } from '../../../../src/adapters/kubernetes/list-watch.ts';
import type { ApiObject, ListPage } from '../../../../src/adapters/kubernetes/objects.ts';

/** One object with a word in it. */
export interface Thing extends ApiObject {
  readonly word: string;
}

interface Event {
  readonly version: number;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: Thing;
}

/** A watch that is open. */
export interface OpenWatch {
  readonly openedAtMs: number;
  readonly from: number;
  readonly timeoutSeconds: number;
  /** Sends a line, whatever it is. */
  say(line: string): void;
  /** The server ends the stream. */
  end(): void;
  /** The connection breaks. */
  reset(): void;
  readonly isLeft: boolean;
}

/** The collection, and its transport. */
export class World implements ListWatch {
  readonly #clock: Clock;
  readonly #objects = new Map<string, Thing>();
  readonly #history: Event[] = [];
  #version = 100;
  #uids = 0;
  /** What the next lists and watches answer instead, oldest first. */
  readonly refuseLists: Error[] = [];
  readonly refuseWatches: Error[] = [];
  /** What every list and watch answers while it is set. */
  down: Error | undefined;
  /** False: events happen and no watch hears of them, as on a connection that is half open. */
  isHeard = true;
  /** Versions up to this are forgotten. */
  forgotten = 0;
  pageItemsMax = 500;
  readonly watches: OpenWatch[] = [];
  readonly #listeners = new Set<(event: Event) => void>();
  lists = 0;
  /** Runs before each page is answered; what it returns is awaited. */
  onPage: (page: number) => Promise<void> | void = () => undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get version(): number {
    return this.#version;
  }

  put(name: string, word: string): void {
    const old = this.#objects.get(name);
    this.#version += 1;
    const uid = old?.metadata.uid ?? `uid-${(this.#uids += 1)}`;
    const object: Thing = { metadata: { name, uid, resourceVersion: String(this.#version) }, word };
    this.#objects.set(name, object);
    this.#happen({ version: this.#version, type: old === undefined ? 'ADDED' : 'MODIFIED', object });
  }

  remove(name: string): void {
    const old = this.#objects.get(name);
    if (old === undefined) throw new Error(`there is no ${name}`);
    this.#version += 1;
    this.#objects.delete(name);
    this.#happen({ version: this.#version, type: 'DELETED', object: { ...old, metadata: { ...old.metadata, resourceVersion: String(this.#version) } } });
  }

  /** name=word of everything, sorted. */
  get content(): string[] {
    return [...this.#objects.values()].map(({ metadata, word }) => `${metadata.name}=${word}`).sort();
  }

  get openWatch(): OpenWatch {
    const open = this.watches.filter(({ isLeft }) => !isLeft).at(-1);
    if (open === undefined) throw new Error('no watch is open');
    return open;
  }

  async list(token: string | undefined): Promise<ListPage> {
    const refusal = this.down ?? this.refuseLists.shift();
    if (refusal !== undefined) throw refusal;
    const from = Number(token ?? 0);
    await this.onPage(from / this.pageItemsMax);
    if (token === undefined) this.lists += 1;
    const items = [...this.#objects.values()];
    const to = from + this.pageItemsMax;
    return { items: items.slice(from, to), resourceVersion: String(this.#version), continue: to < items.length ? String(to) : '' };
  }

  watch({ resourceVersion, timeoutSeconds }: { resourceVersion: string; timeoutSeconds: number }, onLine: (line: string) => void, signal: AbortSignal): Promise<void> {
    const refusal = this.down ?? this.refuseWatches.shift();
    if (refusal !== undefined) return Promise.reject(refusal);
    const from = Number(resourceVersion);
    const ended = Promise.withResolvers<undefined>();
    const send = ({ type, object }: Event): void => { if (this.isHeard) onLine(JSON.stringify({ type, object })); };
    const state = { isLeft: false };
    const leave = (): void => {
      this.#listeners.delete(send);
      state.isLeft = true;
    };
    this.watches.push({
      openedAtMs: this.#clock.monotonic(),
      from,
      timeoutSeconds,
      say: onLine,
      end: () => { leave(); ended.resolve(undefined); },
      reset: () => { leave(); ended.reject(new Error('socket hang up')); },
      get isLeft() { return state.isLeft; },
    });
    signal.addEventListener('abort', () => { leave(); ended.reject(new Error('aborted')); });
    if (from < this.forgotten) onLine(gone);
    else for (const event of this.#history.filter(({ version }) => version > from)) send(event);
    this.#listeners.add(send);
    return ended.promise;
  }

  #happen(event: Event): void {
    this.#history.push(event);
    for (const listener of this.#listeners) listener(event);
  }
}

const gone = JSON.stringify({ type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version' } });

/** A bookmark. */
export const bookmark = (version: number): string => JSON.stringify({ type: 'BOOKMARK', object: { kind: 'Thing', metadata: { resourceVersion: String(version) } } });

/** A refusal with a Status. */
export const refusal = (code: number, reason: string, retryAfter?: string): Error =>
  errorOfAnswer(code, JSON.stringify({ kind: 'Status', code, reason, message: `refused with ${reason}` }), retryAfter);
