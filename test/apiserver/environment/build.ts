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
  await requireGo();
  await mkdir(directory, { recursive: true });
  for (const [command, path] of PACKAGES) {
    await announced(`${command} ${version}`, progress, () => goBuild({ module: MODULE, path, target: join(directory, command), linkerFlags: linkerFlags(version), timeoutMs }));
  }
}

/** One command of a Go module. */
export interface GoCommand {
  /** The folder of its go.mod. */
  readonly module: string;
  /** Its package. */
  readonly path: string;
  /** Where it shall be. */
  readonly target: string;
  readonly linkerFlags: string;
  readonly timeoutMs: number;
}

/** Builds one command, whole or not at all. */
export async function goBuild({ module, path, target, linkerFlags: flags, timeoutMs }: GoCommand): Promise<void> {
  const unfinished = `${target}.${process.pid}.unfinished`;
  await run('nice', ['go', 'build', '-trimpath', '-mod=readonly', '-buildvcs=false', '-ldflags', flags, '-o', unfinished, path], {
    cwd: module,
    env: { ...process.env, CGO_ENABLED: '0' },
    timeout: timeoutMs,
    maxBuffer: 64 * 1024 * 1024,
  }).catch((error: unknown) => { throw new Error(`go build ${path} failed`, { cause: error }); });
  await rename(unfinished, target);
}

/** Rejects where there is no Go. */
export async function requireGo(): Promise<void> {
  await run('go', ['version']).catch((error: unknown) => { throw new Error('there is no Go to build it with', { cause: error }); });
}

/** Says that it builds and how long it has taken so far. */
export async function announced(what: string, progress: (line: string) => void, work: () => Promise<void>): Promise<void> {
  const began = performance.now();
  const seconds = (): number => Math.round((performance.now() - began) / 1000);
  progress(`building ${what} from Go modules (minutes, the first time)`);
  const told = setInterval(() => progress(`still building ${what}, ${seconds()} s so far`), 30_000);
  await work().finally(() => clearInterval(told));
  progress(`built ${what} in ${seconds()} s`);
}

/** Without its version the API server cannot say what it is, and refuses to start. */
function linkerFlags(version: string): string {
  const [, major = '', minor = ''] = /^v(\d+)\.(\d+)\./.exec(version) ?? [];
  const values = { gitVersion: version, gitMajor: major, gitMinor: minor };
  return ['-s -w', ...Object.entries(values).map(([name, value]) => `-X k8s.io/component-base/version.${name}=${value}`)].join(' ');
}
