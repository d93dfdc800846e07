/**
 * The table forwards (design section 3). First match wins; what nothing matches is UnknownShape. CLOSING comes before it.
 *
 * primary          | our ENI         | home EIP          | move
 * any              | elsewhere       | any               | blocked
 * any              | any             | elsewhere         | blocked: somebody moved it
 * several/unusable | any             | any               | blocked
 * any              | in transition   | any               | wait
 * none             | Available       | on our ENI        | Attach (or, where that is impossible, Unassociate and go home)
 * static           | any             | none              | Convert, or ModifyInstanceChargeType where allowed
 * home             | any             | here, tag missing | TagResources
 * home             | none            | on the instance   | CreateNetworkInterface
 * home             | Available       | on the instance   | Attach
 * home             | InUse here      | on the instance   | groups, the guest (table-guest), then Unassociate
 * none             | InUse here      | on our ENI        | failed its verification: home (table-restore)
 * none             | InUse here      | on our ENI        | tags, groups, the guest, then settled
 * other, static    | any             | on an ENI         | blocked: two public addresses
 * none             | none            | on a hand-made ENI, none, gone | settled
 */
import { TAG } from '../api/names.ts';
import type { Reason } from '../api/reasons.ts';
import type { Facts } from './facts.ts';
import type { EipId } from './ids.ts';
import { holdOf, isOurs, linkTags, missingTags, newNetworkInterfaceTags, holdTag } from './marks.ts';
import { isNotConvertible, preflight, unusable, wantedGroups, wantedVSwitch } from './preflight.ts';
import { problem, type Problem } from './problem.ts';
import { blocked, carriesEip, eniBinding, isProved, remove, take, wait, type Row } from './rows.ts';
import type { Move, PlanInput } from './situation.ts';
import { DIVERTED, markDiverted, takeOffDiverted } from './table-diverted.ts';
import { guestOfHeld, guestReady } from './table-guest.ts';
import { bringFailedHome, FAILED, markFailed } from './table-restore.ts';
import { chargeTypeToken, createToken } from './token.ts';
import type { NetworkInterface } from './view.ts';

const excluded: Row = (_, { target }) => target.exclusion && blocked(target.exclusion);

/** A hold stops writes, not judgement: what is in the settled shape stays settled, and keeps nobody's place in the rollout. */
const heldByPerson: Row = (facts, input) => {
  const held = [facts.instance, facts.homeEip].find((object) => object && holdOf(object.tags)?.by === 'person');
  if (held === undefined) return undefined;
  const remedy = `Remove the tag ${TAG.hold} from ${held.id} to let ${input.view.instanceId} be managed again`;
  const inShape = settled(facts, input);
  return (inShape && (wayOutOfSettled(facts, input) ?? guestOfHeld(facts, input) ?? inShape)) ?? blocked(problem('Held', `${held.id} is tagged ${TAG.hold}`, { remedy }));
};

/** The window would not close onto the ENI and the EIP is home again: say so on the EIP, so that the next process knows. */
const markTurnedBack: Row = ({ home, homeEip }, { hints, target }) =>
  home === 'onInstance' && homeEip && hints.turnBack?.refused === 'networkInterface' && holdOf(homeEip.tags) === undefined
    ? take({ kind: 'tagEip', eip: homeEip.id, tags: holdTag(target.generation, hints.turnBack.reason) }, 'hold')
    : undefined;

function ourHold({ homeEip }: Facts): { readonly eip: EipId; readonly generation: number; readonly reason: string } | undefined {
  const hold = homeEip && holdOf(homeEip.tags);
  return homeEip && hold?.by === 'us' ? { eip: homeEip.id, generation: hold.generation, reason: hold.reason } : undefined;
}

/**
 * Another generation, or a request to look again: what was given up is tried anew. What was turned back since the request is held until the
 * next one, or tagging and untagging would go on until the request counts as answered (test/unit/core/explored.test.ts).
 */
const liftOurs: Row = (facts, { target, hints }) => {
  const hold = ourHold(facts);
  return hold && (hold.generation !== target.generation || (target.liftHolds && hints.turnBack === undefined)) ? take({ kind: 'untagEip', eip: hold.eip, keys: [TAG.hold] }) : undefined;
};

const HOLD_REASONS: Readonly<Record<string, Reason>> = { FoughtOver: 'FoughtOver', [FAILED]: FAILED, [DIVERTED]: DIVERTED };

const heldByUs: Row = (facts, { hints }) => {
  const hold = ourHold(facts);
  if (hold === undefined || (hold.reason === FAILED && facts.home === 'onEni')) return undefined;
  return blocked(problem(HOLD_REASONS[hold.reason] ?? 'TurnedBack', `EIP ${hold.eip} was put back on the instance (${hints.turnBack?.message ?? hold.reason})`));
};

const eniElsewhere: Row = ({ eni, ourEni }) =>
  eni === 'elsewhere' && ourEni ? blocked(problem('EniElsewhere', `ENI ${ourEni.id} is attached to ${ourEni.instanceId ?? 'something else'}`, { degraded: true })) : undefined;

const movedElsewhere: Row = ({ home, homeEip }) =>
  home === 'elsewhere' && homeEip
    ? blocked(problem('MovedElsewhere', `EIP ${homeEip.id} (${homeEip.ip}) is bound to ${homeEip.binding?.id ?? 'something else'}`, { degraded: true }))
    : undefined;

const unusableAddress: Row = ({ primary, homeEip, home, instance }) => {
  if (primary === 'several') return blocked(problem('UnusableAddress', `Instance ${instance?.id ?? ''} has several public addresses on its primary ENI`));
  const found = homeEip && home !== 'gone' ? unusable(homeEip, instance) : undefined;
  return found && blocked(found);
};

const twoAddresses: Row = ({ primary, home, homeEip, instance }) =>
  (primary === 'static' || primary === 'other') && (home === 'onEni' || home === 'onForeignEni')
    ? blocked(problem('TwoPublicAddresses', `Instance ${instance?.id ?? ''} has a public address beside EIP ${homeEip?.id ?? ''} on its ENI`, { degraded: true }))
    : undefined;

const eniInTransit: Row = ({ eni, ourEni }) => (eni === 'transition' ? wait('WaitingForCloud', `ENI ${ourEni?.id ?? ''} is ${ourEni?.status ?? ''}`) : undefined);

const instanceInTransit: Row = ({ activity, instance }) =>
  activity === 'transition' ? wait('InstanceInTransition', `Instance ${instance?.id ?? ''} is ${instance?.status ?? ''}`) : undefined;

/** An ENI of ours without use; one that is attached goes only when its EIP is known to be gone, or is on another ENI of the instance. */
const surplus: Row = ({ surplus: enis, home }, input) => {
  const isElsewhere = home === 'onEni' || home === 'onForeignEni';
  const useless = (eni: NetworkInterface): boolean => eni.status !== 'InUse' || isElsewhere || input.view.goneEips.some((id) => id === eni.tags[TAG.eip]);
  const [move] = enis.filter((eni) => isProved(eni) && !carriesEip(input, eni.id) && useless(eni)).flatMap((eni) => remove(eni, input) ?? []);
  return move;
};

/** The way out is in doubt, not gone: neither forwards nor back. */
const isUnproved = ({ surroundings: { wayOut } }: PlanInput, found: Problem): boolean =>
  wayOut.verdict === 'unproved' && found === wayOut.problem;

/** Detached by hand with the EIP on it: the EIP travels with its ENI, or goes home where the ENI cannot be attached. */
const travelled: Row = (facts, input) => {
  const { home, eni, ourEni, homeId } = facts;
  if (home !== 'onEni' || eni !== 'available' || !ourEni || homeId === undefined) return undefined;
  const found = preflight(facts, input);
  if (found && isUnproved(input, found)) return wait(found.reason, found.message);
  return found === undefined
    ? take({ kind: 'attachNetworkInterface', networkInterface: ourEni.id, instance: input.view.instanceId })
    : take({ kind: 'unassociateEipAddress', eip: homeId, from: eniBinding(ourEni) }, 'rescue');
};

/** From here to the settled rows a step is a forward move: nothing is begun that cannot be finished. */
const notReady: Row = (facts, input) => {
  const begins = facts.primary === 'static' || facts.home === 'onInstance';
  const found = begins ? preflight(facts, input) : undefined;
  if (found === undefined) return undefined;
  return isUnproved(input, found) ? wait(found.reason, found.message) : blocked(found);
};

const convert: Row = ({ primary, instance }, { target, view, hints: { fruitless = 0 } }) => {
  if (primary !== 'static' || instance === undefined) return undefined;
  const token = chargeTypeToken(target.owner.uid, target.generation, { instance: view.instanceId, fruitless });
  return take(isNotConvertible(instance) ? { kind: 'modifyInstanceChargeType', instance: view.instanceId, to: 'PostPaid', token } : { kind: 'convertNatPublicIpToEip', instance: view.instanceId });
};

const wayOutOfSettled: Row = (_, { surroundings: { wayOut } }) => {
  if (wayOut.verdict === 'stands') return undefined;
  return wayOut.verdict === 'gone' ? blocked({ ...wayOut.problem, degraded: true }) : wait('NotObserved', wayOut.problem.message);
};

const tagHome: Row = ({ home, homeEip, homeId, eni }, { target, view }) => {
  if (!homeEip || homeId === undefined || (home !== 'onInstance' && !(home === 'onEni' && eni === 'inUseHere'))) return undefined;
  const tags = missingTags(homeEip.tags, linkTags(target, view.instanceId, homeId));
  return Object.keys(tags).length > 0 ? take({ kind: 'tagEip', eip: homeId, tags }) : undefined;
};

const create: Row = (facts, input) => {
  const vSwitch = facts.instance && wantedVSwitch(input, facts.instance);
  if (facts.home !== 'onInstance' || facts.eni !== 'none' || facts.homeId === undefined || !vSwitch) return undefined;
  const { view: { instanceId: instance }, target } = input;
  const securityGroups = wantedGroups(input);
  const parameters = { owner: target.owner.uid, instance, eip: facts.homeId, vSwitch: vSwitch.id, securityGroups };
  const token = createToken(parameters, input.hints.retiredNetworkInterfaces);
  return take({
    kind: 'createNetworkInterface', instance, eip: facts.homeId, vSwitch: vSwitch.id, securityGroups,
    name: `egress-unification-${instance}`, tags: newNetworkInterfaceTags(target, instance, facts.homeId), token,
  });
};

const attach: Row = ({ home, eni, ourEni }, { view }) =>
  home === 'onInstance' && eni === 'available' && ourEni ? take({ kind: 'attachNetworkInterface', networkInterface: ourEni.id, instance: view.instanceId }) : undefined;

/** Groups decide who reaches the instance on its IP, so they are right before the EIP arrives, and are kept right. */
const followGroups: Row = ({ eni, ourEni }, input) => {
  const securityGroups = wantedGroups(input);
  const right = !ourEni || eni !== 'inUseHere' || securityGroups.length === 0 || [...ourEni.securityGroupIds].sort().join() === securityGroups.join();
  return right ? undefined : take({ kind: 'modifyNetworkInterfaceAttribute', networkInterface: ourEni.id, securityGroups });
};

const tagEni: Row = ({ eni, ourEni, homeId }, { target, view }) => {
  if (eni !== 'inUseHere' || !ourEni || homeId === undefined) return undefined;
  const tags = missingTags(ourEni.tags, linkTags(target, view.instanceId, homeId));
  return Object.keys(tags).length > 0 ? take({ kind: 'tagNetworkInterface', networkInterface: ourEni.id, tags }) : undefined;
};

const open: Row = ({ home, eni, homeEip }) => {
  const from = homeEip?.binding;
  return home === 'onInstance' && eni === 'inUseHere' && homeEip && from && from.kind !== 'other'
    ? take({ kind: 'unassociateEipAddress', eip: homeEip.id, from }, 'open')
    : undefined;
};

const settled: Row = ({ primary, home, eni }): Move | undefined => {
  if (primary !== 'none') return undefined;
  if (home === 'onForeignEni' || (home === 'onEni' && eni === 'inUseHere')) return { settled: 'Unified' };
  return (home === 'none' || home === 'gone') && eni === 'none' ? { settled: 'NothingToMove' } : undefined;
};

const MENDING: readonly Row[] = [travelled, surplus, notReady, convert, wayOutOfSettled, tagHome, create, attach, tagEni, followGroups, markDiverted, guestReady, open, settled];

/** With spec.drift.action Report every step that would mend a change by hand is told instead of taken. */
const reporting = (row: Row): Row => (facts, input) => {
  const move = row(facts, input);
  if (!input.target.reportOnly || move === undefined || !('do' in move)) return move;
  return blocked(problem('DriftReported', `Instance ${input.view.instanceId} is not as it was; to mend it would take ${move.do.kind}`, { degraded: true }));
};

export const FORWARD: readonly Row[] = [
  excluded, heldByPerson, markTurnedBack, liftOurs, takeOffDiverted, heldByUs, eniElsewhere, movedElsewhere, unusableAddress, twoAddresses, eniInTransit, instanceInTransit,
  markFailed, bringFailedHome,
  ...MENDING.map(reporting),
];

/** Whether anything on the instance says that it is ours. */
export const isMarked = ({ homeEip, ourEni, surplus: enis }: Facts, { target }: PlanInput): boolean =>
  ourEni !== undefined || enis.length > 0 || (homeEip !== undefined && isOurs(homeEip.tags, target));
