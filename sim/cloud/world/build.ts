// From a checked World to the state of a cloud: objects in an order in which each finds what it names, default route tables, groups and
// routes where the world is silent. Throws WorldProblem, naming the field, when an id names nothing or two things want the same.

import { AddressPool } from '../state/addresses.ts';
import { CloudState } from '../state/cloud-state.ts';
import type { RouteTable } from '../state/entities.ts';
import { Registry } from '../state/registry.ts';
import { addInstance } from './build-instance.ts';
import { addEips, addEntries, addNatGateway, bindByEips } from './build-nat.ts';
import { addWorldInterface } from './build-interface.ts';
import { addRoute, cidrOf, systemTable, tagMap, type Building } from './building.ts';
import { usualPerMinute, usualTypes } from './defaults.ts';
import { named } from './problem.ts';
import { reserveAddresses, reservePublicIps } from './reserve.ts';
import type { World } from './schema.ts';

/** @param nowMs world time at the start: when everything in the world was created. */
export function buildState(world: World, nowMs: number): CloudState {
  const { region, account, latenciesMs, credentials, clientTokenLifetimeMs } = world;
  const state = new CloudState({
    region, account: { ...account }, latenciesMs: { ...latenciesMs }, clientTokenLifetimeMs, echoServices: new Map(Object.entries(world.echoServices)),
    credentials: credentials.map((credential) => ({ ...credential })), perMinute: { ...usualPerMinute, ...world.perMinute },
  });
  const building: Building = { state, world, nowMs };
  addTypes(building);
  addVpcs(building);
  addVSwitches(building);
  addGroups(building);
  reservePublicIps(building);
  reserveAddresses(building);
  addEips(building);
  for (const [id, instance] of Object.entries(world.instances)) addInstance(building, id, instance);
  for (const [id, nic] of Object.entries(world.networkInterfaces)) addWorldInterface(building, id, nic);
  for (const [id, gateway] of Object.entries(world.natGateways)) addNatGateway(building, id, gateway);
  bindByEips(building);
  addEntries(building);
  limitAddresses(building);
  return state;
}

function addTypes({ state, world }: Building): void {
  for (const [id, type] of Object.entries({ ...usualTypes, ...world.instanceTypes })) {
    state.instanceTypes.add({ id, sequence: state.nextSequence(), ...type });
  }
}

function addVpcs(building: Building): void {
  const { state, world, nowMs } = building;
  for (const [id, vpc] of Object.entries(world.vpcs)) {
    state.vpcs.add({
      id, sequence: state.nextSequence(), name: vpc.name, cidr: cidrOf(vpc.cidr), cidrText: vpc.cidr, secondaryCidrs: vpc.secondaryCidrs,
      isDefault: vpc.default, ipv4Gateway: vpc.ipv4Gateway, createdAtMs: nowMs, tags: tagMap(vpc.tags),
    });
    const own = Object.values(world.routeTables).some((table) => table.vpc === id && table.system);
    if (!own) state.routeTables.add(newTable(building, id.replace(/^(vpc-)?/, 'vtb-system-'), { vpc: id, name: '', system: true, tags: {} }));
  }
  for (const [id, table] of Object.entries(world.routeTables)) {
    named(state.vpcs.get(table.vpc), `routeTables.${id}.vpc`, `there is no VPC ${table.vpc}`);
    const built = state.routeTables.add(newTable(building, id, table));
    for (const { destination, natGateway, nextHopType, nextHopId } of table.routes) {
      addRoute(state, built, { destination, nextHopType: nextHopType ?? (natGateway === undefined ? 'local' : 'NatGateway'), nextHopId: natGateway ?? nextHopId ?? '' });
    }
  }
}

type WorldTable = Omit<World['routeTables'][string], 'routes'>;

const newTable = ({ state, nowMs }: Building, id: string, table: WorldTable): RouteTable => ({
  id, sequence: state.nextSequence(), name: table.name, vpcId: table.vpc, type: table.system ? 'System' : 'Custom',
  routes: new Registry(), createdAtMs: nowMs, tags: tagMap(table.tags),
});

function addVSwitches({ state, world, nowMs }: Building): void {
  for (const [id, vSwitch] of Object.entries(world.vSwitches)) {
    named(state.vpcs.get(vSwitch.vpc), `vSwitches.${id}.vpc`, `there is no VPC ${vSwitch.vpc}`);
    const table = vSwitch.routeTable === undefined ? systemTable(state, vSwitch.vpc) : state.routeTables.get(vSwitch.routeTable);
    const cidr = cidrOf(vSwitch.cidr);
    const built = state.vSwitches.add({
      id, sequence: state.nextSequence(), name: vSwitch.name, vpcId: vSwitch.vpc, zoneId: vSwitch.zone ?? `${world.region}-a`,
      cidr, cidrText: vSwitch.cidr, routeTableId: named(table, `vSwitches.${id}.routeTable`, `there is no route table ${vSwitch.routeTable ?? ''}`).id,
      pool: new AddressPool(cidr), createdAtMs: nowMs, tags: tagMap(vSwitch.tags),
    });
    const own = state.routeTables.get(built.routeTableId);
    if (own) addRoute(state, own, { destination: vSwitch.cidr, nextHopType: 'local', nextHopId: '' });
  }
}

function addGroups({ state, world, nowMs }: Building): void {
  for (const [id, group] of Object.entries(world.securityGroups)) {
    named(state.vpcs.get(group.vpc), `securityGroups.${id}.vpc`, `there is no VPC ${group.vpc}`);
    state.securityGroups.add({
      id, sequence: state.nextSequence(), name: group.name, vpcId: group.vpc, type: group.type, serviceManaged: group.serviceManaged,
      createdAtMs: nowMs, addresses: 0, tags: tagMap(group.tags),
    });
  }
}

/** Last, because availableAddresses speaks of what remains after the world's own interfaces. */
function limitAddresses({ state, world }: Building): void {
  for (const [id, { availableAddresses }] of Object.entries(world.vSwitches)) {
    if (availableAddresses !== undefined) state.vSwitches.get(id)?.pool.leave(availableAddresses);
  }
}
