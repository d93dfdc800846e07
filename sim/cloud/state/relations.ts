// How objects of the cloud hold on to each other: the only place that binds and unbinds EIPs, puts NICs on instances and takes
// them off, and keeps the indexes true. Everything here is immediate; delays, states on the way and refusals belong to the actions.

import type { Binding, Busy, Eip, Instance, NetworkInterface } from './entities.ts';
import type { CloudState } from './cloud-state.ts';
import { parseAddress } from './addresses.ts';

/** Forgets the operation under way on an object, if any. */
export function abandonTask(holder: Busy): void {
  holder.task?.cancel();
  if (holder.task) holder.task.running = false;
  holder.task = undefined;
}

export const eipsOn = (state: CloudState, targetId: string): readonly Eip[] => state.eipsByTarget.get(targetId) ?? [];

export const addressKey = (vpcId: string, ip: string): string => `${vpcId}/${ip}`;

/** Points an unbound EIP at a target; the status is the caller's. */
export function bindEip(state: CloudState, eip: Eip, binding: Binding): void {
  eip.binding = binding;
  state.eipsByTarget.set(binding.id, [...eipsOn(state, binding.id), eip]);
}

export function unbindEip(state: CloudState, eip: Eip): void {
  if (!eip.binding) return;
  const { id } = eip.binding;
  const others = eipsOn(state, id).filter((other) => other !== eip);
  if (others.length > 0) state.eipsByTarget.set(id, others);
  else state.eipsByTarget.delete(id);
  eip.binding = undefined;
}

/** Ends whatever is going on with the EIP and leaves it unbound. */
export function freeEip(state: CloudState, eip: Eip): void {
  abandonTask(eip);
  unbindEip(state, eip);
  eip.status = 'Available';
}

export function addEip(state: CloudState, eip: Eip): Eip {
  state.eipByAddress.set(eip.ip, eip);
  state.publicIpsInUse.add(eip.ip);
  return state.eips.add(eip);
}

export function removeEip(state: CloudState, eip: Eip): void {
  freeEip(state, eip);
  state.eips.remove(eip.id);
  state.eipByAddress.delete(eip.ip);
  state.publicIpsInUse.delete(eip.ip);
}

export function addInterface(state: CloudState, nic: NetworkInterface): NetworkInterface {
  for (const ip of nic.privateIps) state.interfaceByAddress.set(addressKey(nic.vpcId, ip), nic);
  if (nic.type === 'Secondary') state.secondaryInterfaces += 1;
  countInGroups(state, nic, 1);
  return state.interfaces.add(nic);
}

function countInGroups(state: CloudState, nic: NetworkInterface, sign: 1 | -1): void {
  for (const id of nic.securityGroupIds) {
    const group = state.securityGroups.get(id);
    if (group) group.addresses += sign * nic.privateIps.length;
  }
}

export function setSecurityGroups(state: CloudState, nic: NetworkInterface, groupIds: readonly string[]): void {
  countInGroups(state, nic, -1);
  nic.securityGroupIds = groupIds;
  countInGroups(state, nic, 1);
}

export function putInterface(nic: NetworkInterface, instance: Instance): void {
  nic.instanceId = instance.id;
  instance.interfaces.add(nic);
}

/** Takes the NIC off its instance. Its EIP stays on it: an interface migrates with its EIP. */
export function takeInterface(state: CloudState, nic: NetworkInterface): void {
  abandonTask(nic);
  state.instances.get(nic.instanceId)?.interfaces.delete(nic);
  nic.instanceId = '';
  nic.status = 'Available';
}

/** Deletes the NIC: its addresses return to the vSwitch, its EIPs become Available. */
export function removeInterface(state: CloudState, nic: NetworkInterface): void {
  takeInterface(state, nic);
  for (const eip of eipsOn(state, nic.id)) freeEip(state, eip);
  for (const ip of nic.privateIps) releaseAddress(state, nic, ip);
  countInGroups(state, nic, -1);
  if (nic.type === 'Secondary') state.secondaryInterfaces -= 1;
  state.interfaces.remove(nic.id);
}

function releaseAddress(state: CloudState, nic: NetworkInterface, ip: string): void {
  state.interfaceByAddress.delete(addressKey(nic.vpcId, ip));
  state.vSwitches.get(nic.vSwitchId)?.pool.release(parseAddress(ip) ?? 0);
}

/** Ends the conversion under way, if any, without its effect: the EIP promised to it is free for others. */
export function endConversion(state: CloudState, instance: Instance): void {
  abandonTask(instance);
  if (instance.converting) state.eipsPromised -= 1;
  instance.converting = false;
}

/** Releases the instance: its EIP becomes Available, NICs with DeleteOnRelease go with it, the others become Available. */
export function removeInstance(state: CloudState, instance: Instance): void {
  endConversion(state, instance);
  for (const eip of eipsOn(state, instance.id)) freeEip(state, eip);
  for (const nic of [...instance.interfaces]) {
    if (nic.type === 'Primary' || nic.deleteOnRelease) removeInterface(state, nic);
    else takeInterface(state, nic);
  }
  if (instance.publicIp !== '') state.publicIpsInUse.delete(instance.publicIp);
  state.instances.remove(instance.id);
}
