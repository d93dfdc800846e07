// S1, never dark: "in(i) ∨ eg(i) always; and eg(i) is never lost because of us". Judged where an event has changed it. Forgiven: what a person
// did; what a fresh read had justified; going home with the way out gone, which is the only way back to it.
import type { Deed } from '../facts/deeds.ts';
import type { Life } from '../facts/lives.ts';
import type { Change } from '../facts/tracks.ts';
import { isOvertaken, type Happening, type Scene } from '../facts/scene.ts';
import type { Rule } from '../rule.ts';
import { sawWayOut } from './fresh.ts';

export function reach(scene: Scene): Rule {
  return {
    after: ({ changes, life }: Happening) => {
      if (!life) return;
      for (const change of changes) if (change.cause.by === 'us') judgeChange(scene, change, change.cause.deed, life);
    },
  };
}

function judgeChange(scene: Scene, change: Change, deed: Deed, life: Life): void {
  const { track } = change;
  if (isCutOff(change) && !isForgiven(deed) && !isOvertaken(scene, deed)) scene.report('S1', `${track.instance.id} lost its public IP ${track.homeIp ?? ''} by ${deed.action}`);
  if (losesWayOut(change) && !sawWayOut(life, track, deed)) {
    scene.report('S1', `${track.instance.id} cannot leave any more by ${deed.action}, and the way out had not been read as Available`);
  }
}

/** The address left its place. */
const isCutOff = ({ wasReached, track }: Change): boolean => wasReached && !track.isReached;

/**
 * An Unassociate is a move, and with a token its second delivery has an effect only where the first was refused. A second delivery of another
 * call that cannot carry a token is the world's doing.
 */
function isForgiven({ action, event: { late, request: { params } } }: Deed): boolean {
  const hasToken = 'ClientToken' in params;
  return action === 'UnassociateEipAddress' ? hasToken || !late : late && !hasToken;
}

/** It left, and does not now. */
const losesWayOut = ({ left, track }: Change): boolean => left && !track.leaves;
