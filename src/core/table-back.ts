/**
 * The table read backwards (Revert), the letting go (Retain), and the end of an instance that was released.
 * Backwards: EIP home → our routing out of the guest (table-guest) → detach → delete → untag. The EIP's tags go last: until then anybody can finish from them.
 */
import { TAG } from '../api/names.ts';
import type { Facts } from './facts.ts';
import { holdOf, isOurs, linkTags, presentKeys } from './marks.ts';
import { cannotMove } from './preflight.ts';
import { problem } from './problem.ts';
import { blocked, carriesEip, eniBinding, isProved, remove, take, wait, type Row } from './rows.ts';
import type { Move, PlanInput } from './situation.ts';
import { leftInGuest, undoGuest } from './table-guest.ts';
import type { NetworkInterface } from './view.ts';

const heldByPerson: Row = ({ instance, homeEip }) => {
  const held = [instance, homeEip].find((object) => object && holdOf(object.tags)?.by === 'person');
  return held && blocked(problem('Held', `${held.id} is tagged ${TAG.hold}`));
};

const eniInTransit: Row = ({ eni, ourEni }) => (eni === 'transition' ? wait('WaitingForCloud', `ENI ${ourEni?.id ?? ''} is ${ourEni?.status ?? ''}`) : undefined);

const instanceInTransit: Row = ({ activity, instance, home }) =>
  activity === 'transition' && home !== 'none' ? wait('InstanceInTransition', `Instance ${instance?.id ?? ''} is ${instance?.status ?? ''}`) : undefined;

/** Our ENI says whose the EIP is and the EIP does not: while it is unbound its own tags are the witness that cannot be deleted. */
const tagBeforeMove: Row = ({ home, homeEip }, { target, view }) =>
  home === 'onEni' && homeEip && !isOurs(homeEip.tags, target) ? take({ kind: 'tagEip', eip: homeEip.id, tags: linkTags(target, view.instanceId, homeEip.id) }) : undefined;

/** The instance would not take the EIP: it stays on the ENI, reachable, and a person has to look. */
const refusedAtHome: Row = ({ home, homeId }, { hints: { turnBack } }) =>
  home === 'onEni' && turnBack?.refused === 'instance' ? blocked(problem('TurnedBack', `EIP ${homeId ?? ''} could not be brought home: ${turnBack.message}`)) : undefined;

/** Where the EIP sits when it has to go home. Only an EIP that carries our mark is brought home; a hand-made set-up is nobody's. */
const bringHome: Row = (facts, input) => {
  const { home, homeEip, primary, homeId } = facts;
  if ((home !== 'onEni' && home !== 'onForeignEni') || !homeEip || homeId === undefined || !isOurs(homeEip.tags, input.target)) return undefined;
  if (primary !== 'none') return blocked(problem('TwoPublicAddresses', `EIP ${homeId} cannot go home: instance ${input.view.instanceId} has another public address`));
  const unmovable = facts.instance && cannotMove(homeEip, facts.instance);
  if (unmovable) return blocked(unmovable);
  const carrier = input.view.networkInterfaces.find((eni) => eni.id === homeEip.binding?.id);
  return carrier && take({ kind: 'unassociateEipAddress', eip: homeId, from: eniBinding(carrier) }, 'open');
};

/** Only what carries our tags is removed: an ENI that our Create made and somebody stripped gets them again first. */
const markStripped: Row = (facts, { target, view, hints }) => {
  const stripped = ours(facts).find((eni) => !isProved(eni) && hints.createdNetworkInterfaces?.includes(eni.id));
  if (!stripped || facts.homeId === undefined) return undefined;
  return take({ kind: 'tagNetworkInterface', networkInterface: stripped.id, tags: linkTags(target, view.instanceId, facts.homeId) });
};

const ours = ({ ourEni, surplus }: Facts): NetworkInterface[] => [...(ourEni ? [ourEni] : []), ...surplus];

const removeEnis: Row = (facts, input) => {
  const [move] = ours(facts).filter((eni) => isProved(eni) && !carriesEip(input, eni.id)).flatMap((eni) => remove(eni, input) ?? []);
  const left = move && 'do' in move && move.do.kind === 'detachNetworkInterface' ? leftInGuest(input) : undefined;
  return move && left !== undefined ? { ...move, note: left } : move;
};

const untagHome: Row = ({ homeEip }, { target }) => {
  const keys = homeEip && isOurs(homeEip.tags, target) ? presentKeys(homeEip.tags) : [];
  return homeEip && keys.length > 0 ? take({ kind: 'untagEip', eip: homeEip.id, keys }) : undefined;
};

const restored: Row = (): Move => ({ settled: 'Restored' });

export const BACKWARD: readonly Row[] = [heldByPerson, eniInTransit, instanceInTransit, tagBeforeMove, refusedAtHome, bringHome, markStripped, undoGuest, removeEnis, untagHome, restored];

const isOwn = (tags: NetworkInterface['tags'], { target }: PlanInput): boolean =>
  tags[TAG.cluster] === target.owner.cluster && tags[TAG.owner] === target.owner.uid;

const disownEip: Row = ({ homeEip }, input) =>
  homeEip && isOwn(homeEip.tags, input) ? take({ kind: 'untagEip', eip: homeEip.id, keys: [TAG.owner] }) : undefined;

const disownEni: Row = (facts, input) => {
  const own = ours(facts).find((eni) => isOwn(eni.tags, input));
  return own && take({ kind: 'untagNetworkInterface', networkInterface: own.id, keys: [TAG.owner] });
};

/** It was left on an ENI that somebody has detached: it reaches nobody there, so it goes back to the instance before it is let go of. */
const takeHome: Row = ({ home, eni, homeEip, ourEni }, input) =>
  home === 'onEni' && eni === 'available' && homeEip && ourEni && (isOwn(homeEip.tags, input) || isOwn(ourEni.tags, input))
    ? take({ kind: 'unassociateEipAddress', eip: homeEip.id, from: eniBinding(ourEni) }, 'rescue')
    : undefined;

const heldStays: Row = ({ instance, homeEip }): Move | undefined =>
  [instance, homeEip].some((object) => object && holdOf(object.tags)?.by === 'person') ? { settled: 'Released' } : undefined;

const released: Row = (): Move => ({ settled: 'Released' });

export const RELEASE: readonly Row[] = [heldStays, takeHome, disownEip, disownEni, released];

/** An EIP that sits on the ENI of a released instance leaves it first: deleting the ENI would orphan it unseen. */
const freeEip: Row = ({ home, homeId, ourEni }) =>
  home === 'onEni' && ourEni && homeId !== undefined ? take({ kind: 'unassociateEipAddress', eip: homeId, from: eniBinding(ourEni) }) : undefined;

/**
 * While somebody has it, or an ENI made for another instance says that the EIP is its home, or the status does, the tag that names a released
 * instance may be the wrong one: a forged id is as gone as a released one.
 */
const untagUnused: Row = (facts, input) => {
  const { view, target, hints } = input;
  const isNamed = view.networkInterfaces.some(({ tags }) => isOurs(tags, target) && tags[TAG.eip] === facts.homeId && tags[TAG.instance] !== view.instanceId);
  const isClaimed = isNamed || hints.eipsOfOthers?.some((id) => id === facts.homeId);
  return isClaimed || (target.goal !== 'revert' && facts.home !== 'unbound') ? undefined : untagHome(facts, input);
};

export const LETTING_GO: readonly Row[] = [heldStays, eniInTransit, freeEip, removeEnis, untagUnused, released];
