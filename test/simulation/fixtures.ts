// The situation of the manual procedure, and what the Internet should see of it when the job is done.
import { Laboratory } from './laboratory.ts';

export const NAT_IP = '47.96.1.1';

export const world = (instances: Record<string, object>) => ({
  region: 'cn-hangzhou',
  vpcs: { 'vpc-1': { cidr: '192.168.0.0/16' } },
  vSwitches: { 'vsw-1': { vpc: 'vpc-1', zone: 'cn-hangzhou-h', cidr: '192.168.1.0/24' } },
  eips: { 'eip-nat': { ip: NAT_IP, bandwidthMbps: 100 }, 'eip-nat-2': { ip: '47.96.1.2' } },
  natGateways: { 'ngw-1': { vpc: 'vpc-1', vSwitch: 'vsw-1', eips: ['eip-nat'], snat: { 'snat-1': { vSwitch: 'vsw-1' } } } },
  instances,
});

export const THREE = {
  'i-a': { vSwitch: 'vsw-1', publicIp: '47.98.1.1', tags: { egress: 'unified' } },
  'i-b': { vSwitch: 'vsw-1', publicIp: '47.98.1.2', tags: { egress: 'unified' } },
  'i-c': { vSwitch: 'vsw-1', tags: { egress: 'unified' } },
};

export const SPEC = { regionId: 'cn-hangzhou', vpcId: 'vpc-1', instanceSelector: { tags: { egress: 'unified' } } };

export const unified = (lab: Laboratory, instance: string, ip: string): boolean => lab.seen(instance) === `leaves by ${NAT_IP}; reached on ${ip}`;
export const allUnified = (lab: Laboratory): boolean => unified(lab, 'i-a', '47.98.1.1') && unified(lab, 'i-b', '47.98.1.2');
export const isReady = (lab: Laboratory): boolean => lab.ready('web') === 'True Unified';

export async function settledLaboratory(spec: object = {}): Promise<Laboratory> {
  const lab = new Laboratory(world(THREE));
  lab.create('web', { ...SPEC, ...spec });
  await lab.start();
  await lab.until(() => isReady(lab));
  return lab;
}

export const eniOf = (lab: Laboratory, instance: string): string => {
  const created = lab.cloud.log.since(0).filter(({ action }) => action === 'AttachNetworkInterface').findLast(({ parameters }) => parameters['InstanceId'] === instance);
  return created?.parameters['NetworkInterfaceId'] ?? '';
};
export const eipOf = (lab: Laboratory, instance: string): string => {
  const tagged = lab.cloud.log.since(0).filter(({ product, action }) => product === 'vpc' && action === 'TagResources').findLast(({ parameters }) => Object.values(parameters).includes(instance));
  return tagged?.parameters['ResourceId.1'] ?? '';
};
