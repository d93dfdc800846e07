// An ordered collection of cloud objects: found by id in constant time, listed in order of creation, and entered in the middle
// of that order without walking it from the start (pages of a listing over thousands of objects must not cost its square).
// Invariant: the order is that of `sequence`, which only grows.

export interface Entry {
  readonly id: string;
  /** Position in the order of creation, unique within the cloud. */
  readonly sequence: number;
}

export class Registry<T extends Entry> {
  readonly #byId = new Map<string, T>();
  #ordered: T[] | undefined = [];

  get size(): number {
    return this.#byId.size;
  }

  get(id: string): T | undefined {
    return this.#byId.get(id);
  }

  add(entry: T): T {
    this.#byId.set(entry.id, entry);
    this.#ordered?.push(entry);
    return entry;
  }

  remove(id: string): void {
    if (this.#byId.delete(id)) this.#ordered = undefined;
  }

  /** All entries, oldest first. */
  all(): readonly T[] {
    this.#ordered ??= [...this.#byId.values()];
    return this.#ordered;
  }

  /** Index in `all()` of the first entry younger than `sequence`. */
  indexAfter(sequence: number): number {
    const entries = this.all();
    let low = 0;
    let high = entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((entries[middle]?.sequence ?? Infinity) <= sequence) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
