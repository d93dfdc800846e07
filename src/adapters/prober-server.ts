/**
 * `egress-unification prober`: knocks for a controller that cannot try from outside. It tells whoever asks which ports answer, so it knocks
 * only within the ranges that it is given, by default at addresses of the Internet; who may ask is for the network to say.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { coveringPrefixLength, isPublicIpv4 } from '../core/ipv4.ts';
import type { Prober } from '../ports/prober.ts';
import { listenOn, type Endpoint, type ListenAddress } from './health/server.ts';

/** As many controllers as there may be ask for as many ports as a resource may name. */
const CONNECTIONS_MAX = 256;
const REQUEST_MAX_MS = 10_000;
const PORT_MAX = 65_535;

interface Reply {
  readonly status: number;
  readonly body: object;
}

export interface ProberServerOptions {
  readonly prober: Prober;
  /** IPv4 ranges that may be knocked at; none: whatever is an address of the Internet. */
  readonly allowCidrs: readonly string[];
}

function mayKnock(address: string, allowCidrs: readonly string[]): boolean {
  if (allowCidrs.length === 0) return isPublicIpv4(address);
  return allowCidrs.some((cidr) => coveringPrefixLength(cidr, address) !== undefined);
}

async function knockFor(parameters: URLSearchParams, { prober, allowCidrs }: ProberServerOptions): Promise<Reply> {
  const [address, port] = [parameters.get('address') ?? '', Number(parameters.get('port'))];
  if (!Number.isInteger(port) || port < 1 || port > PORT_MAX) return { status: 400, body: { problem: `port is a number from 1 to ${PORT_MAX}` } };
  if (!mayKnock(address, allowCidrs)) return { status: 403, body: { problem: 'address is no IPv4 address at which this prober may knock' } };
  const knock = await prober.knock(address, port);
  return knock === undefined ? { status: 503, body: { problem: 'it could not be tried from here' } } : { status: 200, body: { knock } };
}

async function replyTo({ method, url = '/' }: IncomingMessage, options: ProberServerOptions): Promise<Reply> {
  if (method !== 'GET') return { status: 405, body: { problem: 'GET' } };
  const { pathname, searchParams } = new URL(url, 'http://prober');
  if (pathname === '/livez') return { status: 200, body: { ok: true } };
  return pathname === '/' ? knockFor(searchParams, options) : { status: 404, body: { problem: 'ask /?address=47.98.1.2&port=22' } };
}

function write(response: ServerResponse, { status, body }: Reply): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', ...(status === 405 && { allow: 'GET' }) });
  response.end(`${JSON.stringify(body)}\n`);
}

/** Listens. Rejects with ListenProblem. */
export async function serveProber(address: ListenAddress, options: ProberServerOptions): Promise<Endpoint> {
  const server: Server = createServer({ requestTimeout: REQUEST_MAX_MS, headersTimeout: REQUEST_MAX_MS }, (request, response) => {
    replyTo(request, options).then((reply) => write(response, reply), () => response.destroy());
  });
  server.maxConnections = CONNECTIONS_MAX;
  return listenOn(server, address, { flag: '--listen', remedy: 'give another address' });
}
