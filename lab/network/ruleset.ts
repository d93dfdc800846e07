// The nftables of a VPC's router. Pure: a state in, text out. Addresses of the instances' own (static, EIP, DNAT of all ports) are
// translated one to one and without memory, as the cloud's gateway does it: when the binding goes, what ran over it is cut. SNAT is
// connection tracking's. What comes from an interface with a source that is not the interface's own is dropped: whether the real VPC drops
// it too is not documented (only that it "causes communication issues"), so the lab takes the worse for true.
import type { CloudState } from '../../sim/cloud/state/cloud-state.ts';
import type { Instance, NatGateway, NetworkInterface, SnatEntry, VSwitch } from '../../sim/cloud/state/entities.ts';

/** The router's interface towards the Internet. */
export const UPLINK = 'wan';
export const METADATA_ADDRESS = '100.100.100.200';

/** A public address that is one interface's alone. */
interface Owned {
  readonly publicIp: string;
  readonly privateIp: string;
  readonly mac: string;
}

const isAny = (text: string): boolean => text.toLowerCase() === 'any';
const plugged = (nic: NetworkInterface): boolean => nic.type === 'Primary' || (nic.status === 'InUse' && nic.instanceId !== '');

/** Whether an address of the NAT gateway is bound to it and carries traffic. */
function carries(state: CloudState, gateway: NatGateway, ip: string): boolean {
  const eip = state.eipByAddress.get(ip);
  return eip?.status === 'InUse' && eip.binding?.id === gateway.id;
}

function nicBehind(state: CloudState, targetId: string): NetworkInterface | undefined {
  const nic = state.instances.get(targetId)?.primary ?? state.interfaces.get(targetId);
  return nic && plugged(nic) ? nic : undefined;
}

function byEip(state: CloudState, vpcId: string): readonly Owned[] {
  return state.eips.all().flatMap(({ status, ip, binding }) => {
    const nic = status === 'InUse' && binding ? nicBehind(state, binding.id) : undefined;
    return nic?.vpcId === vpcId && binding?.privateIp === nic.privateIps[0] ? [{ publicIp: ip, privateIp: binding?.privateIp ?? '', mac: nic.mac }] : [];
  });
}

const byStaticIp = (instances: readonly Instance[]): readonly Owned[] =>
  instances.filter(({ publicIp }) => publicIp !== '').map(({ publicIp, primary }) => ({ publicIp, privateIp: primary.privateIps[0] ?? '', mac: primary.mac }));

function byDnat(state: CloudState, vpcId: string): readonly Owned[] {
  const gateways = state.natGateways.all().filter((gateway) => gateway.vpcId === vpcId && gateway.networkType === 'internet');
  return gateways.flatMap((gateway) => gateway.dnat.all().flatMap((entry) => {
    const nic = state.interfaces.all().find(({ privateIps, vpcId: of }) => of === vpcId && privateIps[0] === entry.internalIp);
    const whole = isAny(entry.externalPort) && isAny(entry.internalPort) && isAny(entry.protocol);
    return nic && whole && plugged(nic) && carries(state, gateway, entry.externalIp) ? [{ publicIp: entry.externalIp, privateIp: entry.internalIp, mac: nic.mac }] : [];
  }));
}

const works = ({ networkType, status, businessStatus }: NatGateway): boolean =>
  networkType === 'internet' && (status === 'Available' || status === 'Modifying') && businessStatus === 'Normal';

/** The gateway to which a vSwitch's route table sends what is for the Internet. */
function gatewayFor(state: CloudState, vSwitch: VSwitch): NatGateway | undefined {
  const route = state.routeTables.get(vSwitch.routeTableId)?.routes.all().find(({ destination }) => destination === '0.0.0.0/0');
  const gateway = route?.nextHopType === 'NatGateway' ? state.natGateways.get(route.nextHopId) : undefined;
  return gateway && works(gateway) ? gateway : undefined;
}

function snatRule(state: CloudState, gateway: NatGateway, { cidrText, ips }: SnatEntry): string {
  const usable = ips.filter((ip) => carries(state, gateway, ip));
  if (usable.length === 0) return `ip saddr ${cidrText} drop`;
  if (usable.length === 1) return `ip saddr ${cidrText} snat to ${usable.join()}`;
  return `ip saddr ${cidrText} snat to numgen random mod ${usable.length} map { ${usable.map((address, index) => `${index} : ${address}`).join(', ')} }`;
}

/** The longest prefix comes first, and the first that fits wins. */
function snatChain(state: CloudState, vSwitch: VSwitch): string {
  const gateway = gatewayFor(state, vSwitch);
  const entries = (gateway?.snat.all() ?? []).filter(({ status }) => status === 'Available').sort((a, b) => b.cidr.prefix - a.cidr.prefix || a.sequence - b.sequence);
  const rules = gateway === undefined ? [] : entries.map((entry) => snatRule(state, gateway, entry));
  return `  chain snat_${vSwitch.sequence} {\n${[...rules, 'drop'].map((rule) => `    ${rule}\n`).join('')}  }\n`;
}

const elements = (list: readonly string[]): string => (list.length === 0 ? '' : ` elements = { ${list.join(', ')} };`);

/** One private address has one public one on the way out: the first of those that come to it. */
function leaving(owned: readonly Owned[]): readonly string[] {
  const first = new Map<string, string>();
  for (const { mac, privateIp, publicIp } of owned) if (!first.has(`${mac} . ${privateIp}`)) first.set(`${mac} . ${privateIp}`, publicIp);
  return [...first].map(([key, publicIp]) => `${key} : ${publicIp}`);
}

/** The table, with the words that put it in the place of the former one in one transaction. */
export function rulesetOf(state: CloudState, vpcId: string): string {
  const vpc = state.vpcs.get(vpcId);
  const vSwitches = state.vSwitches.all().filter((vSwitch) => vSwitch.vpcId === vpcId);
  const nics = state.interfaces.all().filter((nic) => nic.vpcId === vpcId && plugged(nic));
  const owned = [...byStaticIp(state.instances.all().filter((instance) => instance.vpcId === vpcId)), ...byEip(state, vpcId), ...byDnat(state, vpcId)];
  const gateways = state.natGateways.all().filter((gateway) => gateway.vpcId === vpcId);
  const shared = [...new Set(gateways.flatMap((gateway) => gateway.snat.all().flatMap(({ ips }) => ips.filter((ip) => carries(state, gateway, ip)))))]
    .filter((ip) => !owned.some(({ publicIp }) => publicIp === ip));
  const within = [...(vpc === undefined ? [] : [vpc.cidrText, ...vpc.secondaryCidrs]), METADATA_ADDRESS].join(', ');
  return `add table ip lab
delete table ip lab
table ip lab {
  set interfaces { type ether_addr . ipv4_addr;${elements(nics.map(({ mac, privateIps }) => `${mac} . ${privateIps[0] ?? ''}`))} }
  map arriving { type ipv4_addr : ipv4_addr;${elements(owned.map(({ publicIp, privateIp }) => `${publicIp} : ${privateIp}`))} }
  map leaving { type ether_addr . ipv4_addr : ipv4_addr;${elements(leaving(owned))} }
  set shared { type ipv4_addr;${elements(shared)} }
  chain early {
    type filter hook prerouting priority raw; policy accept;
    iifname "${UPLINK}" ip daddr set ip daddr map @arriving notrack accept
    iifname "${UPLINK}" ip daddr @shared accept
    iifname "${UPLINK}" drop
    iifname "vs*" ether saddr . ip saddr != @interfaces drop
    iifname "vs*" ip daddr { ${within} } accept
    iifname "vs*" ip saddr set ether saddr . ip saddr map @leaving notrack accept
  }
${vSwitches.map((vSwitch) => snatChain(state, vSwitch)).join('')}  chain late {
    type nat hook postrouting priority srcnat; policy accept;
${vSwitches.map(({ cidrText, sequence }) => `    oifname "${UPLINK}" ip saddr ${cidrText} jump snat_${sequence}\n`).join('')}  }
}
`;
}
