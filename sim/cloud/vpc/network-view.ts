// DescribeVpcs, DescribeVSwitches, DescribeRouteTableList, DescribeRouteEntryList (facts sections 3.8, 3.9), odd spellings included.

import type { CloudState } from '../state/cloud-state.ts';
import type { Route, RouteTable, Vpc, VSwitch } from '../state/entities.ts';
import type { Body, Call } from '../engine/call.ts';
import { vpcTime } from '../engine/clock.ts';
import { allOf, anyOf, equals, fixed, withTags } from '../engine/filters.ts';
import { byIds, includes, numberPage, strictSize, tokenPage, type NumberPage } from '../engine/paging.ts';
import { found } from '../engine/refusal.ts';
import { keyValueTags } from './eip-view.ts';

const pageHead = <T>(page: NumberPage<T>): object => ({ TotalCount: page.totalCount, PageNumber: page.pageNumber, PageSize: page.pageSize });

const idsIn = (entries: readonly { readonly id: string; readonly vpcId: string }[], vpcId: string): readonly string[] =>
  entries.filter((entry) => entry.vpcId === vpcId).map(({ id }) => id);

function vpcView(state: CloudState, vpc: Vpc): object {
  return {
    VpcId: vpc.id, VpcName: vpc.name, Description: '', RegionId: state.region, Status: 'Available', CidrBlock: vpc.cidrText, IsDefault: vpc.isDefault,
    SecondaryCidrBlocks: { SecondaryCidrBlock: vpc.secondaryCidrs }, UserCidrs: { UserCidr: [] }, VRouterId: vpc.id.replace(/^vpc-/, 'vrt-'),
    VSwitchIds: { VSwitchId: idsIn(state.vSwitches.all(), vpc.id) }, NatGatewayIds: { NatGatewayIds: idsIn(state.natGateways.all(), vpc.id) },
    RouterTableIds: { RouterTableIds: idsIn(state.routeTables.all(), vpc.id) },
    Tags: { Tag: keyValueTags(vpc.tags) }, CreationTime: vpcTime(vpc.createdAtMs), ResourceGroupId: '',
  };
}

/** VpcId is a comma list of at most 20. */
export function describeVpcs(call: Call): Body {
  const { state, parameters } = call;
  const ids = parameters.commaList('VpcId', 20);
  const tagged = withTags(state.vpcs, parameters);
  const source = ids ? byIds(state.vpcs, ids).filter((vpc) => includes(tagged, vpc)) : tagged;
  const condition = allOf<Vpc>([equals(parameters, 'VpcName', ({ name }) => name), equals(parameters, 'IsDefault', ({ isDefault }) => isDefault), fixed(parameters, { ResourceGroupId: '', DhcpOptionsSetId: '', EnableIpv6: 'false' })]);
  call.endDryRun();
  const page = numberPage(source, parameters, 50, condition);
  return { ...pageHead(page), Vpcs: { Vpc: page.items.map((vpc) => vpcView(state, vpc)) } };
}

function vSwitchView(state: CloudState, vSwitch: VSwitch): object {
  return {
    VSwitchId: vSwitch.id, VSwitchName: vSwitch.name, Description: '', VpcId: vSwitch.vpcId, ZoneId: vSwitch.zoneId, CidrBlock: vSwitch.cidrText,
    AvailableIpAddressCount: vSwitch.pool.available, Status: 'Available', IsDefault: false, NetworkAclId: '', ShareType: '',
    RouteTable: { RouteTableId: vSwitch.routeTableId, RouteTableType: state.routeTables.get(vSwitch.routeTableId)?.type ?? 'System' },
    Tags: { Tag: keyValueTags(vSwitch.tags) }, CreationTime: vpcTime(vSwitch.createdAtMs), ResourceGroupId: '',
  };
}

export function describeVSwitches(call: Call): Body {
  const { state, parameters } = call;
  const id = parameters.text('VSwitchId');
  const tagged = withTags(state.vSwitches, parameters);
  const source = id === undefined ? tagged : byIds(state.vSwitches, [id]).filter((vSwitch) => includes(tagged, vSwitch));
  const condition = allOf<VSwitch>([
    equals(parameters, 'VpcId', ({ vpcId }) => vpcId),
    equals(parameters, 'ZoneId', ({ zoneId }) => zoneId),
    equals(parameters, 'VSwitchName', ({ name }) => name),
    equals(parameters, 'RouteTableId', ({ routeTableId }) => routeTableId),
    fixed(parameters, { IsDefault: 'false', ResourceGroupId: '', EnableIpv6: 'false' }),
  ]);
  call.endDryRun();
  const page = numberPage(source, parameters, 50, condition);
  return { ...pageHead(page), VSwitches: { VSwitch: page.items.map((vSwitch) => vSwitchView(state, vSwitch)) } };
}

function tableView(state: CloudState, table: RouteTable): object {
  const vSwitchIds = state.vSwitches.all().filter(({ routeTableId }) => routeTableId === table.id).map(({ id }) => id);
  return {
    RouteTableId: table.id, RouteTableName: table.name, Description: '', RouteTableType: table.type, VpcId: table.vpcId, Status: 'Available',
    RouterId: table.vpcId.replace(/^vpc-/, 'vrt-'), RouterType: 'VRouter', AssociateType: 'VSwitch', RoutePropagationEnable: true,
    VSwitchIds: { VSwitchId: vSwitchIds }, GatewayIds: { GatewayIds: [] },
    Tags: { Tag: keyValueTags(table.tags) }, CreationTime: vpcTime(table.createdAtMs), ResourceGroupId: '',
  };
}

/** The response is spelt RouterTableList.RouterTableListType. */
export function describeRouteTableList({ state, parameters }: Call): Body {
  const id = parameters.text('RouteTableId');
  const tagged = withTags(state.routeTables, parameters);
  const source = id === undefined ? tagged : byIds(state.routeTables, [id]).filter((table) => includes(tagged, table));
  const condition = allOf<RouteTable>([
    equals(parameters, 'VpcId', ({ vpcId }) => vpcId),
    equals(parameters, 'RouteTableName', ({ name }) => name),
    equals(parameters, 'RouteTableType', ({ type }) => type),
    fixed(parameters, { RouterType: 'VRouter', ResourceGroupId: '' }),
    equals(parameters, 'RouterId', ({ vpcId }) => vpcId.replace(/^vpc-/, 'vrt-')),
  ]);
  const page = numberPage(source, parameters, 50, condition);
  return { ...pageHead(page), RouterTableList: { RouterTableListType: page.items.map((table) => tableView(state, table)) } };
}

const routeView = (state: CloudState, table: RouteTable, route: Route): object => ({
  RouteEntryId: route.id, RouteEntryName: '', Description: '', RouteTableId: table.id, DestinationCidrBlock: route.destination, IpVersion: 'ipv4',
  Type: route.type, Status: 'Available', Origin: '', ServiceType: '',
  NextHops: { NextHop: [{ NextHopType: route.nextHopType, NextHopId: route.nextHopId, NextHopRegionId: state.region, Enabled: 1, Weight: 0 }] },
});

/** Pages by MaxResult (singular), 1 to 100, 10 when not given. */
export function describeRouteEntryList({ state, parameters }: Call): Body {
  const table = found(state.routeTables.get(parameters.required('RouteTableId')), 'InvalidRouteTableId.NotFound');
  const condition = allOf<Route>([
    equals(parameters, 'DestinationCidrBlock', ({ destination }) => destination),
    equals(parameters, 'NextHopType', ({ nextHopType }) => nextHopType),
    equals(parameters, 'NextHopId', ({ nextHopId }) => nextHopId),
    equals(parameters, 'RouteEntryType', ({ type }) => type),
    equals(parameters, 'RouteEntryId', ({ id }) => id),
    anyOf(parameters.list('DestCidrBlockList', 100), ({ destination }) => [destination]),
    fixed(parameters, { IpVersion: 'ipv4', RouteEntryName: '', ServiceType: '' }),
  ]);
  const size = strictSize(parameters, 'MaxResult', { least: 1, usual: 10, most: 100 });
  const page = tokenPage(table.routes, size, parameters.text('NextToken'), condition ?? (() => true));
  return { NextToken: page.nextToken, TotalCount: table.routes.size, RouteEntrys: { RouteEntry: page.items.map((route) => routeView(state, table, route)) } };
}
