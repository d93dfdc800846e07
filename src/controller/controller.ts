/**
 * The loop: resources and instances as keys on one queue. Before it starts it only watches; it starts with the first complete list of
 * resources; drained, it only closes windows; it stops by finishing what is being worked on.
 */
import type { InstanceId } from '../core/ids.ts';
import type { Clouds } from '../ports/cloud.ts';
import { NO_METRICS, type Metrics, type Readings } from '../ports/metrics.ts';
import type { Guests } from '../ports/guests.ts';
import type { Prober } from '../ports/prober.ts';
import type { ClusterNodes, Events, Resources } from '../ports/resources.ts';
import type { Clock, Log, Random } from '../ports/runtime.ts';
import { instanceKey, loopOf, resourceKey, type Context, type ControllerOptions } from './context.ts';
import { reconcileInstance } from './instance-reconciler.ts';
import { Handover } from './handover.ts';
import { readFleet, readQueue } from './readings.ts';
import { reconcileResource } from './resource-reconciler.ts';
import { ResourceStates } from './resource-states.ts';
import { countError, type PassResult } from './told.ts';
import { Verifier } from './verification/verifier.ts';
import { VpcBook } from './vpc-book.ts';
import { Windows } from './windows.ts';
import { PRIORITY, WorkQueue, type QueuePulse } from './work-queue.ts';

/** Looks and passes in flight at once (design section 5). */
const CONCURRENCY_MAX = 256;
/** As many windows as the limit of AssociateEipAddress lets be opened in a minute. */
const WINDOWS_MAX = 120;

export interface ControllerDependencies {
  readonly options: ControllerOptions;
  readonly clouds: Clouds;
  readonly resources: Resources;
  readonly events: Events;
  readonly nodes: ClusterNodes;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** None when not given. */
  readonly metrics?: Metrics;
  /** What tries connections from outside; without it nothing inbound is verified. */
  readonly prober?: Prober;
  /** Commands in the guests of a region; not given: they are not allowed. */
  readonly guests?: (regionId: string) => Guests;
}

export class Controller {
  readonly #ctx: Context;
  readonly #states: ResourceStates;
  readonly #seen = new Map<string, string>();
  readonly #handover: Handover;
  #watching: Promise<void> | undefined;
  #phase: 'standing by' | 'working' | 'draining' = 'standing by';
  #inWork = 0;
  #drained: () => void = () => undefined;

  constructor({ clouds, metrics = NO_METRICS, prober, guests, ...dependencies }: ControllerDependencies) {
    const { clock, log } = dependencies;
    const queue = new WorkQueue({ clock, log, metrics, concurrencyMax: CONCURRENCY_MAX, windowsMax: WINDOWS_MAX, work: (key) => this.#work(key) });
    this.#ctx = { ...dependencies, metrics, queue, book: new VpcBook(clouds, clock), windows: new Windows(), verifier: new Verifier(dependencies), prober, guests };
    this.#states = new ResourceStates(this.#ctx);
    this.#handover = new Handover(clock);
  }

  /** Watches the resources and does nothing for them, so that a start needs no list any more. Resolves once every resource is known. */
  standBy(): Promise<void> {
    this.#watching ??= this.#ctx.resources.start((name) => {
      if (this.#phase !== 'standing by' && this.#isNews(name)) this.#ctx.queue.add(resourceKey(name), PRIORITY.edit);
    });
    return this.#watching;
  }

  /** Begins to work once every resource is known; a resource that changes is worked on at once. */
  async start(): Promise<void> {
    await this.standBy();
    if (this.#phase !== 'standing by') return;
    this.#phase = 'working';
    // who stood by may have lost sight of the API server long ago: windows close all the same, and nothing begins before it was read again
    this.#handover.awaitView(this.#ctx.resources.refresh());
    const names = this.#ctx.resources.list().map(({ metadata }) => metadata.name);
    this.#handover.takeOver(names);
    // every spec is known before the first listing begins, so that one listing speaks of all
    const news = names.filter((name) => this.#isNews(name));
    for (const name of news) this.#ctx.queue.add(resourceKey(name), PRIORITY.edit);
  }

  /** Our own status comes back as a change; only what a user or the API server changed is worth a pass. */
  #isNews(name: string): boolean {
    const metadata = this.#ctx.resources.get(name)?.metadata;
    this.#states.noteSpec(name);
    const seen = metadata && JSON.stringify([metadata.uid, metadata.generation, metadata.deletionTimestamp, metadata.finalizers, metadata.annotations]);
    const isNews = seen === undefined || seen !== this.#seen.get(name);
    if (seen === undefined) this.#seen.delete(name);
    else this.#seen.set(name, seen);
    return isNews;
  }

  /**
   * Begins nothing any more. Resolves when what was sent is answered and no window of ours is known to be open, or after `withinMs`; then
   * it says which windows are left to the successor.
   */
  async drain(withinMs: number): Promise<void> {
    const { clock, log, queue } = this.#ctx;
    this.#phase = 'draining';
    this.#handover.standDown();
    this.#ctx.verifier.stop();
    const over = Promise.withResolvers<undefined>();
    const cancel = clock.after(withinMs, () => over.resolve(undefined));
    this.#drained = () => over.resolve(undefined);
    for (const key of this.#openWindows()) queue.add(key, PRIORITY.window);
    this.#noteDrained();
    await over.promise;
    cancel();
    for (const key of this.#openWindows()) log.error('a window could not be closed in time and is left open', { key });
  }

  #noteDrained(): void {
    if (this.#phase === 'draining' && this.#inWork === 0 && this.#openWindows().length === 0) this.#drained();
  }

  #openWindows(): string[] {
    return this.#states.openWindows();
  }

  /** What the fleet and the queue are like now; who stands by knows nothing of the fleet. */
  readonly readings: Readings = (read) => {
    const pulse = this.pulse();
    readQueue(pulse, read);
    if (this.#phase !== 'standing by') readFleet(this.#ctx, [...this.#states.all()], read);
  };

  /** How the loop is doing. */
  pulse(): QueuePulse {
    return this.#ctx.queue.pulse();
  }

  /** Begins nothing new and resolves when the steps being sent are answered. */
  async stop(): Promise<void> {
    await this.#ctx.resources.stop();
    this.#ctx.verifier.stop();
    await this.#ctx.queue.stop();
  }

  async #work(key: string): Promise<void> {
    this.#inWork += 1;
    this.#ctx.log.debug('reconcile', { key });
    const startedMs = this.#ctx.clock.monotonic();
    let result: PassResult = 'error';
    try {
      result = await this.#pass(key);
    } catch (error) {
      countError(this.#ctx, loopOf(key), 'bug');
      throw error;
    } finally {
      this.#notePass(key, result, startedMs);
      this.#inWork -= 1;
      this.#noteDrained();
    }
  }

  #notePass(key: string, result: PassResult, startedMs: number): void {
    const { metrics, clock } = this.#ctx;
    const controller = loopOf(key);
    metrics.count('reconcile_total', { controller, result });
    metrics.observe('reconcile_time_seconds', { controller }, (clock.monotonic() - startedMs) / 1_000);
  }

  #pass(key: string): Promise<PassResult> {
    const [kind, name = '', id] = key.split('/');
    return kind === 'resource' ? this.#workOnResource(name) : this.#workOnInstance(name, id as InstanceId);
  }

  async #workOnResource(name: string): Promise<PassResult> {
    if (this.#phase === 'draining') return 'success';
    const state = this.#states.of(name);
    try {
      return state?.vanished === false ? await reconcileResource(this.#ctx, state) : 'success';
    } finally {
      const windows = state === undefined ? [] : this.#states.windowsOf(state);
      this.#handover.passed(name, windows.map((id) => instanceKey(name, id)), state?.surveyed ?? true);
    }
  }

  async #workOnInstance(name: string, id: InstanceId): Promise<PassResult> {
    const state = this.#states.of(name);
    if (state === undefined || ((this.#phase === 'draining' || state.vanished) && !this.#states.isWindow(state, id))) return 'success';
    const result = await reconcileInstance({ ctx: this.#ctx, state, id, handover: this.#handover });
    this.#handover.worked(instanceKey(name, id), this.#states.isWindow(state, id));
    return result;
  }
}
