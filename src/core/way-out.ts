/**
 * The way out: by which addresses an instance without a public IP of its own leaves (facts 1.1, 1.2).
 * Judged from one complete view of the VPC, never written. Three values:
 *   stands    everything needed is there and Available
 *   unproved  something is in transition: no window is opened on it, none is turned round for it
 *   gone      something needed is missing or wrong
 */
import type { NatGatewayId } from './ids.ts';
import { coveringPrefixLength } from './ipv4.ts';
import { problem, type Problem } from './problem.ts';
import type { Instance, NatGateway, Network, RouteTable, SnatEntry } from './view.ts';

export interface WantedWayOut {
  readonly natGatewayId?: NatGatewayId;
  /** Exactly these must be the way out; absent: whatever SNAT has. */
  readonly publicIps?: readonly string[];
}

export type WayOut =
  | { readonly verdict: 'stands'; readonly natGatewayId: NatGatewayId; readonly publicIps: readonly string[] }
  | { readonly verdict: 'unproved'; readonly problem: Problem }
  | { readonly verdict: 'gone'; readonly problem: Problem };

type Where = Pick<Instance, 'id' | 'primaryIp' | 'vSwitchId'>;

const gone = (found: Problem): WayOut => ({ verdict: 'gone', problem: found });
const unproved = (found: Problem): WayOut => ({ verdict: 'unproved', problem: found });

/** Gateways in these states come back by themselves (facts 3.4). */
const PASSING = new Set(['Creating', 'Modifying', 'Converting']);

/** The gateway that counts, or why none does. */
export function chooseNatGateway(network: Network, wanted: WantedWayOut): NatGateway | Problem {
  const internet = network.natGateways.filter((gateway) => gateway.networkType === 'internet');
  if (wanted.natGatewayId !== undefined) {
    const named = internet.find((gateway) => gateway.id === wanted.natGatewayId);
    return named ?? problem('NoNatGateway', `Internet NAT gateway ${wanted.natGatewayId} is not in VPC ${network.vpcId}`);
  }
  const [only, another] = internet;
  if (only === undefined) return problem('NoNatGateway', `VPC ${network.vpcId} has no Internet NAT gateway`);
  if (another === undefined) return only;
  return problem('SeveralNatGateways', `VPC ${network.vpcId} has ${internet.length} Internet NAT gateways (${internet.map((gateway) => gateway.id).sort().join(', ')})`);
}

/** Judges the way out of one instance. */
export function judgeWayOut(network: Network, where: Where, wanted: WantedWayOut): WayOut {
  const gateway = chooseNatGateway(network, wanted);
  if ('reason' in gateway) return gone(gateway);
  return judgeGateway(gateway) ?? judgeRoute(network, gateway, where) ?? judgeForward(gateway, where) ?? judgeSnat(gateway, where, wanted);
}

function judgeGateway(gateway: NatGateway): WayOut | undefined {
  if (gateway.status === 'Available' && gateway.businessStatus === 'Normal') return undefined;
  const found = problem('NatGatewayNotReady', `NAT gateway ${gateway.id} is ${gateway.status}, business status ${gateway.businessStatus}`);
  return PASSING.has(gateway.status) ? unproved(found) : gone(found);
}

function tableOf(network: Network, where: Where): RouteTable | undefined {
  const named = network.vSwitches.find((vSwitch) => vSwitch.id === where.vSwitchId)?.routeTableId;
  return network.routeTables.find((table) => table.id === named) ?? network.routeTables.find((table) => table.vSwitchIds.includes(where.vSwitchId));
}

function judgeRoute(network: Network, gateway: NatGateway, where: Where): WayOut | undefined {
  const table = tableOf(network, where);
  const toGateway = table?.entries.filter((entry) => entry.destination === '0.0.0.0/0' && entry.nextHops.some((hop) => hop.id === gateway.id)) ?? [];
  if (toGateway.some((entry) => entry.status === 'Available')) return undefined;
  const remedy = `Add it: vpc CreateRouteEntry RouteTableId=${table?.id ?? '?'} DestinationCidrBlock=0.0.0.0/0 NextHopType=NatGateway NextHopId=${gateway.id}`;
  const found = problem('NoDefaultRoute', `Route table ${table?.id ?? '(unknown)'} of vSwitch ${where.vSwitchId} has no Available 0.0.0.0/0 to NAT gateway ${gateway.id}`, { remedy });
  return toGateway.length > 0 ? unproved(found) : gone(found);
}

function judgeForward(gateway: NatGateway, where: Where): WayOut | undefined {
  const whole = gateway.forwardEntries.find((entry) => entry.allPorts && entry.internalIp === where.primaryIp);
  return whole && gone(problem('DnatAllPorts', `DNAT entry ${whole.id} maps all ports of ${whole.externalIp} to ${where.primaryIp}`));
}

/** Longest prefix first; a vSwitch entry carries the vSwitch's CIDR (facts 1.1 rules 3 and 4). Ties go by id, so that order never decides. */
function coveringEntry(gateway: NatGateway, where: Where): SnatEntry | undefined {
  const covering = gateway.snatEntries.flatMap((entry) => {
    const length = coveringPrefixLength(entry.sourceCidr, where.primaryIp);
    return length === undefined || entry.status === 'Deleting' ? [] : [{ entry, length }];
  });
  return covering.sort((a, b) => b.length - a.length || (a.entry.id < b.entry.id ? -1 : 1))[0]?.entry;
}

function judgeSnat(gateway: NatGateway, where: Where, wanted: WantedWayOut): WayOut {
  const entry = coveringEntry(gateway, where);
  if (entry === undefined) return gone(noSnatEntry(gateway, where));
  if (entry.status !== 'Available') return unproved(problem('SnatEntryNotReady', `SNAT entry ${entry.id} is ${entry.status}`));
  const bound = new Set(gateway.eips.map(({ ip }) => ip));
  const publicIps = entry.snatIps.filter((ip) => bound.has(ip)).sort();
  if (publicIps.length === 0) return gone(snatWithoutEip(gateway, entry));
  const asked = wanted.publicIps && [...wanted.publicIps].sort();
  if (asked !== undefined && asked.join() !== publicIps.join()) {
    return gone(problem('EgressIpDiffers', `SNAT entry ${entry.id} gives ${publicIps.join(', ')}, wanted is ${asked.join(', ')}`));
  }
  return { verdict: 'stands', natGatewayId: gateway.id, publicIps };
}

/** The entry outlives the binding of its EIP: it stays Available and lets nobody out. */
function snatWithoutEip({ id }: NatGateway, entry: SnatEntry): Problem {
  const ips = entry.snatIps.join(', ');
  return problem('NoSnatEntry', `SNAT entry ${entry.id} gives ${ips}, which is not bound to NAT gateway ${id}`, { remedy: `Associate that EIP with ${id}, or give the entry an EIP of the gateway` });
}

function noSnatEntry(gateway: NatGateway, where: Where): Problem {
  const ip = gateway.eips[0]?.ip;
  const call = `vpc CreateSnatEntry SnatTableId=${gateway.snatTableIds[0] ?? '?'} SourceVSwitchId=${where.vSwitchId} SnatIp=${ip ?? '<an EIP of the gateway>'}`;
  return problem('NoSnatEntry', `No SNAT entry of NAT gateway ${gateway.id} covers ${where.primaryIp}`, {
    remedy: `Create one (it lets out every instance of the vSwitch that has no public IP): ${call}`,
  });
}
