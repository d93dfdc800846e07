// `npm run drills`: breaks real things on purpose, one after the other, and says how long the product took to be well again. Exits
// with 1 when a drill misses. A drill is a file of this folder that exports `drill`.
import { Command } from 'commander';
import { seconds } from './kit/drill.ts';
import type { Drill, Findings } from './kit/drill.ts';
import { findDrills } from './kit/find.ts';

const DRILL_MS_MAX = 900_000;

interface Row extends Findings {
  readonly name: string;
  readonly description: string;
  readonly tookS: number;
  readonly problem?: string;
}

async function run(drill: Drill, print: (line: string) => void): Promise<Row> {
  const beganMs = performance.now();
  const tooLong = Promise.withResolvers<never>();
  const timer = setTimeout(() => tooLong.reject(new Error(`it took longer than ${DRILL_MS_MAX / 1000} s`)), DRILL_MS_MAX);
  const about = { name: drill.name, description: drill.description };
  try {
    const { ok, figures } = await Promise.race([drill.run((line) => print(`  ${line}`)), tooLong.promise]);
    return { ...about, ok, figures, tookS: seconds(performance.now() - beganMs) };
  } catch (error) {
    return { ...about, ok: false, figures: {}, tookS: seconds(performance.now() - beganMs), problem: error instanceof Error ? error.message : String(error) };
  } finally {
    clearTimeout(timer);
  }
}

const figuresOf = (figures: Readonly<Record<string, number>>): string => Object.entries(figures).filter(([name]) => name !== 'recoveredAfterS').map(([name, value]) => `${name} ${value}`).join(', ');

const cellsOf = ({ name, description, figures, ok, problem }: Row): readonly string[] =>
  [name, description, figures['recoveredAfterS'] === undefined ? '-' : `${figures['recoveredAfterS']} s`, ok ? 'held' : 'MISSED', problem ?? figuresOf(figures)];

function table(rows: readonly Row[]): readonly string[] {
  const cells = [['drill', 'what was broken, and what must hold', 'recovered after', 'verdict', 'figures'], ...rows.map(cellsOf)];
  const widths = (cells[0] ?? []).map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  return cells.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd());
}

async function main(drills: readonly Drill[], { drill: names = [], json = false }: { readonly drill?: readonly string[]; readonly json?: boolean }): Promise<number> {
  const unknown = names.filter((name) => !drills.some((drill) => drill.name === name));
  if (unknown.length > 0) {
    process.stderr.write(`no drill is called ${unknown.join(', ')}; there are ${drills.map(({ name }) => name).join(', ')}\n`);
    return 2;
  }
  const print = (line: string): void => void (json ? process.stderr : process.stdout).write(`${line}\n`);
  const rows: Row[] = [];
  for (const drill of drills.filter(({ name }) => names.length === 0 || names.includes(name))) {
    print(`${drill.name}: ${drill.description}`);
    const row = await run(drill, print);
    rows.push(row);
    print(`  ${row.ok ? 'held' : 'MISSED'} after ${row.tookS} s${row.problem === undefined ? '' : `: ${row.problem}`}\n`);
  }
  for (const line of table(rows)) print(line);
  if (json) process.stdout.write(`${JSON.stringify({ drills: rows, missed: rows.filter(({ ok }) => !ok).length })}\n`);
  return rows.every(({ ok }) => ok) ? 0 : 1;
}

// a signal ends the children by way of the handlers for the end of the process
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
const drills = await findDrills();
await new Command('drills')
  .description('Breaks real things on purpose: a kube-apiserver, a simulated cloud, the controller as a process, and the network between them.')
  .option('--drill <name...>', 'only these')
  .option('--json', 'end with one line of JSON; everything else goes to standard error')
  .addHelpText('after', `\nDrills:\n${drills.map(({ name, description }) => `  ${name.padEnd(22)}${description}`).join('\n')}`)
  .action(async (options: { readonly drill?: readonly string[]; readonly json?: boolean }) => process.exit(await main(drills, options)))
  .parseAsync();
