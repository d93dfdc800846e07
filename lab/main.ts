// `npm run lab`: the network lab. Looks whether it can run here, sweeps up what killed runs left, starts lanes of drills inside namespaces
// and takes everything away afterwards, however that ends. Exit codes: 0 all held, 1 something did not, 2 wrong flags, 3 the machine lacks
// something, 130 and 143 interrupted.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Command } from 'commander';
import { DRILLS } from './drills/all.ts';
import type { Drill } from './drills/drill.ts';
import type { LaneMessage, LaneOptions, Row } from './inside.ts';
import { rowLines, summaryOf, tableLines } from './report.ts';
import { openLane, runOf, sweep, sweepLeftovers } from './run/leftovers.ts';
import { whatIsMissing } from './run/requirements.ts';
import { inside } from './run/shell.ts';

const LAB_MS_MAX = 600_000;
const LACKING = 3;

interface Options {
  readonly json: boolean;
  readonly drill?: readonly string[];
  readonly verbose: boolean;
}

const command = new Command('lab')
  .description('The simulated cloud with this machine\'s kernel as its network, the controller as a process, and packets as the judge. Linux, root, nftables.')
  .option('--drill <name...>', 'only these')
  .option('--json', 'end with one line of JSON; everything else goes to standard error', false)
  .option('--verbose', 'say what happens while it happens', false)
  .addHelpText('after', `\nDrills:\n${DRILLS.map(({ name, description }) => `  ${name.padEnd(14)}${description}`).join('\n')}`)
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));

function fail(message: string, code: number): never {
  process.stderr.write(`${message}\n`);
  process.exit(code);
}

/** Plays the drills of a lane; what they found, as soon as each is over. */
async function playLane(options: LaneOptions, hear: (message: LaneMessage) => void): Promise<void> {
  openLane(options);
  const [first = '', ...rest] = inside(options.namespace);
  const child = spawn(first, [...rest, process.execPath, '--no-warnings', join(import.meta.dirname, 'inside.ts')], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  child.on('message', hear);
  child.send(options);
  const timer = setTimeout(() => child.kill('SIGKILL'), LAB_MS_MAX);
  await once(child, 'exit');
  clearTimeout(timer);
}

/** Drills of one lane follow each other; lanes are played at the same time, for most of a drill is waiting. */
const lanesOf = (drills: readonly Drill[]): readonly (readonly string[])[] =>
  [...Map.groupBy(drills, ({ lane }) => lane).values()].map((lane) => lane.map(({ name }) => name));

async function main({ json, drill: names = [], verbose }: Options): Promise<number> {
  const unknown = names.filter((name) => !DRILLS.some((drill) => drill.name === name));
  if (unknown.length > 0) fail(`no drill is called ${unknown.join(', ')}; there are ${DRILLS.map(({ name }) => name).join(', ')}`, 2);
  const missing = whatIsMissing();
  if (missing !== undefined) fail(missing, LACKING);
  sweepLeftovers();
  process.once('exit', () => sweep(process.pid));
  const print = (line: string): void => void (json ? process.stderr : process.stdout).write(`${line}\n`);
  const drills = DRILLS.filter(({ name }) => names.length === 0 || names.includes(name));
  const rows: Row[] = [];
  const hear = (message: LaneMessage): void => {
    if ('row' in message) {
      rows.push(message.row);
      for (const line of rowLines(message.row)) print(line);
    } else if (verbose) print(message.line);
  };
  await Promise.all(lanesOf(drills).map((lane, index) => playLane({ ...runOf(process.pid, index), drills: lane }, hear)));
  const summary = summaryOf(rows, drills.length);
  for (const line of tableLines(rows, summary)) print(line);
  if (json) process.stdout.write(`${JSON.stringify(summary)}\n`);
  return summary.ok ? 0 : 1;
}

for (const [signal, code] of [['SIGINT', 130], ['SIGTERM', 143], ['SIGHUP', 129]] as const) process.once(signal, () => process.exit(code));
process.exit(await main(command.parse().opts<Options>()));
