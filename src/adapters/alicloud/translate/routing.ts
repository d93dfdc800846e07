/** DescribeVSwitches, DescribeRouteTableList and DescribeRouteEntryList → VSwitch, RouteTable, RouteEntry (facts 3.8, 3.9). */
import type {
  DescribeRouteEntryListResponseBodyRouteEntrysRouteEntry as SdkRouteEntry,
  DescribeRouteTableListResponseBodyRouterTableListRouterTableListType as SdkRouteTable,
  DescribeVSwitchesResponseBodyVSwitchesVSwitch as SdkVSwitch,
} from '@alicloud/vpc20160428';
import type { RouteTableId, VpcId, VSwitchId } from '../../../core/ids.ts';
import type { RouteEntry, RouteTable, VSwitch } from '../../../core/view.ts';
import { given, number, text, texts } from './fields.ts';

export function toVSwitch(vSwitch: SdkVSwitch): VSwitch {
  const routeTableId = given(vSwitch.routeTable?.routeTableId);
  return {
    id: text(vSwitch.vSwitchId) as VSwitchId,
    vpcId: text(vSwitch.vpcId) as VpcId,
    zoneId: text(vSwitch.zoneId),
    cidr: text(vSwitch.cidrBlock),
    availableIps: number(vSwitch.availableIpAddressCount),
    ...(routeTableId !== undefined && { routeTableId: routeTableId as RouteTableId }),
  };
}

export function toRouteTable(table: SdkRouteTable, entries: readonly RouteEntry[]): RouteTable {
  return { id: text(table.routeTableId) as RouteTableId, vSwitchIds: texts(table.vSwitchIds?.vSwitchId) as readonly VSwitchId[], entries };
}

export function toRouteEntry(entry: SdkRouteEntry): RouteEntry {
  const hops = entry.nextHops?.nextHop ?? [];
  return {
    destination: text(entry.destinationCidrBlock),
    status: text(entry.status),
    nextHops: hops.map((hop) => ({ type: text(hop.nextHopType), id: text(hop.nextHopId) })),
  };
}
