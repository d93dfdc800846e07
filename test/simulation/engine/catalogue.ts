// Everything that can go wrong, as data (faults-and-invariants, section 2.2): one row for each fault, with the calls at which it can exist
// and the reason in words where it cannot. Edits of the spec are not listed: their names are the campaign's ('edit:NAME' at any call).
import type { Edit } from './contract.ts';
import type { Place, Row } from './row.ts';
import { ROWS_OF_CALLS } from './rows-of-calls.ts';
import { ROWS_OF_CLOUD } from './rows-of-cloud.ts';
import { ROWS_OF_KUBERNETES } from './rows-of-kubernetes.ts';
import { ROWS_OF_PEOPLE } from './rows-of-people.ts';
import { editRow, ROWS_OF_USERS } from './rows-of-users.ts';

export type { Place, Row } from './row.ts';

export const CATALOGUE: readonly Row[] = [...ROWS_OF_CALLS, ...ROWS_OF_CLOUD, ...ROWS_OF_KUBERNETES, ...ROWS_OF_PEOPLE, ...ROWS_OF_USERS];

const BY_ID: ReadonlyMap<string, Row> = new Map(CATALOGUE.map((row) => [row.id, row]));

/** The row of a fault. Throws for a name that nobody knows. */
export function rowOf(id: string, edits: Readonly<Record<string, Edit>> = {}): Row {
  const known = BY_ID.get(id);
  if (known !== undefined) return known;
  const name = id.startsWith('edit:') ? id.slice('edit:'.length) : undefined;
  if (name === undefined || edits[name] === undefined) throw new Error(`there is no fault ${id}`);
  return editRow(name, edits[name]);
}

const known = new Map<string, readonly string[]>();

/** The ids of the faults that can exist at such a call. */
export function faultsAt({ side, verb, mutates }: Place): readonly string[] {
  const key = `${side} ${verb}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  const made = CATALOGUE.filter(({ cannot }) => cannot({ side, verb, mutates }) === undefined).map(({ id }) => id);
  known.set(key, made);
  return made;
}

/** One cell of fault × verb; `cannot`: why there can be no such thing. */
export interface Cell {
  readonly fault: string;
  readonly verb: string;
  readonly cannot: string | undefined;
}

/** As runs report the cells that they reached. */
export const cellName = (fault: string, verb: string): string => `${fault} × ${verb}`;

/** Every cell of these kinds of calls. */
export const cellsOf = (places: readonly Place[]): readonly Cell[] =>
  CATALOGUE.flatMap((row) => places.map((place) => ({ fault: row.id, verb: place.verb, cannot: row.cannot(place) })));
