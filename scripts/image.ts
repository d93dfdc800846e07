// `node scripts/image.ts DIRECTORY`: assembles the container image's whole file system in an empty directory. The Dockerfile copies it into an
// image that has nothing else, and the apiserver tier starts the controller in it: what is tested is what is shipped.
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { bundle } from './image/bundle.ts';
import { licences } from './image/licences.ts';
import { COMPILE_CACHE, NODE, PROGRAM, UID } from './image/places.ts';
import { layRuntime } from './image/runtime.ts';
import { bytesIn, inMegabytes } from './image/size.ts';

const ROOT = resolve(import.meta.dirname, '..');

/** Fills the directory, which must be empty or absent. Linux only: the libraries that node needs are found with ldd. */
export async function assembleImage(directory: string): Promise<void> {
  mkdirSync(directory, { recursive: true });
  if (readdirSync(directory).length > 0) throw new Error(`${directory} is not empty: name a directory that is, or none that exists`);
  layRuntime(directory);
  const packages = await bundle(ROOT, join(directory, PROGRAM));
  writeFileSync(join(directory, 'app/package.json'), `${JSON.stringify(manifest())}\n`);
  copyFileSync(join(ROOT, 'LICENSE'), join(directory, 'app/LICENSE'));
  writeFileSync(join(directory, 'app/THIRD-PARTY-LICENCES'), licences(ROOT, packages));
  warm(directory);
  closeToOthers(directory);
}

/** What the program reads of package.json, and what a scanner wants to know. */
function manifest(): Record<string, unknown> {
  const { name, version, license, type } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Record<string, unknown>;
  return { name, version, license, type };
}

/**
 * Fills node's compile cache, which halves the start. Its folder is named after whoever filled it and is readable to nobody else, so it is given
 * to the user that the image runs as; with another uid the start is slower and nothing else.
 */
function warm(directory: string): void {
  const cache = join(directory, COMPILE_CACHE);
  const env = { NODE_COMPILE_CACHE: cache, NODE_COMPILE_CACHE_PORTABLE: '1' };
  execFileSync(join(directory, NODE), [join(directory, PROGRAM), '--version'], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  for (const folder of readdirSync(cache)) renameSync(join(cache, folder), join(cache, folder.replace(/-\d+$/, `-${UID}`)));
}

/** Everything is readable and nothing is writable, whoever assembled it with whichever umask. */
function closeToOthers(directory: string): void {
  chmodSync(directory, 0o755);
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isDirectory()) chmodSync(path, 0o755);
    else chmodSync(path, path === join(directory, NODE) || /\/ld-[^/]*$|\.so(\.\d+)*$/.test(path) ? 0o755 : 0o644);
  }
}

if (import.meta.main) {
  const [directory] = parseArgs({ allowPositionals: true }).positionals;
  if (directory === undefined) throw new Error('name the directory to fill: node scripts/image.ts DIRECTORY');
  await assembleImage(resolve(directory));
  for (const part of ['.', 'usr', 'lib', 'app']) console.log(`${part === '.' ? 'whole image' : `/${part}`}: ${inMegabytes(bytesIn(join(directory, part)))}`);
}
