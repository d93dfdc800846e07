// A TCP proxy on loopback that breaks as networks do. It looks at no byte, so TLS passes through it untouched.
//
// Two kinds of silence are told apart. A black hole is a network that drops packets: it heals, and what was held back arrives, in
// order, as TCP would send it again. A lost connection is one that a device on the way has forgotten: it never heals, neither
// side is told, and only new connections work.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { Gate } from './gate.ts';

/** Where bytes go: from the client to the server, or back. */
export type Direction = 'toServer' | 'toClient';

const BOTH: readonly Direction[] = ['toServer', 'toClient'];

/** What is slow about a network. */
export interface Slowness {
  /** How much later each piece arrives. */
  readonly latencyMs?: number;
  readonly bytesPerSecond?: number;
}

/** How a truncated answer ends: properly, as if it were complete, or by a reset. */
export type Cut = 'end' | 'reset';

interface Truncation {
  readonly afterBytes: number;
  readonly cut: Cut;
}

/** A client's connection and the one to the server that belongs to it. */
interface Link {
  readonly client: Socket;
  readonly server: Socket;
  /** Closed for good once the connection is lost. */
  readonly gates: Readonly<Record<Direction, Gate>>;
}

/** One proxy; all that it does to connections is undone by `heal`, except to those that are reset or lost. */
export class BreakingProxy {
  /** As the target's, with the proxy's own port. */
  readonly url: string;
  readonly #target: URL;
  readonly #listener: Server;
  readonly #links = new Set<Link>();
  readonly #gates: Readonly<Record<Direction, Gate>> = { toServer: new Gate(), toClient: new Gate() };
  #slowness: Slowness = {};
  #truncations: Truncation[] = [];
  #refuses = false;
  #accepted = 0;

  constructor(target: string, listener: Server) {
    this.#target = new URL(target);
    this.#listener = listener;
    this.url = `${this.#target.protocol}//127.0.0.1:${(listener.address() as AddressInfo).port}`;
    listener.on('connection', (client: Socket) => this.#accept(client));
  }

  /** Connections that are open, the lost ones among them. */
  get open(): number {
    return this.#links.size;
  }

  /** Connections that came so far. */
  get accepted(): number {
    return this.#accepted;
  }

  /** Nothing passes any more, on old and new connections, in these directions, until `heal`. */
  blackHole(directions: readonly Direction[] = BOTH): void {
    for (const direction of directions) this.#gates[direction].close();
  }

  /** The connections that are open now are dead for ever, in these directions, and nobody is told; new ones work. */
  lose(directions: readonly Direction[] = BOTH): void {
    for (const { gates } of this.#links) for (const direction of directions) gates[direction].close();
  }

  /** The connections that are open now are reset (RST) on both sides. */
  reset(): void {
    for (const link of [...this.#links]) this.#abort(link);
  }

  /** New connections are reset at once, until `heal`. */
  refuse(): void {
    this.#refuses = true;
  }

  slow(slowness: Slowness): void {
    this.#slowness = slowness;
  }

  /** The next pieces that servers send are cut after so many bytes, each with its connection. */
  truncate({ afterBytes, cut = 'reset', count = 1 }: { readonly afterBytes: number; readonly cut?: Cut; readonly count?: number }): void {
    this.#truncations.push(...Array.from({ length: count }, () => ({ afterBytes, cut })));
  }

  heal(): void {
    for (const direction of BOTH) this.#gates[direction].open();
    this.#slowness = {};
    this.#truncations = [];
    this.#refuses = false;
  }

  async close(): Promise<void> {
    const closed = once(this.#listener, 'close');
    this.#listener.close();
    this.heal();
    this.reset();
    await closed;
  }

  #accept(client: Socket): void {
    this.#accepted += 1;
    if (this.#refuses) {
      client.on('error', () => undefined).resetAndDestroy();
      return;
    }
    const server = connect({ host: this.#target.hostname, port: Number(this.#target.port), allowHalfOpen: true });
    const link: Link = { client, server, gates: { toServer: new Gate(), toClient: new Gate() } };
    this.#links.add(link);
    // an error ends the pump that reads from the socket; nobody else needs to hear of it
    for (const socket of [client, server]) socket.setNoDelay(true).on('error', () => undefined);
    const ways = [this.#pump(link, 'toServer'), this.#pump(link, 'toClient')];
    void Promise.allSettled(ways).then(() => this.#links.delete(link));
  }

  /** Carries everything one way, the end included; a broken side breaks the other one too. */
  async #pump(link: Link, direction: Direction): Promise<void> {
    const [source, sink] = direction === 'toServer' ? [link.client, link.server] : [link.server, link.client];
    try {
      for await (const bytes of source as AsyncIterable<Buffer>) {
        const truncation = direction === 'toClient' ? this.#truncations.shift() : undefined;
        await this.#carry(link, direction, bytes.subarray(0, truncation?.afterBytes));
        if (truncation !== undefined) return await this.#cut(link, truncation.cut);
      }
      await this.#passage(link, direction);
      sink.end();
    } catch {
      // a reset is a packet as well: it stays in a black hole until that heals
      await this.#passage(link, direction);
      this.#abort(link);
    }
  }

  async #carry(link: Link, direction: Direction, bytes: Buffer): Promise<void> {
    const { latencyMs = 0, bytesPerSecond = Number.POSITIVE_INFINITY } = this.#slowness;
    if (latencyMs > 0) await pause(latencyMs);
    const atOnce = Math.min(Math.ceil(bytesPerSecond / 10), bytes.length);
    for (let from = 0; from < bytes.length; from += atOnce) {
      if (bytesPerSecond !== Number.POSITIVE_INFINITY) await pause(100);
      await this.#passage(link, direction);
      const sink = direction === 'toServer' ? link.server : link.client;
      if (sink.destroyed) throw new Error('there is nobody to carry it to');
      if (!sink.write(bytes.subarray(from, from + atOnce))) await Promise.race([once(sink, 'drain'), once(sink, 'close')]);
    }
  }

  async #passage({ gates }: Link, direction: Direction): Promise<void> {
    await this.#gates[direction].passed();
    await gates[direction].passed();
  }

  async #cut(link: Link, cut: Cut): Promise<void> {
    // what was let through is to arrive: a reset overtakes what still waits to be sent
    await pause(20);
    if (cut === 'reset') return this.#abort(link);
    link.client.end();
    link.server.destroy();
  }

  #abort({ client, server, gates }: Link): void {
    client.resetAndDestroy();
    server.resetAndDestroy();
    for (const direction of BOTH) gates[direction].open();
  }
}

/** Listens on a free port of 127.0.0.1; `target` is a URL with a port. */
export async function breakingProxy({ target }: { readonly target: string }): Promise<BreakingProxy> {
  const listener = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  return new BreakingProxy(target, listener);
}
