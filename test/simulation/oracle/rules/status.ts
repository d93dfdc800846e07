// S8, honest status: "Ready=True with observedGeneration=g ⇒ at some instant after g was written … the cloud matched; an instance is Unified only
// if the read that says so was made after the binding became InUse; on inability to observe, the condition becomes Unknown, not stale True".
// Judged at each write of a status by a replica, by the oracle's own matcher, and once per event for what has become stale. Conditions of others
// are never lost, and a write that says what is there already is no write.
import type { KubernetesObject } from '../../../../sim/kubernetes/json.ts';
import type { Life } from '../facts/lives.ts';
import { subjectOf, textAt } from '../facts/reads.ts';
import { believed, type Happening, type Scene, type Written } from '../facts/scene.ts';
import type { Track } from '../facts/tracks.ts';
import { isEnding, matches, specOf, statusOf, type Condition } from '../facts/wish.ts';
import type { Rule } from '../rule.ts';
import { FRESH_MS } from './fresh.ts';

/** A listing in which one call is lost fails after its deadline: what its other calls read counts for nothing. */
const LISTING_MAX_MS = 15_000;

const OWN_TYPES: ReadonlySet<string> = new Set(['Ready', 'Reconciling', 'Stalled', 'InboundVerified', 'EgressVerified']);

export function status(scene: Scene): Rule {
  return {
    after: ({ written }: Happening) => {
      for (const turn of written) if (turn.life && turn.after && turn.before?.['status'] !== turn.after['status']) judge(scene, turn, { life: turn.life, after: turn.after });
    },
  };
}

const readyOf = (object: KubernetesObject): Condition | undefined => statusOf(object).conditions?.find(({ type }) => type === 'Ready');

interface New {
  readonly life: Life;
  readonly after: KubernetesObject;
}

function judge(scene: Scene, turn: Written, { life, after }: New): void {
  const lost = lostConditions(turn.before, after);
  if (lost.length > 0) scene.report('S8', `the status of ${turn.name} lost the conditions of others: ${lost.join(', ')}`);
  const ready = readyOf(after);
  if (ready?.status !== 'True') return;
  for (const why of notSo(scene, { life, after }, { turn, generation: ready.observedGeneration ?? 0 })) scene.report('S8', `Ready=True of ${turn.name}: ${why}`);
}

function lostConditions(before: KubernetesObject | undefined, after: KubernetesObject): readonly string[] {
  const typesOf = (object: KubernetesObject): readonly string[] => (statusOf(object).conditions ?? []).map(({ type }) => type);
  const kept = new Set(typesOf(after));
  return before ? typesOf(before).filter((type) => !OWN_TYPES.has(type) && !kept.has(type)) : [];
}

interface Claim {
  readonly turn: Written;
  readonly generation: number;
}

/** Why the claim is not so, if it is not. */
function notSo(scene: Scene, { life, after }: New, { turn, generation }: Claim): readonly string[] {
  const { uid, generation: newest = 0 } = after.metadata;
  if (generation > newest) return [`generation ${generation} does not exist yet`];
  const claimed = turn.resources.generation(uid, generation) ?? after;
  if (isEnding(after)) return mayBelieveItLives(scene, life, uid) ? [] : ['it is being deleted'];
  const sinceMs = turn.resources.generationMs(uid, generation);
  return selectedBy(scene, life, claimed).flatMap((track) => liesAbout(scene, track, { life, sinceMs, claimed }) ?? []);
}

/** While its watch is silent it cannot know of the deletion. */
const mayBelieveItLives = (scene: Scene, { cluster }: Life, uid: string): boolean =>
  believed(scene, cluster, scene.nowMs).some((object) => object.metadata.uid === uid && !isEnding(object));

/** Those that the replica had read as selected. */
function selectedBy(scene: Scene, life: Life, object: KubernetesObject): readonly Track[] {
  return [...scene.tracks.all()].filter(({ instance, isGone }) => {
    const read = life.reads.of(instance.id, scene.nowMs);
    return !isGone && read !== undefined && matches(specOf(object), subjectOf(read));
  });
}

interface Told {
  readonly life: Life;
  readonly sinceMs: number;
  /** Of the generation of which it is said. */
  readonly claimed: KubernetesObject;
}

/** A person may just have changed it (or before the API server refused the status), or the last listing was older than that, or whole by its own words and yet was not. */
const mayNotKnow = ({ troubles, nowMs }: Scene, meddledMs = troubles.since(nowMs - LISTING_MAX_MS, 'kubernetes').length > 0 ? LISTING_MAX_MS : FRESH_MS): boolean =>
  troubles.isMeddledSince(nowMs - meddledMs) || troubles.since(nowMs - LISTING_MAX_MS).some(({ what }) => /^(stale|page)-/.test(what));

const WAY_OUT: readonly string[] = ['vpc:DescribeNatGateways', 'vpc:DescribeSnatTableEntries', 'vpc:DescribeRouteEntryList'];

/** Its address is where it is wished; the way out was changed by a person since it was read last, and the next listing will tell. */
const mayNotKnowOfWay = ({ troubles }: Scene, { place }: Track, { listedMs }: Life): boolean =>
  (place === undefined || place === 'eni') && troubles.isMeddledSince(Math.min(...WAY_OUT.map((verb) => listedMs.get(verb) ?? Infinity)) - FRESH_MS);

function liesAbout(scene: Scene, track: Track, { life, sinceMs, claimed }: Told): string | undefined {
  if (scene.isUnsaid(scene.state.eipByAddress.get(track.homeIp ?? ''))) return undefined;
  if (!track.isSettled && track.settledMs < sinceMs && !mayNotKnow(scene) && !mayNotKnowOfWay(scene, track, life)) return `${track.instance.id} has not been as wished since that generation was written (its address is ${track.place ?? 'none'})`;
  return leavesOtherwise(scene, track, claimed) ?? notReadAsUnified(scene, track, life);
}

/** By other addresses than the resource wishes; a person may just have changed them. */
function leavesOtherwise(scene: Scene, { instance }: Track, claimed: KubernetesObject): string | undefined {
  const wished = specOf(claimed).egress?.publicIps;
  const way = scene.tracks.ways.of(instance);
  if (!wished || !way || [...wished].sort().join() === [...way.publicIps].sort().join()) return undefined;
  return scene.troubles.since(scene.nowMs - 2 * 60_000, 'user').length > 0 ? undefined : `${instance.id} leaves by ${way.publicIps.join()}, wished is ${wished.join()}`;
}

/** The replica's last look at the home EIP did not show it bound to an ENI. */
function notReadAsUnified(scene: Scene, { instance: { id }, homeIp }: Track, life: Life): string | undefined {
  const eip = homeIp === undefined ? undefined : scene.state.eipByAddress.get(homeIp);
  // what carries no mark may have been put there since by hand
  if (!eip || !scene.marks.isMarked(eip.id) || mayNotKnow(scene, LISTING_MAX_MS)) return undefined;
  const row = life.reads.of(eip.id, scene.nowMs)?.row;
  const isRead = textAt(row, 'Status') === 'InUse' && textAt(row, 'InstanceType') === 'NetworkInterface';
  return isRead ? undefined : `${id} was not read as unified: ${eip.id} was last read ${textAt(row, 'Status') || 'not at all'} at ${textAt(row, 'InstanceId') || 'nothing'}`;
}
