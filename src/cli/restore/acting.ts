/**
 * Whether a controller acts for the cluster, by its Lease. Nothing is concluded from the times in it, because clocks differ: a holder lives when
 * its Lease changes while one looks, for as long as it is good for.
 */
import type { KubernetesApi } from '../../adapters/kubernetes/api.ts';
import { LEASE_NAME } from '../../adapters/kubernetes/lease.ts';
import { LeaseClient } from '../../adapters/kubernetes/lease-client.ts';
import type { Clock } from '../../ports/runtime.ts';

const LOOK_EACH_MS = 1_000;

export interface Watched {
  readonly api: KubernetesApi;
  readonly clock: Clock;
  readonly namespace: string;
  /** One line of progress. */
  readonly say: (line: string) => void;
}

/** Who renews the Lease; undefined: nobody, or it was given up. Rejects when the API server does not say. */
export async function actingController({ api, clock, namespace, say }: Watched): Promise<string | undefined> {
  const client = new LeaseClient({ api, clock }, { namespace, name: LEASE_NAME });
  const first = await client.read();
  if (first === undefined || first.holder === '') return undefined;
  say(`Lease ${namespace}/${LEASE_NAME} names ${first.holder}: looking for ${first.durationMs / 1_000} s whether it is renewed`);
  const untilMs = clock.monotonic() + first.durationMs;
  while (clock.monotonic() < untilMs) {
    await new Promise<void>((resolve) => void clock.after(LOOK_EACH_MS, resolve));
    const now = await client.read();
    if (now === undefined || now.holder === '') return undefined;
    if (now.resourceVersion !== first.resourceVersion) return now.holder;
  }
  return undefined;
}
