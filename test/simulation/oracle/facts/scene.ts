// All that the rules judge by, brought up to date once per event before any rule is asked.
import type { KubernetesObject } from '../../../../sim/kubernetes/json.ts';
import type { Eip } from '../../../../sim/cloud/state/entities.ts';
import { TAG } from '../../../../src/api/names.ts';
import type { Violation, WorldEvent } from '../../engine/contract.ts';
import type { WorldSeen } from '../seen.ts';
import { deedOf, type CloudEvent, type Deed } from './deeds.ts';
import { Ledger, tagsNamed, type Made } from './ledger.ts';
import { Lives, type Life } from './lives.ts';
import { Marks } from './marks.ts';
import { Resources, type Turn } from './resources.ts';
import { Tracks, type Cause, type Change } from './tracks.ts';
import { Troubles } from './troubles.ts';

/** A change of a resource, and the replica that wrote it; undefined: a person did. */
export interface Written extends Turn {
  readonly resources: Resources;
  readonly life: Life | undefined;
}

/** One event, with what it has done. */
export interface Happening {
  readonly event: WorldEvent;
  readonly atMs: number;
  /** A mutating call of a replica that the cloud has served. */
  readonly deed?: Deed;
  readonly life?: Life;
  /** Interfaces that the call has made. */
  readonly made: readonly Made[];
  readonly changes: readonly Change[];
  readonly written: readonly Written[];
}

const NO_CHANGES: readonly never[] = [];

export class Scene {
  readonly seen: WorldSeen;
  readonly tracks: Tracks;
  readonly ledger: Ledger;
  readonly marks: Marks;
  readonly lives = new Lives();
  readonly troubles = new Troubles();
  readonly clusters: ReadonlyMap<string, Resources>;
  readonly violations: Violation[] = [];
  /** What a person has changed the tags of. */
  readonly forged = new Set<string>();
  nowMs = 0;
  #youngest = -1;

  constructor(seen: WorldSeen) {
    this.seen = seen;
    this.ledger = new Ledger(seen.cloud.state);
    this.marks = new Marks(seen.cloud.state);
    this.tracks = new Tracks(seen.cloud.state, this.marks);
    this.clusters = new Map(seen.clusters.map((cluster) => [cluster.name, new Resources(cluster)]));
    for (const resources of this.clusters.values()) resources.survey(0);
    this.#youngest = this.#newestSequence();
  }

  get state(): WorldSeen['cloud']['state'] {
    return this.seen.cloud.state;
  }

  /** A person has taken off its tags: nothing says any more whose it is. */
  isUnsaid(eip: Eip | undefined): boolean {
    return eip !== undefined && this.forged.has(eip.id) && !eip.tags.has(TAG.instance);
  }

  report(invariant: string, message: string): void {
    this.violations.push({ invariant, message, atMs: this.nowMs });
  }

  /** The resources of the cluster that a call came from. */
  resourcesOf(cluster: string): Resources {
    const found = this.clusters.get(cluster);
    if (!found) throw new Error(`no cluster ${cluster}`);
    return found;
  }

  take(event: WorldEvent): Happening {
    this.nowMs = event.atMs;
    this.troubles.take(event);
    if (event.kind === 'replica') this.lives.take(event);
    if (event.kind === 'cloud') return this.#served(event);
    if (event.kind === 'answered') this.#answered(event);
    const changes = event.kind === 'meddled' ? this.#meddled(event) : this.tracks.refresh(NO_CHANGES, { by: 'cloud' }, event.atMs);
    return { event, atMs: event.atMs, made: NO_CHANGES, changes, written: this.#written(event) };
  }

  #served(event: CloudEvent): Happening {
    const { atMs, crossing } = event;
    if (!crossing.mutates) return { event, atMs, made: NO_CHANGES, changes: this.tracks.refresh(NO_CHANGES, { by: 'cloud' }, atMs), written: NO_CHANGES };
    const made = this.#made(event);
    const deed = deedOf(this.state, event, { homeOf: (ip) => this.tracks.homeOf(ip), madeFor: (id) => this.ledger.of(id)?.instance });
    this.marks.take(deed, made);
    const bound = deed.eni?.instanceId ?? '';
    // what a person moved away is nobody's home any more once its tags are off
    if (deed.sort === 'forbidden' || deed.sort === 'untag') this.tracks.survey(atMs);
    const changes = this.tracks.refresh([deed.instance, bound], { by: 'us', deed } satisfies Cause, atMs);
    const life = this.lives.of(crossing);
    if (!life.handledMs.has(deed.instance)) life.handledMs.set(deed.instance, deed.sentMs);
    return { event, atMs, deed, life, made, changes, written: NO_CHANGES };
  }

  #made({ request: { action, params } }: CloudEvent): readonly Made[] {
    if (action !== 'CreateNetworkInterface') return NO_CHANGES;
    const { interfaces } = this.state;
    const fresh = interfaces.all().slice(interfaces.indexAfter(this.#youngest));
    this.#youngest = this.#newestSequence();
    return fresh.flatMap((eni) => this.ledger.note(eni, tagsNamed(params)) ?? []);
  }

  #newestSequence(): number {
    return this.state.interfaces.all().at(-1)?.sequence ?? -1;
  }

  #answered({ crossing, status, body, atMs }: Extract<WorldEvent, { kind: 'answered' }>): void {
    if (crossing.side !== 'cloud' || status !== 200) return;
    const life = this.lives.of(crossing);
    life.reads.note(body, { atMs, askedMs: crossing.atMs });
    life.firstReadMs = Math.min(life.firstReadMs, atMs);
  }

  #meddled({ atMs, wish }: Extract<WorldEvent, { kind: 'meddled' }>): readonly Change[] {
    if (wish.op === 'setTags' || wish.op === 'removeTags') this.forged.add(wish.resource);
    this.tracks.survey(atMs);
    this.#youngest = this.#newestSequence();
    return this.tracks.refresh([...this.tracks.all()].map(({ instance }) => instance.id), { by: 'human' }, atMs);
  }

  #written(event: WorldEvent): readonly Written[] {
    if (event.kind === 'edited') this.clusters.get(event.cluster)?.watch(event.name);
    if (event.kind !== 'edited' && event.kind !== 'kubernetes') return NO_CHANGES;
    const life = event.kind === 'kubernetes' ? this.lives.of(event.crossing) : undefined;
    return [...this.clusters.values()].flatMap((resources) => resources.look(event.atMs).map((turn) => ({ ...turn, resources, life })));
  }
}

/** Up to three rounds, from the first answer to the call that follows from it. */
const LOOK_MS = 300;

/** A person changed something after the look that led to the call, or while the call was on its way: nobody could know. */
export const isOvertaken = (scene: Scene, { sentMs }: Deed): boolean => scene.troubles.isMeddledSince(sentMs - LOOK_MS);

/** Whether a state of a resource may be what the replica still believes. */
export const LAG_MS = 1_500;

export const believed = (scene: Scene, cluster: string, atMs: number): readonly KubernetesObject[] =>
  scene.resourcesOf(cluster).since(scene.troubles.blindSinceMs(atMs, LAG_MS));
