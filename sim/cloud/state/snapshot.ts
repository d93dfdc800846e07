// The state as it is now, for reads that are to see it later: everything that an answer can show is copied, and objects hold on to each
// other's copies. Nothing can be done with a snapshot but to read: tasks under way and limits stay with the state that lives.

import { CloudState } from './cloud-state.ts';
import type { Eip, Instance, NatGateway, NetworkInterface, RouteTable } from './entities.ts';
import { Registry, type Entry } from './registry.ts';

/** A copy of all that listings can show. */
export function snapshotOf(state: CloudState): CloudState {
  const copy = new CloudState(state);
  copyAll(state.vpcs, copy.vpcs, (vpc) => vpc);
  copyAll(state.vSwitches, copy.vSwitches, (vSwitch) => ({ ...vSwitch }));
  copyAll(state.securityGroups, copy.securityGroups, (group) => ({ ...group, tags: new Map(group.tags) }));
  copyAll(state.instanceTypes, copy.instanceTypes, (type) => type);
  copyAll(state.routeTables, copy.routeTables, tableOf);
  copyAll(state.natGateways, copy.natGateways, gatewayOf);
  copyAll(state.interfaces, copy.interfaces, interfaceOf);
  copyAll(state.instances, copy.instances, (instance) => instanceOf(instance, copy.interfaces));
  copyAll(state.eips, copy.eips, eipOf);
  copyAll(state.commands, copy.commands, (command) => ({ ...command }));
  copyAll(state.invocations, copy.invocations, (invocation) => ({ ...invocation, task: undefined }));
  for (const [id, eips] of state.eipsByTarget) copy.eipsByTarget.set(id, eips.flatMap((eip) => copy.eips.get(eip.id) ?? []));
  for (const eip of copy.eips.all()) copy.eipByAddress.set(eip.ip, eip);
  for (const [address, nic] of state.interfaceByAddress) copy.interfaceByAddress.set(address, copy.interfaces.get(nic.id) ?? nic);
  return copy;
}

function copyAll<T extends Entry>(from: Registry<T>, to: Registry<T>, copyOf: (entry: T) => T): void {
  for (const entry of from.all()) to.add(copyOf(entry));
}

const copied = <T extends Entry>(registry: Registry<T>): Registry<T> => {
  const copy = new Registry<T>();
  copyAll(registry, copy, (entry) => ({ ...entry }));
  return copy;
};

const tableOf = (table: RouteTable): RouteTable => ({ ...table, routes: copied(table.routes) });
const gatewayOf = (gateway: NatGateway): NatGateway => ({ ...gateway, snat: copied(gateway.snat), dnat: copied(gateway.dnat), tags: new Map(gateway.tags) });
const interfaceOf = (nic: NetworkInterface): NetworkInterface => ({ ...nic, tags: new Map(nic.tags), task: undefined });
const eipOf = (eip: Eip): Eip => ({ ...eip, tags: new Map(eip.tags), task: undefined });

function instanceOf(instance: Instance, interfaces: Registry<NetworkInterface>): Instance {
  const own = (nic: NetworkInterface): NetworkInterface => interfaces.get(nic.id) ?? nic;
  return { ...instance, primary: own(instance.primary), interfaces: new Set([...instance.interfaces].map(own)), tags: new Map(instance.tags), task: undefined };
}
