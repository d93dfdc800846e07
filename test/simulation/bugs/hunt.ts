// The hunt for one bug: plans are run on the code with the bug in it until one violates an invariant that the code without it keeps on the
// very same plan. Survived: the plans or the time are used up.
import { Pool } from '../campaign/pool.ts';
import type { RunPlan, Violation } from '../engine/contract.ts';
import { Plans } from './plans.ts';
import type { SeededBug } from './seeded-bug.ts';

export interface Caught {
  /** Scenario and fault, in words. */
  readonly by: string;
  readonly invariant: string;
  readonly message: string;
  readonly plan: RunPlan;
}

export interface Hunted {
  readonly bug: SeededBug;
  readonly caught?: Caught;
  /** Runs of the code with the bug. */
  readonly runs: number;
  readonly seconds: number;
  /** Plans that violated something without the bug as well, and so prove nothing. */
  readonly unclean: number;
  /** Why the hunt ended early, if it did. */
  readonly broken?: string;
}

export interface HuntOptions {
  readonly scenarios: readonly string[];
  /** The code as it is. */
  readonly sound: Pool;
  /** How long one bug is looked for. */
  readonly limitMs: number;
  /** Monotonic ms. */
  readonly now: () => number;
}

const HOOK = new URL('hook.ts', import.meta.url);
const BATCH = 8;

/** Never rejects for what the bug does to the code: a worker that it breaks is said in `broken`. */
export async function hunt(bug: SeededBug, options: HuntOptions): Promise<Hunted> {
  const { now, limitMs } = options;
  const startedMs = now();
  const pool = new Pool({ workers: 1, execArgv: ['--import', `${HOOK.href}?bug=${bug.name}`] });
  const tried = { runs: 0, unclean: 0 };
  const late = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => late.resolve(undefined), limitMs);
  try {
    const caught = await Promise.race([search(bug, { ...options, pool, tried }), late.promise]);
    return { bug, ...tried, seconds: (now() - startedMs) / 1_000, ...(caught && { caught }) };
  } catch (error) {
    return { bug, ...tried, seconds: (now() - startedMs) / 1_000, broken: error instanceof Error ? error.message : String(error) };
  } finally {
    clearTimeout(timer);
    await pool.end();
  }
}

interface Search extends HuntOptions {
  readonly pool: Pool;
  readonly tried: { runs: number; unclean: number };
}

async function search(bug: SeededBug, { pool, scenarios, sound, tried }: Search): Promise<Caught | undefined> {
  const plans = new Plans(pool, scenarios);
  for await (const batch of batches(plans.of(bug))) {
    for (const { plan, violations } of await pool.ask<'run'>({ kind: 'run', plans: batch })) {
      tried.runs += 1;
      const violation = tellingOf(bug, violations);
      if (violation === undefined) continue;
      if (await isClean(sound, plan)) return caughtBy(plan, plans.wordsOf(plan), violation);
      tried.unclean += 1;
    }
  }
  return undefined;
}

/** One that was expected, if any; code that merely throws has not been judged. */
const tellingOf = ({ expected }: SeededBug, violations: readonly Violation[]): Violation | undefined => {
  const judged = violations.filter(({ invariant }) => invariant !== 'X');
  return judged.find(({ invariant }) => expected.includes(invariant)) ?? judged[0];
};

const caughtBy = (plan: RunPlan, by: string, { invariant, message }: Violation): Caught => ({ by, invariant, message, plan });

async function isClean(sound: Pool, plan: RunPlan): Promise<boolean> {
  const [ran] = await sound.ask<'run'>({ kind: 'run', plans: [plan] });
  return ran?.violations.length === 0;
}

async function* batches(plans: AsyncIterable<RunPlan>): AsyncGenerator<RunPlan[]> {
  let batch: RunPlan[] = [];
  for await (const plan of plans) {
    batch.push(plan);
    // the first few are where the bug is expected: one by one, so that none is run in vain
    if (batch.length < BATCH && plan.injections.length > 0) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
