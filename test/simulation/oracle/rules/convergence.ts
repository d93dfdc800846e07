// V1, convergence: "with at most f faults, all before time F, the world equals the reference end state within k passes after F, k ≤ 12 looks per
// instance … plus one per retried step; and then stays: 3 further passes make 0 mutating calls". A look at an instance is an answered
// DescribeInstances that names it by id; looks that find the cloud still busy with what was asked (an asynchronous operation under way on the
// instance, its home EIP or an interface of it) are one wait, counted once.
import type { WorldEvent } from '../../engine/contract.ts';
import type { Happening, Scene } from '../facts/scene.ts';
import type { Track } from '../facts/tracks.ts';
import type { Rule } from '../rule.ts';

const LOOKS_MAX = 12;
const QUIET_PASSES = 3;
/** What upsets a run, so that looks are counted anew from there. */
const UPSETS: ReadonlySet<WorldEvent['kind']> = new Set(['fault', 'meddled', 'edited', 'replica']);

interface Count {
  looks: number;
  retries: number;
  isWaiting: boolean;
}

export function convergence(scene: Scene): Rule {
  const counts = new Map<string, Count>();
  let lastWriteMs = 0;
  const countOf = (id: string): Count => {
    const count = counts.get(id) ?? { looks: 0, retries: 0, isWaiting: false };
    counts.set(id, count);
    return count;
  };
  return {
    after: ({ event, deed }: Happening) => {
      if (UPSETS.has(event.kind)) counts.clear();
      if (deed && !deed.event.late) lastWriteMs = event.atMs;
      if (deed && !deed.succeeded) countOf(deed.instance).retries += 1;
      // let go of or restored: what another resource does with it then is another journey
      if (deed?.sort === 'untag' && deed.succeeded) counts.delete(deed.instance);
      if (event.kind === 'cloud' && event.request.action === 'DescribeInstances') for (const id of named(event.request.params['InstanceIds'])) noteLook(scene, countOf(id), scene.tracks.of(id));
    },
    atEnd: () => {
      for (const [id, { looks, retries }] of counts) {
        if (looks > LOOKS_MAX + retries) scene.report('V1', `${id} took ${looks} looks after the last fault, allowed are ${LOOKS_MAX} and ${retries} for refused steps`);
      }
      const quietMs = QUIET_PASSES * (scene.seen.passMs ?? 60_000) * 0.9;
      if (scene.nowMs - lastWriteMs < quietMs) scene.report('V1', `the last mutating call was ${Math.round((scene.nowMs - lastWriteMs) / 1_000)} s before the end: it does not come to rest`);
    },
  };
}

function noteLook({ state }: Scene, count: Count, track: Track | undefined): void {
  if (!track || track.isSettled) return;
  const eip = track.homeIp === undefined ? undefined : state.eipByAddress.get(track.homeIp);
  const isBusy = track.instance.task !== undefined || eip?.task !== undefined || [...track.instance.interfaces].some(({ task }) => task !== undefined);
  if (!(isBusy && count.isWaiting)) count.looks += 1;
  count.isWaiting = isBusy;
}

const named = (ids: string | undefined): readonly string[] => [...(ids ?? '').matchAll(/"([^"]+)"/g)].map(([, id]) => id ?? '');
