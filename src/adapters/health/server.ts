// A small HTTP server for probes and scrapes: fixed paths, GET and HEAD, nothing is read from a request but its path. What it answers holds
// no secrets, so it asks for none; who may reach it is for the network to say.
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Log } from '../../ports/runtime.ts';

/** Where to listen; without a host on every address of the machine. Port 0: one that is free. */
export interface ListenAddress {
  readonly host?: string;
  readonly port: number;
}

export interface Reply {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

export type Routes = Readonly<Record<string, () => Reply | Promise<Reply>>>;

/** A server that listens. */
export interface Endpoint {
  /** The address that it got, such as 127.0.0.1:8080. */
  readonly address: string;
  close(): Promise<void>;
}

/** It cannot listen where it shall; one line for the person who starts the controller. */
export class ListenProblem extends Error {
  override readonly name = 'ListenProblem';
}

/** A probe is one short request; whoever is slower is not one. */
const REQUEST_MAX_MS = 10_000;
const CONNECTIONS_MAX = 64;
export const TEXT = 'text/plain; charset=utf-8';

/** Listens. Rejects with ListenProblem; `flag` names the setting in it. */
export async function openEndpoint(address: ListenAddress, { routes, flag, log }: { readonly routes: Routes; readonly flag: string; readonly log: Log }): Promise<Endpoint> {
  const server = createServer({ requestTimeout: REQUEST_MAX_MS, headersTimeout: REQUEST_MAX_MS }, (request, response) => {
    replyTo(request, routes, log).then((reply) => write(request, response, reply), () => response.destroy());
  });
  server.maxConnections = CONNECTIONS_MAX;
  const endpoint = await listenOn(server, address, { flag, remedy: 'give another address, or 0 for none' });
  server.on('error', (error) => log.error('the server for probes and scrapes failed', { address: textOf(address), error: error.message }));
  return endpoint;
}

/** What a ListenProblem says besides what happened: which setting to change, and to what. */
export interface Setting {
  readonly flag: string;
  readonly remedy: string;
}

/** Lets a server listen. Rejects with ListenProblem. */
export async function listenOn(server: Server, address: ListenAddress, setting: Setting): Promise<Endpoint> {
  await listen(server, address, setting);
  return { address: addressOf(server), close: () => closed(server) };
}

const textOf = ({ host = '', port }: ListenAddress): string => `${host.includes(':') ? `[${host}]` : host}:${port}`;

function listen(server: Server, address: ListenAddress, { flag, remedy }: Setting): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  const fail = ({ message }: Error): void => reject(new ListenProblem(`${flag}: cannot listen on ${textOf(address)}: ${message}; ${remedy}`));
  server.once('error', fail).listen({ ...address }, () => {
    server.removeListener('error', fail);
    resolve(undefined);
  });
  return promise;
}

function addressOf(server: Server): string {
  const { address, port } = server.address() as AddressInfo;
  return textOf({ host: address, port });
}

async function closed(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  server.close(() => resolve(undefined));
  server.closeAllConnections();
  await promise;
}

async function replyTo({ method, url = '/' }: IncomingMessage, routes: Routes, log: Log): Promise<Reply> {
  if (method !== 'GET' && method !== 'HEAD') return { status: 405, contentType: TEXT, body: 'GET or HEAD\n' };
  const path = url.split('?', 1)[0] ?? '/';
  const route = Object.entries(routes).find(([known]) => known === path)?.[1];
  if (route === undefined) return { status: 404, contentType: TEXT, body: `${Object.keys(routes).join('\n')}\n` };
  try {
    return await route();
  } catch (error) {
    log.error('a probe or scrape could not be answered, which is a bug', { path, error: String(error) });
    return { status: 500, contentType: TEXT, body: 'see the log\n' };
  }
}

function write({ method }: IncomingMessage, response: ServerResponse, { status, contentType, body }: Reply): void {
  response.writeHead(status, { 'content-type': contentType, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', ...(status === 405 && { allow: 'GET, HEAD' }) });
  response.end(method === 'HEAD' ? undefined : body);
}
