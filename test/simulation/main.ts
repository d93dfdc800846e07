// `npm run simulate`: one run or one campaign. The rim: arguments, worker threads, wall time, signals, files and the exit code.
import { CATALOGUE } from './engine/catalogue.ts';
import { commandOf, HELP, type Command } from './campaign/arguments.ts';
import { campaignOf, identityOf, supplyOf } from './campaign/campaigns.ts';
import { carryOut, reachCells } from './campaign/carry-out.ts';
import { kindsOf, tableOf } from './campaign/cells.ts';
import { judged, violationsOf } from './campaign/execute.ts';
import { survey } from './campaign/exhaustive.ts';
import { Pool } from './campaign/pool.ts';
import { planOfSeed } from './campaign/random.ts';
import { classLines, figuresLine, figuresOf, progressLine, type Figures } from './campaign/report.ts';
import { reproductionOf } from './campaign/reproduction.ts';
import { ResumeFile, resumed } from './campaign/resume.ts';
import type { Tally } from './campaign/tally.ts';
import { CANONICAL } from './scenarios/canonical.ts';

const SCENARIOS = CANONICAL.map(({ name }) => name);
const PROGRESS_MS = 5_000;

async function runOne({ plan, trace }: Extract<Command, { kind: 'one' }>): Promise<number> {
  const result = await judged(plan, trace);
  for (const line of result.trace) console.log(line);
  const violations = violationsOf(result);
  for (const { invariant, atMs, message } of violations) console.log(`${invariant} at ${(atMs / 1_000).toFixed(3)} s: ${message}`);
  console.log(`${result.endState}\n${result.crossings.length} calls, ${result.mutations.length} changes of the cloud, ${(result.virtualMs / 1_000).toFixed(1)} s of virtual time, ${violations.length} violations`);
  console.log(`npm run simulate -- ${reproductionOf(plan)}`);
  return violations.length > 0 ? 1 : 0;
}

type CampaignCommand = Extract<Command, { kind: 'campaign' }>;

/** Exhaustive and whole: only then every cell must have been reached. */
const claimsAll = ({ wish: { campaign, shard, scenarios } }: CampaignCommand): boolean => campaign === 'exhaustive' && shard.of === 1 && scenarios.length === SCENARIOS.length;

function exitCode(command: CampaignCommand, figures: Figures, interrupted: boolean): number {
  if (figures.violations > 0) return 1;
  if (interrupted) return 130;
  return claimsAll(command) && figures.unreachedCells > 0 ? 1 : 0;
}

function reporter(expected: number, tally: Tally, beganMs: number): (done: number) => void {
  let toldMs = beganMs;
  return (done) => {
    if (performance.now() - toldMs < PROGRESS_MS) return;
    toldMs = performance.now();
    console.error(progressLine({ done, expected, seconds: (toldMs - beganMs) / 1_000, failed: tally.failed }));
  };
}

interface Means {
  readonly pool: Pool;
  readonly resume: ResumeFile | undefined;
  readonly signal: AbortSignal;
}

async function runCampaign(command: CampaignCommand, { pool, resume, signal }: Means): Promise<number> {
  const { wish, json, cells } = command;
  const beganMs = performance.now();
  const { tally, isDone } = resumed(resume?.done ?? []);
  const surveys = await survey(pool, wish.scenarios);
  const campaign = campaignOf(pool, surveys, wish, isDone);
  tally.enumerated += campaign.enumerated;
  const surroundings = { pool, tally, resume, signal, progress: reporter(campaign.expected, tally, beganMs) };
  await carryOut(campaign, surroundings);
  const places = kindsOf(surveys.flatMap(({ alone, elected }) => [...alone, ...elected]));
  if (campaign.enumeration && claimsAll(command)) await reachCells(campaign.enumeration, places, { ...surroundings, progress: undefined });
  const figures = figuresOf(tally, places, (performance.now() - beganMs) / 1_000);
  for (const line of [...(cells ? tableOf(places, tally.cells) : []), ...classLines(tally), figuresLine(wish.scenarios.length, figures, tally.cells.size)]) console.log(line);
  if (json) console.log(JSON.stringify(figures));
  return exitCode(command, figures, signal.aborted);
}

/** What the function gives; a sentence on standard error and undefined when it throws one. */
function unlessWrong<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return undefined;
  }
}

async function withPool(command: CampaignCommand): Promise<number> {
  const { resume: path, wish } = command;
  const resume = path === undefined ? undefined : unlessWrong(() => new ResumeFile(path, identityOf(wish)));
  if (path !== undefined && resume === undefined) return 2;
  const pool = new Pool({ workers: command.workers });
  const interrupt = new AbortController();
  const abort = (): void => interrupt.abort();
  process.on('SIGINT', abort).on('SIGTERM', abort);
  try {
    return await runCampaign(command, { pool, resume, signal: interrupt.signal });
  } finally {
    process.off('SIGINT', abort).off('SIGTERM', abort);
    await pool.end();
  }
}

async function main(argv: readonly string[]): Promise<number> {
  const command = unlessWrong(() => commandOf(argv, (seed) => planOfSeed(seed, supplyOf(SCENARIOS, CATALOGUE))));
  if (command === undefined) return 2;
  if (command.kind === 'help') console.log(HELP);
  if (command.kind === 'one') return runOne(command);
  return command.kind === 'campaign' ? withPool(command) : 0;
}

process.exitCode = await main(process.argv.slice(2));
