// S2, the window: "¬in(i) caused by us lasts ≤ 30 s without faults in the cloud, after which the old binding is restored; at most maxInProgress
// instances are in it at once; never entered unless, on a read no older than 5 s: SNAT Available ∧ covers i ∧ ENI InUse on i ∧ … ∧ i still
// selected", and "until one real Associate has succeeded with these credentials, one window at most is open". Forgiven: the time that
// troubles (facts/troubles.ts) took; a window in which a person had a hand.
import type { KubernetesObject } from '../../../../sim/kubernetes/json.ts';
import { TAG } from '../../../../src/api/names.ts';
import type { Deed } from '../facts/deeds.ts';
import type { Life } from '../facts/lives.ts';
import { subjectOf, textAt } from '../facts/reads.ts';
import { believed, isOvertaken, type Happening, type Scene } from '../facts/scene.ts';
import type { Change, Track, Window } from '../facts/tracks.ts';
import { isEnding, matches, placesOf, selectedOf, specOf } from '../facts/wish.ts';
import type { Rule } from '../rule.ts';
import { freshly, sawIdle, sawInUse, sawWayOut } from './fresh.ts';

const WINDOW_MAX_MS = 30_000;
const PAST_MS = 10_000;

export function windows(scene: Scene): Rule {
  return {
    after: ({ event, changes, life }: Happening) => {
      if (event.kind === 'answered' && event.status === 200 && event.crossing.verb.endsWith(':AssociateEipAddress')) scene.lives.of(event.crossing).associated = true;
      for (const change of changes) {
        if (change.closed) judgeLength(scene, change.track, change.closed);
        const deed = openingDeed(change);
        if (deed && life && !deed.event.late) judgeOpening(scene, change.track, { deed, life });
      }
    },
    atEnd: () => {
      for (const track of scene.tracks.open()) if (track.window) judgeLength(scene, track, track.window);
    },
  };
}

function openingDeed({ wasReached, track, cause }: Change): Deed | undefined {
  return wasReached && !track.isReached && cause.by === 'us' && cause.deed.action === 'UnassociateEipAddress' ? cause.deed : undefined;
}

function judgeLength(scene: Scene, track: Track, { sinceMs, by }: Window): void {
  const { instance } = track;
  const tookMs = scene.nowMs - sinceMs;
  if (by !== 'us' || tookMs <= WINDOW_MAX_MS || isOrphaned(scene, track)) return;
  const allowedMs = WINDOW_MAX_MS + scene.troubles.allowanceMs(sinceMs, scene.nowMs);
  if (tookMs > allowedMs) scene.report('S2', `the window of ${instance.id} was open for ${Math.round(tookMs / 100) / 10} s, allowed are ${Math.round(allowedMs / 100) / 10} s`);
}

/** Its owners were removed by force and nobody selects it: that is told of, and nobody may touch it. */
export function isOrphaned(scene: Scene, { instance, homeIp }: Track): boolean {
  const eip = scene.state.eipByAddress.get(homeIp ?? '');
  const living = [...scene.clusters.values()].flatMap((resources) => resources.current());
  return eip !== undefined && !living.some((object) => scene.marks.ownersOf(eip.id).has(object.metadata.uid) || selectedOf(specOf(object), [instance]).length > 0);
}

interface Opening {
  readonly deed: Deed;
  readonly life: Life;
}

function judgeOpening(scene: Scene, track: Track, opening: Opening): void {
  const { deed, life } = opening;
  const { id } = track.instance;
  const lacking = isOvertaken(scene, deed) ? [] : deed.sort === 'open' ? missingForward(scene, track, opening) : missingEip(life, deed);
  for (const what of lacking) scene.report('S2', `the window of ${id} was opened without having read within 5 s that ${what}`);
  const others = [...scene.tracks.open()].filter((other) => other !== track && other.window?.opener?.cluster === deed.cluster && other.window.by === 'us');
  const unproved = others.find((opened) => isOf(opened, deed, life) && !isForged(scene, opened));
  // an answer from before it was opened says that it is closed
  if (scene.troubles.isStaleSince(scene.nowMs - PAST_MS)) return;
  if (!life.associated && unproved) scene.report('S2', `the window of ${id} was opened beside that of ${unproved.instance.id} before any Associate of the process had succeeded`);
  judgeCount(scene, track, { ...opening, others });
}

/** This very process has opened it. */
const isOf = ({ window }: Track, { replica }: Deed, { startedMs }: Life): boolean => window?.opener?.replica === replica && window.sinceMs >= startedMs;

/** A person has changed the tags by which it would be closed. */
const isForged = (scene: Scene, { instance, homeIp }: Track): boolean =>
  [scene.state.eipByAddress.get(homeIp ?? '')?.id, ...scene.ledger.for(instance.id).map(({ eni }) => eni.id)].some((id) => scene.forged.has(id ?? ''));

const missingEip = (life: Life, deed: Deed): readonly string[] =>
  deed.eip && textAt(freshly(life, deed.eip.id, deed)?.row, 'Status') === 'InUse' ? [] : [`EIP ${deed.eip?.id ?? ''} is InUse`];

function missingForward(scene: Scene, track: Track, { deed, life }: Opening): readonly string[] {
  const { instance } = track;
  const enis = scene.ledger.ever(instance.id);
  return [
    ...missingEip(life, deed),
    ...(sawWayOut(life, track, deed) ? [] : ['an Available SNAT entry covers it']),
    ...(enis.some(({ eni }) => sawInUse(life, eni.id, deed)) ? [] : ['an ENI made for it is InUse on it']),
    ...(sawIdle(life, deed) ? [] : ['it is Running or Stopped without a lock']),
    ...(sawSelected(scene, opening(deed, life)) ? [] : ['it is selected']),
  ];
}

const opening = (deed: Deed, life: Life): Opening => ({ deed, life });

function sawSelected(scene: Scene, { deed, life }: Opening): boolean {
  const read = freshly(life, deed.instance, deed);
  return read !== undefined && believed(scene, deed.cluster, deed.sentMs).some((object) => matches(specOf(object), subjectOf(read)));
}

/** Of a resource that is being deleted all go home that it ever owned. */
function isOwned(scene: Scene, { homeIp }: Track, { metadata: { uid } }: KubernetesObject): boolean {
  const eip = scene.state.eipByAddress.get(homeIp ?? '');
  return eip !== undefined && scene.marks.ownersOf(eip.id).has(uid);
}

/** How many are selected, as far as the replica knows: it may not have read yet who was released or lost its tags. */
function countOf(scene: Scene, object: KubernetesObject, { reads }: Life): number {
  const owned = new Set(isEnding(object) ? [...scene.tracks.all()].filter((track) => isOwned(scene, track, object)).map(({ instance }) => instance.id) : []);
  const all = [...scene.tracks.all()].map(({ instance }) => instance);
  const truly = new Set(selectedOf(specOf(object), all).map(({ id }) => id));
  return all.filter(({ id }) => truly.has(id) || owned.has(id) || reads.ever(id).some((read) => matches(specOf(object), subjectOf(read)))).length;
}

/** As many windows of one resource as its rollout has places, by any state of it that the replica may have known. */
function judgeCount(scene: Scene, track: Track, { deed, life, others }: Opening & { readonly others: readonly Track[] }): void {
  const owner = deed.eip?.tags.get(TAG.owner);
  const states = believed(scene, deed.cluster, deed.sentMs).filter(({ metadata }) => metadata.uid === owner);
  if (states.length === 0) return;
  const most = Math.max(...states.map((object) => placesOf(specOf(object), countOf(scene, object, life))));
  const same = others.filter(({ window }) => window?.opener?.eip?.tags.get(TAG.owner) === owner).length;
  if (same + 1 > most) scene.report('S2', `the window of ${track.instance.id} is the ${same + 1}th of its resource at once, allowed are ${most}`);
}
