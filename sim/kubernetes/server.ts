// HTTP around the store, and nothing more: bytes in, bytes out, one JSON line for each event of a watch. Plain HTTP without
// authentication: any bearer token is accepted. A watch that its client leaves is stopped.
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answer } from './api.ts';
import type { ApiRequest, ApiResponse } from './api.ts';
import { readCustomResources } from './crd.ts';
import { StatusError, tooLarge } from './errors.ts';
import type { JsonObject } from './json.ts';
import type { Runtime } from './runtime.ts';
import { KubernetesStore } from './store.ts';
import { systemRuntime } from './system-runtime.ts';
import type { WatchSink } from './watching.ts';

/** What a server needs. */
export interface ServerOptions {
  /** 0, the default, takes any free port. */
  readonly port?: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Files or directories with CustomResourceDefinitions. */
  readonly crds: readonly string[];
  /** Objects that are there from the start, nodes for example. */
  readonly seed?: readonly JsonObject[];
  readonly historyMax?: number;
  readonly runtime?: Runtime;
}

/** A running server. `close` ends all watches and connections. */
export interface RunningServer {
  readonly url: string;
  readonly store: KubernetesStore;
  close(): Promise<void>;
}

// the server's own limit for a request body
const BODY_BYTES_MAX = 3 * 1024 * 1024;

/** Starts a server; rejects when the port is taken or a CRD cannot be read. */
export async function start(options: ServerOptions): Promise<RunningServer> {
  const { port = 0, host = '127.0.0.1', crds, runtime = systemRuntime, seed, historyMax } = options;
  const store = new KubernetesStore({
    runtime,
    customResources: readCustomResources(crds),
    ...(seed === undefined ? {} : { seed }),
    ...(historyMax === undefined ? {} : { historyMax }),
  });
  const server = createServer((request, response) => void serve(store, request, response));
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
  const address = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`,
    store,
    close: () => new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    }),
  };
}

async function serve(store: KubernetesStore, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    send(answer(store, await read(request)), response);
  } catch (error) {
    // also a client that went away while it sent: then nobody reads this
    const refusal = error instanceof StatusError ? error : new StatusError(500, 'InternalError', `Internal error occurred: ${String(error)}`);
    if (response.headersSent) response.destroy();
    else send({ kind: 'json', status: refusal.code, body: refusal.toStatus(), warnings: [] }, response);
  }
}

async function read(request: IncomingMessage): Promise<ApiRequest> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) throw tooLarge(BODY_BYTES_MAX);
    chunks.push(chunk);
  }
  const url = new URL(request.url ?? '/', 'http://localhost');
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]));
  return { method: request.method ?? 'GET', path: url.pathname, query: url.searchParams, headers, body: Buffer.concat(chunks).toString() };
}

function send(answered: ApiResponse, response: ServerResponse): void {
  if (answered.kind === 'watch') return stream(answered.open, response);
  if (answered.kind === 'text') return void response.writeHead(answered.status, { 'content-type': 'text/plain; charset=utf-8' }).end(answered.body);
  const warnings = answered.warnings.map((text) => `299 - ${JSON.stringify(text)}`);
  response.writeHead(answered.status, { 'content-type': 'application/json', ...(warnings.length > 0 ? { warning: warnings.join(', ') } : {}) });
  response.end(`${JSON.stringify(answered.body)}\n`);
}

function stream(open: (sink: WatchSink) => () => void, response: ServerResponse): void {
  let begun = false;
  const begin = (): void => {
    if (!begun) response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
    begun = true;
  };
  const stop = open({
    event: (event) => { begin(); response.write(`${JSON.stringify(event)}\n`); },
    end: () => { begin(); response.end(); },
  });
  // after open: a malformed option is refused before the stream begins
  begin();
  response.on('close', stop);
}
