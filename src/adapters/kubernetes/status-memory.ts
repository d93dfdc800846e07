// Whether a status still has to be written. The cache lags behind our own writes, so the last one is remembered until the cache
// shows it: a status is known to be there only if neither the cache nor that memory speaks against it. Forgetting costs one write
// that changes nothing; it never leaves a wrong status standing.
import { isDeepStrictEqual } from 'node:util';

/** What the cache holds of a resource. */
export interface CachedStatus {
  readonly uid: string;
  readonly resourceVersion: string;
  readonly status: unknown;
}

interface Written {
  readonly uid: string;
  /** The version that the cache showed when this was written. */
  readonly cachedVersion: string | undefined;
  /** The version that the write made. */
  readonly ownVersion: string | undefined;
  readonly status: unknown;
}

/** The last written status of each resource, by name. */
export class StatusMemory {
  readonly #written = new Map<string, Written>();

  /** True when the server is known to hold exactly this status for this UID. */
  isThere(name: string, uid: string, status: unknown, cached: CachedStatus | undefined): boolean {
    if (cached?.uid !== uid) return false;
    const wanted = asStored(status);
    return this.#known(name, cached).every((known) => isDeepStrictEqual(asStored(known), wanted));
  }

  wrote(name: string, written: Written): void {
    this.#written.set(name, written);
  }

  forget(name: string): void {
    this.#written.delete(name);
  }

  #known(name: string, { uid, resourceVersion, status }: CachedStatus): readonly unknown[] {
    const written = this.#written.get(name);
    if (written?.uid !== uid || written.ownVersion === resourceVersion) {
      this.#written.delete(name);
      return [status];
    }
    return written.cachedVersion === resourceVersion ? [written.status] : [written.status, status];
  }
}

// fields that are undefined are not sent
const asStored = (status: unknown): unknown => (status === undefined ? {} : JSON.parse(JSON.stringify(status)));
