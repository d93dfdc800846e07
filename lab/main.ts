// `npm run lab`: the network lab. Looks whether it can run here, sweeps up what killed runs left, starts the lab inside a namespace of its
// own and takes everything away afterwards, however that ends. Exit codes: 0 all held, 1 something did not, 2 wrong flags, 3 the machine
// lacks something, 130 and 143 interrupted.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Command } from 'commander';
import { DRILLS } from './drills/all.ts';
import type { InsideOptions } from './inside.ts';
import { openRun, runOf, sweep, sweepLeftovers } from './run/leftovers.ts';
import { whatIsMissing } from './run/requirements.ts';
import { inside } from './run/shell.ts';

const LAB_MS_MAX = 900_000;
const LACKING = 3;

interface Options {
  readonly json: boolean;
  readonly drill?: readonly string[];
}

const command = new Command('lab')
  .description('The simulated cloud with this machine\'s kernel as its network, the controller as a process, and packets as the judge. Linux, root, nftables.')
  .option('--drill <name...>', 'only these')
  .option('--json', 'end with one line of JSON; everything else goes to standard error', false)
  .addHelpText('after', `\nDrills:\n${DRILLS.map(({ name, description }) => `  ${name.padEnd(14)}${description}`).join('\n')}`)
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));

function fail(message: string, code: number): never {
  process.stderr.write(`${message}\n`);
  process.exit(code);
}

async function main({ json, drill: drills = [] }: Options): Promise<number> {
  const unknown = drills.filter((name) => !DRILLS.some((drill) => drill.name === name));
  if (unknown.length > 0) fail(`no drill is called ${unknown.join(', ')}; there are ${DRILLS.map(({ name }) => name).join(', ')}`, 2);
  const missing = whatIsMissing();
  if (missing !== undefined) fail(missing, LACKING);
  sweepLeftovers();
  const run = runOf(process.pid);
  process.once('exit', () => sweep(run));
  openRun(run);
  const [first = '', ...rest] = inside(run.namespace);
  const child = spawn(first, [...rest, process.execPath, '--no-warnings', join(import.meta.dirname, 'inside.ts')], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const timer = setTimeout(() => child.kill('SIGKILL'), LAB_MS_MAX);
  child.send({ ...run, json, drills } satisfies InsideOptions);
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  clearTimeout(timer);
  if (signal !== null) process.stderr.write(`the lab was ended (${signal})\n`);
  return code ?? 1;
}

for (const [signal, code] of [['SIGINT', 130], ['SIGTERM', 143], ['SIGHUP', 129]] as const) process.once(signal, () => process.exit(code));
process.exit(await main(command.parse().opts<Options>()));
