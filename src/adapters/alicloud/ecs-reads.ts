/** The Describe calls of ECS, every page of each, at the largest page sizes (facts 2.1, 2.5, 2.6, 2.13), translated page by page: the SDK's models are ten times as large. */
import * as sdk from '@alicloud/ecs20140526';
import type { EniId, InstanceId, SecurityGroupId, VpcId } from '../../core/ids.ts';
import type { Instance, InstanceType, NetworkInterface, SecurityGroup } from '../../core/view.ts';
import { everyTokenPage } from './paging.ts';
import type { Region } from './region.ts';
import { number, text } from './translate/fields.ts';
import { toInstance } from './translate/instance.ts';
import { toNetworkInterface } from './translate/network-interface.ts';

/** At most as many ids as one call takes; `urgent`: an open window waits for the answer. */
export interface ByIds<Id> {
  readonly ids: readonly Id[];
  readonly urgent?: boolean;
}

const isUrgent = (which: object): boolean => 'urgent' in which && which.urgent === true;

/** Ids per call. */
export const INSTANCE_IDS_MAX = 100;
export const NETWORK_INTERFACE_IDS_MAX = 100;
export const INSTANCE_TYPES_MAX = 10;
export const SECURITY_GROUP_IDS_MAX = 100;

/** All of a VPC, or those of at most 100 ids. An array as InstanceIds would go out as InstanceIds.1 and be ignored: it must be JSON. */
export async function readInstances(region: Region, which: { readonly vpcId: VpcId } | ByIds<InstanceId>): Promise<readonly Instance[]> {
  const filter = 'ids' in which ? { instanceIds: JSON.stringify(which.ids) } : { vpcId: which.vpcId };
  const action = 'DescribeInstances';
  return everyTokenPage({ action, idOf: (row: Instance) => row.id }, async (token) => {
    const request = new sdk.DescribeInstancesRequest({ regionId: region.regionId, maxResults: 100, ...filter, ...(token !== undefined && { nextToken: token }) });
    const { instances, nextToken } = await region.funnel.call({ product: 'ecs', action, urgent: isUrgent(which), send: () => region.clients.ecs.describeInstances(request) });
    return { rows: instances && (instances.instance ?? []).map(toInstance), nextToken };
  });
}

/** All secondary ones of a VPC, attached or not, or those of at most 100 ids. */
export async function readNetworkInterfaces(region: Region, which: { readonly vpcId: VpcId } | ByIds<EniId>): Promise<readonly NetworkInterface[]> {
  const filter = 'ids' in which ? { networkInterfaceId: [...which.ids] } : { vpcId: which.vpcId, type: 'Secondary' };
  const action = 'DescribeNetworkInterfaces';
  return everyTokenPage({ action, idOf: (row: NetworkInterface) => row.id }, async (token) => {
    const request = new sdk.DescribeNetworkInterfacesRequest({ regionId: region.regionId, maxResults: 500, ...filter, ...(token !== undefined && { nextToken: token }) });
    const { networkInterfaceSets, nextToken } = await region.funnel.call({ product: 'ecs', action, urgent: isUrgent(which), send: () => region.clients.ecs.describeNetworkInterfaces(request) });
    return { rows: networkInterfaceSets && (networkInterfaceSets.networkInterfaceSet ?? []).map(toNetworkInterface), nextToken };
  });
}

/** Of at most 10 names; a type that the cloud does not know is absent. EniQuantity counts the primary interface (facts 2.5). */
export async function readInstanceTypes(region: Region, names: readonly string[]): Promise<readonly InstanceType[]> {
  const action = 'DescribeInstanceTypes';
  const rows = await everyTokenPage({ action, idOf: (row: sdk.DescribeInstanceTypesResponseBodyInstanceTypesInstanceType) => row.instanceTypeId }, async (token) => {
    const request = new sdk.DescribeInstanceTypesRequest({ instanceTypes: [...names], maxResults: 100, ...(token !== undefined && { nextToken: token }) });
    const { instanceTypes, nextToken } = await region.funnel.call({ product: 'ecs', action, send: () => region.clients.ecs.describeInstanceTypes(request) });
    return { rows: instanceTypes && (instanceTypes.instanceType ?? []), nextToken };
  });
  return rows.map((type) => ({ name: text(type.instanceTypeId), eniMax: number(type.eniQuantity) }));
}

/** Of at most 100 ids. */
export async function readSecurityGroups(region: Region, ids: readonly SecurityGroupId[]): Promise<readonly SecurityGroup[]> {
  const action = 'DescribeSecurityGroups';
  const rows = await everyTokenPage({ action, idOf: (row: sdk.DescribeSecurityGroupsResponseBodySecurityGroupsSecurityGroup) => row.securityGroupId }, async (token) => {
    const request = new sdk.DescribeSecurityGroupsRequest({ regionId: region.regionId, maxResults: 100, securityGroupIds: JSON.stringify(ids), ...(token !== undefined && { nextToken: token }) });
    const { securityGroups, nextToken } = await region.funnel.call({ product: 'ecs', action, send: () => region.clients.ecs.describeSecurityGroups(request) });
    return { rows: securityGroups && (securityGroups.securityGroup ?? []), nextToken };
  });
  return rows.map((group) => ({ id: text(group.securityGroupId) as SecurityGroupId, vpcId: text(group.vpcId) as VpcId, type: text(group.securityGroupType) }));
}
