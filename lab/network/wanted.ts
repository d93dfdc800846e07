// What the kernel has to look like for a state of the simulated cloud. Pure. It is written from the rules of the network (facts of the
// cloud, docs/simulator.md) and asks nothing of sim/cloud/data-plane: that verdict is held against what packets do here.
import { formatAddress } from '../../sim/cloud/state/addresses.ts';
import type { CloudState } from '../../sim/cloud/state/cloud-state.ts';
import type { Guest, Instance, NetworkInterface, VSwitch } from '../../sim/cloud/state/entities.ts';
import { rulesetOf } from './ruleset.ts';

export interface WantedNic {
  readonly id: string;
  readonly mac: string;
  readonly address: string;
  readonly prefix: number;
  readonly gateway: string;
  /** The bridge in the router's namespace. */
  readonly bridge: string;
  readonly primary: boolean;
}

export interface WantedGuest {
  readonly instanceId: string;
  readonly vpcId: string;
  readonly running: boolean;
  readonly kind: Guest;
  /** The primary interface first, then in the order in which they were attached. */
  readonly nics: readonly WantedNic[];
}

export interface WantedBridge {
  readonly name: string;
  readonly gateway: string;
  readonly prefix: number;
}

export interface WantedRouter {
  readonly vpcId: string;
  readonly bridges: readonly WantedBridge[];
  /** The whole table of nftables. */
  readonly rules: string;
  /** Public addresses that the Internet finds here. */
  readonly publicIps: readonly string[];
}

export interface Wanted {
  readonly routers: readonly WantedRouter[];
  readonly guests: readonly WantedGuest[];
}

/** Third-last address of the range: the gateway of a vSwitch. */
export const gatewayAddress = ({ cidr }: VSwitch): string => formatAddress(cidr.base + 2 ** (32 - cidr.prefix) - 3);

/** The name of a vSwitch's bridge. */
export const bridgeName = (vSwitch: VSwitch): string => `vs${vSwitch.sequence}`;

function nicOf(state: CloudState, nic: NetworkInterface): WantedNic {
  const vSwitch = state.vSwitches.get(nic.vSwitchId);
  if (vSwitch === undefined) throw new Error(`${nic.id} is in no vSwitch`);
  return {
    id: nic.id, mac: nic.mac, address: nic.privateIps[0] ?? '', prefix: vSwitch.cidr.prefix, gateway: gatewayAddress(vSwitch),
    bridge: bridgeName(vSwitch), primary: nic.type === 'Primary',
  };
}

/** What is plugged in: an interface on its way to an instance or away from it is not. */
export const pluggedIn = (instance: Instance): readonly NetworkInterface[] =>
  [...instance.interfaces].filter(({ type, status }) => type === 'Primary' || status === 'InUse');

const guestOf = (state: CloudState, instance: Instance): WantedGuest => ({
  instanceId: instance.id, vpcId: instance.vpcId, running: instance.status === 'Running', kind: { ...instance.guest },
  nics: pluggedIn(instance).map((nic) => nicOf(state, nic)),
});

function publicIpsOf(state: CloudState, vpcId: string): readonly string[] {
  const holders = new Set([
    ...state.instances.all().filter((instance) => instance.vpcId === vpcId).map(({ id }) => id),
    ...state.interfaces.all().filter((nic) => nic.vpcId === vpcId).map(({ id }) => id),
    ...state.natGateways.all().filter((gateway) => gateway.vpcId === vpcId).map(({ id }) => id),
  ]);
  const fixed = state.instances.all().filter(({ id, publicIp }) => publicIp !== '' && holders.has(id)).map(({ publicIp }) => publicIp);
  return [...fixed, ...state.eips.all().filter(({ binding }) => binding !== undefined && holders.has(binding.id)).map(({ ip }) => ip)].sort();
}

/** The kernel that this state wants. */
export function wantedOf(state: CloudState): Wanted {
  const routers = state.vpcs.all().map(({ id: vpcId }) => ({
    vpcId,
    bridges: state.vSwitches.all().filter((vSwitch) => vSwitch.vpcId === vpcId).map((vSwitch) => ({ name: bridgeName(vSwitch), gateway: gatewayAddress(vSwitch), prefix: vSwitch.cidr.prefix })),
    rules: rulesetOf(state, vpcId),
    publicIps: publicIpsOf(state, vpcId),
  }));
  return { routers, guests: state.instances.all().filter(({ networkType }) => networkType === 'vpc').map((instance) => guestOf(state, instance)) };
}
