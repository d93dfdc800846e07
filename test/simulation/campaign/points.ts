// Where one fault can be injected into a scenario, which of these points are the same, and which of the others are run when there is not
// time for all. Two points are the same when the same fault meets the same call in the same situation: the world, and what the replica had
// been answered last to each of its questions. The tenth idle listing of an unchanged world teaches nothing that the first did not.
import { digest } from './chance.ts';
import type { Spot } from './pool.ts';

export interface Point {
  readonly scenario: string;
  readonly standby: boolean;
  readonly at: number;
  readonly fault: string;
  readonly verb: string;
  /** Of the world alone. */
  readonly world: number;
  readonly situation: number;
}

/** The faults that are tried at a call. */
export type FaultsAt = (spot: Spot) => readonly string[];

/** Every fault at every call where it can exist. */
export const enumerated = (scenario: string, standby: boolean, { spots, faultsAt }: { readonly spots: readonly Spot[]; readonly faultsAt: FaultsAt }): Point[] =>
  spots.flatMap((spot) => faultsAt(spot).map((fault) => ({ scenario, standby, at: spot.at, fault, verb: spot.verb, world: spot.world, situation: spot.situation })));

const isCrash = ({ fault }: Point): boolean => fault.startsWith('crash-');

/** What makes a point another one. A crash forgets all that was answered, so of its situation only the world and the call remain. */
const situationOf = (point: Point): string => (isCrash(point) ? `${point.verb} ${point.world}` : String(point.situation));

/** The first of each set of points that are the same. */
export function distinct(points: readonly Point[]): Point[] {
  const seen = new Set<string>();
  return points.filter((point) => {
    const key = `${point.scenario} ${point.standby} ${point.fault} ${situationOf(point)}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** Keeps the order of `points`; of each kind of fault and call takes one before any gets its second, scenarios by lot, until there are `count`. */
export function spread(points: readonly Point[], count: number): Point[] {
  if (points.length <= count) return [...points];
  const byLot = points.map((point, index) => ({ point, index, lot: digest(point.scenario, String(point.standby), point.at, point.fault) })).sort((a, b) => a.lot - b.lot);
  const taken = new Map<string, number>();
  const turns = byLot.map((entry) => {
    const key = `${entry.point.fault} ${entry.point.verb}`;
    const turn = taken.get(key) ?? 0;
    taken.set(key, turn + 1);
    return { ...entry, turn };
  });
  const first = turns.sort((a, b) => a.turn - b.turn || a.lot - b.lot).slice(0, Math.max(0, count));
  return first.sort((a, b) => a.index - b.index).map(({ point }) => point);
}

/** Where there is not time for all, crashes get at most so much of it. */
const CRASHES_MAX = 0.6;

/** At most `count` points: every crash as far as that leaves time for the rest, then the other faults spread over faults and calls. */
export function chosen(points: readonly Point[], count: number): Point[] {
  const crashes = spread(points.filter(isCrash), Math.floor(count * CRASHES_MAX));
  const others = spread(points.filter((point) => !isCrash(point)), count - crashes.length);
  return [...crashes, ...others].sort(inOrder);
}

const number = ({ scenario }: Point): number => Number(scenario.slice(1));
const inOrder = (a: Point, b: Point): number =>
  number(a) - number(b) || Number(a.standby) - Number(b.standby) || a.at - b.at || (a.fault < b.fault ? -1 : 1);
