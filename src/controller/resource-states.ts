/**
 * The states of the resources that live, by name. A resource re-created under its name is another one: nothing remembered of the first counts
 * for it. Of one that vanished without its finalizer being waited for, the windows that are open are closed still, under a name that no
 * resource can have; nothing else is done for it.
 */
import type { EgressUnification } from '../api/egress-unification.ts';
import type { InstanceId } from '../core/ids.ts';
import { instanceKey, resourceKey, windowKey, type Context } from './context.ts';
import { isWindow } from './open-window.ts';
import { ResourceState, specOf, type SpecSeen } from './resource-state.ts';
import { PRIORITY } from './work-queue.ts';

export class ResourceStates {
  readonly #ctx: Context;
  readonly #states = new Map<string, ResourceState>();
  readonly #specs = new Map<string, SpecSeen>();

  constructor(ctx: Context) {
    this.#ctx = ctx;
  }

  /** Remembers since when the spec is known: a listing begun after that may speak of it. */
  noteSpec(name: string): void {
    const resource = this.#ctx.resources.get(name);
    if (resource) this.#specSeen(name, resource);
    else this.#specs.delete(name);
  }

  #specSeen(name: string, resource: EgressUnification): SpecSeen {
    const asOf = specOf(resource);
    const known = this.#specs.get(name);
    const seen = known?.asOf === asOf ? known : { asOf, atMs: this.#ctx.clock.monotonic() };
    this.#specs.set(name, seen);
    return seen;
  }

  /** With the resource as it is now; undefined: it is gone, and nothing is left to close. */
  of(name: string): ResourceState | undefined {
    const resource = this.#ctx.resources.get(name);
    const known = this.#states.get(name);
    if (known && known.uid !== resource?.metadata.uid && !this.#hasToClose(known)) this.#bury(name, known);
    if (resource === undefined) return this.#states.get(name);
    if (known?.uid === resource.metadata.uid) {
      known.resource = resource;
      known.specSeen = this.#specSeen(name, resource);
      return known;
    }
    const state = new ResourceState(resource, this.#ctx.book.of(resource.spec.regionId, resource.spec.vpcId));
    state.specSeen = this.#specSeen(name, resource);
    // as after an edit, what failed is tried anew
    state.vpc.refusal = undefined;
    this.#states.set(name, state);
    return state;
  }

  all(): Iterable<ResourceState> {
    return this.#states.values();
  }

  /** Keys of the instances whose windows are known to be open. */
  openWindows(): string[] {
    return [...this.#states].flatMap(([name, state]) => this.windowsOf(state).map((id) => instanceKey(name, id)));
  }

  windowsOf(state: ResourceState): InstanceId[] {
    return [...state.members.keys()].filter((id) => this.isWindow(state, id));
  }

  isWindow(state: ResourceState, id: InstanceId): boolean {
    return isWindow(this.#ctx, state, id) && !(state.vanished && this.#heirOf(id));
  }

  /** A resource that lives has it, has seen its window and closes it. */
  #heirOf(id: InstanceId): ResourceState | undefined {
    return [...this.#states.values()].find((state) => !state.vanished && isWindow(this.#ctx, state, id));
  }

  /** Vanished, and a window of it is open. */
  #hasToClose(state: ResourceState): boolean {
    return state.vanished && this.windowsOf(state).length > 0;
  }

  /** Others may have waited for what the resource owned. */
  #bury(name: string, state: ResourceState): void {
    this.#states.delete(name);
    const windows = state.vanished ? [] : this.windowsOf(state);
    if (windows.length === 0) this.#forget(state);
    else this.#keep(state, windows);
    for (const other of this.#states.keys()) this.#ctx.queue.add(resourceKey(other), PRIORITY.drift);
  }

  #forget({ uid, members, vanished }: ResourceState): void {
    const { windows } = this.#ctx;
    for (const id of vanished ? members.keys() : []) {
      const heir = this.#heirOf(id);
      if (heir) windows.passOn(windowKey(uid, id), windowKey(heir.uid, id));
    }
    windows.forget(`${uid}/`);
  }

  /** "@" is in no name of a resource. */
  #keep(state: ResourceState, windows: readonly InstanceId[]): void {
    const name = `${state.resource.metadata.name}@${state.uid}`;
    state.resource = { ...state.resource, metadata: { ...state.resource.metadata, name } };
    state.vanished = true;
    this.#states.set(name, state);
    this.#ctx.log.error('a resource vanished with windows open; they are closed still', { resource: name, instances: windows.join(' ') });
    for (const id of windows) this.#ctx.queue.add(instanceKey(name, id), PRIORITY.window);
  }
}
