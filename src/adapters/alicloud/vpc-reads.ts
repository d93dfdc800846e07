/** The Describe calls of VPC, every page of each, at the largest page sizes (facts 3.1, 3.4, 3.5, 3.8, 3.9), translated. */
import * as sdk from '@alicloud/vpc20160428';
import type { EipId, VpcId } from '../../core/ids.ts';
import type { Eip, ForwardEntry, NatGateway, Network, RouteEntry, RouteTable, SnatEntry, VSwitch } from '../../core/view.ts';
import type { ByIds } from './ecs-reads.ts';
import { everyNumberedPage, everyTokenPage } from './paging.ts';
import type { Region } from './region.ts';
import { text } from './translate/fields.ts';
import { toEip } from './translate/eip.ts';
import { toForwardEntry, toNatGateway, toSnatEntry } from './translate/nat-gateway.ts';
import { toRouteEntry, toRouteTable, toVSwitch } from './translate/routing.ts';

/** Ids per call. */
export const EIP_IDS_MAX = 50;

/** Page size of everything but EIPs and route entries. */
const PAGE_SIZE = 50;

/** All of the region, or those of at most 50 ids. */
export async function readEips(region: Region, which?: ByIds<EipId>): Promise<readonly Eip[]> {
  const action = 'DescribeEipAddresses';
  return everyNumberedPage({ action, idOf: (row: Eip) => row.id }, async (pageNumber) => {
    const request = new sdk.DescribeEipAddressesRequest({ regionId: region.regionId, pageNumber, pageSize: 100, ...(which && { allocationId: which.ids.join(',') }) });
    const { eipAddresses, totalCount } = await region.funnel.call({ product: 'vpc', action, urgent: which?.urgent, send: () => region.clients.vpc.describeEipAddresses(request) });
    return { rows: eipAddresses && (eipAddresses.eipAddress ?? []).map(toEip), totalCount };
  });
}

/** Read whole or not at all: the first page that fails fails it. */
export async function readNetwork(region: Region, vpcId: VpcId): Promise<Network> {
  const [vSwitches, routeTables, natGateways] = await Promise.all([readVSwitches(region, vpcId), readRouteTables(region, vpcId), readNatGateways(region, vpcId)]);
  return { vpcId, vSwitches, routeTables, natGateways };
}

async function readVSwitches(region: Region, vpcId: VpcId): Promise<readonly VSwitch[]> {
  const action = 'DescribeVSwitches';
  const rows = await everyNumberedPage({ action, idOf: (row: sdk.DescribeVSwitchesResponseBodyVSwitchesVSwitch) => row.vSwitchId }, async (pageNumber) => {
    const request = new sdk.DescribeVSwitchesRequest({ regionId: region.regionId, vpcId, pageNumber, pageSize: PAGE_SIZE });
    const { vSwitches, totalCount } = await region.funnel.call({ product: 'vpc', action, send: () => region.clients.vpc.describeVSwitches(request) });
    return { rows: vSwitches && (vSwitches.vSwitch ?? []), totalCount };
  });
  return rows.map(toVSwitch);
}

async function readRouteTables(region: Region, vpcId: VpcId): Promise<readonly RouteTable[]> {
  const action = 'DescribeRouteTableList';
  const rows = await everyNumberedPage({ action, idOf: (row: sdk.DescribeRouteTableListResponseBodyRouterTableListRouterTableListType) => row.routeTableId }, async (pageNumber) => {
    const request = new sdk.DescribeRouteTableListRequest({ regionId: region.regionId, vpcId, pageNumber, pageSize: PAGE_SIZE });
    const { routerTableList, totalCount } = await region.funnel.call({ product: 'vpc', action, send: () => region.clients.vpc.describeRouteTableList(request) });
    return { rows: routerTableList && (routerTableList.routerTableListType ?? []), totalCount };
  });
  return Promise.all(rows.map(async (table) => toRouteTable(table, await readRouteEntries(region, text(table.routeTableId)))));
}

/** Only routes to NAT gateways: the SDK says that NextHopType is Instance when it is not given, so not giving it may show no other route. */
async function readRouteEntries(region: Region, routeTableId: string): Promise<readonly RouteEntry[]> {
  const action = 'DescribeRouteEntryList';
  const rows = await everyTokenPage({ action, idOf: entryId }, async (token) => {
    const request = new sdk.DescribeRouteEntryListRequest({ regionId: region.regionId, routeTableId, nextHopType: 'NatGateway', maxResult: 100, ...(token !== undefined && { nextToken: token }) });
    const { routeEntrys, nextToken } = await region.funnel.call({ product: 'vpc', action, send: () => region.clients.vpc.describeRouteEntryList(request) });
    return { rows: routeEntrys && (routeEntrys.routeEntry ?? []), nextToken };
  });
  return rows.map(toRouteEntry);
}

/** System routes have no id of their own in every region; destination and next hops tell entries apart as well. */
function entryId(entry: sdk.DescribeRouteEntryListResponseBodyRouteEntrysRouteEntry): string {
  const hops = entry.nextHops?.nextHop ?? [];
  return [text(entry.routeEntryId), text(entry.destinationCidrBlock), ...hops.map((hop) => text(hop.nextHopId))].join(' ').trim();
}

async function readNatGateways(region: Region, vpcId: VpcId): Promise<readonly NatGateway[]> {
  const action = 'DescribeNatGateways';
  const rows = await everyNumberedPage({ action, idOf: (row: sdk.DescribeNatGatewaysResponseBodyNatGatewaysNatGateway) => row.natGatewayId }, async (pageNumber) => {
    const request = new sdk.DescribeNatGatewaysRequest({ regionId: region.regionId, vpcId, pageNumber, pageSize: PAGE_SIZE });
    const { natGateways, totalCount } = await region.funnel.call({ product: 'vpc', action, send: () => region.clients.vpc.describeNatGateways(request) });
    return { rows: natGateways && (natGateways.natGateway ?? []), totalCount };
  });
  return Promise.all(rows.map(async (gateway) => toNatGateway(gateway, await readNatEntries(region, gateway))));
}

/** A VPC NAT gateway (networkType intranet) lets nobody out to the Internet, so its entries do not matter here. */
async function readNatEntries(region: Region, { natGatewayId, networkType }: sdk.DescribeNatGatewaysResponseBodyNatGatewaysNatGateway): Promise<{ readonly snatEntries: readonly SnatEntry[]; readonly forwardEntries: readonly ForwardEntry[] }> {
  if (networkType === 'intranet') return { snatEntries: [], forwardEntries: [] };
  const [snatEntries, forwardEntries] = await Promise.all([readSnatEntries(region, text(natGatewayId)), readForwardEntries(region, text(natGatewayId))]);
  return { snatEntries, forwardEntries };
}

async function readSnatEntries(region: Region, natGatewayId: string): Promise<readonly SnatEntry[]> {
  const action = 'DescribeSnatTableEntries';
  const rows = await everyNumberedPage({ action, idOf: (row: sdk.DescribeSnatTableEntriesResponseBodySnatTableEntriesSnatTableEntry) => row.snatEntryId }, async (pageNumber) => {
    const request = new sdk.DescribeSnatTableEntriesRequest({ regionId: region.regionId, natGatewayId, pageNumber, pageSize: PAGE_SIZE });
    const { snatTableEntries, totalCount } = await region.funnel.call({ product: 'vpc', action, send: () => region.clients.vpc.describeSnatTableEntries(request) });
    return { rows: snatTableEntries && (snatTableEntries.snatTableEntry ?? []), totalCount };
  });
  return rows.map(toSnatEntry);
}

async function readForwardEntries(region: Region, natGatewayId: string): Promise<readonly ForwardEntry[]> {
  const action = 'DescribeForwardTableEntries';
  const rows = await everyNumberedPage({ action, idOf: (row: sdk.DescribeForwardTableEntriesResponseBodyForwardTableEntriesForwardTableEntry) => row.forwardEntryId }, async (pageNumber) => {
    const request = new sdk.DescribeForwardTableEntriesRequest({ regionId: region.regionId, natGatewayId, pageNumber, pageSize: PAGE_SIZE });
    const { forwardTableEntries, totalCount } = await region.funnel.call({ product: 'vpc', action, send: () => region.clients.vpc.describeForwardTableEntries(request) });
    return { rows: forwardTableEntries && (forwardTableEntries.forwardTableEntry ?? []), totalCount };
  });
  return rows.map(toForwardEntry);
}
