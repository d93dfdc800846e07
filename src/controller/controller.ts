/** The loop: resources and instances as keys on one queue. Starts with the first complete list of resources; stops by finishing what is being worked on. */
import type { InstanceId } from '../core/ids.ts';
import type { Clouds, WindowTokens } from '../ports/cloud.ts';
import type { ClusterNodes, Events, Resources } from '../ports/resources.ts';
import type { Clock, Log, Random } from '../ports/runtime.ts';
import { resourceKey, type Context, type ControllerOptions } from './context.ts';
import { reconcileInstance } from './instance-reconciler.ts';
import { Proof } from './gates.ts';
import { reconcileResource } from './resource-reconciler.ts';
import { ResourceState } from './resource-state.ts';
import { VpcBook } from './vpc-book.ts';
import { PRIORITY, WorkQueue } from './work-queue.ts';

/** Looks and passes in flight at once (design section 5). */
const CONCURRENCY_MAX = 256;

export interface ControllerDependencies {
  readonly options: ControllerOptions;
  readonly clouds: Clouds;
  readonly resources: Resources;
  readonly events: Events;
  readonly nodes: ClusterNodes;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

export class Controller {
  readonly #ctx: Context;
  readonly #states = new Map<string, ResourceState>();
  readonly #proof = new Proof();
  readonly #seen = new Map<string, string>();
  readonly #tokens = new Map<string, WindowTokens>();

  constructor({ clouds, ...dependencies }: ControllerDependencies) {
    const { clock, log } = dependencies;
    const queue = new WorkQueue({ clock, log, concurrencyMax: CONCURRENCY_MAX, work: (key) => this.#work(key) });
    this.#ctx = { ...dependencies, queue, book: new VpcBook(clouds, clock) };
  }

  /** Resolves once every resource is known; a resource that changes is worked on at once. */
  async start(): Promise<void> {
    await this.#ctx.resources.start((name) => {
      if (this.#isNews(name)) this.#ctx.queue.add(resourceKey(name), PRIORITY.edit);
    });
  }

  /** Our own status comes back as a change; only what a user or the API server changed is worth a pass. */
  #isNews(name: string): boolean {
    const metadata = this.#ctx.resources.get(name)?.metadata;
    const seen = metadata && JSON.stringify([metadata.uid, metadata.generation, metadata.deletionTimestamp, metadata.finalizers, metadata.annotations]);
    const isNews = seen === undefined || seen !== this.#seen.get(name);
    if (seen === undefined) this.#seen.delete(name);
    else this.#seen.set(name, seen);
    return isNews;
  }

  /** Begins nothing new and resolves when the steps being sent are answered. */
  async stop(): Promise<void> {
    await this.#ctx.resources.stop();
    await this.#ctx.queue.stop();
  }

  async #work(key: string): Promise<void> {
    const [kind, name = '', id] = key.split('/');
    const state = this.#stateOf(name);
    if (state === undefined) return;
    if (kind === 'resource') return reconcileResource(this.#ctx, state);
    return reconcileInstance({ ctx: this.#ctx, state, id: id as InstanceId, proof: this.#proof, tokens: this.#tokens });
  }

  /** A resource re-created under its name is another one: nothing remembered of the first counts for it. */
  #stateOf(name: string): ResourceState | undefined {
    const resource = this.#ctx.resources.get(name);
    const known = this.#states.get(name);
    if (resource === undefined) {
      if (known) this.#forget(name);
      return undefined;
    }
    if (known?.uid === resource.metadata.uid) {
      known.resource = resource;
      return known;
    }
    const state = new ResourceState(resource, this.#ctx.book.of(resource.spec.regionId, resource.spec.vpcId));
    this.#states.set(name, state);
    return state;
  }

  /** Others may have waited for what the resource owned. */
  #forget(name: string): void {
    this.#states.delete(name);
    for (const other of this.#states.values()) this.#ctx.queue.add(resourceKey(other.resource.metadata.name), PRIORITY.drift);
  }
}
