// The HTTP rim: reads requests, has them authenticated and routed, lets half the round trip pass before the effect and half after it, and
// writes, delays or breaks the answers. Decides nothing about the cloud.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { CloudRequest, SimulatedCloud } from '../engine/cloud.ts';
import type { Answer } from '../engine/outcome.ts';
import { Refusal } from '../engine/refusal.ts';
import { answerControl } from '../control/http.ts';
import { Gatekeeper } from './credentials.ts';
import type { WireRequest } from './http-request.ts';
import { route } from './route.ts';

export interface Rim {
  readonly cloud: SimulatedCloud;
  /** Real time in milliseconds, for signatures and nonces. */
  readonly realNow: () => number;
}

/** The SDK sends parameters in the address, and a command may have 24 KB. */
const HEADER_BYTES_MAX = 128 * 1024;

/** A server that is not yet listening. */
export function cloudServer(rim: Rim): Server {
  const gatekeeper = new Gatekeeper(rim.cloud.state.credentials, rim.realNow);
  return createServer({ keepAliveTimeout: 60_000, maxHeaderSize: HEADER_BYTES_MAX }, (incoming, response) => {
    readRequest(incoming).then(
      (request) => (request.path.startsWith('/_sim/') ? control(rim, request, response) : serve(rim, gatekeeper, request, response)),
      () => response.destroy(),
    );
  });
}

async function readRequest(incoming: IncomingMessage): Promise<WireRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const url = new URL(incoming.url ?? '/', 'http://simulated');
  const headers = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : value]));
  return { method: incoming.method ?? 'GET', path: url.pathname, query: url.searchParams, headers, body: Buffer.concat(chunks) };
}

function serve({ cloud }: Rim, gatekeeper: Gatekeeper, wire: WireRequest, response: ServerResponse): void {
  const halfMs = cloud.latencyMs('rtt') / 2;
  const { request, authenticate } = route(wire);
  cloud.clock.after(halfMs, () => {
    const answer = answerTo(cloud, request, () => authenticate(gatekeeper));
    cloud.clock.after(halfMs + answer.delayMs, () => write(response, answer));
  });
}

function answerTo(cloud: SimulatedCloud, request: CloudRequest, authenticate: () => string): Answer {
  try {
    return cloud.call({ ...request, accessKeyId: authenticate() });
  } catch (error) {
    if (error instanceof Refusal) return cloud.refuse(request, error);
    throw error;
  }
}

function write(response: ServerResponse, answer: Answer): void {
  if (answer.dropped) {
    response.destroy();
    return;
  }
  const html = typeof answer.body === 'string';
  response.writeHead(answer.status, { ...answer.headers, 'content-type': html ? 'text/html' : 'application/json;charset=utf-8' });
  response.end(html ? answer.body : JSON.stringify(answer.body));
}

function control({ cloud }: Rim, request: WireRequest, response: ServerResponse): void {
  const { status, body } = answerControl(cloud, request);
  response.writeHead(status, { 'content-type': 'application/json;charset=utf-8' });
  response.end(JSON.stringify(body));
}
