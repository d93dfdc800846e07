/**
 * The rows that come before every wish: look again, never act on contradictions, and close the window (design section 3,
 * "the window closes first, whatever else is wished").
 *
 * primary | our ENI                       | home EIP    | move
 * any     | any                           | in transit  | wait
 * other   | any                           | unbound     | blocked, loudest: the home is taken
 * none    | any, it failed verification   | unbound     | Associate back to the instance
 * none    | InUse here, way out not gone  | unbound     | Associate to the ENI
 * none    | anything else                 | unbound     | Associate back to the instance
 * none    | not attached, EIP on it       | on the ENI  | see the forward table: attach, or go home
 */
import type { Facts } from './facts.ts';
import { isOurs } from './marks.ts';
import { problem } from './problem.ts';
import { blocked, eniBinding, instanceBinding, take, wait, type Row } from './rows.ts';
import type { PlanInput } from './situation.ts';
import type { HomeBinding } from './step.ts';
import { isFailed } from './table-restore.ts';

const inTransit: Row = ({ home, homeEip }) =>
  home === 'transition' ? wait('WaitingForCloud', `EIP ${homeEip?.id ?? ''} is ${homeEip?.status ?? ''}`) : undefined;

const contradiction: Row = ({ inconsistent }, { view }) =>
  inconsistent ? wait('NotObserved', `Instance ${view.instanceId} and its EIP's record contradict each other; looking again`) : undefined;

const conflict: Row = (facts) => facts.conflict && blocked(facts.conflict);

/** Who manages it is disputed. While the home EIP is unbound that waits, if a mark of ours says whose EIP it is: on that nobody disagrees. */
const foreign: Row = ({ foreign: found, home, claimed }, { target: { exclusion } }) => {
  if (found === undefined || (home === 'unbound' && claimed)) return undefined;
  // the selection knows the other resource by name, the tags only by its UID
  return blocked(exclusion?.reason === found.reason ? exclusion : found);
};

const isUnbound = ({ homeId }: Facts, { view, target }: PlanInput): boolean =>
  view.eips.some((eip) => eip.binding === undefined && (eip.id === homeId || isOurs(eip.tags, target)));

/** Letting go touches nothing but what carries this owner's UID, so a contradiction stops it only while an EIP of ours is unbound. */
const inWindow = (row: Row): Row => (facts, input) => (isUnbound(facts, input) ? row(facts, input) : undefined);

const notSeen: Row = ({ home, homeId, activity }, { view }) => {
  if (activity === 'unseen') return wait('NotObserved', `Instance ${view.instanceId} was not seen, and is not known to be released`);
  return home === 'unseen' ? wait('NotObserved', `EIP ${homeId ?? ''} was not seen, and is not known to be released`) : undefined;
};

const homeTaken: Row = ({ home, primary, homeEip }, { view }) =>
  home === 'unbound' && primary !== 'none'
    ? blocked(problem('HomeTaken', `EIP ${homeEip?.id ?? ''} (${homeEip?.ip ?? ''}) is unbound and instance ${view.instanceId} has another public address`))
    : undefined;

/** Forwards onto the ENI; backwards, or held for a failed verification, onto the instance; the other way round where that was refused. */
function closeOnto({ eni, ourEni, homeEip }: Facts, input: PlanInput): HomeBinding {
  const goesHome = input.target.goal === 'revert' || (homeEip !== undefined && isFailed(homeEip.tags));
  const wish = goesHome ? 'instance' : 'networkInterface';
  const refused = input.hints.turnBack?.refused === wish;
  const ontoEni = (wish === 'networkInterface') !== refused && input.surroundings.wayOut.verdict !== 'gone';
  return ontoEni && eni === 'inUseHere' && ourEni ? eniBinding(ourEni) : instanceBinding(input);
}

const closeWindow: Row = (facts, input) =>
  facts.home === 'unbound' && facts.homeId !== undefined
    ? take({ kind: 'associateEipAddress', eip: facts.homeId, to: closeOnto(facts, input) }, 'close')
    : undefined;

/** For an instance that lives. */
export const CLOSING: readonly Row[] = [inTransit, conflict, foreign, notSeen, contradiction, homeTaken, closeWindow];

/** For one that lives and is let go of. */
export const CLOSING_BEFORE_RELEASE: readonly Row[] = [inTransit, inWindow(conflict), inWindow(foreign), notSeen, contradiction, homeTaken, closeWindow];

/** For one that was released: its ENI goes, its EIP stays with the account, untagged. */
export const BEFORE_LETTING_GO: readonly Row[] = [inTransit, conflict, foreign];
