// The one place by which every call of every replica leaves: numbered in the order of leaving, told, and bent as the plan says.
import type { VirtualClock } from '../../kit/virtual-clock.ts';
import type { Crossing, KubernetesRequest, Side } from './contract.ts';
import type { Passage } from './passage.ts';

/** A call about to leave. */
export interface Leaving {
  readonly replica: string;
  readonly cluster: string;
  readonly side: Side;
  readonly verb: string;
  readonly mutates: boolean;
  readonly subject: string;
  /** False: the lease's own traffic while it is held. */
  readonly counts: boolean;
  /** Of a call to the cloud. */
  readonly params?: Readonly<Record<string, string>>;
  /** Of a call to an API server. */
  readonly request?: KubernetesRequest;
}

/** Says what goes wrong with a call, and lets happen what is to happen at that moment. */
export type Disturb = (crossing: Crossing, leaving: Leaving) => Passage;

const UNDISTURBED: Passage = {};

export class Boundary {
  /** The last ones; all of them unless a most is given. */
  crossings: Crossing[] = [];
  readonly #keptMax: number;
  #count = 0;
  readonly #clock: VirtualClock;
  /** Undisturbed until somebody disturbs. */
  disturb: Disturb = () => UNDISTURBED;
  /** Hears of every call, before it is disturbed. */
  leaving: (crossing: Crossing) => void = () => undefined;

  constructor(clock: VirtualClock, keptMax = Infinity) {
    this.#keptMax = keptMax;
    this.#clock = clock;
  }

  cross(leaving: Leaving): { readonly crossing: Crossing; readonly passage: Passage } {
    const { replica, cluster, side, verb, mutates, subject, counts } = leaving;
    if (counts) this.#count += 1;
    const n = counts ? this.#count : 0;
    const crossing: Crossing = { n, replica, cluster, side, verb, mutates, subject, atMs: this.#clock.monotonic() };
    this.leaving(crossing);
    if (!counts) return { crossing, passage: UNDISTURBED };
    this.crossings.push(crossing);
    if (this.crossings.length > 2 * this.#keptMax) this.crossings = this.crossings.slice(-this.#keptMax);
    return { crossing, passage: this.disturb(crossing, leaving) };
  }
}
