// EgressUnification resources on the API server: the port Resources. Reads come from a reflector's cache; writes touch the status
// (server-side apply, as one manager) and this controller's finalizer (merge patch on a known version), nothing else.
//
// An object that the schema cannot read stays in the cache as unreadable: nothing is done for it, but it lives, so it is never
// taken for deleted, and a fresh list that holds one decides about nobody's orphans.
import { parseEgressUnification } from '../../api/egress-unification.ts';
import type { EgressUnification, EgressUnificationStatus, Parsed } from '../../api/egress-unification.ts';
import { API_VERSION, FINALIZER, KIND } from '../../api/names.ts';
import { KubernetesError } from '../../ports/resources.ts';
import type { Resources } from '../../ports/resources.ts';
import type { Clock, Log, Random } from '../../ports/runtime.ts';
import { APPLY_PATCH, FIELD_MANAGER, MERGE_PATCH, PATH, objectPath } from './api.ts';
import type { KubernetesApi } from './api.ts';
import { isRecord } from './errors.ts';
import { listAll, listWatchOf } from './list-watch.ts';
import type { Change } from './object-cache.ts';
import type { ApiObject } from './objects.ts';
import { OwnWrites, asStored } from './own-writes.ts';
import type { CachedStatus, Seen } from './own-writes.ts';
import { Reflector } from './reflector.ts';
import type { ReflectorHealth } from './reflector.ts';

// a cache that heard from the API server so lately needs no new list
const HEARD_MS = 10_000;

/** What the resources are read and written with. */
export interface ResourcesOptions {
  readonly api: KubernetesApi;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Hears of each object that cannot be read, when it is added or changed; must not throw. The log says it anyway. */
  readonly invalid?: (resource: UnreadableResource) => void;
}

/** An object that lives and cannot be read: `problems` are lines of `field: what to do`. */
export interface UnreadableResource {
  readonly name: string;
  readonly uid: string;
  readonly problems: readonly string[];
}

interface Entry extends CachedStatus {
  readonly name: string;
  readonly parsed: Parsed;
}

interface Patch {
  readonly path: '' | '/status';
  readonly query: Readonly<Record<string, string>>;
  readonly contentType: string;
  readonly body: (resourceVersion: string) => unknown;
  /** What is written to the status, if anything is. */
  readonly status?: EgressUnificationStatus;
  readonly finalizers?: readonly string[];
}

/** The resources, with what only the composition root and metrics ask. */
export class KubernetesResources implements Resources {
  readonly #options: ResourcesOptions;
  readonly #reflector: Reflector<Entry>;
  readonly #own = new OwnWrites();

  constructor(options: ResourcesOptions) {
    const { api, clock, random, log } = options;
    this.#options = options;
    this.#reflector = new Reflector({ listWatch: listWatchOf(api, PATH.egressUnifications), read: entryOf, clock, random, log, collection: 'egressunifications' });
  }

  start(changed: (name: string) => void): Promise<void> {
    return this.#reflector.start((change) => {
      this.#note(change);
      changed(change.name);
    });
  }

  stop(): Promise<void> {
    return this.#reflector.stop();
  }

  refresh(): Promise<void> {
    return this.#reflector.refresh(HEARD_MS);
  }

  health(): ReflectorHealth {
    return this.#reflector.health();
  }

  get(name: string): EgressUnification | undefined {
    const entry = this.#reflector.get(name);
    return entry && this.#resourceOf(entry);
  }

  list(): readonly EgressUnification[] {
    return this.#reflector.values().flatMap((entry) => this.#resourceOf(entry) ?? []);
  }

  /** As it was read, with the finalizers that were written since: a watch that lags, or is silent, must not keep the work waiting. */
  #resourceOf(entry: Entry): EgressUnification | undefined {
    const { name, parsed } = entry;
    if (!parsed.ok) return undefined;
    const finalizers = this.#own.finalizers(name, entry);
    return finalizers === undefined ? parsed.resource : { ...parsed.resource, metadata: { ...parsed.resource.metadata, finalizers } };
  }

  /** Those that live and cannot be read. */
  unreadable(): readonly UnreadableResource[] {
    return this.#reflector.values().flatMap(unreadableOf);
  }

  unreadableUids(): readonly string[] {
    return this.unreadable().map(({ uid }) => uid);
  }

  /** Throws `invalid` when one of the resources cannot be read: a list without it would make its instances orphans. */
  async listFresh(): Promise<readonly EgressUnification[]> {
    const { items } = await listAll(listWatchOf(this.#options.api, PATH.egressUnifications), new AbortController().signal);
    return items.map(entryOf).map(({ name, parsed }) => {
      if (parsed.ok) return parsed.resource;
      throw new KubernetesError(`EgressUnification ${name} cannot be read: ${parsed.problems.join('; ')}`, 'invalid');
    });
  }

  async applyStatus({ metadata }: EgressUnification, status: EgressUnificationStatus): Promise<boolean> {
    const { name, uid } = metadata;
    const cached = this.#reflector.get(name);
    if (this.#own.isThere(name, uid, status, cached)) return false;
    if (cached !== undefined && cached.uid !== uid) throw new KubernetesError(`another EgressUnification lives under the name ${name}`, 'conflict');
    const query = { fieldManager: FIELD_MANAGER, force: 'true' };
    const body = (resourceVersion: string) => ({ apiVersion: API_VERSION, kind: KIND, metadata: { name, uid, resourceVersion }, status: asStored(status) });
    await this.#write(metadata, cached ?? metadata, { path: '/status', query, contentType: APPLY_PATCH, body, status });
    return true;
  }

  async addFinalizer({ metadata }: EgressUnification): Promise<void> {
    if (!metadata.finalizers.includes(FINALIZER)) await this.#patchFinalizers(metadata, [...metadata.finalizers, FINALIZER]);
  }

  async removeFinalizer({ metadata }: EgressUnification): Promise<void> {
    if (metadata.finalizers.includes(FINALIZER)) await this.#patchFinalizers(metadata, metadata.finalizers.filter((each) => each !== FINALIZER));
  }

  /** A merge patch replaces the whole list, so it must be based on the list as it was read. */
  async #patchFinalizers(metadata: EgressUnification['metadata'], finalizers: readonly string[]): Promise<void> {
    const body = (resourceVersion: string) => ({ metadata: { resourceVersion, finalizers } });
    await this.#write(metadata, metadata, { path: '', query: { fieldManager: FIELD_MANAGER }, contentType: MERGE_PATCH, body, finalizers });
  }

  /**
   * Every write has the newest known version as its precondition, and with it the UID: the server answers 409 when anybody else wrote
   * since, or another object lives under the name. (A uid in the body of an apply to /status is not looked at by the real server.)
   */
  async #write({ name }: { readonly name: string }, seen: Seen, patch: Patch): Promise<void> {
    const path = `${objectPath(PATH.egressUnifications, name)}${patch.path}`;
    const body = patch.body(this.#own.newestVersion(name, seen));
    const answer = await this.#options.api.request({ method: 'PATCH', path, query: patch.query, contentType: patch.contentType, body });
    const version = versionOf(answer);
    if (version !== undefined) this.#own.wrote(name, seen, { version, status: patch.status, finalizers: patch.finalizers });
  }

  #note({ type, name, value }: Change<Entry>): void {
    if (type === 'deleted' || type === 'replaced') this.#own.forget(name);
    if (type === 'deleted') return;
    for (const resource of unreadableOf(value)) {
      this.#options.log.warn('a resource cannot be read, nothing is done for it', { resource: name, problems: resource.problems.join('; ') });
      this.#options.invalid?.(resource);
    }
  }
}

function entryOf(object: ApiObject): Entry {
  const { name, uid, resourceVersion } = object.metadata;
  return { name, uid, resourceVersion, status: object['status'], parsed: parseEgressUnification(withType(object)) };
}

// the items of some servers' lists carry neither apiVersion nor kind; the list says both for all of them
const withType = (object: ApiObject): unknown => ({ apiVersion: API_VERSION, kind: KIND, ...object });

const unreadableOf = ({ name, uid, parsed }: Entry): UnreadableResource[] => (parsed.ok ? [] : [{ name, uid, problems: parsed.problems }]);

function versionOf(answer: unknown): string | undefined {
  const metadata = isRecord(answer) ? answer['metadata'] : undefined;
  const version = isRecord(metadata) ? metadata['resourceVersion'] : undefined;
  return typeof version === 'string' ? version : undefined;
}
