// Builds instances: the record, its primary interface, its static public address or its EIP.

import type { Instance } from '../state/entities.ts';
import { bindWorldEip } from './build-nat.ts';
import { buildInterface } from './build-interface.ts';
import { tagMap, type Building } from './building.ts';
import { named, WorldProblem } from './problem.ts';
import type { WorldInstance } from './schema.ts';

const hourMs = 3_600_000;

/** A public address brings 5 Mbit/s of its own unless the world says otherwise; without one the instance has none. */
function bandwidthOf(wish: WorldInstance): number {
  return wish.bandwidthMbps ?? (wish.publicIp === undefined ? 0 : 5);
}

export function addInstance(building: Building, id: string, wish: WorldInstance): Instance {
  const { state, nowMs } = building;
  const path = `instances.${id}`;
  const vSwitchId = String(wish.vSwitch);
  const vSwitch = named(state.vSwitches.get(vSwitchId), `${path}.vSwitch`, `there is no vSwitch ${vSwitchId}`);
  named(state.instanceTypes.get(wish.type), `${path}.type`, `there is no instance type ${wish.type}: describe it in instanceTypes`);
  if (wish.publicIp !== undefined && wish.eip !== undefined) throw new WorldProblem([`${path}.eip: an instance has a static public address or an EIP, not both`]);
  const sequence = state.nextSequence();
  const primary = buildInterface(building, {
    id: id.replace(/^(i-)?/, 'eni-primary-'), path, type: 'Primary', vSwitch, privateIp: wish.privateIp, secondaryIps: 0,
    securityGroups: wish.securityGroups, instanceId: id, name: '', deleteOnRelease: true, sourceDestCheck: false, serviceManaged: false, tags: {},
  });
  const instance = state.instances.add({
    id, sequence, name: wish.name ?? id, typeId: wish.type, vpcId: vSwitch.vpcId, vSwitchId: vSwitch.id, zoneId: vSwitch.zoneId,
    networkType: wish.network, osType: wish.os, status: wish.status, chargeType: wish.billing, internetChargeType: wish.bandwidthBilling,
    bandwidthMbps: bandwidthOf(wish), publicIp: '', eipUnassociable: wish.eipUnassociable, primary, interfaces: new Set([primary]),
    guest: { ...wish.guest }, locks: [...wish.locks], pendingChange: wish.pendingChange, converting: false, deletionProtection: wish.deletionProtection,
    autoReleaseTime: wish.autoReleaseTime, expiresAtMs: wish.billing === 'PrePaid' ? nowMs + wish.expiresInHours * hourMs : undefined,
    createdAtMs: nowMs, tags: tagMap(wish.tags), task: undefined,
  });
  givePublicAddress(building, instance, wish);
  return instance;
}

function givePublicAddress(building: Building, instance: Instance, wish: WorldInstance): void {
  const { state } = building;
  const path = `instances.${instance.id}`;
  if (wish.eip !== undefined) {
    const eipId = wish.eip === true ? instance.id.replace(/^(i-)?/, 'eip-') : wish.eip;
    bindWorldEip(building, `${path}.eip`, eipId, { type: 'EcsInstance', id: instance.id, privateIp: instance.primary.privateIps[0] ?? '' });
  }
  if (wish.publicIp === undefined) return;
  instance.publicIp = wish.publicIp === true ? state.nextPublicIp() : wish.publicIp;
  state.publicIpsInUse.add(instance.publicIp);
}
