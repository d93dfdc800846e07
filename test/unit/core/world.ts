// The smallest cloud that a plan can be tried on: one instance, its ENIs and EIPs; a step has its whole effect at once.
import type { EipId, EniId } from '../../../src/core/ids.ts';
import type { Given } from '../../kit/cloud.ts';
import type { Step, StepKind, StepOf } from '../../../src/core/step.ts';
import type { View } from '../../../src/core/situation.ts';
import type { Eip, Instance, NetworkInterface, Tags } from '../../../src/core/view.ts';
import { anEip, anEni, anInstance, at, I1, PRIMARY1 } from '../../kit/cloud.ts';
import type { Stage } from '../../kit/stages.ts';

type Effect = { readonly [K in StepKind]: (world: Stage, step: StepOf<K>) => Stage };

const without = (tags: Tags, keys: readonly string[]): Tags => Object.fromEntries(Object.entries(tags).filter(([key]) => !keys.includes(key)));

/** The instance shows the EIP that is bound to it, and the ENIs that are attached to it. */
export function shown({ instance, networkInterfaces, eips }: Stage): Stage {
  const bound = eips.find((eip) => eip.binding?.kind === 'instance' && eip.binding.id === instance.id);
  const rest = Object.fromEntries(Object.entries(instance).filter(([key]) => key !== 'eip')) as Partial<Instance>;
  const attached = networkInterfaces.filter((eni) => eni.instanceId === instance.id).map((eni) => eni.id);
  const carried = (eni: NetworkInterface): string[] => eips.filter((eip) => eip.binding?.id === eni.id).map((eip) => eip.ip);
  return {
    instance: anInstance({ ...rest, networkInterfaceIds: [PRIMARY1, ...attached], ...(bound && { eip: { id: bound.id, ip: bound.ip, unassociable: true } }) }),
    networkInterfaces: networkInterfaces.map((eni) => anEni({ ...eni, publicIps: carried(eni) })),
    eips,
  };
}

const eips = (world: Stage, id: EipId, change: (eip: Eip) => Partial<Eip>): Stage => ({ ...world, eips: world.eips.map((eip) => (eip.id === id ? { ...eip, ...change(eip) } : eip)) });
const enis = (world: Stage, id: EniId, change: (eni: NetworkInterface) => Partial<NetworkInterface>): Stage => ({
  ...world, networkInterfaces: world.networkInterfaces.map((eni) => (eni.id === id ? { ...eni, ...change(eni) } : eni)),
});

function unbound({ binding, ...eip }: Eip): Eip {
  return binding ? anEip({ ...eip, status: 'Available', mode: '' }) : eip;
}

const EFFECT: Effect = {
  convertNatPublicIpToEip: (world) => ({
    ...world, instance: anInstance({ ...world.instance, publicIps: [] }), eips: [...world.eips, ...world.instance.publicIps.map((ip) => anEip({ id: 'eip-converted' as EipId, ip, binding: at(I1) }))],
  }),
  modifyInstanceChargeType: (world) => ({ ...world, instance: anInstance({ ...world.instance, chargeType: 'PostPaid' }) }),
  tagEip: (world, { eip, tags }) => eips(world, eip, (before) => ({ tags: { ...before.tags, ...tags } })),
  untagEip: (world, { eip, keys }) => eips(world, eip, (before) => ({ tags: without(before.tags, keys) })),
  tagNetworkInterface: (world, { networkInterface, tags }) => enis(world, networkInterface, (before) => ({ tags: { ...before.tags, ...tags } })),
  untagNetworkInterface: (world, { networkInterface, keys }) => enis(world, networkInterface, (before) => ({ tags: without(before.tags, keys) })),
  createNetworkInterface: (world, { tags, vSwitch, securityGroups, token }) => ({
    ...world, networkInterfaces: [...world.networkInterfaces, anEni({ id: `eni-${token.slice(0, 8)}` as EniId, tags, vSwitchId: vSwitch, securityGroupIds: securityGroups })],
  }),
  attachNetworkInterface: (world, { networkInterface, instance }) => enis(world, networkInterface, () => ({ status: 'InUse', instanceId: instance })),
  detachNetworkInterface: (world, { networkInterface }) => ({
    ...world, networkInterfaces: world.networkInterfaces.map(({ instanceId, ...eni }) => (eni.id === networkInterface ? { ...eni, status: 'Available' } : { ...eni, ...(instanceId && { instanceId }) })),
  }),
  deleteNetworkInterface: (world, { networkInterface }) => ({ ...world, networkInterfaces: world.networkInterfaces.filter(({ id }) => id !== networkInterface) }),
  modifyNetworkInterfaceAttribute: (world, { networkInterface, securityGroups }) => enis(world, networkInterface, () => ({ securityGroupIds: securityGroups })),
  unassociateEipAddress: (world, { eip }) => ({ ...world, eips: world.eips.map((each) => (each.id === eip ? unbound(each) : each)) }),
  associateEipAddress: (world, { eip, to }) => eips(world, eip, () => ({ status: 'InUse', mode: 'NAT', binding: to })),
  configureGuestRouting: (world) => world,
  confirmGuestRouting: (world) => world,
  undoGuestRouting: (world) => world,
};

/** The world after the step. */
export const after = <K extends StepKind>(world: Stage, step: StepOf<K> & Step): Stage => shown((EFFECT[step.kind] as (world: Stage, step: StepOf<K>) => Stage)(world, step));

/** What a look at the world shows. */
export const seen = (world: Stage): Given & { readonly view: Partial<View> } => ({ view: world });
