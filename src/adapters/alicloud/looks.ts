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
  readonly idleMs: (urgent: boolean) => number;
  readonly waitMaxMs: number;
  readonly fetch: (ids: readonly Id[], urgent: boolean) => Promise<readonly T[]>;
  /** Told of the size of each batch; must not throw. */
  readonly sent?: (ids: number) => void;
}

interface Batch<Id, T> {
  readonly ids: Set<Id>;
  readonly openedAtMs: number;
  /** Somebody who asks cannot wait; the others of the batch ride with him. */
  urgent: boolean;
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
  async ask(ids: readonly Id[], urgent = false): Promise<readonly T[]> {
    const distinct = [...new Set(ids)];
    const batches = new Set(distinct.map((id) => this.#join(id, urgent)));
    const answers = await Promise.all([...batches].map(({ answer }) => answer));
    return distinct.flatMap((id) => answers.find((answer) => answer.has(id))?.get(id) ?? []);
  }

  #join(id: Id, urgent: boolean): Batch<Id, T> {
    const batch = this.#open ?? this.#begin();
    batch.ids.add(id);
    batch.urgent ||= urgent;
    batch.cancelTimer();
    if (batch.ids.size >= this.#options.batchMax) this.#send(batch);
    else batch.cancelTimer = this.#options.clock.after(this.#waitMs(batch), () => this.#send(batch));
    return batch;
  }

  #begin(): Batch<Id, T> {
    const { promise, resolve } = Promise.withResolvers<ReadonlyMap<Id, T>>();
    this.#open = { ids: new Set(), openedAtMs: this.#options.clock.monotonic(), urgent: false, answer: promise, resolve, cancelTimer: () => undefined };
    return this.#open;
  }

  #waitMs({ openedAtMs, urgent }: Batch<Id, T>): number {
    const { clock, idleMs, waitMaxMs } = this.#options;
    return Math.max(0, Math.min(idleMs(urgent), openedAtMs + waitMaxMs - clock.monotonic()));
  }

  #send(batch: Batch<Id, T>): void {
    this.#open = undefined;
    this.#options.sent?.(batch.ids.size);
    batch.resolve(this.#fetch([...batch.ids], batch.urgent));
  }

  async #fetch(ids: readonly Id[], urgent: boolean): Promise<ReadonlyMap<Id, T>> {
    const found = await this.#options.fetch(ids, urgent);
    return new Map(found.map((item) => [item.id, item]));
  }
}
