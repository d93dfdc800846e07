// The last known objects of a collection, by name. It tells what a list or an event changed and nothing else: an object whose
// version is the one that is kept is no change. A name that comes back with another UID is another object, and says so.
import type { ApiObject } from './objects.ts';

/** What happened to one name; `value` of a deletion is the last that was known. */
export interface Change<T> {
  readonly type: 'added' | 'modified' | 'replaced' | 'deleted';
  readonly name: string;
  readonly value: T;
}

interface Kept<T> {
  readonly uid: string;
  readonly resourceVersion: string;
  readonly value: T;
}

/** The cache; `read` makes of an object what is kept of it and must not throw. */
export class ObjectCache<T> {
  readonly #read: (object: ApiObject) => T;
  #kept = new Map<string, Kept<T>>();

  constructor(read: (object: ApiObject) => T) {
    this.#read = read;
  }

  get(name: string): T | undefined {
    return this.#kept.get(name)?.value;
  }

  values(): readonly T[] {
    return [...this.#kept.values()].map(({ value }) => value);
  }

  /** A complete list takes the place of all that was kept; what it does not hold is deleted. */
  replaceAll(objects: readonly ApiObject[]): readonly Change<T>[] {
    const names = new Set(objects.map(({ metadata }) => metadata.name));
    const gone = [...this.#kept.keys()].filter((name) => !names.has(name));
    return [...gone.flatMap((name) => this.remove(name)), ...objects.flatMap((object) => this.put(object))];
  }

  /** An object that was added or changed. */
  put(object: ApiObject): readonly Change<T>[] {
    const { name, uid, resourceVersion } = object.metadata;
    const old = this.#kept.get(name);
    if (old?.uid === uid && old.resourceVersion === resourceVersion) return [];
    const value = this.#read(object);
    this.#kept.set(name, { uid, resourceVersion, value });
    const type = old === undefined ? 'added' : old.uid === uid ? 'modified' : 'replaced';
    return [{ type, name, value }];
  }

  /** A name under which nothing is any longer. */
  remove(name: string): readonly Change<T>[] {
    const old = this.#kept.get(name);
    this.#kept.delete(name);
    return old === undefined ? [] : [{ type: 'deleted', name, value: old.value }];
  }
}
