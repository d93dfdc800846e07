// Worlds of the drills: one VPC with two vSwitches and a NAT gateway, and the instances that the drill wants. A world file is YAML, of which
// JSON is a part.
import type { WorldInput } from '../../sim/cloud/world/schema.ts';

export const NAT_IP = '47.96.1.1';

type WorldInstance = NonNullable<WorldInput['instances']>[string];

/** An instance of the drill: in the first vSwitch unless it says otherwise, and selected. */
export const selected = (instance: Partial<WorldInstance>): WorldInstance =>
  ({ vSwitch: 'vsw-h', securityGroups: ['sg-lab'], tags: { egress: 'unified' }, ...instance });

/** Asynchronous operations take a fifth of a second, so that a drill is short and a window still long enough to fall into. */
const LATENCIES_MS = { rtt: 10, attach: 200, detach: 200, delete: 100, associate: 200, unassociate: 200, convert: 200 };

/** The world file's text. */
export function worldOf(instances: NonNullable<WorldInput['instances']>, extra: WorldInput = {}): string {
  const world: WorldInput = {
    latenciesMs: LATENCIES_MS,
    vpcs: { 'vpc-lab': { cidr: '192.168.0.0/16' } },
    vSwitches: {
      'vsw-h': { vpc: 'vpc-lab', zone: 'cn-hangzhou-h', cidr: '192.168.1.0/24' },
      'vsw-i': { vpc: 'vpc-lab', zone: 'cn-hangzhou-i', cidr: '192.168.2.0/24' },
    },
    securityGroups: { 'sg-lab': { vpc: 'vpc-lab' } },
    natGateways: { 'ngw-lab': { vpc: 'vpc-lab', vSwitch: 'vsw-h', eips: ['eip-nat'], snat: { 'snat-lab': { cidr: '192.168.0.0/16' } } } },
    ...extra,
    eips: { 'eip-nat': { ip: NAT_IP, bandwidthMbps: 100 }, ...extra.eips },
    instances,
  };
  return JSON.stringify(world);
}
