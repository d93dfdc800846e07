// V5, restart in window: "if the process dies between 4 and 5, the next leader's first mutating call completes or reverts that swap". Where several
// windows are open, whoever opened them, any of them may be closed first. Not asked for while an EIP is still on its way: nobody can close that yet.
import { TAG } from '../../../../src/api/names.ts';
import type { WorldEvent } from '../../engine/contract.ts';
import type { Eip } from '../../../../sim/cloud/state/entities.ts';
import { eipAt } from '../facts/network.ts';
import type { Deed } from '../facts/deeds.ts';
import { textAt } from '../facts/reads.ts';
import type { Life } from '../facts/lives.ts';
import { isOvertaken, type Happening, type Scene } from '../facts/scene.ts';
import type { Track, Window } from '../facts/tracks.ts';
import type { Rule } from '../rule.ts';
import { isOrphaned } from './windows.ts';

/** A window that could not be looked at for so long holds up nobody any more. */
const HELD_UP_MAX_MS = 30_000;

export function takeover(scene: Scene): Rule {
  return {
    after: ({ event, deed, life }: Happening) => {
      noteLost(scene, event);
      if (!deed || !life || deed.sort === 'ask' || deed.event.late || life.firstWriteMs !== Infinity || deed.sentMs < life.startedMs) return;
      life.firstWriteMs = deed.sentMs;
      if (deed.sentMs - life.firstReadMs > HELD_UP_MAX_MS) return;
      const waiting = [...scene.tracks.open()].filter((track) => isWaiting(scene, track, { deed, life }));
      if (waiting.length === 0 || isClosing(deed, scene)) return;
      scene.report('V5', `the first call of ${life.replica} is ${deed.action} for ${deed.instance} while ${waiting.map(({ instance }) => instance.id).join(', ')} is in its window`);
    },
  };
}

/** A closing call that never arrived was the first all the same. */
function noteLost({ lives }: Scene, event: WorldEvent): void {
  if (event.kind !== 'answered' || event.status !== 0 || event.crossing.verb !== 'vpc:AssociateEipAddress') return;
  const life = lives.of(event.crossing);
  life.firstWriteMs = Math.min(life.firstWriteMs, event.crossing.atMs);
}

/** Opened by another life of this cluster's controller, and unbound since before this call was sent. */
function isWaiting(scene: Scene, track: Track, { deed, life }: { readonly deed: Deed; readonly life: Life }): boolean {
  const { homeIp, window, instance } = track;
  const eip = homeIp === undefined ? undefined : eipAt(scene.state, homeIp);
  const isUnbound = eip?.status === 'Available' || instance.id === deed.instance;
  const isKnown = isListed(life, [instance.id, eip?.id], deed.sentMs) && !readsBound(life, eip, deed.sentMs);
  return isLeft(scene, window, life) && isUnbound && isKnown && isClaimed(scene, track, eip);
}

/** What says whose it is says that of one who can have it closed. */
const isClaimed = (scene: Scene, track: Track, eip: Eip | undefined): boolean =>
  !isForged(eip, track.instance.id) && !scene.isUnsaid(eip) && !isOrphaned(scene, track);

/** The last answer about it is from before the window opened. */
const readsBound = ({ reads }: Life, eip: Eip | undefined, sentMs: number): boolean =>
  eip?.status === 'Available' && textAt(reads.of(eip.id, sentMs)?.row, 'Status') === 'InUse';

const isLeft = ({ lives }: Scene, window: Window | undefined, life: Life): boolean =>
  window?.by === 'us' && window.opener?.cluster === life.cluster && lives.of(window.opener.event.crossing) !== life;

/** What half a listing leaves out is not known to be open. */
const isListed = ({ reads, listedMs }: Life, ids: readonly (string | undefined)[], sentMs: number): boolean =>
  listedMs.size === 0 || ids.every((id) => id !== undefined && reads.ever(id).some(({ atMs }) => atMs < sentMs));

/** A person says by its tag that it belongs to somebody else. */
const isForged = (eip: Eip | undefined, instance: string): boolean => ![undefined, instance].includes(eip?.tags.get(TAG.instance));

/** An Associate of one that is open (or was, until a person closed it), or the taking home of its EIP from a detached ENI. */
const isClosing = (deed: Deed, scene: Scene): boolean =>
  (deed.sort === 'close' && isOvertaken(scene, deed)) || (['close', 'home'].includes(deed.sort) && [...scene.tracks.open()].some((track) => track.instance.id === deed.instance));
