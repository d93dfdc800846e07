// S8, the finalizer: never added before a good read, there before the first write to the cloud, and never removed while a window is open or before
// everything is as deletionPolicy says, but for `abandon`. Forgiven under Revert: an ENI that would not be detached for ten minutes; what a person
// holds or has moved; and a person's own hand on the finalizers.
import type { KubernetesObject } from '../../../../sim/kubernetes/json.ts';
import { ANNOTATION, FINALIZER, TAG } from '../../../../src/api/names.ts';
import type { Deed } from '../facts/deeds.ts';
import type { Happening, Scene, Written } from '../facts/scene.ts';
import type { Track } from '../facts/tracks.ts';
import { isEnding, specOf } from '../facts/wish.ts';
import type { Rule } from '../rule.ts';

const isHeld = (object: KubernetesObject | undefined): boolean => object?.metadata.finalizers?.includes(FINALIZER) ?? false;

const uidOf = ({ before, after }: Written): string => after?.metadata.uid ?? before?.metadata.uid ?? '';

/** The owner that is written on what the call names. */
const ownerOn = ({ eip, eni }: Deed): string | undefined => eip?.tags.get(TAG.owner) ?? eni?.tags.get(TAG.owner);

/** Listings without which nothing has been seen. */
const NEEDED = ['ecs:DescribeInstances', 'ecs:DescribeNetworkInterfaces', 'vpc:DescribeEipAddresses'];

export function finalizer(scene: Scene): Rule {
  const handled = new Set<string>();
  return {
    after: ({ event, written, deed }: Happening) => {
      if (event.kind === 'answered' && event.status === 200 && event.crossing.side === 'cloud') scene.lives.of(event.crossing).listedMs.set(event.crossing.verb, event.atMs);
      if (deed) judgeBegun(scene, deed, handled);
      for (const turn of written) {
        if (!turn.life) handled.add(uidOf(turn));
        else judgeTurn(scene, turn);
      }
    },
  };
}

function judgeTurn(scene: Scene, turn: Written): void {
  const { life, before, after, name } = turn;
  if (!isHeld(before) && isHeld(after)) {
    const unread = NEEDED.find((verb) => !life?.listedMs.has(verb));
    if (unread !== undefined) scene.report('S8', `${name} got its finalizer before ${unread} had been answered`);
  }
  if (before && isHeld(before) && !isHeld(after)) judgeRemoval(scene, before);
}

/** Forward steps only where the resource holds the finalizer, or did until a person took it. */
function judgeBegun(scene: Scene, deed: Deed, handled: ReadonlySet<string>): void {
  if (deed.sort !== 'forward' || deed.event.late) return;
  const owner = ownerOn(deed);
  if (owner === undefined || handled.has(owner)) return;
  const object = scene.resourcesOf(deed.cluster).byUid(owner);
  if (object && !isHeld(object) && !isEnding(object)) {
    scene.report('S8', `${deed.action} for ${deed.instance} was sent before ${object.metadata.name} had its finalizer`);
  }
}

function judgeRemoval(scene: Scene, object: KubernetesObject): void {
  const { name, uid, annotations } = object.metadata;
  const isAbandoned = annotations?.[ANNOTATION.abandon] === uid;
  const own = ownTracks(scene, uid);
  for (const { instance, window, homeIp } of own.filter(({ isReached }) => !isReached)) {
    if (window?.by === 'us') scene.report('S8', `the finalizer of ${name} was removed while ${homeIp ?? ''} of ${instance.id} was unbound`);
  }
  if (isAbandoned || !isEnding(object)) return;
  for (const why of own.flatMap((track) => leftovers(scene, track, object))) scene.report('S8', `the finalizer of ${name} was removed: ${why}`);
}

/** Instances whose EIP bears its UID, or whose ENI does and is not said by a person to be another cluster's. */
function ownTracks(scene: Scene, uid: string): readonly Track[] {
  return [...scene.tracks.all()].filter(({ instance, homeIp, isGone }) => {
    const eip = homeIp === undefined ? undefined : scene.state.eipByAddress.get(homeIp);
    return !isGone && (eip?.tags.get(TAG.owner) === uid || scene.ledger.for(instance.id).some(({ eni, cluster }) => eni.tags.get(TAG.owner) === uid && eni.tags.get(TAG.cluster) === cluster));
  });
}

/** From when it was last tried to when it is given up, and a little more. */
const REMOVAL_MAX_MS = 660_000;

/** Something went wrong lately, and the open window, if any, is not our doing. */
const isTroubledAt = (scene: Scene, { window }: Track): boolean => window?.by !== 'us' && scene.troubles.since(scene.nowMs - REMOVAL_MAX_MS).length > 0;

/** What a person has put on the ENI is not ours to take home. */
function movedByUs(scene: Scene, { place, homeIp }: Track): boolean {
  const eip = scene.state.eipByAddress.get(homeIp ?? '');
  return place === 'eni' && eip !== undefined && scene.marks.isMarked(eip.id);
}

function leftovers(scene: Scene, track: Track, object: KubernetesObject): readonly string[] {
  const { instance } = track;
  const isTroubled = isTroubledAt(scene, track);
  const isMoved = movedByUs(scene, track);
  if (isTroubled && !isMoved) return [];
  if (specOf(object).deletionPolicy !== 'Revert') return isTroubled ? [] : [`${instance.id} still bears its owner tag`];
  const enis = scene.ledger.for(instance.id).map(({ eni }) => eni.id);
  return [...(isMoved && enis.length > 0 ? [`the EIP of ${instance.id} is not back on it`] : []), ...(enis.length > 0 && !isTroubled ? [`${enis.join(', ')} of ${instance.id} is still there`] : [])];
}
