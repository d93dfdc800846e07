// Which drills there are: every file of the folder above this one that exports `drill`.
import { globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Drill } from './drill.ts';

const FOLDER = dirname(import.meta.dirname);

/** All of them, in the order of their files' names. */
export async function findDrills(): Promise<readonly Drill[]> {
  const files = globSync('*.ts', { cwd: FOLDER, exclude: ['main.ts'] }).sort();
  const modules = await Promise.all(files.map((file) => import(join(FOLDER, file)) as Promise<{ readonly drill?: Drill }>));
  return modules.flatMap(({ drill }) => drill ?? []);
}
