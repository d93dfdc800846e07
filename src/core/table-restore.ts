/**
 * The way home of an instance that failed its verification (rollout.onFailure Restore). The hold on the EIP is written before the EIP is
 * moved, so that whoever comes after a crash knows which way it was going: from then on the tag alone decides, not who judged the packets.
 *
 * home EIP    | hold `<generation>.VerificationFailed` | move
 * on our ENI  | not yet, and it failed                 | TagResources, with what is missing of the link
 * on our ENI  | there                                  | Unassociate (restore); refused at home: blocked
 * unbound     | there                                  | Associate to the instance (CLOSING)
 * at home     | there                                  | blocked VerificationFailed; another generation or a request lifts it
 * A hold of a person comes before all of it. The ENI stays attached, so that the next try costs only the window.
 */
import { holdOf, holdTag, isOurs, linkTags, missingTags } from './marks.ts';
import { cannotMove } from './preflight.ts';
import { problem } from './problem.ts';
import { blocked, eniBinding, take, type Row } from './rows.ts';
import type { Tags } from './view.ts';

export const FAILED = 'VerificationFailed';

/** Whether our hold on it says that it failed its verification, whatever the generation. */
export function isFailed(tags: Tags): boolean {
  const hold = holdOf(tags);
  return hold?.by === 'us' && hold.reason === FAILED;
}

/** Not while holds are being lifted: what was asked to be tried again is tried again first. */
export const markFailed: Row = ({ home, eni, homeEip }, { target, view }) =>
  target.restore === true && !target.liftHolds && home === 'onEni' && eni === 'inUseHere' && homeEip && holdOf(homeEip.tags) === undefined
    ? take({ kind: 'tagEip', eip: homeEip.id, tags: { ...missingTags(homeEip.tags, linkTags(target, view.instanceId, homeEip.id)), ...holdTag(target.generation, FAILED) } }, 'hold')
    : undefined;

export const bringFailedHome: Row = ({ home, homeEip, ourEni, instance }, { target, view, hints: { turnBack } }) => {
  if (home !== 'onEni' || !homeEip || !ourEni || !isFailed(homeEip.tags)) return undefined;
  if (turnBack?.refused === 'instance') return blocked(problem('TurnedBack', `EIP ${homeEip.id} failed its verification and could not be brought home: ${turnBack.message}`));
  // while it is unbound its own tags are the witness that cannot be deleted
  if (!isOurs(homeEip.tags, target)) return take({ kind: 'tagEip', eip: homeEip.id, tags: linkTags(target, view.instanceId, homeEip.id) });
  const unmovable = instance && cannotMove(homeEip, instance);
  return unmovable ? blocked(unmovable) : take({ kind: 'unassociateEipAddress', eip: homeEip.id, from: eniBinding(ourEni) }, 'restore');
};
