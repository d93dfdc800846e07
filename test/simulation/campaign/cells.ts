// The table of fault × call: which cells can exist, which were reached, and for those that cannot exist the reason. The calls are those that
// the scenarios make; a cell that can exist and was never reached means that the campaign did not try what it claims to try.
import { cellName, cellsOf, type Cell, type Place } from '../engine/catalogue.ts';

/** Each kind of call once, in alphabetical order. */
export const kindsOf = (places: readonly Place[]): Place[] =>
  [...new Map(places.map((place) => [place.verb, place])).values()].sort((a, b) => (a.verb < b.verb ? -1 : 1)).map(({ side, verb, mutates }) => ({ side, verb, mutates }));

const nameOf = ({ fault, verb }: Cell): string => cellName(fault, verb);

/** Names of cells that can exist at these kinds of calls and were not reached. */
export const unreached = (places: readonly Place[], reached: ReadonlySet<string>): string[] =>
  cellsOf(places).filter(({ cannot }) => cannot === undefined).map(nameOf).filter((name) => !reached.has(name));

/** The table for people: some lines per fault. */
export function tableOf(places: readonly Place[], reached: ReadonlySet<string>): string[] {
  const isReached = (cell: Cell): boolean => reached.has(nameOf(cell));
  return [...Map.groupBy(cellsOf(places), ({ fault }) => fault)].flatMap(([fault, cells]) => {
    const can = cells.filter(({ cannot }) => cannot === undefined);
    const reasons = Map.groupBy(cells.filter(({ cannot }) => cannot !== undefined), ({ cannot }) => cannot ?? '');
    return [
      `${fault}: ${can.filter(isReached).length} of ${can.length} reached`,
      ...can.filter((cell) => !isReached(cell)).map(({ verb }) => `  never reached: ${verb}`),
      ...[...reasons].map(([reason, without]) => `  cannot exist at ${without.length} kinds of call: ${reason}`),
    ];
  });
}
