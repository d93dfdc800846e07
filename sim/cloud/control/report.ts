// The whole world as plain data, for GET /_sim/world and for tests: every object, and per instance what the Internet sees of it.

import { verdictOf, type Verdict } from '../data-plane/verdict.ts';
import type { SimulatedCloud } from '../engine/cloud.ts';
import type { CloudState } from '../state/cloud-state.ts';
import type { Binding, Eip, Guest, Instance, NatGateway, NetworkInterface } from '../state/entities.ts';
import { eipsOn } from '../state/relations.ts';

export interface InstanceReport extends Verdict {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly vpcId: string;
  readonly vSwitchId: string;
  readonly zoneId: string;
  readonly typeId: string;
  readonly chargeType: string;
  readonly internetChargeType: string;
  readonly privateIp: string;
  /** The static public address, '' when none. */
  readonly publicIp: string;
  /** EIPs bound to the instance itself. */
  readonly eipIds: readonly string[];
  readonly networkInterfaceIds: readonly string[];
  readonly securityGroupIds: readonly string[];
  readonly locks: readonly string[];
  readonly guest: Guest;
  readonly tags: Readonly<Record<string, string>>;
}

export interface EipReport {
  readonly id: string;
  readonly ip: string;
  readonly status: string;
  readonly boundTo: Binding | null;
  readonly tags: Readonly<Record<string, string>>;
}

const tagsOf = (tags: ReadonlyMap<string, string>): Readonly<Record<string, string>> => Object.fromEntries(tags);

export function instanceReport(state: CloudState, instance: Instance): InstanceReport {
  const { id, name, status, vpcId, vSwitchId, zoneId, typeId, chargeType, internetChargeType, publicIp, locks, guest } = instance;
  return {
    ...verdictOf(state, instance), id, name, status, vpcId, vSwitchId, zoneId, typeId, chargeType, internetChargeType, publicIp, locks, guest,
    privateIp: instance.primary.privateIps[0] ?? '', eipIds: eipsOn(state, id).map((eip) => eip.id),
    networkInterfaceIds: [...instance.interfaces].map((nic) => nic.id), securityGroupIds: instance.primary.securityGroupIds, tags: tagsOf(instance.tags),
  };
}

const eipReport = ({ id, ip, status, binding, tags }: Eip): EipReport => ({ id, ip, status, boundTo: binding ?? null, tags: tagsOf(tags) });

function interfaceReport(state: CloudState, nic: NetworkInterface): object {
  const { id, name, type, status, instanceId, vpcId, vSwitchId, zoneId, privateIps, mac, securityGroupIds, deleteOnRelease, tags } = nic;
  return {
    id, name, type, status, instanceId, vpcId, vSwitchId, zoneId, privateIps, mac, securityGroupIds, deleteOnRelease,
    eipIds: eipsOn(state, id).map((eip) => eip.id), tags: tagsOf(tags),
  };
}

function gatewayReport(state: CloudState, gateway: NatGateway): object {
  const { id, vpcId, status, networkType, businessStatus, snatTableId, forwardTableId } = gateway;
  return {
    id, vpcId, status, networkType, businessStatus, snatTableId, forwardTableId, publicIps: eipsOn(state, id).map(({ ip }) => ip),
    snat: gateway.snat.all().map((entry) => ({ id: entry.id, status: entry.status, vSwitchId: entry.vSwitchId, cidr: entry.cidrText, ips: entry.ips })),
    dnat: gateway.dnat.all(), tags: tagsOf(gateway.tags),
  };
}

export interface WorldReport {
  /** World time, ISO 8601. */
  readonly time: string;
  readonly region: string;
  readonly instances: readonly InstanceReport[];
  readonly eips: readonly EipReport[];
  readonly networkInterfaces: readonly object[];
  readonly natGateways: readonly object[];
  readonly vSwitches: readonly object[];
  readonly routeTables: readonly object[];
  readonly securityGroups: readonly object[];
  readonly vpcs: readonly object[];
  readonly account: object;
  readonly perMinute: object;
}

export function worldReport({ state, clock }: SimulatedCloud): WorldReport {
  return {
    time: new Date(clock.now()).toISOString(), region: state.region,
    instances: state.instances.all().map((instance) => instanceReport(state, instance)),
    eips: state.eips.all().map(eipReport),
    networkInterfaces: state.interfaces.all().map((nic) => interfaceReport(state, nic)),
    natGateways: state.natGateways.all().map((gateway) => gatewayReport(state, gateway)),
    vSwitches: state.vSwitches.all().map(({ id, vpcId, zoneId, cidrText, routeTableId, pool }) => ({ id, vpcId, zoneId, cidr: cidrText, routeTableId, availableAddresses: pool.available })),
    routeTables: state.routeTables.all().map(({ id, vpcId, type, routes }) => ({ id, vpcId, type, routes: routes.all() })),
    securityGroups: state.securityGroups.all().map(({ id, vpcId, type, addresses, tags }) => ({ id, vpcId, type, addresses, tags: tagsOf(tags) })),
    vpcs: state.vpcs.all().map(({ id, cidrText, tags }) => ({ id, cidr: cidrText, tags: tagsOf(tags) })),
    account: state.account, perMinute: state.perMinute,
  };
}
