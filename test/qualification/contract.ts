// The contract suite on the live cloud, as `npm test` would run it, and counted.
import { runTier } from '../../scripts/run-tier.ts';
import type { Trial } from './book.ts';
import type { Setting } from './control-plane.ts';

const MINUTE_MS = 60_000;

/** The suite reads where to go from the environment of its process. */
export async function contractSuite({ regionId, vpcId, env }: Setting, { network, endpoint }: { readonly network: string; readonly endpoint?: string }): Promise<NonNullable<Trial['contract']>> {
  Object.assign(process.env, env, { EGRESS_LIVE_REGION: regionId, EGRESS_LIVE_VPC: vpcId, EGRESS_LIVE_NETWORK: network, ...(endpoint !== undefined && { EGRESS_LIVE_ENDPOINT: endpoint }) });
  const tier = { name: 'contract', run: { kind: 'mocha', pattern: 'test/contract/cloud/live.test.ts' }, skipFailsInCi: false, timeoutMs: 30 * MINUTE_MS } as const;
  const { passed, failures, skips } = await runTier(tier, { ci: false, output: 'ignore' });
  return { passed, failed: failures.map(({ title, detail }) => `${title}: ${detail.split('\n')[0] ?? ''}`), skipped: skips.length };
}
