// The processes that the replicas have been: a restart begins a new life that has read nothing, proved nothing and opened nothing.
import type { Crossing, WorldEvent } from '../../engine/contract.ts';
import { Reads } from './reads.ts';

export interface Life {
  readonly replica: string;
  readonly cluster: string;
  readonly startedMs: number;
  readonly reads: Reads;
  /** A real Associate of this process has succeeded. */
  associated: boolean;
  /** Instances whose window this process has opened and that is still open, as far as it goes. */
  readonly opened: Set<string>;
  /** When the first mutating call of this process to the cloud was sent; Infinity: none yet. */
  firstWriteMs: number;
  /** When the first answer of the cloud reached this process; Infinity: none yet. */
  firstReadMs: number;
  /** When the first call of this process for an instance was sent. */
  readonly handledMs: Map<string, number>;
  isAlive: boolean;
  isPaused: boolean;
  /** When each kind of listing was last answered well, by its verb. */
  readonly listedMs: Map<string, number>;
}

const born = (replica: string, cluster: string, startedMs: number): Life => ({
  replica, cluster, startedMs, reads: new Reads(), associated: false, opened: new Set(), firstWriteMs: Infinity, firstReadMs: Infinity, handledMs: new Map(), isAlive: true, isPaused: false, listedMs: new Map(),
});

export class Lives {
  readonly #lives = new Map<string, Life>();
  readonly #former: Life[] = [];

  take({ replica, cluster, what, atMs }: Extract<WorldEvent, { kind: 'replica' }>): void {
    const key = `${cluster}/${replica}`;
    const life = this.#lives.get(key);
    if (what === 'started') {
      if (life) this.#former.push(life);
      this.#lives.set(key, born(replica, cluster, atMs));
    } else if (life && (what === 'died' || what === 'exited')) life.isAlive = false;
    else if (life && (what === 'paused' || what === 'resumed')) life.isPaused = what === 'paused';
  }

  /** The process that sent the call; a call that was long on its way is that of an earlier one. */
  of({ replica, cluster, atMs }: Pick<Crossing, 'replica' | 'cluster' | 'atMs'>): Life {
    const key = `${cluster}/${replica}`;
    const former = (this.#lives.get(key)?.startedMs ?? 0) > atMs && this.#former.findLast((life) => life.replica === replica && life.cluster === cluster && life.startedMs <= atMs);
    if (former) return former;
    const life = this.#lives.get(key) ?? born(replica, cluster, atMs);
    this.#lives.set(key, life);
    return life;
  }

  /** The living processes of a cluster. */
  in(cluster: string): readonly Life[] {
    return [...this.#lives.values()].filter((life) => life.cluster === cluster && life.isAlive);
  }

  all(): IterableIterator<Life> {
    return this.#lives.values();
  }
}
