// The three commands built from Go modules. The build writes into the project's cache and Go's own caches only; each command
// appears whole or not at all, so a build that was cut off leaves nothing that looks finished.
import { execFile } from 'node:child_process';
import { mkdir, rename } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const MODULE = resolve(import.meta.dirname, '..');

/** The commands with their packages; the quick ones first, so that a failure shows early. */
const PACKAGES = [
  ['etcd', 'go.etcd.io/etcd/server/v3'],
  ['kubectl', 'k8s.io/kubernetes/cmd/kubectl'],
  ['kube-apiserver', 'k8s.io/kubernetes/cmd/kube-apiserver'],
] as const;

/** What to build and where to put it. */
export interface BuildOptions {
  readonly version: string;
  readonly directory: string;
  readonly progress: (line: string) => void;
  /** For each command. */
  readonly timeoutMs: number;
}

/** Builds the commands one after the other; rejects when there is no Go or a build fails. */
export async function buildBinaries({ version, directory, progress, timeoutMs }: BuildOptions): Promise<void> {
  await run('go', ['version']).catch((error: unknown) => { throw new Error('there is no Go to build it with', { cause: error }); });
  await mkdir(directory, { recursive: true });
  for (const [command, path] of PACKAGES) {
    const began = performance.now();
    progress(`building ${command} ${version} from Go modules (minutes, the first time)`);
    const told = setInterval(() => progress(`still building ${command}, ${Math.round((performance.now() - began) / 1000)} s so far`), 30_000);
    await build(join(directory, command), path, { version, timeoutMs }).finally(() => clearInterval(told));
    progress(`built ${command} in ${Math.round((performance.now() - began) / 1000)} s`);
  }
}

async function build(target: string, path: string, { version, timeoutMs }: Pick<BuildOptions, 'version' | 'timeoutMs'>): Promise<void> {
  const unfinished = `${target}.${process.pid}.unfinished`;
  const flags = ['-trimpath', '-mod=readonly', '-buildvcs=false', '-ldflags', linkerFlags(version)];
  await run('nice', ['go', 'build', ...flags, '-o', unfinished, path], {
    cwd: MODULE,
    env: { ...process.env, CGO_ENABLED: '0' },
    timeout: timeoutMs,
    maxBuffer: 64 * 1024 * 1024,
  }).catch((error: unknown) => { throw new Error(`go build ${path} failed`, { cause: error }); });
  await rename(unfinished, target);
}

/** Without its version the API server cannot say what it is, and refuses to start. */
function linkerFlags(version: string): string {
  const [, major = '', minor = ''] = /^v(\d+)\.(\d+)\./.exec(version) ?? [];
  const values = { gitVersion: version, gitMajor: major, gitMinor: minor };
  return ['-s -w', ...Object.entries(values).map(([name, value]) => `-X k8s.io/component-base/version.${name}=${value}`)].join(' ');
}
