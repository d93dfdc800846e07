// What this process wrote and its cache does not show yet. The cache lags behind our own writes; without this memory a write right
// after another would meet a conflict with ourselves, and a status could be taken for written that no longer is. Forgetting costs
// one conflict or one write that changes nothing; it never leaves a wrong status standing.
import { isDeepStrictEqual } from 'node:util';
import { isRecord } from './errors.ts';

/** What somebody last read of a resource. */
export interface Seen {
  readonly uid: string;
  readonly resourceVersion: string;
}

/** What the cache holds of a resource. */
export interface CachedStatus extends Seen {
  readonly status: unknown;
}

interface Write {
  readonly uid: string;
  /** The version that the first write was based on, then the one that each made: each had the one before as its precondition, so all between are ours. */
  readonly versions: readonly string[];
  /** Undefined: not written, as in the cache. */
  readonly status: unknown;
  readonly finalizers: readonly string[] | undefined;
}

// a watch that went silent is found out within 75 s, and a status is written every 2 s at most
const VERSIONS_MAX = 64;

/** Our last writes, by name of the resource. */
export class OwnWrites {
  readonly #writes = new Map<string, Write>();

  /** The newest version that is known of what was read: the precondition for the next write. */
  newestVersion(name: string, seen: Seen): string {
    return this.#after(name, seen)?.versions.at(-1) ?? seen.resourceVersion;
  }

  /** True when the server is known to hold exactly this status for this UID. */
  isThere(name: string, uid: string, status: unknown, cached: CachedStatus | undefined): boolean {
    if (cached?.uid !== uid) return false;
    const wanted = asStored(status);
    return this.#known(name, cached).every((known) => isDeepStrictEqual(asStored(known ?? {}), wanted));
  }

  /** The finalizers that this process wrote since what was read; undefined: none, or what was read shows them. */
  finalizers(name: string, seen: Seen): readonly string[] | undefined {
    return this.#after(name, seen)?.finalizers;
  }

  /** A write succeeded on what was read; `status` and `finalizers` only if these were written. */
  wrote(name: string, seen: Seen, written: { readonly version: string; readonly status?: unknown; readonly finalizers?: readonly string[] | undefined }): void {
    const before = this.#after(name, seen);
    const versions = [...(before?.versions ?? [seen.resourceVersion]), written.version].slice(-VERSIONS_MAX);
    this.#writes.set(name, { uid: seen.uid, versions, status: written.status ?? before?.status, finalizers: written.finalizers ?? before?.finalizers });
  }

  forget(name: string): void {
    this.#writes.delete(name);
  }

  /** The writes that came after what was read, if nothing of others can lie between. */
  #after(name: string, { uid, resourceVersion }: Seen): Write | undefined {
    const write = this.#writes.get(name);
    return write?.uid === uid && write.versions.includes(resourceVersion) ? write : undefined;
  }

  #known(name: string, cached: CachedStatus): readonly unknown[] {
    const write = this.#writes.get(name);
    if (write === undefined || write.uid !== cached.uid || write.versions.at(-1) === cached.resourceVersion) {
      this.#writes.delete(name);
      return [cached.status];
    }
    if (write.status === undefined) return [cached.status];
    return write.versions.includes(cached.resourceVersion) ? [write.status] : [write.status, cached.status];
  }
}

/**
 * A status as it is sent and compared: without fields that are undefined and without empty lists and maps. Server-side apply takes
 * a list that lost its last item away altogether, and refuses a map that lost its last field, so "empty" is always said by absence.
 */
export function asStored(status: unknown): unknown {
  if (Array.isArray(status)) return status.map(asStored);
  if (!isRecord(status)) return status;
  return Object.fromEntries(Object.entries(status).map(([field, value]) => [field, asStored(value)] as const).filter(([, value]) => !isEmpty(value)));
}

const isEmpty = (value: unknown): boolean => value === undefined || (Array.isArray(value) && value.length === 0) || (isRecord(value) && Object.keys(value).length === 0);
