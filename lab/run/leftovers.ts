// What a run makes on the machine and how it goes: namespaces whose names begin with the run's prefix, processes in them, one folder.
// The prefix holds the process id of who cleans up, so that what a killed run left is known for what it is.
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { command, endAll } from './shell.ts';

const NAMESPACES = '/run/netns';
const OURS = /^egulab-(\d+)-/;

export interface LanePlace {
  /** What the names of its namespaces begin with. */
  readonly prefix: string;
  readonly folder: string;
  /** Of the Internet. */
  readonly namespace: string;
}

const folderOf = (pid: number): string => join(tmpdir(), `egulab-${pid}-run`);

export const runOf = (pid: number, lane: number): LanePlace =>
  ({ prefix: `egulab-${pid}-${lane}-`, folder: join(folderOf(pid), String(lane)), namespace: `egulab-${pid}-${lane}-internet` });

export function openLane({ folder, namespace }: LanePlace): void {
  mkdirSync(folder, { mode: 0o700, recursive: true });
  command('ip', ['netns', 'add', namespace]);
}

const namespaces = (): readonly string[] => (existsSync(NAMESPACES) ? readdirSync(NAMESPACES) : []);

/** Ends what is in the namespaces of a run, and takes them and the folder away. */
export function sweep(pid: number): void {
  const names = namespaces().filter((name) => name.startsWith(`egulab-${pid}-`));
  for (const name of names) endAll(name);
  for (const name of names) command('ip', ['netns', 'del', name]);
  rmSync(folderOf(pid), { recursive: true, force: true });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Sweeps up after runs whose process is no more. */
export function sweepLeftovers(): void {
  const names = [...namespaces(), ...readdirSync(tmpdir())];
  const pids = new Set(names.flatMap((name) => OURS.exec(name)?.[1] ?? []).map(Number));
  for (const pid of pids) if (!isAlive(pid)) sweep(pid);
}
