// S4, no leaks: "after quiescence the set of tagged ENIs equals the set the live CRs need; transiently ≤ 1 spare per instance; after a Revert nothing
// tagged survives". Of resources that are gone by force or were abandoned, what they leave behind is an orphan: reported, never collected.
// Forgiven: what persons have had a hand in, what the cloud refused to take off to the end, and tags and interfaces of a call that came late, or once more.
import type { JsonObject, KubernetesObject } from '../../../../sim/kubernetes/json.ts';
import { ANNOTATION, TAG } from '../../../../src/api/names.ts';
import type { WorldEvent } from '../../engine/contract.ts';
import { createdBy, isLate, type CloudEvent, type Deed } from '../facts/deeds.ts';
import { listNamed, type Made } from '../facts/ledger.ts';
import type { Happening, Scene } from '../facts/scene.ts';
import { isEnding, specOf } from '../facts/wish.ts';
import type { Rule } from '../rule.ts';

/** Interfaces of one instance beyond this are more than a spare. */
const MOST = 2;

export function leaks(scene: Scene): Rule {
  const touched = new Set<string>();
  const refused = new Set<string>();
  return {
    after: ({ event, deed, made }: Happening) => {
      for (const id of touchedBy(event)) touched.add(id);
      if (deed) noteRefusal(refused, deed);
      for (const { instance } of made) if (tagged(scene, instance).length > MOST) scene.report('S4', `${instance} has ${tagged(scene, instance).length} interfaces at once`);
    },
    atEnd: () => {
      if (touched.size === 0) for (const { instance: { id } } of scene.tracks.all()) judgeInstance(scene, id);
      judgeOwners(scene, { touched, refused });
    },
  };
}

/** What a person or a late call laid a hand on. */
function touchedBy(event: WorldEvent): readonly string[] {
  if (event.kind === 'meddled') return Object.values(event.wish).filter((id) => typeof id === 'string');
  if (event.kind === 'edited') return takesFinalizer(event.edit) ? [event.name] : [];
  return event.kind === 'cloud' && isLate(event) ? markedBy(event) : [];
}

function markedBy(event: CloudEvent): readonly string[] {
  if (event.request.action === 'TagResources') return listNamed(event.request.params, 'ResourceId');
  const made = createdBy(event);
  return made === undefined ? [] : [made];
}

/** A person lets go of it by force. */
const takesFinalizer = (edit: JsonObject | string): boolean => typeof edit === 'object' && 'finalizers' in ((edit['metadata'] ?? {}) as JsonObject);

/** One refusal and Retain lets go of the instance: the rest of it is not tried any more. */
function noteRefusal(refused: Set<string>, { succeeded, eip, eni, instance }: Deed): void {
  for (const id of [eip?.id, eni?.id, instance].flatMap((each) => each ?? [])) if (succeeded) refused.delete(id);
  else refused.add(id);
}

const isOurs = ({ eni, cluster }: Made): boolean => eni.tags.get(TAG.cluster) === cluster;

/** Under Observe nothing is taken off either. */
const isObserved = (scene: Scene, { eni, cluster }: Made): boolean => {
  const owner = scene.resourcesOf(cluster).byUid(eni.tags.get(TAG.owner) ?? '');
  return owner !== undefined && specOf(owner).mode === 'Observe';
};
const tagged = (scene: Scene, instance: string): readonly Made[] => scene.ledger.for(instance).filter(isOurs);

function judgeInstance(scene: Scene, instance: string): void {
  const [first, ...spare] = tagged(scene, instance).filter((made) => !isObserved(scene, made));
  if (spare.length > 0) scene.report('S4', `in the end ${instance} has ${[first, ...spare].map((made) => made?.eni.id ?? '').join(', ')}, and needs one`);
}

interface Excuses {
  readonly touched: ReadonlySet<string>;
  readonly refused: ReadonlySet<string>;
}

function judgeOwners(scene: Scene, { touched, refused }: Excuses): void {
  const eips = scene.state.eips.all();
  const enis = scene.ledger.standing().map(({ eni }) => eni);
  for (const { id, tags } of [...eips, ...enis]) {
    const owner = tags.get(TAG.owner);
    const instance = tags.get(TAG.instance) ?? '';
    const isExcused = refused.has(id) || touched.has(id) || touched.has(instance);
    const why = owner === undefined || isExcused ? undefined : leftBehind(scene, owner, { touched, isRefused: refused.has(instance) });
    if (why !== undefined) scene.report('S4', `in the end ${id} bears the tags of ${why}`);
  }
}

/** The resource was deleted and let go, and yet is named as the owner. */
function leftBehind(scene: Scene, uid: string, { touched, isRefused }: { readonly touched: ReadonlySet<string>; readonly isRefused: boolean }): string | undefined {
  const [resources] = [...scene.clusters.values()].filter((each) => each.byUid(uid));
  const last = resources?.byUid(uid);
  if (!resources || !last || resources.isLiving(uid) || !isEnding(last) || isForced(last, touched)) return undefined;
  const policy = specOf(last).deletionPolicy ?? 'Retain';
  return isRefused && policy === 'Retain' ? undefined : `${last.metadata.name}, which is gone (${policy})`;
}

const isForced = ({ metadata }: KubernetesObject, touched: ReadonlySet<string>): boolean => metadata.annotations?.[ANNOTATION.abandon] === metadata.uid || touched.has(metadata.name);
