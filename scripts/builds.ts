// Real programs that some tiers start (kube-apiserver, etcd, kubectl, helm) take minutes to build the first time. That is begun with the first
// tier and goes on beside those that need none of them.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { Tier } from './tiers.ts';

const PREPARE = join(import.meta.dirname, '../test/apiserver/environment/prepare.ts');

/** Begins the builds if one of the tiers needs them. Resolves when they have ended, well or not: who needs them says what is missing. */
export async function builds(tiers: readonly Tier[]): Promise<void> {
  if (!tiers.some(({ needsBuilds }) => needsBuilds)) return;
  const beganMs = performance.now();
  const child = fork(PREPARE, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  await once(child, 'close');
  console.log(`  builds: ${((performance.now() - beganMs) / 1_000).toFixed(1)} s beside the tiers`);
}
