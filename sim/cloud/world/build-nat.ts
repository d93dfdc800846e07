// Builds EIPs and their bindings, NAT gateways and their entries.

import type { CloudState } from '../state/cloud-state.ts';
import type { Binding, Eip, NatGateway } from '../state/entities.ts';
import { addEip, bindEip, eipsOn } from '../state/relations.ts';
import { Registry } from '../state/registry.ts';
import { addRoute, cidrOf, systemTable, tagMap, type Building } from './building.ts';
import { named, WorldProblem } from './problem.ts';
import type { World } from './schema.ts';

type WorldEip = World['eips'][string];
type WorldGateway = World['natGateways'][string];

const plainEip: WorldEip = {
  name: '', bandwidthMbps: 5, bandwidthBilling: 'PayByTraffic', billing: 'PostPaid', mode: 'NAT', locks: [], serviceManaged: false, tags: {},
};

function newEip({ state, nowMs }: Building, id: string, wish: WorldEip): Eip {
  const ip = wish.ip ?? state.nextPublicIp();
  if (state.publicIpsInUse.has(ip)) throw new WorldProblem([`eips.${id}.ip: ${ip} is in use already`]);
  return addEip(state, {
    id, sequence: state.nextSequence(), name: wish.name, ip, status: 'Available', binding: undefined, mode: wish.mode,
    bandwidthMbps: wish.bandwidthMbps, internetChargeType: wish.bandwidthBilling, chargeType: wish.billing, locks: [...wish.locks],
    serviceManaged: wish.serviceManaged, createdAtMs: nowMs, tags: tagMap(wish.tags), task: undefined,
  });
}

/** All EIPs that the world describes, unbound: their holders come later. */
export function addEips(building: Building): void {
  const entries = Object.entries(building.world.eips);
  // Addresses that the world fixes come first, so that none of them is handed out to another.
  for (const [id, wish] of entries) if (wish.ip !== undefined) newEip(building, id, wish);
  for (const [id, wish] of entries) if (wish.ip === undefined) newEip(building, id, wish);
}

/** Binds an EIP of the world, made plain when it is not described; refuses one that is bound already. */
export function bindWorldEip(building: Building, path: string, eipId: string, binding: Binding): void {
  const { state, world } = building;
  const eip = state.eips.get(eipId) ?? newEip(building, eipId, plainEip);
  const other = world.eips[eipId]?.boundTo;
  if (eip.binding || (other !== undefined && other !== binding.id)) throw new WorldProblem([`${path}: ${eipId} is bound to ${eip.binding?.id ?? other ?? ''}`]);
  bindEip(state, eip, binding);
  eip.status = 'InUse';
}

/** Bindings that EIPs themselves name by `boundTo`. */
export function bindByEips(building: Building): void {
  const { state, world } = building;
  for (const [id, { boundTo }] of Object.entries(world.eips)) {
    if (boundTo === undefined || state.eips.get(id)?.binding) continue;
    bindWorldEip(building, `eips.${id}.boundTo`, id, named(bindingTo(building, boundTo), `eips.${id}.boundTo`, `there is no instance, network interface or NAT gateway ${boundTo}`));
  }
}

function bindingTo({ state }: Building, id: string): Binding | undefined {
  const instance = state.instances.get(id);
  if (instance) return { type: 'EcsInstance', id, privateIp: instance.primary.privateIps[0] ?? '' };
  const nic = state.interfaces.get(id);
  const free = nic?.privateIps.find((ip) => !eipsOn(state, id).some(({ binding }) => binding?.privateIp === ip));
  if (free !== undefined) return { type: 'NetworkInterface', id, privateIp: free };
  return state.natGateways.get(id) ? { type: 'Nat', id, privateIp: '' } : undefined;
}

export function addNatGateway(building: Building, id: string, wish: WorldGateway): void {
  const { state, nowMs } = building;
  named(state.vpcs.get(wish.vpc), `natGateways.${id}.vpc`, `there is no VPC ${wish.vpc}`);
  const vSwitch = wish.vSwitch === undefined ? undefined : named(state.vSwitches.get(wish.vSwitch), `natGateways.${id}.vSwitch`, `there is no vSwitch ${wish.vSwitch}`);
  const suffix = id.replace(/^ngw-/, '');
  state.natGateways.add({
    id, sequence: state.nextSequence(), name: wish.name, vpcId: wish.vpc, vSwitchId: vSwitch?.id ?? '', networkType: wish.type, status: wish.status,
    businessStatus: wish.businessStatus, snatTableId: `stb-${suffix}`, forwardTableId: `ftb-${suffix}`, snat: new Registry(), dnat: new Registry(),
    createdAtMs: nowMs, tags: tagMap(wish.tags),
  });
  wish.eips.forEach((eipId, index) => bindWorldEip(building, `natGateways.${id}.eips.${index}`, eipId, { type: 'Nat', id, privateIp: '' }));
  if (wish.type === 'internet' && wish.defaultRoute) addDefaultRoute(building, id, wish.vpc);
}

/** Creating a gateway adds 0.0.0.0/0 to the system route table "only if no 0.0.0.0/0 exists yet" (facts section 1.1, rule 6). */
function addDefaultRoute({ state }: Building, natGatewayId: string, vpcId: string): void {
  const table = systemTable(state, vpcId);
  if (!table || table.routes.all().some(({ destination }) => destination === '0.0.0.0/0')) return;
  addRoute(state, table, { destination: '0.0.0.0/0', nextHopType: 'NatGateway', nextHopId: natGatewayId });
}

/** SNAT and DNAT entries, when all EIPs are in place. */
export function addEntries(building: Building): void {
  for (const [id, wish] of Object.entries(building.world.natGateways)) {
    const gateway = building.state.natGateways.get(id);
    if (!gateway) continue;
    for (const entryId of Object.keys(wish.snat)) addSnat(building, gateway, entryId);
    for (const entryId of Object.keys(wish.dnat)) addDnat(building, gateway, entryId);
  }
}

function addSnat({ state, world }: Building, gateway: NatGateway, id: string): void {
  const path = `natGateways.${gateway.id}.snat.${id}`;
  const wish = named(world.natGateways[gateway.id]?.snat[id], path, 'is missing');
  const { vSwitchId, text } = snatSource(state, path, wish);
  const own = eipsOn(state, gateway.id).map(({ ip }) => ip);
  const ips = wish.ips ?? own;
  if (ips.length === 0 || !ips.every((ip) => own.includes(ip))) throw new WorldProblem([`${path}.ips: must be EIPs of ${gateway.id}`]);
  gateway.snat.add({
    id, sequence: state.nextSequence(), natGatewayId: gateway.id, snatTableId: gateway.snatTableId, name: wish.name, status: 'Available',
    vSwitchId, cidr: cidrOf(text), cidrText: text, ips, eipAffinity: wish.eipAffinity ? '1' : '0', task: undefined,
  });
}

function snatSource(state: CloudState, path: string, wish: WorldGateway['snat'][string]): { readonly vSwitchId: string; readonly text: string } {
  if ((wish.vSwitch === undefined) === (wish.cidr === undefined)) throw new WorldProblem([`${path}: give either vSwitch or cidr`]);
  if (wish.vSwitch === undefined) return { vSwitchId: '', text: wish.cidr ?? '' };
  const vSwitch = named(state.vSwitches.get(wish.vSwitch), `${path}.vSwitch`, `there is no vSwitch ${wish.vSwitch}`);
  return { vSwitchId: vSwitch.id, text: vSwitch.cidrText };
}

function addDnat({ state, world }: Building, gateway: NatGateway, id: string): void {
  const path = `natGateways.${gateway.id}.dnat.${id}`;
  const wish = named(world.natGateways[gateway.id]?.dnat[id], path, 'is missing');
  const host = wish.instance === undefined ? undefined : named(state.instances.get(wish.instance), `${path}.instance`, `there is no instance ${wish.instance}`);
  const internalIp = named(wish.internalIp ?? host?.primary.privateIps[0], path, 'give internalIp or instance');
  const { name, externalIp, externalPort, internalPort, protocol } = wish;
  if (!eipsOn(state, gateway.id).some(({ ip }) => ip === externalIp)) throw new WorldProblem([`${path}.externalIp: must be an EIP of ${gateway.id}`]);
  gateway.dnat.add({ id, sequence: state.nextSequence(), name, externalIp, externalPort, internalIp, internalPort, protocol });
}
