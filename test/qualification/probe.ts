// Whether a port of an address answers, from where this runs: what a client of the instance would notice, beside what the API says.
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

interface Sample {
  readonly ms: number;
  readonly answered: boolean;
}

const TIMEOUT_MS = 1_000;

function answers(host: string, port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect({ host, port, timeout: TIMEOUT_MS });
  const end = (answered: boolean) => () => {
    socket.destroy();
    resolve(answered);
  };
  socket.once('connect', end(true)).once('timeout', end(false)).once('error', end(false));
  return promise;
}

export class Probe {
  readonly #host: string;
  readonly #port: number;
  readonly #everyMs: number;
  readonly #samples: Sample[] = [];
  readonly #ended = new AbortController();
  #running: Promise<void> | undefined;

  constructor(host: string, { port, everyMs }: { readonly port: number; readonly everyMs: number }) {
    this.#host = host;
    this.#port = port;
    this.#everyMs = everyMs;
  }

  start(): void {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#ended.abort();
    await this.#running;
  }

  /** The last sample; undefined before the first. */
  get isAnswering(): boolean | undefined {
    return this.#samples.at(-1)?.answered;
  }

  /**
   * For how long nothing answered around this time: from the last answer before a failure to the next one after it. undefined: it never failed
   * then, or never answered again. `marginMs`: how much earlier and later a failure still belongs to it.
   */
  outageMs(fromMs: number, toMs: number, marginMs = 5_000): number | undefined {
    const failed = this.#samples.filter(({ ms, answered }) => !answered && ms >= fromMs - marginMs && ms <= toMs + marginMs);
    const [first, last] = [failed[0], failed.at(-1)];
    if (first === undefined || last === undefined) return undefined;
    const before = this.#samples.findLast(({ ms, answered }) => answered && ms < first.ms);
    const after = this.#samples.find(({ ms, answered }) => answered && ms > last.ms);
    return before === undefined || after === undefined ? undefined : after.ms - before.ms;
  }

  async #run(): Promise<void> {
    while (!this.#ended.signal.aborted) {
      const ms = performance.now();
      this.#samples.push({ ms, answered: await answers(this.#host, this.#port) });
      await sleep(this.#everyMs);
    }
  }
}
