// Small Go programs of our own, which ask other projects' packages what only they can say for certain. Each is a module of the tier; what was
// built stays in the project's cache under the hash of its sources. Like the API server they are a reason to skip, and in CI a failure.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import type { Context } from 'mocha';
import { runCommand } from './apiserver.ts';
import { announced, goBuild, requireGo } from './build.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const SOURCES = ['go.mod', 'go.sum', 'main.go'];
const BUILD_TIMEOUT_MS = 600_000;

/** Asks a program: JSON goes in and comes out. */
export type Ask = (question: unknown) => Promise<unknown>;

/** The program of test/apiserver/<name>, for a `before` hook. Without it the suite is skipped, the reason printed; with CI=true this rejects. */
export async function requireProgram(context: Context, name: string): Promise<Ask> {
  context.timeout(BUILD_TIMEOUT_MS);
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  try {
    return asking(await built(name, say));
  } catch (error) {
    if (process.env['CI'] === 'true') throw error;
    say(`skipped: no ${name}: ${error instanceof Error ? error.message : String(error)}`);
    return context.skip();
  }
}

async function built(name: string, progress: (line: string) => void): Promise<string> {
  const module = join(ROOT, 'test/apiserver', name);
  const hash = createHash('sha256');
  for (const source of SOURCES) hash.update(readFileSync(join(module, source)));
  const folder = join(ROOT, '.cache', name, hash.digest('hex').slice(0, 16));
  const target = join(folder, name);
  if (existsSync(target)) return target;
  await requireGo();
  await mkdir(folder, { recursive: true });
  await announced(name, progress, () => goBuild({ module, path: '.', target, linkerFlags: '-s -w', timeoutMs: BUILD_TIMEOUT_MS }));
  return target;
}

const asking = (path: string): Ask => async (question) => {
  const { code, stdout, stderr } = await runCommand(path, [], { env: {}, input: JSON.stringify(question) });
  expect({ code, stderr }, path).to.deep.equal({ code: 0, stderr: '' });
  return JSON.parse(stdout) as unknown;
};
