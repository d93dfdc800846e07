// Runs plans, under the judge, as a worker does it: one after the other, keeping of each only what a campaign needs to know.
import type { RunPlan, RunResult, Violation } from '../engine/contract.ts';
import { run } from '../engine/run.ts';
import { SECRETS, type Laboratory } from '../laboratory.ts';
import { judgeOf } from '../oracle/judge.ts';
import { EDITS } from '../scenarios/edits.ts';
import { scenarioNamed } from '../scenarios/registry.ts';
import { changesGoal } from './goals.ts';
import { Fingerprints } from './fingerprint.ts';
import type { Answers, Job, RanPlan, Spot } from './pool.ts';
import type { WorldSeen } from '../oracle/seen.ts';

const seenOf = (lab: Laboratory): WorldSeen => ({
  cloud: lab.cloud,
  clusters: lab.clusters.map(({ name, id, store }) => ({ name, clusterId: id, store })),
  flags: { observeOnly: lab.observeOnly, allowBillingChanges: lab.allowBillingChanges, allowGuestCommands: lab.allowGuestCommands },
  secrets: Object.values(SECRETS),
  lines: () => lab.lines,
});

/** Runs a plan under the judge. */
export const judged = (plan: RunPlan, trace = false): Promise<RunResult> =>
  run(plan, { scenario: scenarioNamed(plan.scenario, changesGoal(plan)), judge: (lab) => judgeOf(seenOf(lab)), edits: EDITS, trace });

/** What nobody foresaw: the product or the laboratory threw. */
const thrown = (error: unknown): Violation => ({ invariant: 'X', message: error instanceof Error ? (error.stack ?? error.message) : String(error), atMs: 0 });

/** What the judge says, and that the end did not come although nobody changed what it should be. */
export const violationsOf = ({ violations, unmet, virtualMs }: RunResult): Violation[] =>
  [...violations, ...(unmet.length > 0 ? [{ invariant: 'V1', message: `the end is not reached: ${unmet.join('; ')}`, atMs: virtualMs }] : [])];

async function ran(plan: RunPlan, ends: boolean): Promise<RanPlan> {
  try {
    const result = await judged(plan);
    const { cells, endState, mutations } = result;
    return { plan, violations: violationsOf(result), cells, ...(ends && { endState, mutations }) };
  } catch (error) {
    return { plan, violations: [thrown(error)], cells: [] };
  }
}

async function survey(plan: RunPlan): Promise<Spot[]> {
  const seen: { prints?: Fingerprints } = {};
  await run(plan, { scenario: scenarioNamed(plan.scenario, changesGoal(plan)), judge: (lab) => (seen.prints = new Fingerprints(lab)), edits: EDITS });
  return (seen.prints?.taken ?? []).map(({ crossing: { n, verb, mutates, side }, world, situation }) => ({ at: n, verb, mutates, side, world, situation }));
}

/** Does one job. */
export async function execute(job: Job): Promise<Answers[Job['kind']]> {
  if (job.kind === 'survey') return survey(job.plan);
  const results: RanPlan[] = [];
  for (const plan of job.plans) results.push(await ran(plan, job.ends ?? false));
  return results;
}
