// Where helm comes from: the project's cache, else a build from Go modules (test/apiserver/helm/go.mod), which stays in the cache. For suites
// that need it; like the API server it is a reason to skip, and in CI a failure.
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Context } from 'mocha';
import { announced, goBuild, requireGo } from './build.ts';
import { KUBERNETES_VERSION } from './binaries.ts';

/** The one that test/apiserver/helm/go.mod requires. */
export const HELM_VERSION = 'v3.22.0';

const ROOT = resolve(import.meta.dirname, '../../..');
const FOLDER = join(ROOT, '.cache/helm', HELM_VERSION);
const HELM = join(FOLDER, 'helm');
const BUILD_TIMEOUT_MS = 1_200_000;

/** The path of helm, for a `before` hook. Without it the suite is skipped, the reason printed; with CI=true this rejects. */
export async function requireHelm(context: Context): Promise<string> {
  context.timeout(BUILD_TIMEOUT_MS);
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  try {
    return await findHelm(say);
  } catch (error) {
    if (process.env['CI'] === 'true') throw error;
    say(`skipped: no helm: ${error instanceof Error ? error.message : String(error)}`);
    return context.skip();
  }
}

/** The path of helm, which is built where it is not there yet; rejects when it cannot be. */
export async function findHelm(progress: (line: string) => void): Promise<string> {
  if (existsSync(HELM)) return HELM;
  await requireGo();
  await mkdir(FOLDER, { recursive: true });
  await announced(`helm ${HELM_VERSION}`, progress, () =>
    goBuild({ module: join(ROOT, 'test/apiserver/helm'), path: 'helm.sh/helm/v3/cmd/helm', target: HELM, linkerFlags: linkerFlags(), timeoutMs: BUILD_TIMEOUT_MS }));
  return HELM;
}

/** Without the version of Kubernetes it renders and lints for the one of 2020. */
function linkerFlags(): string {
  const [, major = '', minor = ''] = /^v(\d+)\.(\d+)\./.exec(KUBERNETES_VERSION) ?? [];
  const packages = ['helm.sh/helm/v3/pkg/chartutil', 'helm.sh/helm/v3/pkg/lint/rules'];
  const values = packages.flatMap((path) => [`${path}.k8sVersionMajor=${major}`, `${path}.k8sVersionMinor=${minor}`]);
  return ['-s -w', `-X helm.sh/helm/v3/internal/version.version=${HELM_VERSION}`, ...values.map((value) => `-X ${value}`)].join(' ');
}
