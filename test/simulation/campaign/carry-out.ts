// Carries a campaign out: batches to the workers, their outcomes into the tally in the order of the plans, done ranges into the resume file.
import type { RunPlan } from '../engine/contract.ts';
import type { Place } from '../engine/catalogue.ts';
import { campaignOfPoints, type Batch, type Campaign } from './campaigns.ts';
import { unreached } from './cells.ts';
import { more, type Enumeration } from './exhaustive.ts';
import type { Pool } from './pool.ts';
import type { ResumeFile } from './resume.ts';
import { Tally } from './tally.ts';

export interface Surroundings {
  readonly pool: Pool;
  readonly tally: Tally;
  readonly resume?: ResumeFile | undefined;
  /** Aborted: what is under way is dropped, and done again when the campaign is resumed. */
  readonly signal?: AbortSignal | undefined;
  /** Told after each batch how many runs of this process are done. */
  readonly progress?: ((done: number) => void) | undefined;
}

const jobOf = ({ plans }: { readonly plans: readonly RunPlan[] }): { readonly kind: 'run'; readonly plans: readonly RunPlan[] } => ({ kind: 'run', plans });

export async function carryOut(campaign: Campaign, { pool, tally, resume, signal, progress }: Surroundings): Promise<void> {
  let done = 0;
  for await (const [{ from, to, enumerated }, outcomes] of pool.inOrder<Batch, 'run'>(campaign.batches, jobOf)) {
    const own = new Tally();
    own.enumerated = enumerated;
    for (const outcome of outcomes) own.add(outcome);
    tally.merge(own.sum());
    resume?.append({ from, to, sum: own.sum() });
    done += outcomes.length;
    progress?.(done);
    if (signal?.aborted === true) return;
  }
}

const ROUNDS_MAX = 3;

/** After an exhaustive campaign: tries cells that were not reached at further points, as long as that reaches any. */
export async function reachCells(enumeration: Enumeration, places: readonly Place[], surroundings: Surroundings): Promise<void> {
  const ran = new Set(enumeration.points);
  for (let round = 0; round < ROUNDS_MAX && surroundings.signal?.aborted !== true; round += 1) {
    const points = more(enumeration, ran, unreached(places, surroundings.tally.cells));
    if (points.length === 0) return;
    for (const point of points) ran.add(point);
    await carryOut(campaignOfPoints(points), { ...surroundings, resume: undefined });
  }
}
