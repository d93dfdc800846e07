// DescribeInstances and DescribeInstanceTypes: filters, pages, shapes.

import type { CloudState } from '../state/cloud-state.ts';
import type { Instance, InstanceType } from '../state/entities.ts';
import { eipsOn } from '../state/relations.ts';
import type { Body, Call } from '../engine/call.ts';
import { allOf, anyOf, equals, fixed, named, timeFilters, withTags, type Condition } from '../engine/filters.ts';
import { byIds, clampedSize, includes, numberPage, strictSize, tokenPage, type Source } from '../engine/paging.ts';
import type { Parameters } from '../engine/parameters.ts';
import { instanceView } from './instance-view.ts';

function conditions(state: CloudState, parameters: Parameters): Condition<Instance> | undefined {
  return allOf<Instance>([
    equals(parameters, 'VpcId', ({ vpcId }) => vpcId),
    equals(parameters, 'VSwitchId', ({ vSwitchId }) => vSwitchId),
    equals(parameters, 'ZoneId', ({ zoneId }) => zoneId),
    equals(parameters, 'Status', ({ status }) => status),
    equals(parameters, 'InstanceType', ({ typeId }) => typeId),
    equals(parameters, 'InstanceChargeType', ({ chargeType }) => chargeType),
    equals(parameters, 'InternetChargeType', ({ internetChargeType }) => internetChargeType),
    equals(parameters, 'InstanceNetworkType', ({ networkType }) => networkType),
    equals(parameters, 'InstanceTypeFamily', ({ typeId }) => familyOf(typeId)),
    fixed(parameters, { ImageId: '', KeyPairName: '', HpcClusterId: '', ResourceGroupId: '', IoOptimized: 'true', DeviceAvailable: 'true', InnerIpAddresses: '[]', RdmaIpAddresses: '[]', 'Ipv6Address.1': '' }),
    timeFilters(parameters, { Creation: ({ createdAtMs }) => createdAtMs, Expired: ({ expiresAtMs }) => expiresAtMs ?? Infinity }),
    named(parameters, 'InstanceName', ({ name }) => name),
    anyOf(optionalOne(parameters, 'SecurityGroupId'), ({ primary }) => primary.securityGroupIds),
    anyOf(optionalOne(parameters, 'LockReason'), ({ locks }) => locks),
    anyOf(parameters.jsonList('PublicIpAddresses', 100), ({ publicIp }) => [publicIp]),
    anyOf(parameters.jsonList('EipAddresses', 100), ({ id }) => eipsOn(state, id).map(({ ip }) => ip)),
    anyOf(parameters.jsonList('PrivateIpAddresses', 100), ({ primary }) => primary.privateIps),
  ]);
}

function optionalOne(parameters: Parameters, name: string): readonly string[] | undefined {
  const value = parameters.text(name);
  return value === undefined ? undefined : [value];
}

/**
 * "If you do not set this parameter or set it to a value less than 10, the default value is 10. If you set this parameter to a value
 * greater than 100, the default value is 100." TotalCount means nothing when MaxResults or NextToken is given (here: 0).
 */
export function describeInstances(call: Call): Body {
  const { state, parameters } = call;
  const ids = parameters.jsonList('InstanceIds', 100);
  const tagged = withTags(state.instances, parameters);
  const source: Source<Instance> = ids ? byIds(state.instances, ids).filter((instance) => includes(tagged, instance)) : tagged;
  const condition = conditions(state, parameters);
  call.endDryRun();
  const view = (instance: Instance): object => instanceView(state, instance);
  if (parameters.text('PageNumber') !== undefined || parameters.text('PageSize') !== undefined) {
    const page = numberPage(source, parameters, 100, condition);
    return { TotalCount: page.totalCount, PageNumber: page.pageNumber, PageSize: page.pageSize, NextToken: '', Instances: { Instance: page.items.map(view) } };
  }
  const size = clampedSize(parameters, { least: 10, usual: 10, most: 100 });
  const page = tokenPage(source, size, parameters.text('NextToken'), condition ?? (() => true));
  return { TotalCount: 0, NextToken: page.nextToken, Instances: { Instance: page.items.map(view) } };
}

/** `ecs.g7` of `ecs.g7.large`. */
const familyOf = (typeId: string): string => typeId.split('.').slice(0, 2).join('.');

const typeView = (type: InstanceType): object => ({
  InstanceTypeId: type.id, InstanceTypeFamily: familyOf(type.id), CpuCoreCount: type.cpu, MemorySize: type.memoryGiB,
  EniQuantity: type.networkInterfaces, EniTotalQuantity: type.networkInterfaces, EniPrivateIpAddressQuantity: type.privateIps,
  EniTrunkSupported: false, NetworkCardQuantity: 1,
});

/** A bound from below, or from above with both sides negated. */
function atLeast(parameters: Parameters, name: string, valueOf: (type: InstanceType) => number, sign = 1): Condition<InstanceType> | undefined {
  const bound = parameters.count(name);
  return bound === undefined ? undefined : (type) => valueOf(type) >= sign * bound;
}

/** InstanceTypes.N takes 1 to 10 names; a page holds at most 100 (since 2023-11-15; facts section 2.5). */
export function describeInstanceTypes({ state, parameters }: Call): Body {
  const names = parameters.list('InstanceTypes', 10);
  const source: Source<InstanceType> = names.length > 0 ? byIds(state.instanceTypes, names) : state.instanceTypes;
  const condition = allOf<InstanceType>([
    equals(parameters, 'InstanceTypeFamily', ({ id }) => familyOf(id)),
    atLeast(parameters, 'MinimumEniQuantity', ({ networkInterfaces }) => networkInterfaces),
    atLeast(parameters, 'MinimumEniPrivateIpAddressQuantity', ({ privateIps }) => privateIps),
    atLeast(parameters, 'MinimumCpuCoreCount', ({ cpu }) => cpu),
    atLeast(parameters, 'MinimumMemorySize', ({ memoryGiB }) => memoryGiB),
    atLeast(parameters, 'MaximumCpuCoreCount', ({ cpu }) => -cpu, -1),
    atLeast(parameters, 'MaximumMemorySize', ({ memoryGiB }) => -memoryGiB, -1),
  ]);
  const size = strictSize(parameters, 'MaxResults', { least: 1, usual: 100, most: 1600 });
  const page = tokenPage(source, Math.min(size, 100), parameters.text('NextToken'), condition ?? (() => true));
  return { NextToken: page.nextToken, InstanceTypes: { InstanceType: page.items.map(typeView) } };
}
