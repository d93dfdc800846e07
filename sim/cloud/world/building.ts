// What all builders of a world share: the state so far, the wishes, the time; and the smallest pieces they build from.

import { parseCidr, type Cidr } from '../state/addresses.ts';
import type { CloudState } from '../state/cloud-state.ts';
import type { RouteTable } from '../state/entities.ts';
import type { World } from './schema.ts';

export interface Building {
  readonly state: CloudState;
  readonly world: World;
  readonly nowMs: number;
}

export const tagMap = (tags: Readonly<Record<string, string>>): Map<string, string> => new Map(Object.entries(tags));

/** The schema has seen to it that the text is a range. */
export const cidrOf = (text: string): Cidr => parseCidr(text) ?? { base: 0, prefix: 0 };

export function addRoute(state: CloudState, table: RouteTable, route: { destination: string; nextHopType: string; nextHopId: string }): void {
  const type = route.nextHopType === 'local' ? 'System' : 'Custom';
  table.routes.add({ id: state.nextId('rte'), sequence: state.nextSequence(), type, ...route });
}

export const systemTable = (state: CloudState, vpcId: string): RouteTable | undefined =>
  state.routeTables.all().find((table) => table.vpcId === vpcId && table.type === 'System');
