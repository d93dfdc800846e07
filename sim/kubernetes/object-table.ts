// All objects, the revision that numbers every change to any of them, the bounded history of changes, and the hearing that
// followers get. A change is committed whole before anybody hears of it, and followers hear changes in the order of their
// revisions even when one of them writes while it listens.
import { deepFreeze } from './json.ts';
import type { KubernetesObject } from './json.ts';
import type { ResourceDefinition } from './resources.ts';

/** One committed change; `previous` is absent for an object that is new, `object` is the last state for one that is gone. */
export interface Change {
  readonly revision: number;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly resource: ResourceDefinition;
  readonly object: KubernetesObject;
  readonly previous: KubernetesObject | undefined;
}

/** The objects of a resource, in all namespaces or in one. */
export interface Collection {
  readonly resource: ResourceDefinition;
  readonly namespace?: string | undefined;
}

/** One object, by its name. */
export interface Target extends Collection {
  readonly name: string;
}

// a revision below the first stands for a history that was before this store: such a watch is told that it is too old
const FIRST_REVISION = 100;

const keyOf = (namespace: string | undefined, name: string): string => `${namespace ?? ''}/${name}`;

/** True when the object is of the collection. */
export function belongs(object: KubernetesObject, resource: ResourceDefinition, collection: Collection): boolean {
  return resource === collection.resource && (collection.namespace === undefined || object.metadata.namespace === collection.namespace);
}

/** The state of the store; reads give frozen objects. */
export class ObjectTable {
  readonly #objects = new Map<ResourceDefinition, Map<string, KubernetesObject>>();
  readonly #followers = new Set<(change: Change) => void>();
  readonly #unheard: Change[] = [];
  readonly #historyMax: number;
  #history: Change[] = [];
  #isTelling = false;
  #revision = FIRST_REVISION;
  #compacted = FIRST_REVISION;

  constructor(historyMax: number) {
    this.#historyMax = historyMax;
  }

  /** The revision of the newest change. */
  get revision(): number {
    return this.#revision;
  }

  /** Changes up to this revision are forgotten. */
  get compactedRevision(): number {
    return this.#compacted;
  }

  find({ resource, namespace, name }: Target): KubernetesObject | undefined {
    return this.#objects.get(resource)?.get(keyOf(namespace, name));
  }

  /** The objects of the collection as they were at a revision that is not compacted, ordered by namespace and name. */
  at(collection: Collection, revision: number): KubernetesObject[] {
    const state = revision < this.#revision ? this.#before(collection.resource, revision) : (this.#objects.get(collection.resource) ?? new Map<string, KubernetesObject>());
    const ordered = [...state].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);
    return ordered.filter((object) => belongs(object, collection.resource, collection));
  }

  /** Takes back, one by one, what was changed since. */
  #before(resource: ResourceDefinition, revision: number): Map<string, KubernetesObject> {
    const state = new Map(this.#objects.get(resource));
    const later = this.#history.filter((change) => change.revision > revision && change.resource === resource);
    for (const { object, previous } of later.reverse()) {
      const key = keyOf(object.metadata.namespace, object.metadata.name);
      if (previous === undefined) state.delete(key);
      else state.set(key, previous);
    }
    return state;
  }

  /** The changes after a revision, oldest first; undefined when some of them are forgotten. */
  since(revision: number): Change[] | undefined {
    return revision < this.#compacted ? undefined : this.#history.filter((change) => change.revision > revision);
  }

  /** Stores a state of an object, or takes it away, under the next revision, and gives it back with that resourceVersion. */
  commit(type: Change['type'], resource: ResourceDefinition, draft: KubernetesObject): KubernetesObject {
    const { name, namespace } = draft.metadata;
    const previous = this.find({ resource, namespace, name });
    this.#revision += 1;
    const object = deepFreeze({ ...draft, metadata: { ...draft.metadata, resourceVersion: String(this.#revision) } });
    const change = { revision: this.#revision, type, resource, object, previous };
    this.#store(change, keyOf(namespace, name));
    this.#tell(change);
    return object;
  }

  /** Hears every change from now on, until the answer is called. */
  follow(follower: (change: Change) => void): () => void {
    this.#followers.add(follower);
    return () => void this.#followers.delete(follower);
  }

  /** Forgets the history, as etcd does every few minutes: a watch from any older revision is told to list again. */
  compact(): void {
    this.#history = [];
    this.#compacted = this.#revision;
  }

  #store(change: Change, key: string): void {
    const objects = this.#objects.get(change.resource) ?? new Map<string, KubernetesObject>();
    this.#objects.set(change.resource, objects);
    if (change.type === 'DELETED') objects.delete(key);
    else objects.set(key, change.object);
    this.#history.push(change);
    if (this.#history.length > 2 * this.#historyMax) {
      this.#history = this.#history.slice(-this.#historyMax);
      this.#compacted = (this.#history[0]?.revision ?? this.#revision + 1) - 1;
    }
  }

  #tell(change: Change): void {
    this.#unheard.push(change);
    if (this.#isTelling) return;
    this.#isTelling = true;
    try {
      for (let next = this.#unheard.shift(); next !== undefined; next = this.#unheard.shift()) {
        for (const follower of [...this.#followers]) follower(next);
      }
    } finally {
      this.#isTelling = false;
    }
  }
}
