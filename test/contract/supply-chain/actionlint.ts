// Where actionlint comes from: the project's cache, else a build from Go modules (actionlint/go.mod), which stays in the cache. Without Go the
// suite is skipped and says so; with CI=true that is a failure.
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Context } from 'mocha';
import { announced, goBuild, requireGo } from '../../apiserver/environment/build.ts';
import { ROOT } from '../../apiserver/kit/child.ts';

/** The one that actionlint/go.mod requires. */
export const ACTIONLINT_VERSION = 'v1.7.12';

const ACTIONLINT = join(ROOT, '.cache/actionlint', ACTIONLINT_VERSION, 'actionlint');
const BUILD_TIMEOUT_MS = 600_000;

/** Its path, for a `before` hook. */
export async function requireActionlint(context: Context): Promise<string> {
  context.timeout(BUILD_TIMEOUT_MS);
  if (existsSync(ACTIONLINT)) return ACTIONLINT;
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  try {
    await requireGo();
    await mkdir(dirname(ACTIONLINT), { recursive: true });
    const module = join(import.meta.dirname, 'actionlint');
    await announced(`actionlint ${ACTIONLINT_VERSION}`, say, () => goBuild({ module, path: 'github.com/rhysd/actionlint/cmd/actionlint', target: ACTIONLINT, linkerFlags: '-s -w', timeoutMs: BUILD_TIMEOUT_MS }));
    return ACTIONLINT;
  } catch (error) {
    if (process.env['CI'] === 'true') throw error;
    say(`skipped: no actionlint: ${error instanceof Error ? error.message : String(error)}`);
    return context.skip();
  }
}
