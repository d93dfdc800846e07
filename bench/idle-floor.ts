// How many calls one pass over a settled VPC costs at least: every list that decides, each at the largest page that the API allows
// (facts of the API's limits; design section 5). A list that is empty still costs the call that says so.
import { natEntriesOf, type World } from './world-view.ts';

/** Largest pages: DescribeInstances 100, DescribeNetworkInterfaces 500, DescribeEipAddresses 100, route entries 100, everything else 50. */
const PAGE = { instances: 100, networkInterfaces: 500, eips: 100, routeEntries: 100, other: 50 } as const;

const pages = (rows: number, pageSize: number): number => Math.max(1, Math.ceil(rows / pageSize));

/** ⌈I/100⌉ + ⌈E/500⌉ + ⌈V/50⌉ + ⌈T/50⌉ + Σ⌈R/100⌉ + ⌈G/50⌉ + Σ(⌈S/50⌉ + ⌈F/50⌉) + ⌈P/100⌉. */
export function idleFloor({ instances, networkInterfaces, vSwitches, routeTables, natGateways, eips }: World): number {
  const routes = routeTables.map((table) => pages(table.natRoutes, PAGE.routeEntries));
  const entries = natEntriesOf(natGateways).map((rows) => pages(rows, PAGE.other));
  return [
    pages(instances, PAGE.instances), pages(networkInterfaces, PAGE.networkInterfaces), pages(vSwitches, PAGE.other), pages(routeTables.length, PAGE.other),
    pages(natGateways.length, PAGE.other), pages(eips, PAGE.eips), ...routes, ...entries,
  ].reduce((sum, calls) => sum + calls, 0);
}
