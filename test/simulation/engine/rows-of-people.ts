// What people do in the console at any moment: everything that sim/cloud/control/meddle.ts can. What would make the goal unreachable for good
// is put right by a human five minutes later, unless it is what the human wanted (a released instance or EIP, an EIP given to another).
import type { MeddleRequest } from '../../../sim/cloud/control/meddle.ts';
import { eipsOn } from '../../../sim/cloud/state/relations.ts';
import { aimOf, type Aim } from './aim.ts';
import { all, only, onCloud, onVerbs, type Row, type Site } from './row.ts';

const SECOND = 1_000;
const UNTIL_A_HUMAN = 300 * SECOND;
const OURS = 'egressunification.io/';

const MOMENT = onCloud('for the cloud the moment of a Kubernetes call is that of the next call to the cloud');
const notAt = (verbs: readonly string[], otherwise: string): Row['cannot'] => only(({ verb }) => !verbs.includes(verb), otherwise);

const CONVERSIONS = ['ecs:ConvertNatPublicIpToEip', 'ecs:ModifyInstanceChargeType'];
const NO_EIP_YET = notAt(CONVERSIONS, 'before the conversion its instance has no EIP');
const NO_ENI_YET = notAt([...CONVERSIONS, 'ecs:CreateNetworkInterface'], 'its instance has no interface yet');
const NOTHING_YET = notAt(['ecs:DescribeInstanceTypes'], 'types are asked for once, before anything of ours is there');

/** What is done now, and what a human does five minutes (or `laterMs`) later. */
interface Deed {
  readonly now: MeddleRequest;
  readonly later?: MeddleRequest;
  readonly laterMs?: number;
}

type Plot = (aim: Aim, site: Site) => Deed | undefined;

const meddles = (name: string, says: string, plot: Plot, cannot: Row['cannot'] = MOMENT): Row => ({
  id: `meddle:${name}`, says, cannot,
  happen: (site) => {
    const aim = aimOf(site);
    const deed = aim && plot(aim, site);
    return deed && carryOut(site, deed);
  },
});

function carryOut({ lab }: Site, { now, later, laterMs = UNTIL_A_HUMAN }: Deed): number {
  lab.meddle(now);
  if (later === undefined) return 0;
  // what it speaks of may be gone by then
  lab.clock.after(laterMs, () => lab.meddleIfPossible(later));
  return laterMs;
}

const withEip = all(MOMENT, NO_EIP_YET);
const withEni = all(MOMENT, NO_ENI_YET);
const offItsInstance = all(withEip, NOTHING_YET, notAt(['ecs:CreateNetworkInterface', 'ecs:AttachNetworkInterface', 'ecs:DetachNetworkInterface', 'ecs:DeleteNetworkInterface', 'ecs:DescribeInstanceAttribute'], 'it is on its instance then, or the instance is gone'));
const offItsInterface = all(withEip, withEni, notAt(['ecs:ModifyNetworkInterfaceAttribute', 'ecs:TagResources', 'ecs:UntagResources', 'vpc:TagResources'], 'it is on the interface then, or there is none'));
const detached = all(withEni, NOTHING_YET, notAt(
  ['ecs:DetachNetworkInterface', 'ecs:ModifyNetworkInterfaceAttribute', 'ecs:TagResources', 'ecs:UntagResources', 'vpc:AssociateEipAddress', 'vpc:UnassociateEipAddress', 'vpc:TagResources'],
  'it is attached then, or there is none',
));
/** Of a stopped instance: its interface is made and attached, its EIP moved; the rest of it is done while it runs. */
const stopped = all(MOMENT, onVerbs(
  ['ecs:AttachNetworkInterface', 'vpc:TagResources', 'vpc:UnassociateEipAddress', 'vpc:AssociateEipAddress', 'ecs:DescribeInstances', 'ecs:DescribeNetworkInterfaces', 'vpc:DescribeEipAddresses'],
  'the call is about no instance that a scenario has stopped',
));
const tagged = all(withEip, NOTHING_YET);
const made = all(withEni, NOTHING_YET);

const ownTags = (tags: ReadonlyMap<string, string>): string[] => [...tags.keys()].filter((key) => key.startsWith(OURS));
const gatewayOf = ({ lab }: Site) => lab.cloud.state.natGateways.all()[0];
const tableOf = ({ lab: { cloud: { state } } }: Site, { instance }: Aim): string => state.vSwitches.get(instance.vSwitchId)?.routeTableId ?? '';

const NETWORK: readonly Row[] = [
  meddles('rebindEip', 'the EIP is put back on its instance', ({ instance, eip }) => (eip !== undefined && eip.binding?.id !== instance.id ? { now: { op: 'rebindEip', eip: eip.id, to: instance.id } } : undefined), offItsInstance),
  meddles('rebindEip-eni', 'the EIP is moved to the interface by hand', ({ eip, eni }) => (eip !== undefined && eni !== undefined && eip.binding?.id !== eni.id ? { now: { op: 'rebindEip', eip: eip.id, to: eni.id } } : undefined), offItsInterface),
  meddles('rebindEip-away', 'the EIP is given to another instance', ({ instance, eip }, { lab: { cloud: { state } } }) => {
    const other = state.instances.all().find(({ id, publicIp }) => id !== instance.id && publicIp === '' && eipsOn(state, id).length === 0);
    return eip !== undefined && other !== undefined ? { now: { op: 'rebindEip', eip: eip.id, to: other.id } } : undefined;
  }, all(withEip, notAt(['ecs:DescribeInstanceAttribute'], 'it asks for an instance that is gone, and with it the only one without an address of its own'))),
  meddles('unbindEip', 'the EIP is unbound', ({ eip }) => (eip?.binding === undefined ? undefined : { now: { op: 'unbindEip', eip: eip.id } }), all(withEip, notAt(['vpc:AssociateEipAddress'], 'it is unbound then'))),
  meddles('releaseEip', 'the EIP is released', ({ eip }) => eip && { now: { op: 'releaseEip', eip: eip.id } }, withEip),
  meddles('lockEip', 'the EIP is locked for an unpaid bill until it is paid', ({ eip }) => eip && { now: { op: 'lockEip', eip: eip.id, locks: ['financial'] }, later: { op: 'lockEip', eip: eip.id, locks: [] } }, withEip),
  meddles('attachEni', 'the interface is attached by hand', ({ instance, eni }) => (eni !== undefined && eni.status !== 'InUse' ? { now: { op: 'attachEni', eni: eni.id, instance: instance.id } } : undefined), detached),
  meddles('detachEni', 'the interface is detached', ({ eni }) => (eni !== undefined && eni.instanceId !== '' ? { now: { op: 'detachEni', eni: eni.id } } : undefined), all(withEni, notAt(['ecs:AttachNetworkInterface', 'ecs:DeleteNetworkInterface'], 'it is not attached then'))),
  meddles('deleteEni', 'the interface is deleted', ({ eni }) => eni && { now: { op: 'deleteEni', eni: eni.id } }, withEni),
  meddles('deleteSnatEntry', 'an SNAT entry is deleted until a human creates it again', (_, site) => {
    const gateway = gatewayOf(site);
    const entry = gateway?.snat.all()[0];
    if (gateway === undefined || entry === undefined) return undefined;
    const again: MeddleRequest = { op: 'addSnatEntry', natGateway: gateway.id, entry: entry.id, ips: [...entry.ips], ...(entry.vSwitchId === '' ? { cidr: entry.cidrText } : { vSwitch: entry.vSwitchId }) };
    return { now: { op: 'deleteSnatEntry', natGateway: gateway.id, entry: entry.id }, later: again };
  }),
  meddles('addSnatEntry', 'an SNAT entry of its own for the instance\'s address', ({ instance }, site) => {
    const gateway = gatewayOf(site);
    const id = `snat-of-${instance.id}`;
    return gateway && gateway.snat.get(id) === undefined ? { now: { op: 'addSnatEntry', natGateway: gateway.id, entry: id, cidr: `${instance.primary.privateIps[0] ?? ''}/32` } } : undefined;
  }),
  meddles('swapNatEip', 'another EIP takes the place of the NAT gateway\'s', (_, site) => {
    const gateway = gatewayOf(site);
    const { state } = site.lab.cloud;
    const from = gateway && eipsOn(state, gateway.id)[0];
    const to = state.eips.all().find(({ status, tags }) => status === 'Available' && ownTags(tags).length === 0);
    return gateway && from && to && { now: { op: 'swapNatEip', natGateway: gateway.id, from: from.id, to: to.id } };
  }),
  meddles('setNatGateway', 'the NAT gateway is Modifying for a minute', (_, site) => {
    const gateway = gatewayOf(site);
    return gateway && { now: { op: 'setNatGateway', natGateway: gateway.id, status: 'Modifying' }, later: { op: 'setNatGateway', natGateway: gateway.id, status: 'Available' }, laterMs: 60 * SECOND };
  }),
  meddles('setDefaultRoute', 'the default route is taken away until a human puts it back', (aim, site) => {
    const gateway = gatewayOf(site);
    return gateway && { now: { op: 'setDefaultRoute', routeTable: tableOf(site, aim), natGateway: null }, later: { op: 'setDefaultRoute', routeTable: tableOf(site, aim), natGateway: gateway.id } };
  }),
];

const OBJECTS: readonly Row[] = [
  meddles('releaseInstance', 'the instance is released', ({ instance }) => ({ now: { op: 'releaseInstance', instance: instance.id } })),
  meddles('stopInstance', 'the instance is stopped until it is started again', ({ instance }) => (instance.status === 'Running' ? { now: { op: 'stopInstance', instance: instance.id }, later: { op: 'startInstance', instance: instance.id } } : undefined)),
  meddles('startInstance', 'the instance, which was stopped, is started', ({ instance }) => (instance.status === 'Stopped' ? { now: { op: 'startInstance', instance: instance.id } } : undefined), stopped),
  meddles('lockInstance', 'the instance is locked for security until a human unlocks it', ({ instance }) => ({ now: { op: 'setInstance', instance: instance.id, locks: ['security'] }, later: { op: 'setInstance', instance: instance.id, locks: [] } })),
  meddles('deselect', 'the instance loses its own tags until a human puts them back', ({ instance }) => {
    const own = Object.fromEntries([...instance.tags].filter(([key]) => !key.startsWith(OURS)));
    return Object.keys(own).length === 0 ? undefined : { now: { op: 'removeTags', resource: instance.id, keys: Object.keys(own) }, later: { op: 'setTags', resource: instance.id, tags: own } };
  }),
  meddles('hold', 'the instance is tagged to be held, until a human lets go', ({ instance }) => ({ now: { op: 'setTags', resource: instance.id, tags: { [`${OURS}hold`]: 'by hand' } }, later: { op: 'removeTags', resource: instance.id, keys: [`${OURS}hold`] } })),
  meddles('untagEip', 'our tags are taken off the EIP', ({ eip }) => (eip !== undefined && ownTags(eip.tags).length > 0 ? { now: { op: 'removeTags', resource: eip.id, keys: ownTags(eip.tags) } } : undefined), tagged),
  meddles('untagEni', 'our tags are taken off the interface', ({ eni }) => (eni !== undefined && ownTags(eni.tags).length > 0 ? { now: { op: 'removeTags', resource: eni.id, keys: ownTags(eni.tags) } } : undefined), made),
  meddles('forgeEip', 'the EIP is tagged as another instance\'s, until a human sets it right', ({ instance, eip }) => (eip?.tags.has(`${OURS}instance`) === true
    ? { now: { op: 'setTags', resource: eip.id, tags: { [`${OURS}instance`]: 'i-forged' } }, later: { op: 'setTags', resource: eip.id, tags: { [`${OURS}instance`]: instance.id } } } : undefined), tagged),
  meddles('forgeEni', 'the interface is tagged as of another cluster, until a human sets it right', ({ eni }) => {
    const cluster = eni?.tags.get(`${OURS}cluster`);
    return eni !== undefined && cluster !== undefined ? { now: { op: 'setTags', resource: eni.id, tags: { [`${OURS}cluster`]: 'forged' } }, later: { op: 'setTags', resource: eni.id, tags: { [`${OURS}cluster`]: cluster } } } : undefined;
  }, made),
  meddles('setSecurityGroups', 'the interface is put into other security groups', ({ instance, eni }, { lab: { cloud: { state } } }) => {
    const other = state.securityGroups.all().find(({ id, vpcId }) => vpcId === instance.vpcId && eni?.securityGroupIds.includes(id) === false);
    return eni !== undefined && other !== undefined ? { now: { op: 'setSecurityGroups', resource: eni.id, groups: [other.id] } } : undefined;
  }, made),
];

export const ROWS_OF_PEOPLE: readonly Row[] = [...NETWORK, ...OBJECTS];
