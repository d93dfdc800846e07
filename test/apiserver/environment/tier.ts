// What every suite of the tier does first: find the binaries, or be skipped and say why. In CI a skip is a failure.
import type { Context } from 'mocha';
import { findBinaries } from './binaries.ts';

/** Long enough for a build from nothing; for the `before` hook that calls `requireBinaries`. */
export const BINARIES_TIMEOUT_MS = 1_800_000;

/** The directory of the commands, for a `before` hook. Without them the suite is skipped, the reason printed; with CI=true this rejects. */
export async function requireBinaries(context: Context): Promise<string> {
  context.timeout(BINARIES_TIMEOUT_MS);
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const binaries = await findBinaries({ progress: say });
  if (binaries.directory !== undefined) return binaries.directory;
  if (process.env['CI'] === 'true') throw new Error(binaries.reason);
  say(`skipped: ${binaries.reason}`);
  return context.skip();
}
