// S9 towards the reads: "settled instances cost nothing else" than the listing (design section 5), and a relist of unchanged objects costs nothing at
// all. While every resource says that it is ready, an instance is not looked at by id once the same process has read it, and its EIP, as settled,
// and nothing has happened since. Not asked for once a person has had a hand in the cloud: then there may be drift that its rows do not show.
import type { KubernetesObject } from '../../../../sim/kubernetes/json.ts';
import type { CloudEvent } from '../facts/deeds.ts';
import { textAt } from '../facts/reads.ts';
import type { Happening, Scene } from '../facts/scene.ts';
import type { Track } from '../facts/tracks.ts';
import { isEnding, statusOf } from '../facts/wish.ts';
import type { Rule } from '../rule.ts';

const STIRRING: ReadonlySet<string> = new Set(['replica', 'meddled', 'edited', 'fault']);

/** A look may have been asked for while the one before was on its way, and waits for others to be asked for with it. */
const ASKED_MS = 50;

/** Something after which a process may have to look again, whatever it had read. */
const isNews = ({ event }: Happening): boolean =>
  STIRRING.has(event.kind) || (event.kind === 'answered' && event.status !== 200 && event.crossing.side === 'cloud') || (event.kind === 'kubernetes' && event.status >= 400);

export function idle(scene: Scene): Rule {
  let newsMs = 0;
  let isTouched = false;
  const stirredMs = new Map<string, number>();
  return {
    after: (happening: Happening) => {
      const { event, changes, deed, atMs } = happening;
      if (isNews(happening)) newsMs = atMs;
      isTouched ||= event.kind === 'meddled';
      for (const { track } of changes) stirredMs.set(track.instance.id, atMs);
      if (deed) stirredMs.set(deed.instance, atMs);
      if (isTouched || event.kind !== 'cloud' || event.request.action !== 'DescribeInstances') return;
      for (const id of named(event.request.params['InstanceIds'])) judge(scene, event, { track: scene.tracks.of(id), sinceMs: Math.max(newsMs, stirredMs.get(id) ?? 0) });
    },
  };
}

/** It says so of its newest generation, which is no deletion. */
const isReady = (object: KubernetesObject): boolean =>
  !isEnding(object) && statusOf(object).conditions?.some(({ type, status, observedGeneration }) => type === 'Ready' && status === 'True' && observedGeneration === object.metadata.generation) === true;

const named = (ids: string | undefined): readonly string[] => [...(ids ?? '').matchAll(/"([^"]+)"/g)].map(([, id]) => id ?? '');

function judge(scene: Scene, event: CloudEvent, { track, sinceMs }: { readonly track: Track | undefined; readonly sinceMs: number }): void {
  const resources = scene.resourcesOf(event.crossing.cluster).current();
  const isQuiet = resources.length > 0 && resources.every(isReady);
  if (!track?.isSettled || !isQuiet || !isKnownSettled(scene, event, { track, sinceMs })) return;
  scene.report('S9', `${event.crossing.replica} looks at ${track.instance.id}, which it has read as settled, and nothing has happened since`);
}

/** The process had read, after all that happened, that the instance has no address of its own and its EIP stands on an interface. */
function isKnownSettled(scene: Scene, { crossing, sentMs }: CloudEvent, { track: { instance, homeIp }, sinceMs }: { readonly track: Track; readonly sinceMs: number }): boolean {
  const { reads } = scene.lives.of(crossing);
  const knownMs = sentMs - ASKED_MS;
  const own = reads.of(instance.id, knownMs, sinceMs)?.row;
  const eip = homeIp === undefined ? undefined : scene.state.eipByAddress.get(homeIp);
  if (!own || !eip || textAt(own, 'EipAddress', 'AllocationId') !== '') return false;
  const bound = reads.of(eip.id, knownMs, sinceMs)?.row;
  return textAt(bound, 'Status') === 'InUse' && textAt(bound, 'InstanceType') === 'NetworkInterface';
}
