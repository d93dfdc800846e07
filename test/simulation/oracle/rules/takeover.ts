// V5, restart in window: "if the process dies between 4 and 5, the next leader's first mutating call completes or reverts that swap". Where several
// windows are open, whoever opened them, any of them may be closed first. Not asked for while an EIP is still on its way: nobody can close that yet.
import { TAG } from '../../../../src/api/names.ts';
import type { WorldEvent } from '../../engine/contract.ts';
import type { Eip } from '../../../../sim/cloud/state/entities.ts';
import { eipAt } from '../facts/network.ts';
import type { Deed } from '../facts/deeds.ts';
import type { Life } from '../facts/lives.ts';
import type { Happening, Scene } from '../facts/scene.ts';
import type { Track } from '../facts/tracks.ts';
import type { Rule } from '../rule.ts';

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
function isWaiting({ state }: Scene, { homeIp, window, instance }: Track, { deed, life }: { readonly deed: Deed; readonly life: Life }): boolean {
  const eip = homeIp === undefined ? undefined : eipAt(state, homeIp);
  const isUnbound = eip?.status === 'Available' || instance.id === deed.instance;
  return window?.by === 'us' && window.opener?.cluster === deed.cluster && window.opener.sentMs < life.startedMs && isUnbound && !isForged(eip, instance.id);
}

/** A person says by its tag that it belongs to somebody else. */
const isForged = (eip: Eip | undefined, instance: string): boolean => ![undefined, instance].includes(eip?.tags.get(TAG.instance));

/** An Associate of one that is open, or the taking home of its EIP from a detached ENI. */
const isClosing = ({ sort, instance }: Deed, { tracks }: Scene): boolean =>
  (sort === 'close' || sort === 'home') && [...tracks.open()].some((track) => track.instance.id === instance);
