// The three campaigns as streams of batches. A batch covers units from..to of its campaign (a point, a seed, a first fault); units are
// what shards and the resume file count in.
import type { RunPlan } from '../engine/contract.ts';
import { belongsTo, type Shard } from './shard.ts';
import { CATALOGUE, type Row } from '../engine/catalogue.ts';
import { WISHES } from '../scenarios/edits.ts';
import { enumerate, planOf, type Enumeration, type Survey } from './exhaustive.ts';
import { firstsFor, pairsOf } from './pairs.ts';
import type { Point } from './points.ts';
import type { Pool } from './pool.ts';
import { planOfSeed, type Supply } from './random.ts';

export const CAMPAIGNS = ['exhaustive', 'pairs', 'random'] as const;
export type CampaignName = (typeof CAMPAIGNS)[number];

export interface Wish {
  readonly campaign: CampaignName;
  readonly count: number;
  readonly shard: Shard;
  /** The first seed of the random campaign. */
  readonly seed: number;
  /** Names of scenarios. */
  readonly scenarios: readonly string[];
}

export interface Batch {
  readonly from: number;
  /** Inclusive. */
  readonly to: number;
  readonly enumerated: number;
  readonly plans: readonly RunPlan[];
}

export interface Campaign {
  /** Points enumerated before anything is run; batches count theirs besides. */
  readonly enumerated: number;
  /** How many runs it will be, about. */
  readonly expected: number;
  readonly batches: AsyncIterable<Batch> | Iterable<Batch>;
  /** Of the exhaustive campaign. */
  readonly enumeration?: Enumeration;
}

/** Whose units a resume file counts. */
export const identityOf = ({ campaign, count, shard, seed, scenarios }: Wish): string => `${campaign} count ${count} shard ${shard.number}/${shard.of} seed ${seed} scenarios ${scenarios.join(',')}`;

const BATCH = 8;

/** The units that are ours and not done yet, a few at a time. */
function* chunks(units: readonly number[]): Generator<readonly number[]> {
  for (let start = 0; start < units.length; start += BATCH) yield units.slice(start, start + BATCH);
}

type IsDone = (unit: number) => boolean;

const unitsOf = (total: number, shard: Shard, isDone: IsDone): number[] =>
  Array.from({ length: total }, (_, unit) => unit).filter((unit) => belongsTo(unit, shard)).map((unit) => Math.floor(unit / shard.of)).filter((unit) => !isDone(unit));

/** Unit k of a shard is unit k·n + i − 1 of the whole. */
const whole = (unit: number, { number, of }: Shard): number => unit * of + number - 1;

function* batched(units: readonly number[], plansOf: (unit: number) => readonly RunPlan[], enumerated: number): Generator<Batch> {
  for (const chunk of chunks(units)) {
    yield { from: chunk[0] ?? 0, to: chunk.at(-1) ?? 0, enumerated: enumerated * chunk.length, plans: chunk.flatMap(plansOf) };
  }
}

/** These points and no others, for whoever has enumerated them. */
export const campaignOfPoints = (points: readonly Point[]): Campaign => campaignOfPlans(points.map(planOf));

/** These runs and no others. */
export const campaignOfPlans = (plans: readonly RunPlan[]): Campaign => ({
  enumerated: 0, expected: plans.length, batches: batched(plans.map((_, unit) => unit), (unit) => plans.slice(unit, unit + 1), 0),
});

function exhaustive(surveys: readonly Survey[], { count, shard }: Wish, isDone: IsDone): Campaign {
  const enumeration = enumerate(surveys, count);
  const { enumerated, points } = enumeration;
  const units = unitsOf(points.length, shard, isDone);
  const planAt = (unit: number): RunPlan[] => [points[whole(unit, shard)] ?? []].flat().map(planOf);
  return { enumerated, expected: units.length, batches: batched(units, planAt, 0), enumeration };
}

function pairs(pool: Pool, surveys: readonly Survey[], { count, shard }: Wish, isDone: IsDone): Campaign {
  const { points } = enumerate(surveys, Infinity);
  const firsts = firstsFor(points, count);
  const units = unitsOf(firsts.length, shard, isDone);
  const own = units.flatMap((unit) => [firsts[whole(unit, shard)] ?? []].flat().map((point) => ({ index: unit, point })));
  return { enumerated: 0, expected: Math.ceil(count / shard.of), batches: ofPairs(pool, own) };
}

async function* ofPairs(pool: Pool, firsts: Parameters<typeof pairsOf>[1]): AsyncGenerator<Batch> {
  for await (const { index, enumerated, plans } of pairsOf(pool, firsts)) yield { from: index, to: index, enumerated, plans };
}

/** What random plans are drawn from. */
export const supplyOf = (scenarios: readonly string[], rows: readonly Row[]): Supply => ({ scenarios, faults: rows.map(({ id }) => id), edits: Object.keys(WISHES) });

function random({ count, shard, seed, scenarios }: Wish, isDone: IsDone): Campaign {
  const units = unitsOf(count, shard, isDone);
  const supply = supplyOf(scenarios, CATALOGUE);
  return { enumerated: 0, expected: units.length, batches: batched(units, (unit) => [planOfSeed(seed + whole(unit, shard), supply)], 1) };
}

/** What is to be run for a wish, but for the units that are done. `surveys`: of the wish's scenarios. */
export function campaignOf(pool: Pool, surveys: readonly Survey[], wish: Wish, isDone: IsDone = () => false): Campaign {
  if (wish.campaign === 'exhaustive') return exhaustive(surveys, wish, isDone);
  return wish.campaign === 'pairs' ? pairs(pool, surveys, wish, isDone) : random(wish, isDone);
}
