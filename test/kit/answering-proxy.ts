// An HTTP proxy in front of a server that answers in its place when a test says so. It ends TLS with a certificate of its own and
// opens it again towards the server, so it reads and writes what the breaking proxy cannot see. Streams pass as they come.
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Agent, createServer, request } from 'node:https';
import type { Server } from 'node:https';
import type { AddressInfo } from 'node:net';

/** Keys and certificates in PEM. */
export interface ProxyTls {
  readonly ca: string;
  /** What clients are shown. */
  readonly serving: { readonly cert: string; readonly key: string };
  /** What the server behind is shown. */
  readonly client: { readonly cert: string; readonly key: string };
}

/** What is answered instead of the server. */
export interface Instead {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Which requests: a method and a part of the path with its query; absent means any. */
export interface Which {
  readonly method?: string;
  readonly path?: RegExp;
}

/** A request as it came, and what it was answered. */
export interface Passed {
  readonly atMs: number;
  readonly method: string;
  readonly path: string;
  readonly status: number;
}

interface Rule {
  readonly which: Which;
  readonly instead: Instead;
  left: number;
}

const isWatch = (path: string): boolean => path.includes('watch=true');

export class AnsweringProxy {
  readonly url: string;
  readonly #target: string;
  readonly #server: Server;
  readonly #agent: Agent;
  readonly #rules: Rule[] = [];
  readonly #watches = new Map<ServerResponse, string>();
  readonly passed: Passed[] = [];

  constructor(target: string, server: Server, tls: ProxyTls) {
    this.#target = target;
    this.#server = server;
    this.#agent = new Agent({ ca: tls.ca, ...tls.client, keepAlive: true });
    this.url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('request', (asked: IncomingMessage, answer: ServerResponse) => this.#answer(asked, answer));
  }

  /** The next `count` of these requests are answered so, and the server does not hear of them. */
  answerInstead(which: Which, instead: Instead, count = 1): void {
    this.#rules.push({ which, instead, left: count });
  }

  /** Writes a line into every open watch of paths like this; gives how many there are. */
  sayInWatches(path: RegExp, line: string): number {
    const heard = [...this.#watches].filter(([, of]) => path.test(of));
    for (const [answer] of heard) answer.write(`${line}\n`);
    return heard.length;
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    this.#agent.destroy();
    await closed;
  }

  #answer(asked: IncomingMessage, answer: ServerResponse): void {
    const [method, path] = [asked.method ?? '', asked.url ?? ''];
    const note = (status: number): void => void this.passed.push({ atMs: performance.now(), method, path, status });
    const rule = this.#rules.find(({ which, left }) => left > 0 && (which.method ?? method) === method && (which.path?.test(path) ?? true));
    if (rule === undefined) return this.#forward(asked, answer, note);
    rule.left -= 1;
    note(rule.instead.status);
    asked.resume();
    answer.writeHead(rule.instead.status, rule.instead.headers).end(rule.instead.body ?? '');
  }

  #forward(asked: IncomingMessage, answer: ServerResponse, note: (status: number) => void): void {
    const path = asked.url ?? '';
    const headers = { ...asked.headers };
    delete headers.host;
    const onward = request(`${this.#target}${path}`, { method: asked.method, headers, agent: this.#agent }, (answered) => {
      note(answered.statusCode ?? 0);
      answer.writeHead(answered.statusCode ?? 502, answered.headers);
      answer.flushHeaders();
      if (isWatch(path)) this.#watches.set(answer, path);
      answered.on('error', () => answer.destroy()).pipe(answer);
    });
    onward.on('error', () => answer.destroy());
    answer.on('close', () => {
      this.#watches.delete(answer);
      onward.destroy();
    });
    asked.pipe(onward);
  }
}

/** Listens on a free port of 127.0.0.1. */
export async function answeringProxy({ target, tls }: { readonly target: string; readonly tls: ProxyTls }): Promise<AnsweringProxy> {
  const server = createServer({ ...tls.serving }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return new AnsweringProxy(target, server, tls);
}
