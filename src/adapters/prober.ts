/**
 * TCP connections from this machine. What is told is what came back from over there: accepted, refused, or nothing in time. What fails here
 * (no route, no permission, no free socket) says nothing about the other side and is told as unknown.
 */
import { createSocket } from 'node:dgram';
import { connect, isIPv4, type Socket } from 'node:net';
import { coveringPrefixLength } from '../core/ipv4.ts';
import type { Knock, Prober } from '../ports/prober.ts';
import type { Clock } from '../ports/runtime.ts';

export interface TcpProberOptions {
  readonly clock: Clock;
  /** How long an answer may take; 3 s when not given. */
  readonly deadlineMs?: number;
  /** Connections under way at once; others wait for their turn. 64 when not given. */
  readonly concurrencyMax?: number;
}

const DEADLINE_MS = 3_000;
const CONCURRENCY_MAX = 64;
const PORT_MAX = 65_535;

/** Codes of the operating system that somebody on the way or over there brought about; the others are our own. */
const ANSWERED: Readonly<Record<string, Knock>> = { ECONNREFUSED: 'refuses', ECONNRESET: 'refuses', ETIMEDOUT: 'silent' };

/** Codes that both this machine and a router on the way can bring about. */
const UNREACHABLE: readonly string[] = ['ENETUNREACH', 'EHOSTUNREACH'];

const codeOf = (error: Error): string => ('code' in error ? String(error.code) : '');

/** Not a group of machines, nor all of them. */
const isHost = (address: string): boolean => isIPv4(address) && coveringPrefixLength('224.0.0.0/3', address) === undefined;

const isPort = (port: number): boolean => Number.isInteger(port) && port >= 1 && port <= PORT_MAX;

/** Looks the route up, as connecting a UDP socket does: nothing is sent. */
function hasRoute(address: string, port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  try {
    const socket = createSocket('udp4');
    const end = (found: boolean): void => {
      resolve(found);
      socket.close();
    };
    // given to connect itself, a listener would hear of failure as of success
    socket.once('error', () => end(false)).once('connect', () => end(true));
    socket.connect(port, address);
  } catch {
    resolve(false);
  }
  return promise;
}

export class TcpProber implements Prober {
  readonly #clock: Clock;
  readonly #deadlineMs: number;
  readonly #waiting: (() => void)[] = [];
  #free: number;

  constructor({ clock, deadlineMs = DEADLINE_MS, concurrencyMax = CONCURRENCY_MAX }: TcpProberOptions) {
    this.#clock = clock;
    this.#deadlineMs = deadlineMs;
    this.#free = concurrencyMax;
  }

  async knock(address: string, port: number): Promise<Knock | undefined> {
    if (!isHost(address) || !isPort(port)) return undefined;
    await this.#turn();
    try {
      return await this.#connect(address, port);
    } catch {
      return undefined;
    } finally {
      this.#done();
    }
  }

  async #connect(address: string, port: number): Promise<Knock | undefined> {
    const heard = await this.#attempt(address, port);
    if (!(heard instanceof Error)) return heard;
    const code = codeOf(heard);
    // a router that says no is over there, and what it says no to does not flow
    if (UNREACHABLE.includes(code) && (await hasRoute(address, port))) return 'silent';
    return ANSWERED[code];
  }

  /** The connection is closed as soon as it stands. */
  #attempt(address: string, port: number): Promise<Knock | Error> {
    const { promise, resolve } = Promise.withResolvers<Knock | Error>();
    const socket: Socket = connect({ host: address, port, family: 4 });
    const cancel = this.#clock.after(this.#deadlineMs, () => resolve('silent'));
    socket.once('connect', () => resolve('answers')).on('error', resolve);
    return promise.finally(() => {
      cancel();
      socket.destroy();
    });
  }

  #turn(): Promise<void> {
    if (this.#free > 0) {
      this.#free -= 1;
      return Promise.resolve();
    }
    return new Promise((resolve) => void this.#waiting.push(resolve));
  }

  /** Whoever has waited longest gets the place. */
  #done(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#free += 1;
  }
}
