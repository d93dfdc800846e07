// A server on plain HTTP that answers as a test says, and a connection to it on virtual time.
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { connect } from '../../../../src/adapters/kubernetes/connection.ts';
import type { Connection } from '../../../../src/adapters/kubernetes/connection.ts';
import { ApiError } from '../../../../src/adapters/kubernetes/errors.ts';
import { VirtualClock } from '../../../kit/virtual-clock.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

export interface Bench extends AsyncDisposable {
  readonly clock: VirtualClock;
  readonly connection: Connection;
  /** Writes the kubeconfig anew. */
  readonly configure: (user: object) => Promise<void>;
  readonly sockets: () => number;
  /** Which connection this is, counted from 1. */
  readonly numberOf: (socket: Socket) => number;
  handler: Handler;
}

export const kubeconfig = (server: string, user: object, cluster: object = { 'insecure-skip-tls-verify': true }): string => stringify({
  clusters: [{ name: 'c', cluster: { server, ...cluster } }],
  users: [{ name: 'u', user }],
  contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
  'current-context': 'x',
});

export async function bench(user: object = { token: 'secret-1' }): Promise<Bench> {
  const directory = await mkdtemp(join(tmpdir(), 'egress-unification-'));
  const clock = new VirtualClock();
  const sockets: Socket[] = [];
  const server = createServer((request, response) => made.handler(request, response)).on('connection', (socket: Socket) => sockets.push(socket)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const path = join(directory, 'kubeconfig');
  const configure = (of: object): Promise<void> => writeFile(path, kubeconfig(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, of));
  await configure(user);
  const made: Bench = {
    clock,
    configure,
    connection: await connect({ kubeconfig: path, clock, userAgent: 'egress-unification/test' }),
    sockets: () => sockets.length,
    numberOf: (socket) => sockets.indexOf(socket) + 1,
    handler: (_request, response) => void response.end('{}'),
    [Symbol.asyncDispose]: async () => {
      await made.connection.close();
      server.closeAllConnections();
      server.close();
      await rm(directory, { recursive: true });
    },
  };
  return made;
}

export const status = (code: number, reason: string, details: object = {}): string => JSON.stringify({ kind: 'Status', code, reason, message: `it was ${reason}`, details });

export async function errorOf(call: Promise<unknown>): Promise<ApiError> {
  const error: unknown = await call.then(() => new Error('it succeeded'), (reason: unknown) => reason);
  if (error instanceof ApiError) return error;
  throw error;
}
