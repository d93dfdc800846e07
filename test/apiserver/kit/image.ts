// The image's file system, assembled once for all suites that need it, by the same script that the Dockerfile runs.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Context } from 'mocha';
import { assembleImage } from '../../../scripts/image.ts';

const TIMEOUT_MS = 120_000;

let assembled: Promise<string> | undefined;

async function assemble(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'egress-unification-image-'));
  await assembleImage(directory);
  return directory;
}

/** The directory, for a `before` hook; skipped where there is no image to be had or nobody may enter it, and in CI a failure. */
export async function requireImage(context: Context): Promise<string> {
  context.timeout(TIMEOUT_MS);
  const reason = process.platform !== 'linux' ? 'the image is for Linux' : process.getuid?.() === 0 ? undefined : 'only root may start a process in the image';
  if (reason === undefined) return (assembled ??= assemble());
  if (process.env['CI'] === 'true') throw new Error(reason);
  process.stderr.write(`skipped: ${reason}\n`);
  return context.skip();
}

after('the image is cleared away', async () => {
  if (assembled !== undefined) await rm(await assembled, { recursive: true, force: true });
});
