/**
 * A guest that sends everything out by our ENI from when that is attached is not reached on its own address any more, although nothing was
 * moved. The ENI is taken off it again. The hold on the EIP is written first, so that nobody attaches it anew before something was mended.
 *
 * home EIP        | our ENI  | hold `<generation>.DefaultRouteTaken` | move
 * on the instance | attached | not yet, and the guest says so        | TagResources, with what is missing of the link
 * on the instance | attached | there                                 | DetachNetworkInterface
 * on the instance | Available | there                                | blocked DefaultRouteTaken; another generation or a request lifts it
 */
import type { Facts } from './facts.ts';
import { holdOf, holdTag, linkTags, missingTags } from './marks.ts';
import { problem } from './problem.ts';
import { blocked, carriesEip, isProved, remove, take, type Row } from './rows.ts';
import type { PlanInput } from './situation.ts';
import type { NetworkInterface } from './view.ts';

export const DIVERTED = 'DefaultRouteTaken';

const isDiverting = ({ target: { guestRouting }, surroundings: { guest } }: PlanInput): boolean =>
  guestRouting !== 'Ignore' && guest?.state === 'notReady' && guest.diverted === true;

const isAttachedBeside = ({ home, eni }: Facts): boolean => home === 'onInstance' && eni === 'inUseHere';

/** Not while holds are being lifted: what was asked to be tried again is tried again first. */
export const markDiverted: Row = (facts, input) => {
  const { target, view } = input;
  const { homeEip } = facts;
  if (!isAttachedBeside(facts) || !homeEip || target.liftHolds || !isDiverting(input) || holdOf(homeEip.tags) !== undefined) return undefined;
  return take({ kind: 'tagEip', eip: homeEip.id, tags: { ...missingTags(homeEip.tags, linkTags(target, view.instanceId, homeEip.id)), ...holdTag(target.generation, DIVERTED) } }, 'hold');
};

/** Attached, proved ours, without an EIP, and either the mark or the guest says that it does harm. */
const isHarming = (facts: Facts, eni: NetworkInterface, input: PlanInput, mark: string): boolean =>
  isAttachedBeside(facts) && isProved(eni) && !carriesEip(input, eni.id) && (mark === DIVERTED || isDiverting(input));

/** Whatever it is held for: with the hold on its EIP the ENI is not attached anew. */
export const takeOffDiverted: Row = (facts, input) => {
  const { home, homeEip, ourEni } = facts;
  const hold = homeEip && holdOf(homeEip.tags);
  if (home !== 'onInstance' || !ourEni || hold?.by !== 'us') return undefined;
  const move = isHarming(facts, ourEni, input, hold.reason) ? remove(ourEni, input) : undefined;
  if (move) return 'do' in move ? { ...move, phase: 'takeOff' } : move;
  return hold.reason === DIVERTED ? blocked(problem(DIVERTED, `ENI ${ourEni.id} was taken off ${input.view.instanceId} again: its guest sent everything out by it`)) : undefined;
};
