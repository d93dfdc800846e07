// The exhaustive campaign: of each scenario the run without faults is surveyed, once alone and once with a standby; then one fault at a time
// is injected wherever it can exist. A crash is tried with the same replica starting again and with a standby taking over; the other faults
// meet a replica alone, except those of the lease, which only a replica that stands for election can feel.
import type { RunPlan } from '../engine/contract.ts';
import { cellName, faultsAt } from '../engine/catalogue.ts';
import { WISHES } from '../scenarios/edits.ts';
import { chosen, distinct, enumerated, spread, type FaultsAt, type Point } from './points.ts';
import type { Pool, Spot } from './pool.ts';

/** One seed of latencies for all. */
const SEED = 1;

export interface Enumeration {
  readonly enumerated: number;
  /** Those that differ. */
  readonly distinct: readonly Point[];
  /** Those of them that are run. */
  readonly points: readonly Point[];
}

/** What a replica that stands for election meets in another way than one that is alone. */
const MEETS_ELECTION = /^(crash-|lease-|pause-|sigterm)/;
const NEEDS_ELECTION = /^lease-/;

/** Edits that the API accepts, at calls that change something: at a read they are what they are at the next write. */
const EDIT_FAULTS: readonly string[] = Object.entries(WISHES).filter(([, { refused }]) => refused !== true).map(([name]) => `edit:${name}`);

/** Everything that can happen at a call. */
export const allFaultsAt: FaultsAt = (spot) => (spot.mutates && spot.side === 'cloud' ? [...faultsAt(spot), ...EDIT_FAULTS] : faultsAt(spot));

const aloneAt: FaultsAt = (spot) => allFaultsAt(spot).filter((fault) => !NEEDS_ELECTION.test(fault));
const electedAt: FaultsAt = (spot) => allFaultsAt(spot).filter((fault) => MEETS_ELECTION.test(fault));

export interface Survey {
  readonly scenario: string;
  readonly alone: readonly Spot[];
  readonly elected: readonly Spot[];
}

/** What there is to disturb in each scenario. */
export function survey(pool: Pool, scenarios: readonly string[]): Promise<Survey[]> {
  const spots = (scenario: string, standby: boolean): Promise<readonly Spot[]> => pool.ask<'survey'>({ kind: 'survey', plan: { scenario, seed: SEED, injections: [], standby } });
  return Promise.all(scenarios.map(async (scenario) => {
    const [alone, elected] = await Promise.all([spots(scenario, false), spots(scenario, true)]);
    return { scenario, alone, elected };
  }));
}

const pointsOf = ({ scenario, alone, elected }: Survey): Point[] => [
  ...enumerated(scenario, false, { spots: alone, faultsAt: aloneAt }),
  ...enumerated(scenario, true, { spots: elected, faultsAt: electedAt }),
];

/** All points, and of those that differ at most `count`. */
export function enumerate(surveys: readonly Survey[], count: number): Enumeration {
  const points = surveys.flatMap(pointsOf);
  const different = distinct(points);
  return { enumerated: points.length, distinct: different, points: chosen(different, count) };
}

const MORE_PER_CELL = 24;

/** A fault need not find its object at the call at which it was tried: of each cell that was not reached, some points that were not run yet. */
export function more({ distinct: different }: Enumeration, ran: ReadonlySet<Point>, missing: readonly string[]): Point[] {
  const cells = new Set(missing);
  const left = different.filter((point) => cells.has(cellName(point.fault, point.verb)) && !ran.has(point));
  return spread(left, missing.length * MORE_PER_CELL);
}

export const planOf = ({ scenario, standby, at, fault }: Point): RunPlan => ({ scenario, seed: SEED, injections: [{ at, fault }], ...(standby && { standby }) });
