// How a NAT gateway treats one private address (facts section 1.1): which SNAT entry takes it, and whether a DNAT entry maps it whole.

import { cidrHas, parseAddress } from '../state/addresses.ts';
import type { CloudState } from '../state/cloud-state.ts';
import type { DnatEntry, NatGateway, SnatEntry } from '../state/entities.ts';

const isAny = (text: string): boolean => text.toLowerCase() === 'any';

/** DNAT "IP mapping": all ports and protocols of an external address to one internal address. */
export const mapsAllPorts = (entry: DnatEntry): boolean => isAny(entry.externalPort) && isAny(entry.internalPort) && isAny(entry.protocol);

/** The Internet NAT gateways of a VPC that work. */
export const gatewaysOf = (state: CloudState, vpcId: string): readonly NatGateway[] =>
  state.natGateways.all().filter((gateway) => gateway.vpcId === vpcId && gateway.networkType === 'internet');

/** The entry that maps the whole address, if any; its external address must be bound to the gateway and carry traffic. */
export const dnatToAllPorts = (state: CloudState, vpcId: string, privateIp: string): DnatEntry | undefined =>
  gatewaysOf(state, vpcId).flatMap(({ id, dnat }) => dnat.all().filter(({ externalIp }) => carries(state, id, externalIp))).find((entry) => entry.internalIp === privateIp && mapsAllPorts(entry));

function carries(state: CloudState, gatewayId: string, ip: string): boolean {
  const eip = state.eipByAddress.get(ip);
  return eip?.status === 'InUse' && eip.binding?.id === gatewayId;
}

/** "The longest prefix of the source CIDR wins": the Available entry of the gateway that takes packets of this address. */
export function snatFor(gateway: NatGateway, privateIp: string): SnatEntry | undefined {
  const address = parseAddress(privateIp);
  if (address === undefined) return undefined;
  return gateway.snat.all()
    .filter((entry) => entry.status === 'Available' && cidrHas(entry.cidr, address))
    .sort((a, b) => b.cidr.prefix - a.cidr.prefix || a.sequence - b.sequence)[0];
}
