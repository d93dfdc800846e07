// One Lease on the API server: read, created, replaced. Every call has its own short end, so that one that hangs leaves time for another.
import type { Clock } from '../../ports/runtime.ts';
import { objectPath } from './api.ts';
import type { ApiRequest, KubernetesApi } from './api.ts';
import { withDeadline } from './deadline.ts';
import { ApiError } from './errors.ts';
import { readLease } from './lease-record.ts';
import type { LeaseRecord } from './lease-record.ts';

// two tries that hang fit into the renew deadline
const REQUEST_MAX_MS = 4_000;

/** Where it is. */
export interface LeasePlace {
  readonly namespace: string;
  readonly name: string;
}

/** Calls throw ApiError, or the error of the deadline. */
export class LeaseClient {
  readonly #api: KubernetesApi;
  readonly #clock: Clock;
  readonly #collection: string;
  readonly #path: string;

  constructor({ api, clock }: { readonly api: KubernetesApi; readonly clock: Clock }, { namespace, name }: LeasePlace) {
    this.#api = api;
    this.#clock = clock;
    this.#collection = `/apis/coordination.k8s.io/v1/namespaces/${encodeURIComponent(namespace)}/leases`;
    this.#path = objectPath(this.#collection, name);
  }

  /** undefined: there is none. */
  async read(signal?: AbortSignal): Promise<LeaseRecord | undefined> {
    try {
      return readLease(await this.#send({ method: 'GET', path: this.#path }, signal));
    } catch (error) {
      if (error instanceof ApiError && error.kind === 'notFound') return undefined;
      throw error;
    }
  }

  /** `conflict` when there is one already. */
  async create(body: unknown, signal?: AbortSignal): Promise<LeaseRecord> {
    return readLease(await this.#send({ method: 'POST', path: this.#collection, body }, signal));
  }

  /** `conflict` when the uid or the version in the body is not that of now; where it was deleted `conflict` or `notFound`. */
  async replace(body: unknown, signal?: AbortSignal): Promise<LeaseRecord> {
    return readLease(await this.#send({ method: 'PUT', path: this.#path, body }, signal));
  }

  #send(request: ApiRequest, signal: AbortSignal | undefined): Promise<unknown> {
    return withDeadline({ clock: this.#clock, timeoutMs: REQUEST_MAX_MS, signal }, (ending) => this.#api.request({ ...request, signal: ending }));
  }
}

/** What was written was not based on what is there now. */
export const isOutOfDate = (error: unknown): boolean => error instanceof ApiError && (error.kind === 'conflict' || error.kind === 'notFound');
