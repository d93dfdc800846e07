// Looks at the EIPs of the trial again and again, apart from the controller that moves them, and measures how long each is bound to nothing.
import { setTimeout as sleep } from 'node:timers/promises';
import type { EipId } from '../../src/core/ids.ts';
import type { Eip } from '../../src/core/view.ts';
import type { Cloud } from '../../src/ports/cloud.ts';

export interface Seen {
  readonly eip: EipId;
  readonly publicIp: string;
  readonly to: 'instance' | 'networkInterface';
  readonly openedMs: number;
  readonly closedMs: number;
}

const boundTo = ({ status, binding }: Eip): Seen['to'] | undefined => (status === 'InUse' && binding !== undefined && binding.kind !== 'other' ? binding.kind : undefined);

export class Watch {
  readonly #cloud: Cloud;
  readonly #ids: readonly EipId[];
  readonly #everyMs: number;
  readonly #closed: (window: Seen) => void;
  readonly #open = new Map<EipId, number>();
  readonly #ended = new AbortController();
  #running: Promise<void> | undefined;
  /** Looks in a row that failed. */
  #failures = 0;

  constructor({ cloud, ids, everyMs, closed }: { readonly cloud: Cloud; readonly ids: readonly EipId[]; readonly everyMs: number; readonly closed: (window: Seen) => void }) {
    this.#cloud = cloud;
    this.#ids = ids;
    this.#everyMs = everyMs;
    this.#closed = closed;
  }

  start(): void {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#ended.abort();
    await this.#running;
  }

  /** EIPs that are bound to nothing, since when. */
  get open(): ReadonlyMap<EipId, number> {
    return this.#open;
  }

  async #run(): Promise<void> {
    while (!this.#ended.signal.aborted) {
      const askedMs = performance.now();
      const eips = await this.#cloud.describeEips(this.#ids, true).catch(() => undefined);
      this.#failures = eips === undefined ? this.#failures + 1 : 0;
      for (const eip of eips ?? []) this.#look(eip, askedMs);
      // without a token it waits, so that the controller gets the calls
      await sleep(this.#everyMs * (1 + this.#failures));
    }
  }

  #look(eip: Eip, nowMs: number): void {
    const to = boundTo(eip);
    const openedMs = this.#open.get(eip.id);
    if (to === undefined) {
      if (openedMs === undefined) this.#open.set(eip.id, nowMs);
    } else if (openedMs !== undefined) {
      this.#open.delete(eip.id);
      this.#closed({ eip: eip.id, publicIp: eip.ip, to, openedMs, closedMs: nowMs });
    }
  }
}
