// Workers that run plans side by side, each with the whole code loaded once. What they answer comes out in the order in which the jobs went
// in, whoever was faster, so that what is made of it is the same on every machine. At most a few jobs per worker are under way.
import { Worker } from 'node:worker_threads';
import type { RunPlan } from '../engine/contract.ts';
import type { Outcome } from './tally.ts';

/** What a worker is asked: to run plans and say what became of them, or to say what could go wrong in one. */
export type Job =
  | { readonly kind: 'run'; readonly plans: readonly RunPlan[]; readonly ends?: boolean }
  | { readonly kind: 'survey'; readonly plan: RunPlan };

/** A place at which a fault could be injected, and what the world and the memory of the replica were just before it. */
export interface Spot {
  readonly at: number;
  readonly verb: string;
  readonly mutates: boolean;
  readonly side: 'cloud' | 'kubernetes';
  /** Digest of the world. */
  readonly world: number;
  /** Digest of the world, of what the replica has been answered last to each question, and of what is asked. */
  readonly situation: number;
}

export interface RanPlan extends Outcome {
  /** Asked for with `ends`. */
  readonly endState?: string;
  readonly mutations?: readonly string[];
}

export interface Answers {
  readonly run: readonly RanPlan[];
  readonly survey: readonly Spot[];
}

export interface PoolOptions {
  readonly workers: number;
  /** For Node in the worker, such as --import of a module that changes what the worker loads. */
  readonly execArgv?: readonly string[];
}

interface Waiting {
  readonly resolve: (answer: never) => void;
  readonly reject: (reason: Error) => void;
}

/** What a worker sends back. */
export type Reply = { readonly id: number; readonly answer: unknown } | { readonly id: number; readonly failure: string };

const WORKER = new URL('worker.ts', import.meta.url);

class Hand {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #ids = 0;

  constructor(execArgv: readonly string[] | undefined) {
    this.#worker = new Worker(WORKER, execArgv ? { execArgv: [...execArgv] } : {});
    this.#worker.on('message', (reply: Reply) => this.#take(reply));
    this.#worker.on('error', (error) => this.#fail(error instanceof Error ? error : new Error(String(error))));
    this.#worker.on('exit', () => this.#fail(new Error('a worker ended')));
  }

  get load(): number {
    return this.#waiting.size;
  }

  ask<K extends Job['kind']>(job: Extract<Job, { kind: K }>): Promise<Answers[K]> {
    this.#ids += 1;
    const id = this.#ids;
    const { promise, resolve, reject } = Promise.withResolvers<Answers[K]>();
    this.#waiting.set(id, { resolve, reject });
    this.#worker.postMessage({ id, job });
    return promise;
  }

  async end(): Promise<void> {
    this.#worker.removeAllListeners('exit');
    await this.#worker.terminate();
  }

  #take(reply: Reply): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if ('failure' in reply) waiting?.reject(new Error(reply.failure));
    else waiting?.resolve(reply.answer as never);
  }

  #fail(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

const AHEAD_PER_WORKER = 3;

export class Pool {
  readonly #hands: readonly Hand[];

  constructor({ workers, execArgv }: PoolOptions) {
    this.#hands = Array.from({ length: Math.max(1, workers) }, () => new Hand(execArgv));
  }

  ask<K extends Job['kind']>(job: Extract<Job, { kind: K }>): Promise<Answers[K]> {
    const [idlest] = [...this.#hands].sort((a, b) => a.load - b.load);
    if (idlest === undefined) throw new Error('a pool has at least one worker');
    return idlest.ask(job);
  }

  /** What each item's job gave, in the order of the items; takes no more items than the workers can be kept busy with. */
  async *inOrder<T, K extends Job['kind']>(items: Iterable<T> | AsyncIterable<T>, jobOf: (item: T) => Extract<Job, { kind: K }>): AsyncGenerator<readonly [T, Answers[K]]> {
    const asked: Promise<readonly [T, Answers[K]]>[] = [];
    for await (const item of items) {
      const answer = this.ask<K>(jobOf(item)).then((given) => [item, given] as const);
      answer.catch(() => undefined);
      asked.push(answer);
      if (asked.length < this.#hands.length * AHEAD_PER_WORKER) continue;
      const first = asked.shift();
      if (first) yield await first;
    }
    for (const answer of asked) yield await answer;
  }

  async end(): Promise<void> {
    await Promise.all(this.#hands.map((hand) => hand.end()));
  }
}
