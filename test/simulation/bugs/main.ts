// npm run simulate:bugs: can the suite see? Each seeded bug is hunted with the campaigns' own runner; one that survives fails.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { Pool } from '../campaign/pool.ts';
import { CANONICAL } from '../scenarios/canonical.ts';
import { BEGIN, END, HEADING, detailOf, lineOf, markdownOf, pageWith } from './findings.ts';
import { hunt, type Hunted } from './hunt.ts';
import { BUGS, bugNamed } from './patching.ts';
import { LINES, type SeededBug } from './seeded-bug.ts';

const PAGE = resolve(import.meta.dirname, '../../../docs/reliability.md');

interface Flags {
  readonly only?: readonly SeededBug[];
  readonly list: boolean;
  readonly json: boolean;
  readonly write: boolean;
  readonly verbose: boolean;
  readonly limit: number;
  readonly workers: number;
}

function bug(name: string, before: readonly SeededBug[] = []): readonly SeededBug[] {
  try {
    return [...before, bugNamed(name)];
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}

function count(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 1.');
  return Number(text);
}

const print = (line: string): void => { process.stdout.write(`${line}\n`); };

/** Hunts all, `workers` at a time, and prints them in their own order. */
async function huntAll(bugs: readonly SeededBug[], flags: Flags): Promise<Hunted[]> {
  const sound = new Pool({ workers: 1 });
  const options = { scenarios: CANONICAL.map(({ name }) => name), sound, limitMs: flags.limit * 1_000, now: () => performance.now() };
  const waiting = bugs.map((each) => ({ each, result: Promise.withResolvers<Hunted>() }));
  const queue = waiting.values();
  const work = async (): Promise<void> => {
    for (const { each, result } of queue) result.resolve(await hunt(each, options));
  };
  const workers = Promise.all(Array.from({ length: flags.workers }, work));
  const found: Hunted[] = [];
  for (const { result } of waiting) {
    const hunted = await result.promise;
    found.push(hunted);
    print(lineOf(hunted));
    if (flags.verbose && hunted.caught) print(detailOf(hunted));
  }
  await workers;
  await sound.end();
  return found;
}

function write(found: readonly Hunted[]): void {
  const page = existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : `${BEGIN}\n${END}\n`;
  writeFileSync(PAGE, pageWith(page, markdownOf(found)));
}

async function main(flags: Flags): Promise<void> {
  const bugs = flags.only ?? BUGS;
  if (flags.list) return bugs.forEach(({ name, line, seenIn, expected }) => print(`${name.padEnd(38)} ${expected.join(' ').padEnd(12)} ${LINES[line]} (${seenIn})`));
  print(HEADING);
  const startedMs = performance.now();
  const found = await huntAll(bugs, flags);
  const survivors = found.filter(({ caught }) => caught === undefined).map(({ bug: { name } }) => name);
  if (flags.write) write(found);
  print(`${found.length - survivors.length} of ${found.length} seeded bugs caught in ${Math.round((performance.now() - startedMs) / 1_000)} s${survivors.length === 0 ? '' : `; survivors: ${survivors.join(', ')}`}`);
  if (flags.json) print(JSON.stringify({ seeded: found.length, caught: found.length - survivors.length, survivors }));
  process.exitCode = survivors.length === 0 ? 0 : 1;
}

const program = new Command('npm run simulate:bugs --')
  .description('Brings known mistakes back into the controller, one at a time and without touching the tree, and sees whether the simulation catches them.')
  .option('--only <name>', 'only this one; may be repeated', bug)
  .option('--list', 'say which there are and run nothing', false)
  .option('--verbose', 'below each line what was violated, and the plan as flags of npm run simulate', false)
  .option('--json', 'end with one line {"seeded", "caught", "survivors"}', false)
  .option('--write', 'put the table into docs/reliability.md, between its markers', false)
  .option('--limit <seconds>', 'how long one bug is looked for', count, 60)
  .option('--workers <count>', 'bugs hunted at once', count, Math.max(1, availableParallelism()))
  .exitOverride()
  .action(main);

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? 0 : 2;
}
