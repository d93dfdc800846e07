/** DescribeEipAddresses → Eip (SDK DescribeEipAddressesResponseBodyEipAddressesEipAddress; facts 3.1). */
import type { DescribeEipAddressesResponseBodyEipAddressesEipAddress as SdkEip } from '@alicloud/vpc20160428';
import type { EipId, EniId, InstanceId } from '../../../core/ids.ts';
import type { Binding, Eip } from '../../../core/view.ts';
import { given, locks, number, oneOf, tags, text } from './fields.ts';

const STATUSES = ['Available', 'Associating', 'InUse', 'Unassociating', 'Releasing'] as const;

/** PrivateIpAddress is empty when the EIP stands on the interface's primary address (facts 3.1), and so is ours then. */
function bindingOf(eip: SdkEip): Binding | undefined {
  const id = given(eip.instanceId);
  if (id === undefined) return undefined;
  switch (eip.instanceType) {
    case 'EcsInstance': return { kind: 'instance', id: id as InstanceId };
    case 'NetworkInterface': return { kind: 'networkInterface', id: id as EniId, privateIp: text(eip.privateIpAddress) };
    default: return { kind: 'other', id, type: text(eip.instanceType) };
  }
}

export function toEip(eip: SdkEip): Eip {
  const binding = bindingOf(eip);
  return {
    id: text(eip.allocationId) as EipId,
    ip: text(eip.ipAddress),
    status: oneOf(STATUSES, eip.status),
    ...(binding && { binding }),
    mode: text(eip.mode),
    bandwidthMbps: number(eip.bandwidth),
    businessStatus: text(eip.businessStatus),
    operationLocks: locks(eip.operationLocks?.lockReason),
    serviceManaged: eip.serviceManaged === 1,
    tags: tags(eip.tags?.tag),
  };
}
