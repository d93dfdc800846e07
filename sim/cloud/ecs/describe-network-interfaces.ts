// DescribeNetworkInterfaces and DescribeSecurityGroups: filters, pages, shapes.

import type { CloudState } from '../state/cloud-state.ts';
import type { Eip, NetworkInterface, SecurityGroup } from '../state/entities.ts';
import { eipsOn } from '../state/relations.ts';
import type { Body, Call } from '../engine/call.ts';
import { ecsTime } from '../engine/clock.ts';
import { allOf, anyOf, equals, fixed, named, withTags, type Condition } from '../engine/filters.ts';
import { byIds, clampedSize, includes, numberPage, strictSize, tokenPage, type Source } from '../engine/paging.ts';
import type { Parameters } from '../engine/parameters.ts';
import { tagList } from './instance-view.ts';

const publicIpView = (eip: Eip | undefined): object => (eip ? { PublicIpAddress: eip.ip, AllocationId: eip.id } : {});

/** The EIPs that stand on the NIC; an instance's own EIP stands on its primary NIC. */
function standing(state: CloudState, nic: NetworkInterface): readonly Eip[] {
  const eips = nic.type === 'Primary' ? [...eipsOn(state, nic.instanceId), ...eipsOn(state, nic.id)] : eipsOn(state, nic.id);
  return eips.filter(({ status }) => status === 'InUse' || status === 'Unassociating');
}

export function interfaceView(state: CloudState, nic: NetworkInterface): object {
  const eips = standing(state, nic);
  const eipAt = (ip: string): Eip | undefined => eips.find(({ binding }) => binding?.privateIp === ip);
  const primaryIp = nic.privateIps[0] ?? '';
  return {
    NetworkInterfaceId: nic.id, NetworkInterfaceName: nic.name, Description: nic.description, Type: nic.type, Status: nic.status,
    InstanceId: nic.serviceManaged ? '' : nic.instanceId, VpcId: nic.vpcId, VSwitchId: nic.vSwitchId, ZoneId: nic.zoneId,
    PrivateIpAddress: primaryIp, MacAddress: nic.mac,
    PrivateIpSets: {
      PrivateIpSet: nic.privateIps.map((ip, index) => ({ PrivateIpAddress: ip, Primary: index === 0, AssociatedPublicIp: publicIpView(eipAt(ip)) })),
    },
    AssociatedPublicIp: publicIpView(eipAt(primaryIp)),
    Attachment: nic.instanceId === '' ? {} : { InstanceId: nic.instanceId },
    SecurityGroupIds: { SecurityGroupId: nic.securityGroupIds },
    DeleteOnRelease: nic.deleteOnRelease, SourceDestCheck: nic.sourceDestCheck, ServiceManaged: nic.serviceManaged,
    Tags: { Tag: tagList(nic.tags) }, CreationTime: ecsTime(nic.createdAtMs), ResourceGroupId: '',
  };
}

function conditions(parameters: Parameters): Condition<NetworkInterface> | undefined {
  const group = parameters.text('SecurityGroupId');
  const addresses = parameters.list('PrivateIpAddress', 100);
  return allOf<NetworkInterface>([
    equals(parameters, 'InstanceId', ({ instanceId }) => instanceId),
    equals(parameters, 'VSwitchId', ({ vSwitchId }) => vSwitchId),
    equals(parameters, 'VpcId', ({ vpcId }) => vpcId),
    equals(parameters, 'Type', ({ type }) => type),
    equals(parameters, 'Status', ({ status }) => status),
    equals(parameters, 'PrimaryIpAddress', ({ privateIps }) => privateIps[0] ?? ''),
    equals(parameters, 'ServiceManaged', ({ serviceManaged }) => serviceManaged),
    named(parameters, 'NetworkInterfaceName', ({ name }) => name),
    anyOf(addresses, ({ privateIps }) => privateIps),
    fixed(parameters, { ResourceGroupId: '', 'Ipv6Address.1': '' }),
    group === undefined ? undefined : ({ type, securityGroupIds }) => type === 'Secondary' && securityGroupIds.includes(group),
  ]);
}

/** The interfaces to look through: those named, those of an instance, those with the tags, or all. */
function sourceOf(state: CloudState, parameters: Parameters): Source<NetworkInterface> {
  const ids = parameters.list('NetworkInterfaceId', 100);
  const instanceId = parameters.text('InstanceId');
  const tagged = withTags(state.interfaces, parameters);
  if (ids.length > 0) return byIds(state.interfaces, ids).filter((nic) => includes(tagged, nic));
  if (instanceId === undefined) return tagged;
  return [...(state.instances.get(instanceId)?.interfaces ?? [])].filter((nic) => includes(tagged, nic)).sort((a, b) => a.sequence - b.sequence);
}

/** "Valid values: 10 to 500", with the same treatment of values outside as DescribeInstances. */
export function describeNetworkInterfaces({ state, parameters }: Call): Body {
  const source = sourceOf(state, parameters);
  const condition = conditions(parameters);
  const view = (nic: NetworkInterface): object => interfaceView(state, nic);
  if (parameters.text('PageNumber') !== undefined || parameters.text('PageSize') !== undefined) {
    const page = numberPage(source, parameters, 100, condition);
    return { TotalCount: page.totalCount, PageNumber: page.pageNumber, PageSize: page.pageSize, NextToken: '', NetworkInterfaceSets: { NetworkInterfaceSet: page.items.map(view) } };
  }
  const size = clampedSize(parameters, { least: 10, usual: 10, most: 500 });
  const page = tokenPage(source, size, parameters.text('NextToken'), condition ?? (() => true));
  return { TotalCount: 0, NextToken: page.nextToken, NetworkInterfaceSets: { NetworkInterfaceSet: page.items.map(view) } };
}

const groupView = (group: SecurityGroup): object => ({
  SecurityGroupId: group.id, SecurityGroupName: group.name, SecurityGroupType: group.type, VpcId: group.vpcId,
  ServiceManaged: group.serviceManaged, CreationTime: ecsTime(group.createdAtMs), Description: '', Tags: { Tag: tagList(group.tags) },
});

/** SecurityGroupIds is a JSON array of at most 100; MaxResults is at most 100, 10 when not given. */
export function describeSecurityGroups(call: Call): Body {
  const { state, parameters } = call;
  const ids = parameters.jsonList('SecurityGroupIds', 100);
  const one = parameters.text('SecurityGroupId');
  const tagged = withTags(state.securityGroups, parameters);
  const source: Source<SecurityGroup> = ids ? byIds(state.securityGroups, ids) : one ? byIds(state.securityGroups, [one]) : tagged;
  const condition = allOf<SecurityGroup>([
    equals(parameters, 'VpcId', ({ vpcId }) => vpcId),
    equals(parameters, 'SecurityGroupType', ({ type }) => type),
    named(parameters, 'SecurityGroupName', ({ name }) => name),
    fixed(parameters, { ResourceGroupId: '', NetworkType: 'vpc' }),
    equals(parameters, 'ServiceManaged', ({ serviceManaged }) => serviceManaged),
  ]);
  call.endDryRun();
  if (parameters.text('PageNumber') !== undefined || parameters.text('PageSize') !== undefined) {
    const page = numberPage(source, parameters, 100, condition);
    return { RegionId: state.region, TotalCount: page.totalCount, PageNumber: page.pageNumber, PageSize: page.pageSize, NextToken: '', SecurityGroups: { SecurityGroup: page.items.map(groupView) } };
  }
  const size = strictSize(parameters, 'MaxResults', { least: 1, usual: 10, most: 100 });
  const page = tokenPage(source, size, parameters.text('NextToken'), condition ?? (() => true));
  return { RegionId: state.region, TotalCount: 0, NextToken: page.nextToken, SecurityGroups: { SecurityGroup: page.items.map(groupView) } };
}
