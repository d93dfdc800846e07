// What each replica has read: the rows that reached it, by the id of what they describe, as spoilt as they were. A decision is judged by
// these, so that a stale or partial answer excuses exactly what it says and nothing else.
import type { Subject } from './wish.ts';

export type Row = Readonly<Record<string, unknown>>;

export interface Read {
  readonly row: Row;
  /** When it reached the replica, and when it was asked for. */
  readonly atMs: number;
  readonly askedMs: number;
}

/** Where the rows of an answer are, and which of their fields is the id. */
const LISTS: readonly (readonly [set: string, list: string, id: string])[] = [
  ['Instances', 'Instance', 'InstanceId'],
  ['NetworkInterfaceSets', 'NetworkInterfaceSet', 'NetworkInterfaceId'],
  ['EipAddresses', 'EipAddress', 'AllocationId'],
  ['SnatTableEntries', 'SnatTableEntry', 'SnatEntryId'],
  ['NatGateways', 'NatGateway', 'NatGatewayId'],
];

const isRow = (value: unknown): value is Row => typeof value === 'object' && value !== null && !Array.isArray(value);

function bodyOf(body: unknown): Row | undefined {
  if (isRow(body)) return body;
  if (typeof body !== 'string' || !body.startsWith('{')) return undefined;
  try {
    const parsed: unknown = JSON.parse(body);
    return isRow(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

export const textAt = (row: Row | undefined, ...path: readonly string[]): string => {
  let value: unknown = row;
  for (const field of path) value = isRow(value) ? value[field] : undefined;
  return typeof value === 'string' ? value : '';
};

/** The items of a list within a row: `listAt(row, 'Tags', 'Tag')`. */
export function listAt(row: Row | undefined, set: string, list: string): readonly Row[] {
  const within = row?.[set];
  const items = isRow(within) ? within[list] : undefined;
  return Array.isArray(items) ? items.filter(isRow) : [];
}

/** Tags of a row of either product. */
export function tagsOf(row: Row | undefined): ReadonlyMap<string, string> {
  return new Map(listAt(row, 'Tags', 'Tag').map((tag) => [textAt(tag, 'TagKey') || textAt(tag, 'Key'), textAt(tag, 'TagValue') || textAt(tag, 'Value')]));
}

/** An instance as it was read, for a selector. */
export const subjectOf = ({ row }: Read): Subject => ({
  id: textAt(row, 'InstanceId'), vpcId: textAt(row, 'VpcAttributes', 'VpcId'), vSwitchId: textAt(row, 'VpcAttributes', 'VSwitchId'), tags: tagsOf(row),
});

/** So many readings of one thing are kept: a call may be under way for as long as a request can be late. */
const HISTORY_MAX = 40;

/** One process's knowledge; a restart begins anew. */
export class Reads {
  /** In the order of asking: an answer that comes late tells of what was before. */
  readonly #rows = new Map<string, Read[]>();
  readonly #entries = new Set<string>();

  note(body: unknown, { atMs, askedMs }: Pick<Read, 'atMs' | 'askedMs'>): readonly string[] {
    const answer = bodyOf(body);
    if (!answer) return [];
    return LISTS.flatMap(([set, list, id]) => listAt(answer, set, list).map((row) => this.#keep(textAt(row, id), { row, atMs, askedMs })));
  }

  /** The row about it that was the newest at a time; none that had come before `sinceMs`. */
  of(id: string, atMs: number, sinceMs = -Infinity): Read | undefined {
    const read = this.#rows.get(id)?.findLast((known) => known.atMs <= atMs);
    return read && read.atMs >= sinceMs ? read : undefined;
  }

  /** All readings of it that are remembered, oldest first. */
  ever(id: string): readonly Read[] {
    return this.#rows.get(id) ?? [];
  }

  /** A tag of the row that was the newest at a time. */
  tag(id: string, atMs: number, key: string): string | undefined {
    return tagsOf(this.of(id, atMs)?.row).get(key);
  }

  /** SNAT entries as they were read since then. */
  entries(sinceMs: number): readonly Row[] {
    return [...this.#entries].flatMap((id) => this.#rows.get(id)?.filter(({ atMs }) => atMs >= sinceMs) ?? []).map(({ row }) => row);
  }

  #keep(id: string, read: Read): string {
    const known = this.#rows.get(id);
    if (known === undefined) this.#rows.set(id, [read]);
    else {
      const before = known.findLastIndex(({ askedMs }) => askedMs <= read.askedMs);
      known.splice(before + 1, 0, read);
      if (known.length > HISTORY_MAX) known.shift();
    }
    if (textAt(read.row, 'SnatEntryId') !== '') this.#entries.add(id);
    return id;
  }
}
