// What the Internet sees of an instance and where it reaches it, judged from the state alone (facts sections 1.1 and 6). An EIP carries
// traffic while InUse only; a binding on its way carries none. Held against what packets do by the network lab (lab/). Reasons say, for people, why an address is or is not in a list.

import type { CloudState } from '../state/cloud-state.ts';
import type { Eip, Instance, NatGateway, NetworkInterface } from '../state/entities.ts';
import { eipsOn } from '../state/relations.ts';
import { dnatToAllPorts, snatFor } from './nat.ts';

export interface Verdict {
  /** Addresses that the Internet sees of connections which the instance opens; empty when it cannot get out. */
  readonly egressIps: readonly string[];
  /** Public addresses on which the instance answers. */
  readonly inboundIps: readonly string[];
  /** The same two, as the network alone would have it: the instance running, its guest set up as it should be. */
  readonly network: { readonly egressIps: readonly string[]; readonly inboundIps: readonly string[] };
  readonly reasons: readonly string[];
}

interface Path {
  readonly ips: readonly string[];
  readonly reason: string;
}

const standing = (eips: readonly Eip[]): readonly Eip[] => eips.filter(({ status }) => status === 'InUse');

/** Public addresses that belong to the primary interface's own address: static, EIP, DNAT of all ports. */
function ownAddresses(state: CloudState, instance: Instance): readonly string[] {
  const privateIp = instance.primary.privateIps[0] ?? '';
  const dnat = dnatToAllPorts(state, instance.vpcId, privateIp);
  const eips = standing([...eipsOn(state, instance.id), ...eipsOn(state, instance.primary.id)]).filter(({ binding }) => binding?.privateIp === privateIp);
  return [...(instance.publicIp === '' ? [] : [instance.publicIp]), ...eips.map(({ ip }) => ip), ...(dnat ? [dnat.externalIp] : [])];
}

/** The gateway to which the vSwitch's route table sends 0.0.0.0/0. */
function defaultGateway(state: CloudState, vSwitchId: string): NatGateway | undefined {
  const table = state.routeTables.get(state.vSwitches.get(vSwitchId)?.routeTableId ?? '');
  const route = table?.routes.all().find(({ destination }) => destination === '0.0.0.0/0');
  return route?.nextHopType === 'NatGateway' ? state.natGateways.get(route.nextHopId) : undefined;
}

/** SNAT for a private address: the route, the gateway and an entry must all stand, and the entry's addresses be bound to the gateway. */
function snatPath(state: CloudState, nic: NetworkInterface): Path {
  const gateway = defaultGateway(state, nic.vSwitchId);
  if (!gateway) return { ips: [], reason: `${nic.vSwitchId} has no default route to a NAT gateway` };
  if (gateway.status !== 'Available' && gateway.status !== 'Modifying') return { ips: [], reason: `${gateway.id} is ${gateway.status}` };
  if (gateway.networkType !== 'internet' || gateway.businessStatus !== 'Normal') return { ips: [], reason: `${gateway.id} does not lead to the Internet` };
  const entry = snatFor(gateway, nic.privateIps[0] ?? '');
  if (!entry) return { ips: [], reason: `${gateway.id} has no SNAT entry for ${nic.privateIps[0] ?? ''}` };
  const bound = standing(eipsOn(state, gateway.id)).map(({ ip }) => ip);
  const ips = entry.ips.filter((ip) => bound.includes(ip));
  return { ips, reason: `leaves by SNAT entry ${entry.id} of ${gateway.id}` };
}

function primaryEgress(state: CloudState, instance: Instance): Path {
  const [own] = ownAddresses(state, instance);
  return own === undefined ? snatPath(state, instance.primary) : { ips: [own], reason: `leaves by its own public address ${own}` };
}

function secondaryEgress(state: CloudState, nic: NetworkInterface): Path {
  const [eip] = standing(eipsOn(state, nic.id)).filter(({ binding }) => binding?.privateIp === nic.privateIps[0]);
  return eip ? { ips: [eip.ip], reason: `leaves by ${nic.id} with ${eip.ip}: its default route has the same metric and comes first` } : snatPath(state, nic);
}

const attached = (instance: Instance): readonly NetworkInterface[] =>
  [...instance.interfaces].filter(({ type, status }) => type === 'Secondary' && status === 'InUse');

/** The interface that the guest's default route leads to: of two of the same metric Linux takes the one that was added last. */
function defaultInterface({ guest, primary }: Instance, seconds: readonly NetworkInterface[]): NetworkInterface {
  const newest = guest.equalMetric && guest.secondNic === 'auto' ? seconds.at(-1) : undefined;
  return newest ?? primary;
}

/** Why the guest does not answer on a second interface; undefined when it does. `leaving`: where its default route leads. */
function guestObstacle({ guest }: Instance, nic: NetworkInterface, leaving: NetworkInterface): string | undefined {
  if (guest.secondNic === 'manual') return 'the guest has not brought its second NIC up';
  if (guest.sourceRouting || nic === leaving) return undefined;
  return guest.rpFilter === 1 ? 'strict reverse-path filtering drops what arrives there' : 'answers leave by another NIC: source routing is missing';
}

const unique = (ips: readonly string[]): readonly string[] => [...new Set(ips)];

/** The verdict for one instance; a function of the state. */
export function verdictOf(state: CloudState, instance: Instance): Verdict {
  const seconds = attached(instance);
  const leaving = defaultInterface(instance, seconds);
  const own = leaving === instance.primary;
  const primary = primaryEgress(state, instance);
  const egress = own ? primary : secondaryEgress(state, leaving);
  const home = ownAddresses(state, instance);
  const away = seconds.flatMap((nic) => standing(eipsOn(state, nic.id)).map(({ ip }) => ({ ip, nic: nic.id, obstacle: guestObstacle(instance, nic, leaving) })));
  const running = instance.status === 'Running';
  const inbound = [...(own ? home : []), ...away.filter(({ obstacle }) => obstacle === undefined).map(({ ip }) => ip)];
  return {
    egressIps: running ? unique(egress.ips) : [],
    inboundIps: running ? unique(inbound) : [],
    network: { egressIps: unique(primary.ips), inboundIps: unique([...home, ...away.map(({ ip }) => ip)]) },
    reasons: [
      ...(running ? [] : [`the instance is ${instance.status}`]),
      egress.reason,
      ...(own ? [] : home.map((ip) => `not reached on ${ip}: answers leave by ${leaving.id}`)),
      ...away.map(({ ip, nic, obstacle }) => (obstacle === undefined ? `reached on ${ip} through ${nic}` : `not reached on ${ip} through ${nic}: ${obstacle}`)),
    ],
  };
}
