// Meddling with EIPs, network interfaces, NAT gateways and routes.

import { parseCidr } from '../state/addresses.ts';
import type { CloudState } from '../state/cloud-state.ts';
import type { Eip, NatGateway, NetworkInterface } from '../state/entities.ts';
import { bindEip, eipsOn, freeEip, putInterface, removeEip, removeInterface, takeInterface } from '../state/relations.ts';
import type { SimulatedCloud } from '../engine/cloud.ts';
import { addRoute } from '../world/building.ts';
import { bindingTo, existing, MeddleProblem } from './lookup.ts';
import type { MeddlingOf } from './meddle.ts';

const eipOf = (state: CloudState, id: string): Eip => existing(state.eips.get(id), `EIP ${id}`);
const gatewayOf = (state: CloudState, id: string): NatGateway => existing(state.natGateways.get(id), `NAT gateway ${id}`);

function nicOf(state: CloudState, id: string): NetworkInterface {
  const nic = existing(state.interfaces.get(id), `network interface ${id}`);
  if (nic.type === 'Primary') throw new MeddleProblem(`${id} is a primary network interface: it goes with its instance`);
  return nic;
}
export function rebindEip({ state }: SimulatedCloud, wish: MeddlingOf<'rebindEip'>): void {
  const eip = eipOf(state, wish.eip);
  const binding = bindingTo(state, wish.to);
  freeEip(state, eip);
  bindEip(state, eip, binding);
  eip.status = 'InUse';
}

export const unbindEip = ({ state }: SimulatedCloud, wish: MeddlingOf<'unbindEip'>): void => freeEip(state, eipOf(state, wish.eip));

export const releaseEip = ({ state }: SimulatedCloud, wish: MeddlingOf<'releaseEip'>): void => removeEip(state, eipOf(state, wish.eip));

export function lockEip({ state }: SimulatedCloud, wish: MeddlingOf<'lockEip'>): void {
  eipOf(state, wish.eip).locks = wish.locks;
}

export function attachEni({ state }: SimulatedCloud, wish: MeddlingOf<'attachEni'>): void {
  const nic = nicOf(state, wish.eni);
  const instance = existing(state.instances.get(wish.instance), `instance ${wish.instance}`);
  takeInterface(state, nic);
  putInterface(nic, instance);
  nic.status = 'InUse';
}

export const detachEni = ({ state }: SimulatedCloud, wish: MeddlingOf<'detachEni'>): void => takeInterface(state, nicOf(state, wish.eni));

export const deleteEni = ({ state }: SimulatedCloud, wish: MeddlingOf<'deleteEni'>): void => removeInterface(state, nicOf(state, wish.eni));

export function addSnatEntry({ state }: SimulatedCloud, wish: MeddlingOf<'addSnatEntry'>): void {
  const gateway = gatewayOf(state, wish.natGateway);
  const text = wish.vSwitch === undefined ? (wish.cidr ?? '') : existing(state.vSwitches.get(wish.vSwitch), `vSwitch ${wish.vSwitch}`).cidrText;
  const cidr = parseCidr(text);
  if (!cidr) throw new MeddleProblem('give vSwitch or cidr');
  if (gateway.snat.get(wish.entry) !== undefined) throw new MeddleProblem(`there is an SNAT entry ${wish.entry} already`);
  gateway.snat.add({
    id: wish.entry, sequence: state.nextSequence(), natGatewayId: gateway.id, snatTableId: gateway.snatTableId, name: '', status: 'Available',
    vSwitchId: wish.vSwitch ?? '', cidr, cidrText: text, ips: wish.ips ?? eipsOn(state, gateway.id).map(({ ip }) => ip), eipAffinity: '0', task: undefined,
  });
}

export function deleteSnatEntry({ state }: SimulatedCloud, wish: MeddlingOf<'deleteSnatEntry'>): void {
  const { snat } = gatewayOf(state, wish.natGateway);
  const entry = existing(snat.get(wish.entry), `SNAT entry ${wish.entry}`);
  entry.task?.cancel();
  snat.remove(entry.id);
}

/** Puts another EIP in the place of one of the gateway's, in its SNAT entries too; the former one becomes Available. */
export function swapNatEip({ state }: SimulatedCloud, wish: MeddlingOf<'swapNatEip'>): void {
  const gateway = gatewayOf(state, wish.natGateway);
  const from = eipOf(state, wish.from);
  const to = eipOf(state, wish.to);
  freeEip(state, from);
  freeEip(state, to);
  bindEip(state, to, { type: 'Nat', id: gateway.id, privateIp: '' });
  to.status = 'InUse';
  for (const entry of gateway.snat.all()) entry.ips = entry.ips.map((ip) => (ip === from.ip ? to.ip : ip));
}

export function setNatGateway({ state }: SimulatedCloud, wish: MeddlingOf<'setNatGateway'>): void {
  const gateway = gatewayOf(state, wish.natGateway);
  gateway.status = wish.status ?? gateway.status;
  gateway.businessStatus = wish.businessStatus ?? gateway.businessStatus;
}

/** Points 0.0.0.0/0 of the table at a gateway, or takes the route away. */
export function setDefaultRoute({ state }: SimulatedCloud, wish: MeddlingOf<'setDefaultRoute'>): void {
  const table = existing(state.routeTables.get(wish.routeTable), `route table ${wish.routeTable}`);
  const former = table.routes.all().find(({ destination }) => destination === '0.0.0.0/0');
  if (former) table.routes.remove(former.id);
  if (wish.natGateway !== null) addRoute(state, table, { destination: '0.0.0.0/0', nextHopType: 'NatGateway', nextHopId: gatewayOf(state, wish.natGateway).id });
}
