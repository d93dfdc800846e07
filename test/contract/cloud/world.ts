// The world of the suite on the simulated cloud: small where things are done, with lists longer than any page where lists are read.
import type { WorldInput } from '../../../sim/cloud/world/schema.ts';

export const ACCESS_KEY_ID = 'LTAIcontractSuiteKey01';
export const ACCESS_KEY_SECRET = 'contract-suite-secret-do-not-show';

type Latencies = NonNullable<WorldInput['latenciesMs']>;

export const contractWorld = (latenciesMs: Latencies): WorldInput => ({
  credentials: [{ accessKeyId: ACCESS_KEY_ID, accessKeySecret: ACCESS_KEY_SECRET }],
  latenciesMs,
  account: { eips: 400, networkInterfaces: 2000, snatEntriesPerGateway: 100 },
  vpcs: { 'vpc-1': { cidr: '10.0.0.0/16' }, 'vpc-2': { cidr: '10.1.0.0/16' } },
  vSwitches: { 'vsw-a': { vpc: 'vpc-1', cidr: '10.0.0.0/20', zone: 'cn-hangzhou-h' }, 'vsw-other': { vpc: 'vpc-2', cidr: '10.1.0.0/24' } },
  securityGroups: { 'sg-1': { vpc: 'vpc-1' }, 'sg-2': { vpc: 'vpc-1' }, 'sg-3': { vpc: 'vpc-1', type: 'enterprise' } },
  eips: { 'eip-nat': { ip: '47.96.1.1' }, 'eip-dnat': { ip: '47.96.1.2' }, 'eip-home': { ip: '47.98.1.2', tags: { a: 'b' } }, 'eip-spare': { count: 105 } },
  natGateways: {
    'ngw-1': {
      vpc: 'vpc-1', eips: ['eip-nat', 'eip-dnat'], snat: { 'snat-1': { vSwitch: 'vsw-a', ips: ['47.96.1.1'] } },
      dnat: { 'fwd-all': { externalIp: '47.96.1.2', internalIp: '10.0.9.9' } },
    },
    'ngw-inner': { vpc: 'vpc-1', type: 'intranet', vSwitch: 'vsw-a' },
  },
  instances: {
    'i-static': { vSwitch: 'vsw-a', publicIp: '47.98.1.1', securityGroups: ['sg-1'], tags: { egress: 'unified', odd: 'é+*~()\'!' }, locks: ['security'] },
    'i-home': { vSwitch: 'vsw-a', eip: 'eip-home', securityGroups: ['sg-1', 'sg-2'] },
    'i-bare': { vSwitch: 'vsw-a', billing: 'PrePaid', bandwidthBilling: 'PayByBandwidth', expiresInHours: 100 },
    'i-open': { vSwitch: 'vsw-a', publicIp: '47.98.1.3', securityGroups: ['sg-1'] },
    'i-many': { count: 101, vSwitch: 'vsw-a' },
    'i-other': { vSwitch: 'vsw-other' },
  },
  networkInterfaces: {
    'eni-here': { vSwitch: 'vsw-a', instance: 'i-home', securityGroups: ['sg-1'], tags: { who: 'us' }, deleteOnRelease: true },
    'eni-many': { count: 502, vSwitch: 'vsw-a' },
    'eni-other': { vSwitch: 'vsw-other' },
  },
});
