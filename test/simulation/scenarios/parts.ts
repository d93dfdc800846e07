// What the scenarios are built from: one VPC in two zones with a NAT gateway, instances in it, resources, and words for moments and ends.
// Addresses are chosen by hand so that a trace can be read; nothing here is random.
import type { WorldInput } from '../../../sim/cloud/world/schema.ts';
import type { JsonObject } from '../../../sim/kubernetes/json.ts';

export const NAT_IP = '47.96.1.1';
export const SPARE_NAT_IP = '47.96.1.2';

/** Looking each minute makes "three passes without a write" three minutes instead of fifteen. */
const DRIFT = { checkInterval: '1m' };

export type InstanceInput = NonNullable<WorldInput['instances']>[string];

/** An instance that carries the tag of the usual selector, with a static public IP unless it is told otherwise. */
export const instance = (publicIp: string | undefined, more: Partial<InstanceInput> = {}): InstanceInput => ({
  vSwitch: 'vsw-h', tags: { egress: 'unified' }, ...(publicIp !== undefined && { publicIp }), ...more,
});

/** The VPC of every scenario; what a scenario gives replaces what is here, except EIPs, which are added. */
export const world = (instances: Record<string, InstanceInput>, more: WorldInput = {}): WorldInput => ({
  region: 'cn-hangzhou',
  vpcs: { 'vpc-1': { cidr: '192.168.0.0/16' } },
  vSwitches: {
    'vsw-h': { vpc: 'vpc-1', zone: 'cn-hangzhou-h', cidr: '192.168.1.0/24' },
    'vsw-i': { vpc: 'vpc-1', zone: 'cn-hangzhou-i', cidr: '192.168.2.0/24' },
  },
  natGateways: {
    'ngw-1': { vpc: 'vpc-1', vSwitch: 'vsw-h', eips: ['eip-nat'], snat: { 'snat-h': { vSwitch: 'vsw-h' }, 'snat-i': { vSwitch: 'vsw-i' } } },
  },
  instances,
  ...more,
  // a second group, so that an interface can be put into another one
  securityGroups: { 'sg-spare': { vpc: 'vpc-1' }, ...more.securityGroups },
  eips: { 'eip-nat': { ip: NAT_IP, bandwidthMbps: 100 }, 'eip-spare': { ip: SPARE_NAT_IP }, ...more.eips },
});

/** A spec for the usual selector. */
export const spec = (more: JsonObject = {}): JsonObject => ({
  regionId: 'cn-hangzhou', vpcId: 'vpc-1', instanceSelector: { tags: { egress: 'unified' } }, drift: DRIFT, ...more,
});

export const byIds = (...instanceIds: string[]): JsonObject => ({ instanceSelector: { instanceIds } });

/** What the Internet sees of an instance, in the laboratory's words. */
export const unifiedOn = (ip: string): string => `leaves by ${NAT_IP}; reached on ${ip}`;
export const byItself = (ip: string): string => `leaves by ${ip}; reached on ${ip}`;
