// The command line of `npm run simulate`: flags into a wish. A wrong flag is a sentence that says what to write instead.
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import type { RunPlan } from '../engine/contract.ts';
import { CANONICAL } from '../scenarios/canonical.ts';
import { canonicalNamed } from '../scenarios/registry.ts';
import { CAMPAIGNS, type CampaignName, type Wish } from './campaigns.ts';
import { injectionsOf, swarmOf } from './reproduction.ts';
import { shardOf, WHOLE } from './shard.ts';

const FLAGS = {
  campaign: { type: 'string' }, count: { type: 'string' }, shard: { type: 'string' }, resume: { type: 'string' }, workers: { type: 'string' },
  json: { type: 'boolean' }, cells: { type: 'boolean' }, help: { type: 'boolean', short: 'h' },
  seed: { type: 'string' }, scenario: { type: 'string', multiple: true }, inject: { type: 'string' }, standby: { type: 'boolean' }, swarm: { type: 'string' },
  edits: { type: 'string' }, trace: { type: 'boolean' },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof FLAGS; allowPositionals: false }>>['values'];

export type Command =
  | { readonly kind: 'help' }
  | { readonly kind: 'one'; readonly plan: RunPlan; readonly trace: boolean }
  | { readonly kind: 'campaign'; readonly wish: Wish; readonly workers: number; readonly resume: string | undefined; readonly json: boolean; readonly cells: boolean };

export const HELP = `npm run simulate -- FLAGS

The whole controller in one process on a virtual clock, against a simulated cloud and simulated Kubernetes. The same plan gives the same
trace, byte for byte, on every machine; every invariant is checked after every event.

One run:
  --scenario S6           one of ${CANONICAL.map(({ name }) => name).join(', ')}; S6+c2 adds a second cluster on the same VPC
  --seed N                decides about every latency and every chance; without --scenario about the whole plan, as in the random campaign
  --inject 42:lost-answer,57:crash-after   at the 42nd call this fault, at the 57th that one
  --standby               a second replica stands by and takes over
  --swarm 120000:lost-answer=0.01          each fault with this chance at each call, for so many ms
  --edits observe,enforce edits of the resource, one after the other at random moments
  --trace                 print every call, answer, event and fault

A campaign:
  --campaign exhaustive   every crash and every single fault at every call of the twelve scenarios; points that meet the same situation
                          are run once
  --campaign pairs        a second fault after a first: crash and crash, crash and fault, fault and something done by hand
  --campaign random       seeds: swarms of faults, chains of edits, standby replicas, two clusters
  --count N               exhaustive: at most N runs, spread over faults, calls and scenarios; pairs, random: how many
  --scenario S3           only this one (may be given several times)
  --shard i/n             the i-th of n parts; they need not know of each other
  --resume FILE           write down what is done, and go on from there next time
  --workers N             how many run side by side (default: one per core)
  --cells                 print the table of fault × call, with the reason for every cell that cannot exist
  --json                  end with one line {"enumerated", "executed", "violations", "unreachedCells", "seconds"}

A failing run prints the flags that repeat it. Exit code 0: no violation; 1: some, or a cell that can exist was never reached; 2: wrong
flags; 130: interrupted (with --resume nothing is lost).`;

function whole(name: string, text: string | undefined, usual: number): number {
  if (text === undefined) return usual;
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new Error(`--${name} takes a whole number from 1; ${text} is none`);
  return value;
}

const USUAL_COUNT: Readonly<Record<CampaignName, number>> = { exhaustive: Number.MAX_SAFE_INTEGER, pairs: 1_000, random: 500 };

function campaignNamed(text: string): CampaignName {
  const found = CAMPAIGNS.find((name) => name === text);
  if (found === undefined) throw new Error(`--campaign is one of ${CAMPAIGNS.join(', ')}; ${text} is none`);
  return found;
}

function campaignOf(values: Values, campaign: CampaignName): Command {
  const { scenario = CANONICAL.map(({ name }) => name) } = values;
  const wish = {
    campaign, scenarios: scenario, shard: values.shard === undefined ? WHOLE : shardOf(values.shard),
    count: whole('count', values.count, USUAL_COUNT[campaign]), seed: whole('seed', values.seed, 1),
  };
  return { kind: 'campaign', wish, workers: whole('workers', values.workers, availableParallelism()), resume: values.resume, json: values.json ?? false, cells: values.cells ?? false };
}

function planOf(values: Values, scenario: string): RunPlan {
  return {
    scenario, seed: whole('seed', values.seed, 1), injections: values.inject === undefined ? [] : injectionsOf(values.inject),
    ...(values.standby === true && { standby: true }), ...(values.swarm !== undefined && { swarm: swarmOf(values.swarm) }),
    ...(values.edits !== undefined && { edits: values.edits.split(',') }),
  };
}

const OF_CAMPAIGNS = ['count', 'shard', 'resume', 'workers', 'json', 'cells'] as const;
const OF_ONE_RUN = ['inject', 'standby', 'swarm', 'edits', 'trace'] as const;
const OF_A_SCENARIO = ['inject', 'standby', 'swarm', 'edits'] as const;

/** A flag that would be ignored is a mistake. */
function refuseIdle(values: Values): void {
  const idle = (names: readonly (keyof Values)[], needs: string): void => {
    const given = names.find((name) => values[name] !== undefined);
    if (given !== undefined) throw new Error(`--${given} goes with ${needs}; --help explains`);
  };
  if (values.campaign === undefined) idle(OF_CAMPAIGNS, '--campaign');
  else idle(OF_ONE_RUN, 'a run, not with --campaign');
  if (values.scenario === undefined) idle(OF_A_SCENARIO, '--scenario');
}

/** What the flags ask for. `planOfSeed`: the plan that the random campaign has for a seed. Throws a sentence for wrong flags. */
export function commandOf(argv: readonly string[], planOfSeed: (seed: number) => RunPlan): Command {
  const { values } = parseArgs({ args: [...argv], options: FLAGS, allowPositionals: false });
  if (values.help === true || argv.length === 0) return { kind: 'help' };
  refuseIdle(values);
  for (const name of values.scenario ?? []) canonicalNamed(name);
  if (values.campaign !== undefined) return campaignOf(values, campaignNamed(values.campaign));
  const [scenario] = values.scenario ?? [];
  const plan = scenario === undefined ? planOfSeed(whole('seed', values.seed, 1)) : planOf(values, scenario);
  return { kind: 'one', plan, trace: values.trace ?? false };
}
