// Which ECS instances are nodes of this cluster. Moving a node's address can cut the controller's own branch, so what is not known
// is said to be unknown: before the first list, while reading is refused, and when nothing was heard for three minutes.
import { KubernetesError } from '../../ports/resources.ts';
import type { ClusterNodes } from '../../ports/resources.ts';
import type { Clock, Log, Random } from '../../ports/runtime.ts';
import { PATH } from './api.ts';
import type { KubernetesApi } from './api.ts';
import { isRecord } from './errors.ts';
import { listAll, listWatchOf } from './list-watch.ts';
import type { ApiObject } from './objects.ts';
import { Reflector } from './reflector.ts';
import type { ReflectorHealth } from './reflector.ts';

// well beyond a dead watch (70 s) and the longest wait after a failure (5 s, or a minute when the server asks for it)
const HEARD_MS_MAX = 180_000;

/** What nodes are read with. */
export interface NodesOptions {
  readonly api: KubernetesApi;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** The nodes, once started. */
export interface WatchedNodes extends ClusterNodes {
  /** Begins to read and returns at once: nobody waits for what may be forbidden. */
  start(): void;
  stop(): Promise<void>;
  health(): ReflectorHealth;
}

/** The nodes of the cluster. Where they may not be read the log says so once, and nobody is known. */
export function watchNodes({ api, clock, random, log }: NodesOptions): WatchedNodes {
  const reflector = new Reflector({ listWatch: listWatchOf(api, PATH.nodes), read: instanceIdOf, clock, random, log, collection: 'nodes' });
  const isHeard = ({ ready, lastEventAtMs }: ReflectorHealth): boolean => ready && lastEventAtMs !== undefined && clock.monotonic() - lastEventAtMs <= HEARD_MS_MAX;
  return {
    start: () => {
      // it rejects only when stopped before the first list
      reflector.start(() => undefined).catch(() => undefined);
    },
    stop: () => reflector.stop(),
    health: () => reflector.health(),
    instanceIds: () => (isHeard(reflector.health()) ? new Set(reflector.values().filter((id) => id !== undefined)) : undefined),
  };
}

/** The nodes once; undefined where they may not be read. */
export async function readNodes(api: KubernetesApi): Promise<ReadonlySet<string> | undefined> {
  try {
    const { items } = await listAll(listWatchOf(api, PATH.nodes), new AbortController().signal);
    return new Set(items.map(instanceIdOf).filter((id) => id !== undefined));
  } catch (error) {
    if (error instanceof KubernetesError && error.kind === 'forbidden') return undefined;
    throw error;
  }
}

// `<region>.<instance id>` is what the cloud controller manager writes (facts); other installers leave out the region
const PROVIDER_ID = /^(?:[a-z0-9-]+\.)?(?<instanceId>i-[a-z0-9]+)$/;

function instanceIdOf({ spec }: ApiObject): string | undefined {
  const providerId = isRecord(spec) ? spec['providerID'] : undefined;
  return typeof providerId === 'string' ? PROVIDER_ID.exec(providerId)?.groups?.['instanceId'] : undefined;
}
