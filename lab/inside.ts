// The lab's own process, inside the namespace of the Internet, where main.ts has started it: plays the drills and says how they went.
// inside.ts PID FOLDER NAMESPACE; the options come as the first message.
import { figuresOf } from './interruptions.ts';
import { DRILLS } from './drills/all.ts';
import type { Drill, Findings } from './drills/drill.ts';
import { openSite, type Site } from './site.ts';

export interface InsideOptions {
  readonly prefix: string;
  readonly folder: string;
  readonly namespace: string;
  readonly json: boolean;
  /** All when empty. */
  readonly drills: readonly string[];
}

interface Row extends Findings {
  readonly name: string;
  readonly ok: boolean;
  readonly tookS: number;
}

const DRILL_MS_MAX = 180_000;

async function play(drill: Drill, site: Site, print: (line: string) => void): Promise<Row> {
  const beganMs = performance.now();
  const tooLong = Promise.withResolvers<never>();
  const timer = setTimeout(() => tooLong.reject(new Error(`it took longer than ${DRILL_MS_MAX / 1_000} s`)), DRILL_MS_MAX);
  const took = (): number => Math.round((performance.now() - beganMs) / 100) / 10;
  try {
    const findings = await Promise.race([drill.run(site, (line) => print(`  ${line}`)), tooLong.promise]);
    return { ...findings, name: drill.name, ok: findings.faults.length === 0 && findings.disagreements.length === 0, tookS: took() };
  } catch (error) {
    return { name: drill.name, ok: false, tookS: took(), lines: [], faults: [error instanceof Error ? error.message : String(error)], statesCompared: 0, disagreements: [] };
  } finally {
    clearTimeout(timer);
  }
}

function tell({ ok, tookS, lines, faults }: Row, print: (line: string) => void): void {
  for (const line of lines) print(`  ${line}`);
  for (const fault of faults) print(`  NOT RIGHT: ${fault}`);
  print(`  ${ok ? 'held' : 'MISSED'} after ${tookS} s\n`);
}

function summaryOf(rows: readonly Row[]): object {
  const all = (which: 'inbound' | 'egress'): readonly number[] => rows.flatMap(({ interruptions }) => interruptions?.[which] ?? []);
  return {
    ok: rows.length > 0 && rows.every(({ ok }) => ok),
    drills: rows.map(({ name, ok, tookS, lines, faults, statesCompared, disagreements }) => ({ name, ok, tookS, seen: lines, faults: [...faults, ...disagreements], statesCompared })),
    statesCompared: rows.reduce((sum, { statesCompared }) => sum + statesCompared, 0),
    disagreements: rows.reduce((sum, { disagreements }) => sum + disagreements.length, 0),
    interruptionMs: { inbound: figuresOf(all('inbound')), egress: figuresOf(all('egress')) },
  };
}

async function main({ prefix, folder, namespace, json, drills }: InsideOptions): Promise<number> {
  const print = (line: string): void => void (json ? process.stderr : process.stdout).write(`${line}\n`);
  const site = await openSite(prefix, folder, namespace);
  const rows: Row[] = [];
  for (const drill of DRILLS.filter(({ name }) => drills.length === 0 || drills.includes(name))) {
    print(`${drill.name}: ${drill.description}`);
    const row = await play(drill, site, print);
    rows.push(row);
    tell(row, print);
  }
  const summary = summaryOf(rows);
  for (const line of table(rows)) print(line);
  if (json) process.stdout.write(`${JSON.stringify(summary)}\n`);
  await site.internet.end();
  return rows.every(({ ok }) => ok) ? 0 : 1;
}

function table(rows: readonly Row[]): readonly string[] {
  const cells = [['drill', 'verdict', 'seconds', 'states compared', 'disagreements'], ...rows.map(({ name, ok, tookS, statesCompared, disagreements }) => [name, ok ? 'held' : 'MISSED', tookS, statesCompared, disagreements.length].map(String))];
  const widths = (cells[0] ?? []).map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  return cells.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd());
}

// whoever started this cleans up after it, however it ends
process.once('disconnect', () => process.exit(1));
process.once('message', (options: InsideOptions) => {
  main(options).then((code) => process.exit(code), (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(1);
  });
});
