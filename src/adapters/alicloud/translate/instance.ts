/** DescribeInstances → Instance (SDK DescribeInstancesResponseBodyInstancesInstance; facts 2.1). */
import type { DescribeInstancesResponseBodyInstancesInstance as SdkInstance } from '@alicloud/ecs20140526';
import type { EipId, EniId, InstanceId, SecurityGroupId, VpcId, VSwitchId } from '../../../core/ids.ts';
import type { Instance } from '../../../core/view.ts';
import { given, locks, number, oneOf, tags, text, texts } from './fields.ts';

const STATUSES = ['Pending', 'Running', 'Starting', 'Stopping', 'Stopped'] as const;

/** "2026-01-02T03:04Z", the form of the ECS API, with the seconds that RFC 3339 asks for. */
const toRfc3339 = (time: string): string => time.replace(/T(\d\d:\d\d)Z$/, 'T$1:00Z');

/** Subscription instances only: pay-as-you-go ones show a date in 2099. */
function expiryOf(instance: SdkInstance): string | undefined {
  const time = instance.instanceChargeType === 'PrePaid' ? given(instance.expiredTime) : undefined;
  return time && toRfc3339(time);
}

/** An instance without EIP has an EipAddress of empty texts. IsSupportUnassociate is old; only a plain "false" forbids. */
function eipOf({ eipAddress }: SdkInstance): Instance['eip'] {
  const id = given(eipAddress?.allocationId);
  if (id === undefined) return undefined;
  return { id: id as EipId, ip: text(eipAddress?.ipAddress), unassociable: eipAddress?.isSupportUnassociate !== false };
}

function attachments(instance: SdkInstance): Pick<Instance, 'primaryIp' | 'primaryEniId' | 'networkInterfaceIds'> {
  const attached = instance.networkInterfaces?.networkInterface ?? [];
  const primary = attached.find(({ type }) => type === 'Primary');
  const primaryEniId = given(primary?.networkInterfaceId);
  return {
    primaryIp: given(primary?.primaryIpAddress) ?? text(instance.vpcAttributes?.privateIpAddress?.ipAddress?.[0]),
    ...(primaryEniId !== undefined && { primaryEniId: primaryEniId as EniId }),
    networkInterfaceIds: texts(attached.map(({ networkInterfaceId }) => networkInterfaceId)) as readonly EniId[],
  };
}

export function toInstance(instance: SdkInstance): Instance {
  const expiresAt = expiryOf(instance);
  const eip = eipOf(instance);
  return {
    ...place(instance),
    ...billing(instance),
    ...attachments(instance),
    ...(expiresAt !== undefined && { expiresAt }),
    status: oneOf(STATUSES, instance.status),
    instanceType: text(instance.instanceType),
    publicIps: texts(instance.publicIpAddress?.ipAddress),
    ...(eip && { eip }),
    securityGroupIds: texts(instance.securityGroupIds?.securityGroupId) as readonly SecurityGroupId[],
    operationLocks: locks(instance.operationLocks?.lockReason),
    tags: tags(instance.tags?.tag),
  };
}

function place(instance: SdkInstance): Pick<Instance, 'id' | 'regionId' | 'zoneId' | 'vpcId' | 'vSwitchId'> {
  return {
    id: text(instance.instanceId) as InstanceId,
    regionId: text(instance.regionId),
    zoneId: text(instance.zoneId),
    vpcId: text(instance.vpcAttributes?.vpcId) as VpcId,
    vSwitchId: text(instance.vpcAttributes?.vSwitchId) as VSwitchId,
  };
}

function billing(instance: SdkInstance): Pick<Instance, 'chargeType' | 'internetChargeType' | 'internetBandwidthOutMbps'> {
  return {
    chargeType: oneOf(['PrePaid', 'PostPaid'], instance.instanceChargeType),
    internetChargeType: oneOf(['PayByTraffic', 'PayByBandwidth'], instance.internetChargeType),
    internetBandwidthOutMbps: number(instance.internetMaxBandwidthOut),
  };
}
