// Builds network interfaces: the primary ones of instances, and the secondary ones that a world lists.

import { formatAddress } from '../state/addresses.ts';
import type { NetworkInterface, VSwitch } from '../state/entities.ts';
import { addInterface, putInterface } from '../state/relations.ts';
import { bindWorldEip } from './build-nat.ts';
import { tagMap, type Building } from './building.ts';
import { named, WorldProblem } from './problem.ts';
import type { World } from './schema.ts';

export interface InterfacePlan {
  readonly id: string;
  /** Where in the world file the wishes stand. */
  readonly path: string;
  readonly type: NetworkInterface['type'];
  readonly vSwitch: VSwitch;
  readonly privateIp: string | undefined;
  readonly secondaryIps: number;
  readonly securityGroups: readonly string[] | undefined;
  readonly instanceId: string;
  readonly name: string;
  readonly deleteOnRelease: boolean;
  readonly sourceDestCheck: boolean;
  readonly serviceManaged: boolean;
  readonly tags: Readonly<Record<string, string>>;
}

/** Adds the interface, with addresses from its vSwitch: the wanted first one (reserve.ts has taken it), any others. */
export function buildInterface(building: Building, plan: InterfacePlan): NetworkInterface {
  const { state, nowMs } = building;
  const sequence = state.nextSequence();
  const privateIps = [takeAddress(plan), ...Array.from({ length: plan.secondaryIps }, () => takeAddress({ ...plan, privateIp: undefined }))];
  return addInterface(state, {
    id: plan.id, sequence, name: plan.name, description: '', type: plan.type, status: plan.instanceId === '' ? 'Available' : 'InUse',
    instanceId: plan.instanceId, vpcId: plan.vSwitch.vpcId, vSwitchId: plan.vSwitch.id, zoneId: plan.vSwitch.zoneId, privateIps,
    mac: state.macOf(sequence), securityGroupIds: groupsFor(building, plan), deleteOnRelease: plan.deleteOnRelease,
    sourceDestCheck: plan.sourceDestCheck, serviceManaged: plan.serviceManaged, createdAtMs: nowMs, tags: tagMap(plan.tags), task: undefined,
  });
}

function takeAddress({ vSwitch, privateIp, path }: InterfacePlan): string {
  if (privateIp === undefined) return formatAddress(named(vSwitch.pool.takeAny(), path, `no address is left in ${vSwitch.id}`));
  return privateIp;
}

/** The groups named, or the VPC's own default group, made when first needed. */
function groupsFor({ state, nowMs }: Building, plan: InterfacePlan): readonly string[] {
  const { vpcId } = plan.vSwitch;
  for (const id of plan.securityGroups ?? []) {
    const group = named(state.securityGroups.get(id), `${plan.path}.securityGroups`, `there is no security group ${id}`);
    if (group.vpcId !== vpcId) throw new WorldProblem([`${plan.path}.securityGroups: ${id} is in another VPC`]);
  }
  if (plan.securityGroups) return plan.securityGroups;
  const id = vpcId.replace(/^(vpc-)?/, 'sg-default-');
  if (!state.securityGroups.get(id)) {
    state.securityGroups.add({ id, sequence: state.nextSequence(), name: 'default', vpcId, type: 'normal', serviceManaged: false, createdAtMs: nowMs, addresses: 0, tags: new Map() });
  }
  return [id];
}

/** A secondary interface of the world: attached and InUse when it names an instance, Available when not. */
export function addWorldInterface(building: Building, id: string, wish: World['networkInterfaces'][string]): void {
  const { state } = building;
  const path = `networkInterfaces.${id}`;
  const vSwitch = named(state.vSwitches.get(wish.vSwitch), `${path}.vSwitch`, `there is no vSwitch ${wish.vSwitch}`);
  const host = wish.instance === undefined ? undefined : named(state.instances.get(wish.instance), `${path}.instance`, `there is no instance ${wish.instance}`);
  if (host && host.zoneId !== vSwitch.zoneId) throw new WorldProblem([`${path}.vSwitch: ${vSwitch.id} is not in the zone of ${host.id}`]);
  const { name, privateIp, secondaryIps, deleteOnRelease, sourceDestCheck, serviceManaged, tags } = wish;
  const nic = buildInterface(building, {
    id, path, type: 'Secondary', vSwitch, name, privateIp, secondaryIps, securityGroups: wish.securityGroups, instanceId: host?.id ?? '',
    deleteOnRelease, sourceDestCheck, serviceManaged, tags,
  });
  if (host) putInterface(nic, host);
  if (wish.eip !== undefined) {
    const eipId = wish.eip === true ? `eip-${id}` : wish.eip;
    bindWorldEip(building, `${path}.eip`, eipId, { type: 'NetworkInterface', id, privateIp: nic.privateIps[0] ?? '' });
  }
}
