/** DescribeNetworkInterfaces → NetworkInterface (SDK DescribeNetworkInterfacesResponseBody…; facts 2.6). */
import type { DescribeNetworkInterfacesResponseBodyNetworkInterfaceSetsNetworkInterfaceSet as SdkNetworkInterface } from '@alicloud/ecs20140526';
import type { EniId, InstanceId, SecurityGroupId, VpcId, VSwitchId } from '../../../core/ids.ts';
import type { NetworkInterface } from '../../../core/view.ts';
import { distinct, given, oneOf, tags, text, texts } from './fields.ts';

const STATUSES = ['Available', 'Attaching', 'InUse', 'Detaching', 'Deleting'] as const;

/** Public addresses stand with each private address, that of the primary one also with the interface; AllocationId there may be null. */
function publicIpsOf({ privateIpSets, associatedPublicIp }: SdkNetworkInterface): readonly string[] {
  const each = privateIpSets?.privateIpSet?.map((set) => set.associatedPublicIp?.publicIpAddress) ?? [];
  return distinct(texts([associatedPublicIp?.publicIpAddress, ...each]));
}

export function toNetworkInterface(eni: SdkNetworkInterface): NetworkInterface {
  // InstanceId is empty for interfaces that a cloud service manages; Attachment names the instance there
  const instanceId = given(eni.instanceId) ?? given(eni.attachment?.instanceId);
  return {
    id: text(eni.networkInterfaceId) as EniId,
    status: oneOf(STATUSES, eni.status),
    type: text(eni.type),
    ...(instanceId !== undefined && { instanceId: instanceId as InstanceId }),
    vpcId: text(eni.vpcId) as VpcId,
    vSwitchId: text(eni.vSwitchId) as VSwitchId,
    zoneId: text(eni.zoneId),
    primaryIp: text(eni.privateIpAddress),
    macAddress: text(eni.macAddress),
    securityGroupIds: texts(eni.securityGroupIds?.securityGroupId) as readonly SecurityGroupId[],
    deleteOnRelease: eni.deleteOnRelease === true,
    serviceManaged: eni.serviceManaged === true,
    publicIps: publicIpsOf(eni),
    tags: tags(eni.tags?.tag),
  };
}
