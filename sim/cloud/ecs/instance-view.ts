// An instance as DescribeInstances shows it (SDK DescribeInstancesResponseBody; facts section 2.1). Quirks kept: an instance without
// EIP has an EipAddress of empty texts, Bandwidth included; EipAddress shows the EIP of the primary NIC alone.

import type { CloudState } from '../state/cloud-state.ts';
import type { Eip, Instance, NetworkInterface } from '../state/entities.ts';
import { eipsOn } from '../state/relations.ts';
import { ecsTime } from '../engine/clock.ts';

export const tagList = (tags: ReadonlyMap<string, string>): readonly object[] => [...tags].map(([TagKey, TagValue]) => ({ TagKey, TagValue }));

/** What pay-as-you-go instances show as their end. */
const never = '2099-12-31T15:59Z';

function eipAddress(eip: Eip | undefined, instance: Instance): object {
  if (!eip) return { AllocationId: '', IpAddress: '', InternetChargeType: '', Bandwidth: '' };
  return {
    AllocationId: eip.id, IpAddress: eip.ip, InternetChargeType: eip.internetChargeType, Bandwidth: eip.bandwidthMbps,
    IsSupportUnassociate: instance.eipUnassociable,
  };
}

const nicView = (nic: NetworkInterface): object => ({
  NetworkInterfaceId: nic.id, Type: nic.type, PrimaryIpAddress: nic.privateIps[0] ?? '', MacAddress: nic.mac,
  PrivateIpSets: { PrivateIpSet: nic.privateIps.map((ip, index) => ({ PrivateIpAddress: ip, Primary: index === 0 })) },
});

/** The EIP of the instance itself once the binding stands, or still does. */
const eipOf = (state: CloudState, instance: Instance): Eip | undefined =>
  eipsOn(state, instance.id).find((eip) => eip.status === 'InUse' || eip.status === 'Unassociating');

export function instanceView(state: CloudState, instance: Instance): object {
  const eip = eipOf(state, instance);
  const type = state.instanceTypes.get(instance.typeId);
  const attached = [...instance.interfaces].filter((nic) => nic.status === 'InUse' || nic.status === 'Detaching');
  return {
    InstanceId: instance.id, InstanceName: instance.name, HostName: instance.id, Description: '',
    Status: instance.status, RegionId: state.region, ZoneId: instance.zoneId,
    InstanceType: instance.typeId, InstanceTypeFamily: instance.typeId.split('.').slice(0, 2).join('.'), Cpu: type?.cpu ?? 0, Memory: (type?.memoryGiB ?? 0) * 1024,
    InstanceNetworkType: instance.networkType, OSType: instance.osType, OSName: instance.osType,
    InstanceChargeType: instance.chargeType, InternetChargeType: instance.internetChargeType,
    InternetMaxBandwidthOut: eip?.bandwidthMbps ?? instance.bandwidthMbps, InternetMaxBandwidthIn: 200,
    PublicIpAddress: { IpAddress: instance.publicIp === '' ? [] : [instance.publicIp] },
    EipAddress: eipAddress(eip, instance),
    InnerIpAddress: { IpAddress: [] },
    VpcAttributes: vpcAttributes(instance),
    NetworkInterfaces: { NetworkInterface: attached.map(nicView) },
    SecurityGroupIds: { SecurityGroupId: instance.primary.securityGroupIds },
    OperationLocks: { LockReason: instance.locks.map((LockReason) => ({ LockReason })) },
    StoppedMode: instance.status === 'Stopped' ? 'KeepCharging' : 'Not-applicable',
    DeletionProtection: instance.deletionProtection, AutoReleaseTime: instance.autoReleaseTime,
    Tags: { Tag: tagList(instance.tags) },
    CreationTime: ecsTime(instance.createdAtMs), StartTime: ecsTime(instance.createdAtMs),
    ExpiredTime: instance.expiresAtMs === undefined ? never : ecsTime(instance.expiresAtMs),
    DeviceAvailable: true, IoOptimized: true, ResourceGroupId: '',
  };
}

const vpcAttributes = (instance: Instance): object =>
  instance.networkType === 'classic'
    ? { VpcId: '', VSwitchId: '', NatIpAddress: '', PrivateIpAddress: { IpAddress: [] } }
    : { VpcId: instance.vpcId, VSwitchId: instance.vSwitchId, NatIpAddress: '', PrivateIpAddress: { IpAddress: instance.primary.privateIps } };
