// What a connection shows to the API server: headers, and the material for TLS. client-node knows all the ways (token, token file,
// certificates, exec plugins, OIDC); this file asks it at most every 30 s, so that files that were rotated are read again soon and
// not at every call.
import type { RequestOptions } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import type { Clock } from '../../ports/runtime.ts';
import { rememberSecret } from '../redact.ts';

// a bound service account token lives an hour and is replaced when a fifth of that is left
const FRESH_MS = 30_000;

/** Headers to send and options for TLS, as client-node gives them. */
export interface Credentials {
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: Pick<RequestOptions, 'ca' | 'cert' | 'key' | 'pfx' | 'passphrase' | 'rejectUnauthorized' | 'servername'>;
}

/** The credentials of one configuration, which is loaded again after `renew`. */
export class CredentialSource {
  readonly #load: () => KubeConfig;
  readonly #clock: Clock;
  #config: KubeConfig;
  #reading: { readonly atMs: number; readonly credentials: Promise<Credentials> } | undefined;

  /** `load` throws for a configuration that cannot be read. */
  constructor(load: () => KubeConfig, clock: Clock) {
    this.#load = load;
    this.#clock = clock;
    this.#config = load();
  }

  get config(): KubeConfig {
    return this.#config;
  }

  /** The credentials of now. Rejects when a file is missing or a plugin fails; the next call tries again. */
  current(): Promise<Credentials> {
    const nowMs = this.#clock.monotonic();
    if (this.#reading !== undefined && nowMs - this.#reading.atMs < FRESH_MS) return this.#reading.credentials;
    const credentials = read(this.#config);
    this.#reading = { atMs: nowMs, credentials };
    credentials.catch(() => { this.#reading = undefined; });
    return credentials;
  }

  /** The server did not accept them: everything is read anew, the configuration's own file and plugins included. */
  renew(): Promise<Credentials> {
    this.#config = this.#load();
    this.#reading = undefined;
    return this.current();
  }
}

async function read(config: KubeConfig): Promise<Credentials> {
  const options: RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  const { ca, cert, key, pfx, passphrase, rejectUnauthorized, servername, auth, headers } = options;
  const basic = typeof auth === 'string' ? { Authorization: `Basic ${Buffer.from(auth).toString('base64')}` } : {};
  const shown = { ...textHeaders(headers), ...basic };
  rememberSecret(shown['Authorization']?.replace(/^\w+ /, ''));
  const tls = Object.fromEntries(Object.entries({ ca, cert, key, pfx, passphrase, rejectUnauthorized, servername }).filter(([, value]) => value !== undefined));
  return { headers: shown, tls };
}

// a token file ends with a line break, which no header may hold
const textHeaders = (headers: RequestOptions['headers']): Record<string, string> =>
  Object.fromEntries(Object.entries(headers ?? {}).filter(([, value]) => value !== undefined).map(([name, value]) => [name, String(value).trim()]));
