/**
 * Keys in a mounted directory: access-key-id, access-key-secret and, for temporary ones, security-token. They are read again every few
 * seconds, so that a rotated Secret is taken up without a restart; a rotation caught half-way is a refused call and the next read mends it.
 */
import type { Clock } from '../../ports/runtime.ts';
import type { Keys } from './keys.ts';

/** The text of a file, or undefined where there is none; rejects for any other failure. */
export type ReadText = (path: string) => Promise<string | undefined>;

const REREAD_MS = 10_000;

export interface KeyFiles {
  readonly directory: string;
  readonly read: ReadText;
}

/** The keys, or the names of the files that are missing or empty. */
export async function readKeyFiles({ directory, read }: KeyFiles): Promise<Keys | { readonly missing: readonly string[] }> {
  const names = ['access-key-id', 'access-key-secret', 'security-token'] as const;
  const [accessKeyId = '', accessKeySecret = '', securityToken = ''] = await Promise.all(names.map(async (name) => (await read(`${directory}/${name}`))?.trim()));
  const missing = [...(accessKeyId === '' ? [names[0]] : []), ...(accessKeySecret === '' ? [names[1]] : [])];
  if (missing.length > 0) return { missing };
  return { accessKeyId, accessKeySecret, ...(securityToken !== '' && { securityToken }) };
}

/** Reads at most every ten seconds; keys that were once read stay in use while the files are away or incomplete. */
export function rereadKeyFiles(files: KeyFiles, clock: Clock, first: Keys): () => Promise<Keys> {
  let keys = first;
  let readAtMs = clock.monotonic();
  return async () => {
    if (clock.monotonic() - readAtMs < REREAD_MS) return keys;
    readAtMs = clock.monotonic();
    const fresh = await readKeyFiles(files);
    if (!('missing' in fresh)) keys = fresh;
    return keys;
  };
}
