// `npm run demo`: the product does its job on a laptop. Sets the stage, plays the acts, says how it ended. Exit 0 only when the
// simulated world itself shows that every instance ended as it should; 1 when not, 2 for wrong flags, 130 and 143 when interrupted. With --lab it is the network lab that shows it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { Play, type Ending } from './acts.ts';
import { beforeAfterLines, reasonLines } from './rows.ts';
import { liveScreen, plainScreen, type Screen } from './screen.ts';
import { openStage, type Stage } from './stage.ts';
import { RESOURCE } from './story.ts';
import { costsOf, percentile, summaryOf, type Costs, type Summary } from './summary.ts';

interface Options {
  readonly json: boolean;
  readonly speed: number;
  readonly lab: boolean;
}

const LAB = join(import.meta.dirname, '../../lab/main.ts');
const WORLD = join(import.meta.dirname, '../worlds/demo.yaml');

function speed(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 100)) throw new InvalidArgumentError('must be above 0 and at most 100.');
  return value;
}

const command = new Command('demo')
  .description('Twelve instances of every kind in a simulated cloud, one EgressUnification, and what becomes of them.\nNeeds no account and no cluster. Exit code 0 only if the simulated world itself shows the result.')
  .option('--json', 'print one JSON line at the end: ok, instances, and the calls and windows (world ms) of the unification', false)
  .option('--speed <factor>', 'how many times faster than real time the cloud works; the controller keeps real time', speed, 5)
  .option('--lab', 'the same on this machine\'s kernel, with packets as the judge: the drills unify and faults of the network lab (Linux, root)', false)
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));

/** A process of its own: the lab runs inside a network namespace. Its exit codes are those of `npm run lab`. */
async function showLab({ json }: Options): Promise<number> {
  const child = spawn(process.execPath, [LAB, '--verbose', '--drill', 'unify', 'faults', ...(json ? ['--json'] : [])], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => child.kill(signal));
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}

function tellFirst({ say }: Screen, play: Play): void {
  say('A VPC with a NAT gateway (EIP 47.96.1.1) and twelve instances tagged egress=unified.');
  say(`The Internet sees ${new Set(play.before.flatMap(({ egressIps }) => egressIps)).size} different addresses of them.`);
  say();
  say(`kubectl apply: ${RESOURCE.kind} ${RESOURCE.metadata.name}`);
  say(JSON.stringify(RESOURCE.spec));
  say();
}

function tellUnified({ say, rest }: Screen, play: Play, ending: Ending, { mutatingCalls, readCalls, windowsMs }: Costs): void {
  rest();
  say();
  say('Before and after (in brackets: a stopped instance, as it will be once it runs)');
  for (const line of beforeAfterLines(play.before, ending.rows)) say(`  ${line}`);
  say();
  say('Left alone, and why');
  for (const line of reasonLines(ending.rows)) say(`  ${line}`);
  say();
  say(`${mutatingCalls} mutating and ${readCalls} reading calls. Not reachable while the EIP moved: ${windowsMs.length} times once, ` +
    `${(percentile(windowsMs, 0.5) / 1_000).toFixed(1)} s of the cloud's time at the median, ${(Math.max(0, ...windowsMs) / 1_000).toFixed(1)} s at most.`);
  say();
}

function tellMended({ say, rest }: Screen, ending: Ending): void {
  rest();
  say();
  for (const fault of ending.faults) say(`NOT RIGHT: ${fault}`);
  say(ending.faults.length === 0 ? 'Mended: every instance is again as it was before people meddled. The world itself says so.' : 'The demo failed.');
}

async function perform(stage: Stage, screen: Screen): Promise<Summary> {
  const play = new Play(stage, screen);
  tellFirst(screen, play);
  const unified = await play.unify();
  const costs = costsOf(stage.cloud.log.since(0), stage.windows.closedMs);
  tellUnified(screen, play, unified, costs);
  if (unified.faults.length > 0) {
    tellMended(screen, unified);
    return summaryOf(false, unified.rows, costs);
  }
  screen.say('Now the controller is killed (-9), and while it is away people meddle:');
  const mended = await play.drift();
  tellMended(screen, mended);
  return summaryOf(mended.faults.length === 0, mended.rows, costs);
}

async function main(): Promise<void> {
  const options = command.parse().opts<Options>();
  if (options.lab) process.exit(await showLab(options));
  process.once('SIGINT', () => process.exit(130));
  process.once('SIGTERM', () => process.exit(143));
  // nobody reads any more
  process.stdout.once('error', () => process.exit(1));
  const stage = await openStage({ world: readFileSync(WORLD, 'utf8'), speed: options.speed });
  try {
    const summary = await perform(stage, process.stdout.isTTY ? liveScreen(process.stdout) : plainScreen(process.stdout));
    if (options.json) process.stdout.write(`${JSON.stringify(summary)}\n`);
    process.exitCode = summary.ok ? 0 : 1;
  } finally {
    await stage.close();
  }
}

await main();
