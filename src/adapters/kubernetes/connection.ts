// The connection to the API server over HTTP: every call of this adapter goes through here.
//
// Invariants: one pool of connections for everything, replaced only when the material for TLS changed (client-node opens a new one
// for each call); every request ends within its time-out, by one controller and one timer; nothing is sent twice, except what a
// 401 shows was not carried out, once, with credentials that were read anew. No error holds a header.
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
import { LineDecoder } from './lines.ts';

const TIMEOUT_MS = 10_000;
const CONNECTIONS_MAX = 16;
const KEEP_ALIVE_MS = 30_000;

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

class Wire implements Connection {
  readonly #credentials: CredentialSource;
  readonly #options: ConnectionOptions;
  #pool: { readonly tls: Credentials['tls']; readonly dispatcher: Dispatcher } | undefined;

  constructor(credentials: CredentialSource, options: ConnectionOptions) {
    this.#credentials = credentials;
    this.#options = options;
  }

  get server(): string {
    return this.#credentials.config.getCurrentCluster()?.server ?? '';
  }

  async request(request: ApiRequest): Promise<unknown> {
    const { clock, timeoutMs = TIMEOUT_MS } = this.#options;
    try {
      return await withDeadline({ clock, timeoutMs, signal: request.signal }, async (signal) => {
        const answer = await this.#send({ ...request, signal });
        const text = await answer.body.text();
        if (answer.statusCode >= 300) throw errorOfAnswer(answer.statusCode, text, headerOf(answer, 'retry-after'));
        return JSON.parse(text) as unknown;
      });
    } catch (error) {
      throw errorOfFailure(`${request.method} ${request.path}`, error);
    }
  }

  async watch(request: WatchRequest, onLine: (line: string) => void): Promise<void> {
    try {
      const answer = await this.#send({ method: 'GET', ...request });
      if (answer.statusCode !== 200) throw errorOfAnswer(answer.statusCode, await answer.body.text(), headerOf(answer, 'retry-after'));
      const decoder = new LineDecoder(onLine);
      for await (const bytes of answer.body as AsyncIterable<Uint8Array>) decoder.push(bytes);
      decoder.end();
    } catch (error) {
      throw errorOfFailure(`watch of ${request.path}`, error);
    }
  }

  async close(): Promise<void> {
    await this.#pool?.dispatcher.destroy();
  }

  /** The pool of now; throws for a proxy that is not spoken to. */
  dispatcher(tls: Credentials['tls']): Dispatcher {
    if (this.#pool !== undefined && isSame(this.#pool.tls, tls)) return this.#pool.dispatcher;
    // what is under way on the old pool comes to its own end
    this.#pool?.dispatcher.close().catch(() => undefined);
    const dispatcher = openPool(this.#credentials.config.getCurrentCluster()?.proxyUrl, tls);
    this.#pool = { tls, dispatcher };
    return dispatcher;
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
