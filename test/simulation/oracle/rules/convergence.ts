// V1, convergence: "with at most f faults, all before time F, the world equals the reference end state within k passes after F, k ≤ 12 looks per
// instance … plus one per retried step; and then stays: 3 further passes make 0 mutating calls". A look at an instance is an answered
// DescribeInstances that names it by id. Looks that wait for the effect of one write are one wait, counted once: as long as the cloud is busy with
// what was asked (an asynchronous operation under way on the instance, its home EIP or an interface of it), and else as long as they are few.
import type { WorldEvent } from '../../engine/contract.ts';
import type { Deed } from '../facts/deeds.ts';
import type { Happening, Scene } from '../facts/scene.ts';
import type { Track } from '../facts/tracks.ts';
import type { Rule } from '../rule.ts';

const LOOKS_MAX = 12;
const QUIET_PASSES = 3;
/** A wait of more looks is no wait any more. */
const WAIT_LOOKS_MAX = 10;
/** What upsets a run, so that looks are counted anew from there. */
const UPSETS: ReadonlySet<WorldEvent['kind']> = new Set(['fault', 'meddled', 'edited', 'replica']);

interface Count {
  looks: number;
  retries: number;
  isWaiting: boolean;
  /** Looks since the last write. */
  waited: number;
}

export function convergence(scene: Scene): Rule {
  const counts = new Map<string, Count>();
  const sent = new Set<string>();
  let lastWriteMs = 0;
  const countOf = (id: string): Count => {
    const count = counts.get(id) ?? { looks: 0, retries: 0, isWaiting: false, waited: 0 };
    counts.set(id, count);
    return count;
  };
  const noteDeed = ({ action, instance, sort, succeeded }: Deed): void => {
    const step = `${action} ${instance}`;
    const count = countOf(instance);
    // what a guest says is worth a look
    if (sort === 'ask') {
      count.retries += 1;
      return;
    }
    count.waited = 0;
    if (!succeeded || sent.has(step)) count.retries += 1;
    sent.add(step);
    // let go of or restored: what another resource does with it then is another journey
    if (sort === 'untag' && succeeded) counts.delete(instance);
  };
  return {
    after: ({ event, deed }: Happening) => {
      if (UPSETS.has(event.kind)) counts.clear();
      if (deed && deed.sort !== 'ask' && !deed.event.late) lastWriteMs = event.atMs;
      if (deed) noteDeed(deed);
      if (event.kind === 'cloud' && event.request.action === 'DescribeInstances') for (const id of named(event.request.params['InstanceIds'])) noteLook(scene, countOf(id), scene.tracks.of(id));
    },
    atEnd: () => {
      for (const [id, { looks, retries }] of counts) {
        if (looks > LOOKS_MAX + retries) scene.report('V1', `${id} took ${looks} looks after the last fault, allowed are ${LOOKS_MAX} and ${retries} for steps that were sent again and guests that were read`);
      }
      const quietMs = QUIET_PASSES * (scene.seen.passMs ?? 60_000) * 0.9;
      if (scene.nowMs - lastWriteMs < quietMs) scene.report('V1', `the last mutating call was ${Math.round((scene.nowMs - lastWriteMs) / 1_000)} s before the end: it does not come to rest`);
    },
  };
}

function isAtWork({ state }: Scene, { homeIp, instance }: Track): boolean {
  const eip = homeIp === undefined ? undefined : state.eipByAddress.get(homeIp);
  return instance.task !== undefined || eip?.task !== undefined || [...instance.interfaces].some(({ task }) => task !== undefined);
}

function noteLook(scene: Scene, count: Count, track: Track | undefined): void {
  if (!track || track.isSettled) return;
  const isBusy = isAtWork(scene, track);
  const isSameWait = count.isWaiting && (isBusy || count.waited < WAIT_LOOKS_MAX);
  if (!isSameWait) count.looks += 1;
  if (!isBusy) count.waited += 1;
  count.isWaiting = isBusy || count.waited > 0;
}

const named = (ids: string | undefined): readonly string[] => [...(ids ?? '').matchAll(/"([^"]+)"/g)].map(([, id]) => id ?? '');
