/**
 * Coalescing: what many callers ask for at about the same time goes out as one call (design section 5, "A look"). A batch goes when
 * nobody has asked for the idle time, at the latest after the longest wait, or as soon as it is full. Each caller gets the answers to its
 * own ids; a batch that fails gives all its callers the same error.
 */
import type { Clock } from '../../ports/runtime.ts';

export interface LookOptions<Id extends string, T extends { readonly id: Id }> {
  readonly clock: Clock;
  /** Ids per call, as many as the cloud takes. */
  readonly batchMax: number;
  /** How long after the last question a batch goes; asked anew for every question. */
  readonly idleMs: () => number;
  readonly waitMaxMs: number;
  readonly fetch: (ids: readonly Id[]) => Promise<readonly T[]>;
}

interface Batch<Id, T> {
  readonly ids: Set<Id>;
  readonly openedAtMs: number;
  readonly answer: Promise<ReadonlyMap<Id, T>>;
  readonly resolve: (answer: Promise<ReadonlyMap<Id, T>>) => void;
  cancelTimer: () => void;
}

export class Coalescer<Id extends string, T extends { readonly id: Id }> {
  readonly #options: LookOptions<Id, T>;
  #open: Batch<Id, T> | undefined;

  constructor(options: LookOptions<Id, T>) {
    this.#options = options;
  }

  /** Those of the ids that the cloud shows, in the order asked for. No ids: no call. */
  async ask(ids: readonly Id[]): Promise<readonly T[]> {
    const distinct = [...new Set(ids)];
    const batches = new Set(distinct.map((id) => this.#join(id)));
    const answers = await Promise.all([...batches].map(({ answer }) => answer));
    return distinct.flatMap((id) => answers.find((answer) => answer.has(id))?.get(id) ?? []);
  }

  #join(id: Id): Batch<Id, T> {
    const batch = this.#open ?? this.#begin();
    batch.ids.add(id);
    batch.cancelTimer();
    if (batch.ids.size >= this.#options.batchMax) this.#send(batch);
    else batch.cancelTimer = this.#options.clock.after(this.#waitMs(batch), () => this.#send(batch));
    return batch;
  }

  #begin(): Batch<Id, T> {
    const { promise, resolve } = Promise.withResolvers<ReadonlyMap<Id, T>>();
    this.#open = { ids: new Set(), openedAtMs: this.#options.clock.monotonic(), answer: promise, resolve, cancelTimer: () => undefined };
    return this.#open;
  }

  #waitMs({ openedAtMs }: Batch<Id, T>): number {
    const { clock, idleMs, waitMaxMs } = this.#options;
    return Math.max(0, Math.min(idleMs(), openedAtMs + waitMaxMs - clock.monotonic()));
  }

  #send(batch: Batch<Id, T>): void {
    this.#open = undefined;
    batch.resolve(this.#fetch([...batch.ids]));
  }

  async #fetch(ids: readonly Id[]): Promise<ReadonlyMap<Id, T>> {
    const found = await this.#options.fetch(ids);
    return new Map(found.map((item) => [item.id, item]));
  }
}
