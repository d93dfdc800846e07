// A cluster's API server as its clients meet it: a store behind a network that can refuse, swallow, cut and garble. Streams (watches) are
// kept here, so that they can be cut or fall silent. No fault is decided here.
import { answer } from '../../../sim/kubernetes/api.ts';
import type { JsonObject } from '../../../sim/kubernetes/json.ts';
import type { KubernetesStore } from '../../../sim/kubernetes/store.ts';
import type { VirtualClock } from '../../kit/virtual-clock.ts';

/** One request as it arrives. */
export interface ArrivingRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly contentType: string;
  readonly body: unknown;
}

export interface ServerAnswer {
  readonly status: number;
  readonly body: JsonObject;
}

/** A watch that a replica holds open. */
export interface Stream {
  readonly replica: string;
  readonly path: string;
  /** Says nothing any more, though it is open: a half-open connection. */
  silent: boolean;
  readonly line: (text: string) => void;
  /** The server ends it, or the connection breaks. */
  readonly end: () => void;
  readonly cut: () => void;
}

const HEADERS = { accept: 'application/json', 'user-agent': 'egress-unification' } as const;

export class ApiServer {
  readonly store: KubernetesStore;
  readonly #clock: VirtualClock;
  /** Open ones, with what closes them. */
  readonly #streams = new Map<Stream, () => void>();
  #downUntilMs = -1;
  #leaseUntilMs = -1;
  #leaseDownUntilMs = -1;
  #forbiddenUntilMs = -1;
  #withdrawn = { path: '', untilMs: -1 };

  constructor(store: KubernetesStore, clock: VirtualClock) {
    this.store = store;
    this.#clock = clock;
  }

  /** Connections are refused until then; those that are open break. */
  restart(untilMs: number): void {
    this.#downUntilMs = untilMs;
    for (const stream of [...this.#streams.keys()]) stream.cut();
  }

  get isDown(): boolean {
    return this.#clock.monotonic() < this.#downUntilMs;
  }

  /** Requests about leases vanish until then. */
  swallowLeases(untilMs: number): void {
    this.#leaseDownUntilMs = untilMs;
  }

  swallows(path: string): boolean {
    return this.#clock.monotonic() < this.#leaseDownUntilMs && path.includes('/leases');
  }

  /** Writes to EgressUnifications are forbidden until then (a role that lost a rule). */
  forbidWrites(untilMs: number): void {
    this.#forbiddenUntilMs = untilMs;
  }

  forbids(method: string, path: string): boolean {
    return this.#clock.monotonic() < this.#forbiddenUntilMs && method !== 'GET' && method !== 'WATCH' && path.includes('/egressunifications');
  }

  /** A resource is not served until then, and its watches end. */
  withdraw(path: string, untilMs: number): void {
    this.#withdrawn = { path, untilMs };
    for (const stream of [...this.#streams.keys()]) if (stream.path.includes(path)) stream.end();
  }

  isWithdrawn(path: string): boolean {
    return this.#clock.monotonic() < this.#withdrawn.untilMs && path.includes(this.#withdrawn.path);
  }

  serve({ method, path, query, contentType, body }: ArrivingRequest): ServerAnswer {
    const headers = { ...HEADERS, 'content-type': contentType };
    const said = answer(this.store, { method, path, query: new URLSearchParams(query), headers, body: body === undefined ? '' : JSON.stringify(body) });
    if (said.kind !== 'json') throw new Error(`${method} ${path} answers no document`);
    if (method !== 'GET' && said.status < 300 && path.includes('/leases')) this.#leaseUntilMs = this.#clock.monotonic() + leaseMs(said.body);
    return { status: said.status, body: said.body };
  }

  /** Opens a watch; a refusal is given back, otherwise the answer closes it from the client's side. */
  open(path: string, query: Readonly<Record<string, string>>, stream: Stream): ServerAnswer | (() => void) {
    const said = answer(this.store, { method: 'GET', path, query: new URLSearchParams(query), headers: HEADERS, body: '' });
    if (said.kind !== 'watch') return { status: said.kind === 'json' ? said.status : 500, body: said.kind === 'json' ? said.body : {} };
    const stop = said.open({ event: (event) => { if (!stream.silent) stream.line(lineOf(event)); }, end: () => { if (!stream.silent) stream.end(); } });
    const close = (): void => {
      this.#streams.delete(stream);
      stop();
    };
    this.#streams.set(stream, close);
    return close;
  }

  /** The replica is gone, and its connections with it. */
  hangUp(replica: string): void {
    for (const [stream, close] of [...this.#streams]) if (stream.replica === replica) close();
  }

  streamsOf(replica: string): readonly Stream[] {
    return [...this.#streams.keys()].filter((stream) => stream.replica === replica);
  }

  /** Whether somebody holds a lease that has not expired by the server's clock, as it was last written. */
  get leaseIsHeld(): boolean {
    return this.#clock.monotonic() < this.#leaseUntilMs;
  }
}

/** How long a lease holds from when it is written: not at all when it is given up. */
function leaseMs({ spec }: JsonObject): number {
  const { holderIdentity, leaseDurationSeconds } = (spec ?? {}) as Readonly<Record<string, unknown>>;
  return typeof holderIdentity === 'string' && holderIdentity !== '' ? Number(leaseDurationSeconds) * 1_000 : 0;
}

const lines = new WeakMap<object, string>();

/** The objects of a store are frozen, so several watchers can be told in the same words. */
function lineOf(event: { readonly type: string; readonly object: object }): string {
  const known = lines.get(event.object);
  const text = known ?? JSON.stringify(event.object);
  if (known === undefined) lines.set(event.object, text);
  return `{"type":${JSON.stringify(event.type)},"object":${text}}`;
}
