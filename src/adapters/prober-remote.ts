/**
 * A prober elsewhere, asked over HTTP: `GET URL?address=A&port=P` answers {"knock":"answers"}, "refuses" or "silent" (prober-server.ts is
 * one). It stands where the Internet is, which the controller's pod often does not. Whatever else it answers, and whatever happens on the
 * way to it, says nothing about the address.
 */
import { KNOCKS, type Knock, type Prober } from '../ports/prober.ts';
import type { Clock, Log } from '../ports/runtime.ts';

/** Its own three seconds, its queue, and the way there and back. */
const DEADLINE_MS = 15_000;
/** The answer is a line. */
const ANSWER_MAX = 1_024;

const isKnock = (value: unknown): value is Knock => KNOCKS.some((knock) => knock === value);

function knockIn(status: number, text: string): Knock {
  if (status !== 200) throw new Error(`it answered ${status}: ${text}`);
  const said: unknown = JSON.parse(text);
  const knock = typeof said === 'object' && said !== null && 'knock' in said ? said.knock : undefined;
  if (!isKnock(knock)) throw new Error(`its answer has no knock: ${text}`);
  return knock;
}

export class RemoteProber implements Prober {
  readonly #url: string;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #deadlineMs: number;
  /** Said once, until it answers again. */
  #isLost = false;

  /** `url`: http or https. */
  constructor(url: string, { clock, log, deadlineMs = DEADLINE_MS }: { readonly clock: Clock; readonly log: Log; readonly deadlineMs?: number }) {
    this.#url = url;
    this.#clock = clock;
    this.#log = log;
    this.#deadlineMs = deadlineMs;
  }

  async knock(address: string, port: number): Promise<Knock | undefined> {
    const answer = await this.#ask(address, port).catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))));
    const problem = answer instanceof Error ? answer.message : undefined;
    if (problem !== undefined && !this.#isLost) this.#log.warn('the prober does not answer: nothing is known from outside', { server: this.#url, error: problem });
    if (problem === undefined && this.#isLost) this.#log.info('the prober answers again', { server: this.#url });
    this.#isLost = problem !== undefined;
    return answer instanceof Error ? undefined : answer;
  }

  async #ask(address: string, port: number): Promise<Knock> {
    const url = new URL(this.#url);
    url.searchParams.set('address', address);
    url.searchParams.set('port', String(port));
    const late = new AbortController();
    const cancel = this.#clock.after(this.#deadlineMs, () => late.abort(new Error(`no answer within ${this.#deadlineMs} ms`)));
    try {
      const response = await fetch(url, { redirect: 'error', signal: late.signal, headers: { accept: 'application/json' } });
      return knockIn(response.status, (await response.text()).slice(0, ANSWER_MAX).trim());
    } finally {
      cancel();
    }
  }
}
