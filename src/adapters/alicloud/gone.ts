/** The positive proof that an ECS object is gone: the attribute call for this one id answers its NotFound code (facts 2.2, 2.6). */
import * as sdk from '@alicloud/ecs20140526';
import type { EniId, InstanceId } from '../../core/ids.ts';
import { CloudError } from '../../ports/cloud-error.ts';
import type { Region } from './region.ts';

/** False when the call succeeds, true for exactly this code; every other failure is passed on. */
async function answersCode(call: Promise<unknown>, code: string): Promise<boolean> {
  try {
    await call;
    return false;
  } catch (error) {
    if (error instanceof CloudError && error.detail.code === code) return true;
    throw error;
  }
}

export async function isInstanceGone({ clients, funnel }: Region, instanceId: InstanceId): Promise<boolean> {
  const request = new sdk.DescribeInstanceAttributeRequest({ instanceId });
  const call = funnel.call({ product: 'ecs', action: 'DescribeInstanceAttribute', send: () => clients.ecs.describeInstanceAttribute(request) });
  return answersCode(call, 'InvalidInstanceId.NotFound');
}

export async function isNetworkInterfaceGone({ clients, funnel, regionId }: Region, networkInterfaceId: EniId): Promise<boolean> {
  const request = new sdk.DescribeNetworkInterfaceAttributeRequest({ regionId, networkInterfaceId });
  const call = funnel.call({ product: 'ecs', action: 'DescribeNetworkInterfaceAttribute', send: () => clients.ecs.describeNetworkInterfaceAttribute(request) });
  return answersCode(call, 'InvalidEniId.NotFound');
}
