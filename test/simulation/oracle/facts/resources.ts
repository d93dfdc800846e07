// The resources of a cluster as its API server held them, over time: what is there now, what a replica may still believe, and when each
// generation was written. Objects of the store are frozen, so a change is another object.
import type { KubernetesObject } from '../../../../sim/kubernetes/json.ts';
import { API_VERSION, PLURAL } from '../../../../src/api/names.ts';
import type { ClusterSeen } from '../seen.ts';

type Definition = ReturnType<ClusterSeen['store']['resource']>;

/** A resource has changed in the store; undefined: it was not there, or is gone. */
export interface Turn {
  readonly name: string;
  readonly before: KubernetesObject | undefined;
  readonly after: KubernetesObject | undefined;
}

/** One state of one resource, from when on and until when. */
export interface Version {
  readonly object: KubernetesObject;
  readonly fromMs: number;
  untilMs: number;
}

export class Resources {
  readonly cluster: ClusterSeen;
  readonly #definition: Definition;
  readonly #versions = new Map<string, Version[]>();
  /** When each generation of each UID was there first: 'uid generation'. */
  readonly #generations = new Map<string, number>();

  constructor(cluster: ClusterSeen) {
    this.cluster = cluster;
    this.#definition = cluster.store.resource(API_VERSION, PLURAL);
  }

  /** Learns the names that are there. */
  survey(atMs: number): readonly Turn[] {
    for (const { metadata: { name } } of this.cluster.store.list({ resource: this.#definition }).items) this.#versionsOf(name);
    return this.look(atMs);
  }

  /** What has changed since the last look; costs a lookup per name. */
  look(atMs: number): readonly Turn[] {
    return [...this.#versions.keys()].flatMap((name) => this.#turn(name, atMs) ?? []);
  }

  watch(name: string): void {
    this.#versionsOf(name);
  }

  current(): readonly KubernetesObject[] {
    return [...this.#versions.values()].flatMap((versions) => this.#last(versions)?.object ?? []);
  }

  /** States that were current at some time since, newest first. */
  since(sinceMs: number): readonly KubernetesObject[] {
    return [...this.#versions.values()].flatMap((versions) => versions.filter(({ untilMs }) => untilMs >= sinceMs).map(({ object }) => object).reverse());
  }

  /** Every UID that ever lived, with its last state. */
  byUid(uid: string): KubernetesObject | undefined {
    return [...this.#versions.values()].flat().findLast(({ object }) => object.metadata.uid === uid)?.object;
  }

  /** The last state of a generation. */
  generation(uid: string, generation: number): KubernetesObject | undefined {
    return [...this.#versions.values()].flat().findLast(({ object: { metadata } }) => metadata.uid === uid && metadata.generation === generation)?.object;
  }

  isLiving(uid: string): boolean {
    return this.current().some(({ metadata }) => metadata.uid === uid);
  }

  /** When the generation was there first, in ms since the run began. */
  generationMs(uid: string, generation: number): number {
    return this.#generations.get(`${uid} ${generation}`) ?? Infinity;
  }

  #versionsOf(name: string): Version[] {
    const known = this.#versions.get(name);
    if (known) return known;
    const fresh: Version[] = [];
    this.#versions.set(name, fresh);
    return fresh;
  }

  #last(versions: readonly Version[]): Version | undefined {
    const last = versions.at(-1);
    return last?.untilMs === Infinity ? last : undefined;
  }

  #turn(name: string, atMs: number): Turn | undefined {
    const { store } = this.cluster;
    const target = { resource: this.#definition, name };
    const after = store.has(target) ? store.get(target) : undefined;
    const versions = this.#versionsOf(name);
    const last = this.#last(versions);
    if (last?.object === after) return undefined;
    if (last) last.untilMs = atMs;
    if (after) this.#note(versions, after, atMs);
    return { name, before: last?.object, after };
  }

  #note(versions: Version[], object: KubernetesObject, atMs: number): void {
    versions.push({ object, fromMs: atMs, untilMs: Infinity });
    const key = `${object.metadata.uid} ${object.metadata.generation ?? 0}`;
    if (!this.#generations.has(key)) this.#generations.set(key, atMs);
    if (versions.length > 400) versions.splice(0, 200);
  }
}
