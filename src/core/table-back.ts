/**
 * The table read backwards (Revert), the letting go (Retain), and the end of an instance that was released.
 * Backwards: EIP home → detach → delete → untag. The EIP's tags go last: until then anybody can finish from them.
 */
import { TAG } from '../api/names.ts';
import type { Facts } from './facts.ts';
import { holdOf, isOurs, presentKeys } from './marks.ts';
import { problem } from './problem.ts';
import { blocked, carriesEip, eniBinding, take, wait, type Row } from './rows.ts';
import type { Move, PlanInput } from './situation.ts';
import type { NetworkInterface } from './view.ts';

const heldByPerson: Row = ({ instance, homeEip }) => {
  const held = [instance, homeEip].find((object) => object && holdOf(object.tags)?.by === 'person');
  return held && blocked(problem('Held', `${held.id} is tagged ${TAG.hold}`));
};

const eniInTransit: Row = ({ eni, ourEni }) => (eni === 'transition' ? wait('WaitingForCloud', `ENI ${ourEni?.id ?? ''} is ${ourEni?.status ?? ''}`) : undefined);

const instanceInTransit: Row = ({ activity, instance, home }) =>
  activity === 'transition' && home !== 'none' ? wait('InstanceInTransition', `Instance ${instance?.id ?? ''} is ${instance?.status ?? ''}`) : undefined;

/** Where the EIP sits when it has to go home. Only an EIP that carries our mark is brought home; a hand-made set-up is nobody's. */
const bringHome: Row = (facts, input) => {
  const { home, homeEip, primary, homeId } = facts;
  if ((home !== 'onEni' && home !== 'onForeignEni') || !homeEip || homeId === undefined || !isOurs(homeEip.tags, input.target) ) return undefined;
  if (primary !== 'none') return blocked(problem('TwoPublicAddresses', `EIP ${homeId} cannot go home: instance ${input.view.instanceId} has another public address`));
  const carrier = input.view.networkInterfaces.find((eni) => eni.id === homeEip.binding?.id);
  return carrier && take({ kind: 'unassociateEipAddress', eip: homeId, from: eniBinding(carrier) }, 'open');
};

const ours = ({ ourEni, surplus }: Facts): NetworkInterface[] => [...(ourEni ? [ourEni] : []), ...surplus];

const removeEnis: Row = (facts, input) => {
  for (const eni of ours(facts).filter(({ id }) => !carriesEip(input, id))) {
    if (eni.status === 'Available') return take({ kind: 'deleteNetworkInterface', networkInterface: eni.id });
    if (eni.status === 'Deleting' || eni.status === 'Attaching') return wait('WaitingForCloud', `ENI ${eni.id} is ${eni.status}`);
    if (eni.instanceId === input.view.instanceId) return take({ kind: 'detachNetworkInterface', networkInterface: eni.id, instance: input.view.instanceId });
  }
  return undefined;
};

const untagHome: Row = ({ homeEip }, { target }) => {
  const keys = homeEip && isOurs(homeEip.tags, target) ? presentKeys(homeEip.tags) : [];
  return homeEip && keys.length > 0 ? take({ kind: 'untagEip', eip: homeEip.id, keys }) : undefined;
};

const restored: Row = (): Move => ({ settled: 'Restored' });

export const BACKWARD: readonly Row[] = [heldByPerson, eniInTransit, instanceInTransit, bringHome, removeEnis, untagHome, restored];

const isOwn = (tags: NetworkInterface['tags'], { target }: PlanInput): boolean =>
  tags[TAG.cluster] === target.owner.cluster && tags[TAG.owner] === target.owner.uid;

const disownEip: Row = ({ homeEip }, input) =>
  homeEip && isOwn(homeEip.tags, input) ? take({ kind: 'untagEip', eip: homeEip.id, keys: [TAG.owner] }) : undefined;

const disownEni: Row = (facts, input) => {
  const own = ours(facts).find((eni) => isOwn(eni.tags, input));
  return own && take({ kind: 'untagNetworkInterface', networkInterface: own.id, keys: [TAG.owner] });
};

const heldStays: Row = ({ instance, homeEip }): Move | undefined =>
  [instance, homeEip].some((object) => object && holdOf(object.tags)?.by === 'person') ? { settled: 'Released' } : undefined;

const released: Row = (): Move => ({ settled: 'Released' });

export const RELEASE: readonly Row[] = [heldStays, disownEip, disownEni, released];

/** An EIP that sits on the ENI of a released instance leaves it first: deleting the ENI would orphan it unseen. */
const freeEip: Row = ({ home, homeId, ourEni }) =>
  home === 'onEni' && ourEni && homeId !== undefined ? take({ kind: 'unassociateEipAddress', eip: homeId, from: eniBinding(ourEni) }) : undefined;

export const LETTING_GO: readonly Row[] = [eniInTransit, freeEip, removeEnis, untagHome, released];
