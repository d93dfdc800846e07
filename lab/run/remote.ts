// A process of the lab in a namespace, and what it can be asked. Questions and answers go over the channel that Node opens between a
// process and its child; the child ends when the channel does, so nothing outlives the lab.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** What a kind of process can be asked, by name. */
export type Calls<C> = { readonly [K in keyof C]: { readonly ask: object; readonly answer: unknown } };

interface Question {
  readonly id: number;
  readonly kind: string;
  readonly ask: object;
}

type Message = { readonly ready: true } | { readonly id: number; readonly answer: unknown } | { readonly id: number; readonly error: string };

export type Handlers<C extends Calls<C>> = { readonly [K in keyof C]: (ask: C[K]['ask']) => Promise<C[K]['answer']> | C[K]['answer'] };

/** The child's side: answers until the other side is gone. */
export function serve<C extends Calls<C>>(handlers: Handlers<C>): void {
  const say = (message: Message): void => void process.send?.(message);
  process.on('disconnect', () => process.exit(0));
  process.on('message', ({ id, kind, ask }: Question) => {
    const handler = (handlers as Readonly<Record<string, (ask: object) => unknown>>)[kind];
    if (handler === undefined) return say({ id, error: `${kind} is not known here` });
    Promise.resolve().then(() => handler(ask)).then((answer) => say({ id, answer }), (error: unknown) => say({ id, error: error instanceof Error ? error.message : String(error) }));
  });
  say({ ready: true });
}

interface Waiting {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** The lab's side. */
export class Remote<C extends Calls<C>> {
  readonly ready: Promise<void>;
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, Waiting>();
  #asked = 0;
  #ending = false;

  /** `words`: the whole command line; what it says on standard error is the lab's to say. */
  constructor(words: readonly string[], env: Readonly<Record<string, string>>) {
    const [first = '', ...rest] = words;
    this.#child = spawn(first, rest, { env: { PATH: process.env['PATH'] ?? '', ...env }, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    this.ready = promise;
    // whoever waits for it is told; that nobody may wait is no error
    promise.catch(() => undefined);
    this.#child.once('error', reject);
    this.#child.once('exit', (code, signal) => {
      const error = new Error(`a process of the lab ended (${code ?? signal ?? ''}): ${words.join(' ')}`);
      reject(error);
      for (const { resolve: give, reject: fail } of this.#waiting.values()) {
        if (this.#ending) give(undefined);
        else fail(error);
      }
      this.#waiting.clear();
    });
    this.#child.on('message', (message: Message) => ('ready' in message ? resolve(undefined) : this.#take(message)));
  }

  ask<K extends keyof C & string>(kind: K, ask: C[K]['ask']): Promise<C[K]['answer']> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const id = (this.#asked += 1);
    this.#waiting.set(id, { resolve, reject });
    this.#child.send({ id, kind, ask } satisfies Question, (error) => {
      if (error) reject(error);
    });
    return promise;
  }

  async end(): Promise<void> {
    this.#ending = true;
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await ended;
  }

  #take(message: Exclude<Message, { readonly ready: true }>): void {
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if ('error' in message) waiting?.reject(new Error(message.error));
    else waiting?.resolve(message.answer);
  }
}
