// Machines that want to lead, one API server, and between them a network that loses and delays what a test says. Each machine has its own
// clock: begun at another time, of another speed, with a wall clock that jumps; and each can stand still or die.
import { expect } from 'chai';
import { answer } from '../../../../sim/kubernetes/api.ts';
import type { JsonObject } from '../../../../sim/kubernetes/json.ts';
import { KubernetesStore } from '../../../../sim/kubernetes/store.ts';
import type { ApiRequest, KubernetesApi } from '../../../../src/adapters/kubernetes/api.ts';
import { errorOfAnswer } from '../../../../src/adapters/kubernetes/errors.ts';
import { LeaseLeadership } from '../../../../src/adapters/kubernetes/lease.ts';
import type { Clock, Random } from '../../../../src/ports/runtime.ts';
import { KeptLog } from '../../../kit/log.ts';
import { VirtualClock } from '../../../kit/virtual-clock.ts';
import { ReplicaClock } from '../../../simulation/engine/replica-clock.ts';
import { seeded } from '../../../contract/cloud/recording.ts';

/** What becomes of one request: delays in ms of the world, `lost` for what never arrives. */
export interface Fate {
  readonly there: number | 'lost';
  readonly back: number | 'lost';
}

export const WELL: Fate = { there: 2, back: 2 };
export const CUT_OFF: Fate = { there: 'lost', back: 'lost' };
export const UNANSWERED: Fate = { there: 2, back: 'lost' };

/** How a machine's time differs from the world's. */
export interface Skew {
  /** Its seconds in one second of the world. */
  readonly rate?: number;
  readonly beganMs?: number;
}

class MachineClock implements Clock {
  readonly own: ReplicaClock;
  readonly #rate: number;
  readonly #beganMs: number;

  constructor(world: VirtualClock, { rate = 1, beganMs = 0 }: Skew) {
    this.own = new ReplicaClock(world, 0);
    this.#rate = rate;
    this.#beganMs = beganMs;
  }

  now(): number {
    return this.own.now();
  }

  monotonic(): number {
    return this.#beganMs + this.own.monotonic() * this.#rate;
  }

  after(delayMs: number, task: () => void): () => void {
    return this.own.after(delayMs / this.#rate, task);
  }
}

/** A machine that wants to lead. */
export class Candidate {
  readonly leadership: LeaseLeadership;
  readonly clock: MachineClock;
  readonly log = new KeptLog();
  readonly ending = new AbortController();
  isAlive = true;
  hasLost = false;
  /** What becomes of its requests. */
  network: (request: ApiRequest) => Fate = () => WELL;
  /** Requests that it has sent, "GET", "PUT", … */
  readonly sent: string[] = [];
  readonly acquired: Promise<unknown>;

  constructor(world: LeaseWorld, name: string, skew: Skew) {
    this.clock = new MachineClock(world.clock, skew);
    this.leadership = new LeaseLeadership({ api: world.apiFor(this), clock: this.clock, random: world.random, log: this.log, instance: name, namespace: 'kube-system' });
    this.acquired = this.leadership.acquire(this.ending.signal).then(() => 'leads', (error: unknown) => error);
    void this.leadership.lost.then(() => { this.hasLost = true; });
  }

  get mayAct(): boolean {
    return this.isAlive && this.leadership.mayAct();
  }

  /** kill -9. */
  kill(): void {
    this.isAlive = false;
    this.clock.own.end();
  }
}

export class LeaseWorld {
  readonly clock = new VirtualClock();
  readonly store: KubernetesStore;
  readonly random: Random;
  readonly candidates: Candidate[] = [];
  isServerDown = false;
  /** Called when a request has been answered by the server. */
  onServed: () => void = () => undefined;

  constructor(seed = 1) {
    this.random = seeded(seed);
    this.store = new KubernetesStore({ runtime: { nowMs: () => this.clock.now(), random: this.random, after: (ms, task) => this.clock.after(ms, task) }, customResources: [] });
  }

  candidate(name: string, skew: Skew = {}): Candidate {
    const candidate = new Candidate(this, name, skew);
    this.candidates.push(candidate);
    return candidate;
  }

  apiFor(candidate: Candidate): KubernetesApi {
    return { request: (request) => this.#carry(candidate, request), watch: () => new Promise(() => undefined) };
  }

  #carry(candidate: Candidate, request: ApiRequest): Promise<unknown> {
    candidate.sent.push(request.method);
    const { there, back } = candidate.network(request);
    return new Promise((resolve, reject) => {
      if (there === 'lost') return;
      this.clock.after(there, () => {
        const arrive = this.#serve(request);
        if (back !== 'lost') candidate.clock.own.after(back, () => arrive(resolve, reject));
      });
    });
  }

  #serve({ method, path, body }: ApiRequest): (resolve: (body: unknown) => void, reject: (error: unknown) => void) => void {
    if (this.isServerDown) return (_, reject) => reject(errorOfAnswer(503, 'down', undefined));
    const said = answer(this.store, { method, path, query: new URLSearchParams(), headers: { 'content-type': 'application/json', accept: 'application/json' }, body: body === undefined ? '' : JSON.stringify(body) });
    this.onServed();
    if (said.kind !== 'json') throw new Error('not a document');
    return (resolve, reject) => (said.status < 300 ? resolve(said.body) : reject(errorOfAnswer(said.status, JSON.stringify(said.body), undefined)));
  }

  #place(): { resource: ReturnType<KubernetesStore['resource']>; namespace: string; name: string } {
    return { resource: this.store.resource('coordination.k8s.io/v1', 'leases'), namespace: 'kube-system', name: 'egress-unification' };
  }

  get lease(): { readonly metadata: JsonObject; readonly spec: JsonObject } {
    return this.store.get(this.#place()) as unknown as { readonly metadata: JsonObject; readonly spec: JsonObject };
  }

  /** What a person does to it. */
  edit(patch: JsonObject): void {
    this.store.patch(this.#place(), patch, {});
  }

  delete(): void {
    this.store.delete(this.#place(), {});
  }

  async pass(seconds: number): Promise<void> {
    await this.clock.pass(seconds * 1_000);
  }

  /** Lets time pass until it is so; the seconds that it took. */
  async until(isSo: () => boolean, seconds = 60): Promise<number> {
    const beganMs = this.clock.monotonic();
    for (let tenths = 0; tenths < seconds * 10 && !isSo(); tenths += 1) await this.pass(0.1);
    if (!isSo()) throw new Error(`not within ${seconds} s`);
    return (this.clock.monotonic() - beganMs) / 1_000;
  }
}

/** One that leads and one that stands by. */
export async function two(): Promise<{ world: LeaseWorld; a: Candidate; b: Candidate }> {
  const world = new LeaseWorld();
  const a = world.candidate('a');
  await world.until(() => a.mayAct);
  const b = world.candidate('b', { beganMs: 5_000_000 });
  await world.pass(10);
  expect([a.mayAct, b.mayAct]).to.deep.equal([true, false]);
  return { world, a, b };
}
