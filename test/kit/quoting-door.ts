// A door before a server: what comes is passed on, or refused in words that quote all of it, headers and body, as servers and gateways in
// a bad mood do. It remembers what was shown to it that must not be told.
import { once } from 'node:events';
import { createServer, request as send } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it came. */
export interface Shown {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface Refusal {
  readonly status: number;
  /** `quote`: the request in the words of a server. */
  readonly body: (quote: string) => string;
}

type Shape = (shown: Shown) => string;

const headerLines: Shape = ({ headers }) => Object.entries(headers).map(([name, value]) => `${name}: ${String(value)}`).reverse().join('\n');

/** In how many ways one can quote. */
const SHAPES: readonly Shape[] = [
  headerLines,
  ({ headers }) => JSON.stringify(Object.fromEntries(Object.entries(headers).reverse())),
  ({ headers }) => JSON.stringify(Object.entries(headers).reverse().flat()),
  ({ headers }) => JSON.stringify(JSON.stringify(Object.fromEntries(Object.entries(headers).reverse()))),
  ({ headers }) => new URLSearchParams(Object.entries(headers).reverse().map(([name, value]): [string, string] => [name, String(value)])).toString(),
  (shown) => `${shown.method} ${shown.path}\n${shown.body}\n${headerLines(shown)}`,
];

export class QuotingDoor implements AsyncDisposable {
  readonly url: string;
  readonly #server: Server;
  readonly #target: string;
  #quotes = 0;
  /** Signatures and tokens that came through. */
  readonly secrets = new Set<string>();
  /** Which requests are refused, and how; undefined: it is passed on. */
  refuse: (shown: Shown) => Refusal | undefined = () => undefined;

  private constructor(server: Server, target: string) {
    this.#server = server;
    this.#target = target;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async open(target: string): Promise<QuotingDoor> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const door = new QuotingDoor(server, target);
    server.on('request', (request, response) => { door.#take(request, response).catch(() => response.destroy()); });
    return door;
  }

  get quotes(): number {
    return this.#quotes;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const shown: Shown = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body: body.toString() };
    this.#remember(shown);
    const refusal = this.refuse(shown);
    if (refusal === undefined) return this.#pass(request, response, body);
    const shape = SHAPES[this.#quotes % SHAPES.length];
    this.#quotes += 1;
    response.writeHead(refusal.status, { 'content-type': 'application/json' }).end(refusal.body(`quoted: ${shape?.(shown) ?? ''}`));
  }

  #remember({ headers }: Shown): void {
    const { authorization = '' } = headers;
    for (const secret of [/Signature=([0-9a-f]{16,})/.exec(String(authorization))?.[1], /^Bearer (.+)$/.exec(String(authorization))?.[1]]) if (secret !== undefined) this.secrets.add(secret);
  }

  #pass({ method, url, headers }: IncomingMessage, response: ServerResponse, body: Buffer): void {
    const onward = send(new URL(url ?? '/', this.#target), { method: method ?? 'GET', headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      // a watch says 200 long before it has anything to tell
      response.flushHeaders();
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    onward.end(body);
  }
}
