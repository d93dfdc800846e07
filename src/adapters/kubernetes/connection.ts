// The connection to the API server over HTTP: every call of this adapter goes through here.
//
// Invariants: one pool of connections for everything (client-node opens a new one for each call), replaced when the material for TLS
// changed, and when a call was given up without an answer: a device on the way that forgot one connection has forgotten them all, and
// each idle one would cost the next call its whole time-out. A watch that said nothing since such a call was sent is ended too, long
// before its own silence would show. Every request and the opening of every watch ends within the time-out; nothing is sent twice,
// except what a 401 shows was not carried out, once, with credentials that were read anew. No error holds a header.
import { isDeepStrictEqual } from 'node:util';
import { Agent, ProxyAgent, request as send } from 'undici';
import type { Dispatcher } from 'undici';
import type { Clock } from '../../ports/runtime.ts';
import type { ApiRequest, KubernetesApi, WatchRequest } from './api.ts';
import { ConfigurationError, loadConfiguration, originOf } from './configuration.ts';
import type { ConfigurationSource } from './configuration.ts';
import { CredentialSource } from './credentials.ts';
import type { Credentials } from './credentials.ts';
import { withDeadline } from './deadline.ts';
import { errorOfAnswer, errorOfFailure, sentenceOf } from './errors.ts';
import type { ApiError } from './errors.ts';
import { LineDecoder } from './lines.ts';
import { Patience } from './patience.ts';

const TIMEOUT_MS = 10_000;
const CONNECTIONS_MAX = 16;
const KEEP_ALIVE_MS = 30_000;
// a server that is only slow must not have its watches opened again and again
const WATCH_MS_MIN = 10_000;

/** How to connect. */
export interface ConnectionOptions extends ConfigurationSource {
  readonly clock: Clock;
  /** Product and version. */
  readonly userAgent: string;
  /** Of every call but watches; default 10 s. */
  readonly timeoutMs?: number;
}

/** An open connection; `close` ends what is under way. */
export interface Connection extends KubernetesApi {
  readonly server: string;
  close(): Promise<void>;
}

/** A watch under way, by the monotonic clock. */
interface OpenWatch {
  readonly openedMs: number;
  heardMs: number;
  readonly end: (reason: string) => void;
}

/** Connects; sends nothing yet. Rejects with ConfigurationError when the configuration or its credentials cannot be read. */
export async function connect(options: ConnectionOptions): Promise<Connection> {
  const credentials = new CredentialSource(() => loadConfiguration(options), options.clock);
  const wire = new Wire(credentials, options);
  await credentials.current().then(({ tls }) => wire.dispatcher(tls)).catch((error: unknown) => {
    throw new ConfigurationError(`${originOf(options)}: its credentials cannot be read: ${sentenceOf(error).trim().split('\n')[0] ?? ''}`);
  });
  return wire;
}

type Answer = Dispatcher.ResponseData;

interface Pool {
  readonly tls: Credentials['tls'];
  readonly dispatcher: Dispatcher;
}

class Wire implements Connection {
  readonly #credentials: CredentialSource;
  readonly #options: ConnectionOptions;
  readonly #patience: Patience;
  #pool: Pool | undefined;
  /** Pools that were left and still have something under way. */
  readonly #left = new Set<Dispatcher>();
  readonly #watches = new Set<OpenWatch>();
  #isClosed = false;

  constructor(credentials: CredentialSource, options: ConnectionOptions) {
    this.#credentials = credentials;
    this.#options = options;
    this.#patience = new Patience(options.clock);
  }

  get server(): string {
    return this.#credentials.config.getCurrentCluster()?.server ?? '';
  }

  async request(request: ApiRequest): Promise<unknown> {
    const what = `${request.method} ${request.path}`;
    this.#patience.ask(what);
    const { clock, timeoutMs = TIMEOUT_MS } = this.#options;
    const [pool, sentMs] = [this.#pool, clock.monotonic()];
    try {
      return await withDeadline({ clock, timeoutMs, signal: request.signal }, async (signal) => {
        signal.addEventListener('abort', () => this.#doubt(pool, sentMs), { once: true });
        const answer = await this.#send({ ...request, signal });
        const text = await answer.body.text();
        if (answer.statusCode >= 300) throw this.#refusal(what, answer, text);
        return JSON.parse(text) as unknown;
      });
    } catch (error) {
      throw errorOfFailure(what, error);
    }
  }

  async watch(request: WatchRequest, onLine: (line: string) => void): Promise<void> {
    const { clock } = this.#options;
    const abort = new AbortController();
    const [pool, nowMs] = [this.#pool, clock.monotonic()];
    const end = (reason: string): void => {
      this.#leave(pool);
      abort.abort(new Error(reason));
    };
    const open: OpenWatch = { openedMs: nowMs, heardMs: nowMs, end };
    const leave = (): void => end('the watch was given up');
    request.signal.addEventListener('abort', leave, { once: true });
    this.#watches.add(open);
    try {
      if (request.signal.aborted) leave();
      const answer = await this.#openWatch({ ...request, signal: abort.signal }, end);
      if (answer.statusCode !== 200) throw errorOfAnswer(answer.statusCode, await answer.body.text(), headerOf(answer, 'retry-after'));
      const decoder = new LineDecoder((line) => {
        open.heardMs = clock.monotonic();
        onLine(line);
      });
      for await (const bytes of answer.body as AsyncIterable<Uint8Array>) decoder.push(bytes);
      decoder.end();
    } catch (error) {
      throw errorOfFailure(`watch of ${request.path}`, error);
    } finally {
      this.#watches.delete(open);
      request.signal.removeEventListener('abort', leave);
    }
  }

  #refusal(what: string, answer: Answer, text: string): ApiError {
    const error = errorOfAnswer(answer.statusCode, text, headerOf(answer, 'retry-after'));
    this.#patience.heed(what, error);
    return error;
  }

  /** The server says 200 before it has anything to tell. */
  async #openWatch(request: WatchRequest, end: (reason: string) => void): Promise<Answer> {
    const { clock, timeoutMs = TIMEOUT_MS } = this.#options;
    const cancel = clock.after(timeoutMs, () => end(`no answer within ${timeoutMs / 1000} s`));
    try {
      return await this.#send({ method: 'GET', ...request });
    } finally {
      cancel();
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#left, ...(this.#pool === undefined ? [] : [this.#pool.dispatcher])].map((dispatcher) => dispatcher.destroy()));
  }

  /** The pool of now; throws for a proxy that is not spoken to. */
  dispatcher(tls: Credentials['tls']): Dispatcher {
    if (this.#pool !== undefined && isSame(this.#pool.tls, tls)) return this.#pool.dispatcher;
    this.#retire(this.#pool);
    this.#pool = this.#open(tls);
    return this.#pool.dispatcher;
  }

  /** A call that was sent at this time on this pool was given up without an answer. */
  #doubt(pool: Pool | undefined, sentMs: number): void {
    this.#leave(pool);
    const oldMs = this.#options.clock.monotonic() - WATCH_MS_MIN;
    for (const { openedMs, heardMs, end } of this.#watches) if (heardMs < sentMs && openedMs <= oldMs) end('nothing was heard while another call had no answer');
  }

  /** The next call opens connections of its own. */
  #leave(pool: Pool | undefined): void {
    if (pool === undefined || pool !== this.#pool || this.#isClosed) return;
    this.#retire(pool);
    this.#pool = this.#open(pool.tls);
  }

  /** What is under way on it comes to its own end. */
  #retire(pool: Pool | undefined): void {
    if (pool === undefined) return;
    const { dispatcher } = pool;
    this.#left.add(dispatcher);
    dispatcher.close().catch(() => undefined).finally(() => this.#left.delete(dispatcher));
  }

  #open(tls: Credentials['tls']): Pool {
    if (this.#isClosed) throw new Error('the connection is closed');
    return { tls, dispatcher: openPool(this.#credentials.config.getCurrentCluster()?.proxyUrl, tls) };
  }

  async #send(request: ApiRequest): Promise<Answer> {
    const shown = await this.#credentials.current();
    const answer = await this.#sendAs(shown, request);
    if (answer.statusCode !== 401) return answer;
    const renewed = await this.#credentials.renew();
    if (renewed.headers['Authorization'] === shown.headers['Authorization'] && isSame(renewed.tls, shown.tls)) return answer;
    await answer.body.dump();
    return this.#sendAs(renewed, request);
  }

  #sendAs({ headers, tls }: Credentials, { method, path, query = {}, body, contentType = 'application/json', signal }: ApiRequest): Promise<Answer> {
    const url = `${this.server}${path}`;
    const about = { 'user-agent': this.#options.userAgent, accept: 'application/json' };
    const content = body === undefined ? { headers: { ...about, ...headers } } : { headers: { ...about, 'content-type': contentType, ...headers }, body: JSON.stringify(body) };
    // the timers are ours: undici's would end a quiet watch after five minutes
    return send(url, { method, query, ...content, signal: signal ?? null, dispatcher: this.dispatcher(tls), headersTimeout: 0, bodyTimeout: 0 });
  }
}

function openPool(proxyUrl: string | undefined, tls: Credentials['tls']): Dispatcher {
  // HTTP/1.1: a watch holds a connection of its own, and one that dies takes nothing else with it
  const pool = { connections: CONNECTIONS_MAX, keepAliveTimeout: KEEP_ALIVE_MS, allowH2: false };
  const secure = { ...tls, allowH2: false, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS };
  if (proxyUrl === undefined) return new Agent({ ...pool, connect: secure });
  if (proxyUrl.startsWith('socks')) throw new Error('SOCKS proxies are not supported, use an HTTP proxy');
  return new ProxyAgent({ ...pool, uri: proxyUrl, requestTls: secure });
}

// the same object as long as the credentials are fresh
const isSame = (one: Credentials['tls'], other: Credentials['tls']): boolean => one === other || isDeepStrictEqual(one, other);

function headerOf({ headers }: Answer, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}
