// The reflector alone, in this process, against the real API server behind the breaking proxy, with edits, deletions and re-creations
// while it is broken. On a clock that runs faster, so that a silence of seventy seconds costs seven.
import { setTimeout as pause } from 'node:timers/promises';
import { MERGE_PATCH, PATH, objectPath } from '../../../src/adapters/kubernetes/api.ts';
import type { KubernetesApi } from '../../../src/adapters/kubernetes/api.ts';
import { readPage } from '../../../src/adapters/kubernetes/objects.ts';
import type { Change } from '../../../src/adapters/kubernetes/object-cache.ts';
import { eventually } from '../../apiserver/kit/until.ts';
import type { BreakingProxy } from '../../kit/breaking-proxy.ts';
import { fastClock } from './fast-clock.ts';
import { lineOf, read } from './reading.ts';
import type { Glimpse, Reading } from './reading.ts';

/** One way to break a network; `heal` follows after `lastsMs`. */
export interface Breakage {
  readonly what: string;
  readonly lastsMs: number;
  readonly begin: (proxy: BreakingProxy) => void;
}

export const BREAKAGES: readonly Breakage[] = [
  { what: 'connections reset', lastsMs: 0, begin: (proxy) => proxy.reset() },
  { what: 'new connections refused', lastsMs: 400, begin: (proxy) => { proxy.refuse(); proxy.reset(); } },
  { what: 'black hole', lastsMs: 600, begin: (proxy) => proxy.blackHole() },
  { what: 'nothing comes back', lastsMs: 600, begin: (proxy) => proxy.blackHole(['toClient']) },
  { what: 'an answer cut off', lastsMs: 0, begin: (proxy) => proxy.truncate({ afterBytes: 60, count: 2 }) },
  { what: 'a line that is slow', lastsMs: 600, begin: (proxy) => proxy.slow({ latencyMs: 30, bytesPerSecond: 40_000 }) },
  { what: 'new connections in a black hole', lastsMs: 600, begin: (proxy) => { proxy.blackHole(); proxy.reset(); } },
  { what: 'half-open for ever', lastsMs: 0, begin: (proxy) => proxy.lose() },
  { what: 'half-open towards the client', lastsMs: 0, begin: (proxy) => proxy.lose(['toClient']) },
  { what: 'half-open towards the server', lastsMs: 0, begin: (proxy) => proxy.lose(['toServer']) },
];

const SPEC = { regionId: 'cn-hangzhou', vpcId: 'vpc-cycles', mode: 'Observe', instanceSelector: { tags: { egress: 'nobody' } } };
const NAMES = ['cycle-a', 'cycle-b', 'cycle-c', 'cycle-d'];

/** What went wrong on the way: a change that was told twice or in the wrong order. */
export class Order {
  readonly problems: string[] = [];
  readonly #last = new Map<string, Glimpse>();

  readonly note = (change: Change<Glimpse>): void => {
    const last = this.#last.get(change.name);
    this.problems.push(...slipsOf(change, last).map((slip) => `${change.name} ${slip}`));
    if (change.type === 'deleted') this.#last.delete(change.name);
    else this.#last.set(change.name, change.value);
  };
}

function slipsOf({ type, value }: Change<Glimpse>, last: Glimpse | undefined): readonly string[] {
  if (type === 'deleted') return last === undefined ? ['was told as deleted, and was not known'] : [];
  const wanted = typeAfter(last, value);
  const isBackwards = wanted === 'modified' && last !== undefined && value.generation < last.generation;
  return [...(type === wanted ? [] : [`was told as ${type}, and is ${wanted}`]), ...(isBackwards ? [`went back to generation ${value.generation}`] : [])];
}

const typeAfter = (last: Glimpse | undefined, value: Glimpse): Change<Glimpse>['type'] => (last === undefined ? 'added' : last.uid === value.uid ? 'modified' : 'replaced');

export class Cycles implements AsyncDisposable {
  readonly #direct: KubernetesApi;
  readonly #proxy: BreakingProxy;
  readonly #factor: number;
  readonly reading: Reading;
  readonly order: Order;
  #number = 0;

  private constructor(parts: { direct: KubernetesApi; proxy: BreakingProxy; factor: number; reading: Reading; order: Order }) {
    this.#direct = parts.direct;
    this.#proxy = parts.proxy;
    this.#factor = parts.factor;
    this.reading = parts.reading;
    this.order = parts.order;
  }

  /** `kubeconfig` leads through the proxy; `factor` is how much faster the reflector's clock runs. */
  static async begin(options: { direct: KubernetesApi; proxy: BreakingProxy; kubeconfig: string; factor: number }): Promise<Cycles> {
    const order = new Order();
    for (const name of NAMES) await create(options.direct, name);
    return new Cycles({ ...options, order, reading: await read(options.kubeconfig, fastClock(options.factor), order.note) });
  }

  /** Breaks, changes everything, heals; gives how long it took from then until all was seen, in ms of the reflector's time. */
  async cycle({ begin, lastsMs }: Breakage): Promise<number> {
    // an idle connection or two, as status writes leave them
    await Promise.all([1, 2, 3].map(() => this.reading.connection.request({ method: 'GET', path: PATH.kubeSystem }).catch(() => undefined)));
    begin(this.#proxy);
    await this.#change();
    await pause(lastsMs);
    this.#proxy.heal();
    const healedAtMs = performance.now();
    await this.#change();
    await eventually(async () => {
      const [wanted, seen] = [await this.#stored(), this.reading.lines()];
      if (wanted.join() !== seen.join()) throw new Error(`the server has ${wanted.join(', ')}; seen is ${seen.join(', ')}`);
    }, { timeoutMs: 200_000 / this.#factor, everyMs: 10 });
    return (performance.now() - healedAtMs) * this.#factor;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.reading[Symbol.asyncDispose]();
    for (const name of NAMES) await this.#direct.request({ method: 'DELETE', path: objectPath(PATH.egressUnifications, name) }).catch(() => undefined);
  }

  /** Edits all but one resource; that one goes, and comes again as another one. */
  async #change(): Promise<void> {
    this.#number += 1;
    const again = NAMES[this.#number % NAMES.length] ?? '';
    await this.#direct.request({ method: 'DELETE', path: objectPath(PATH.egressUnifications, again) });
    await create(this.#direct, again);
    const body = { spec: { rollout: { maxInProgress: this.#number + 1 } } };
    for (const name of NAMES.filter((each) => each !== again)) await this.#direct.request({ method: 'PATCH', path: objectPath(PATH.egressUnifications, name), contentType: MERGE_PATCH, body });
  }

  async #stored(): Promise<readonly string[]> {
    const { items } = readPage(await this.#direct.request({ method: 'GET', path: PATH.egressUnifications }));
    return items.map(({ metadata }) => lineOf(metadata.name, metadata.uid, Number(metadata['generation']))).sort();
  }
}

const create = (api: KubernetesApi, name: string): Promise<unknown> =>
  api.request({ method: 'POST', path: PATH.egressUnifications, body: { apiVersion: 'egressunification.io/v1alpha1', kind: 'EgressUnification', metadata: { name }, spec: SPEC } });
