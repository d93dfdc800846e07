// `npm test [-- TIER…]`: every tier, or the ones named, one after the other. The last line is the sum; the exit code is 1 when
// anything failed and 2 when a tier was named that does not exist. CI=true: what is missing or skipped fails too.
import { builds } from './builds.ts';
import { runTier } from './run-tier.ts';
import { report } from './tier-result.ts';
import type { TierResult } from './tier-result.ts';
import { tiersNamed } from './tiers.ts';
import type { Tier } from './tiers.ts';

async function runAll(tiers: readonly Tier[], ci: boolean): Promise<readonly TierResult[]> {
  const results: TierResult[] = [];
  const built = builds(tiers);
  for (const tier of tiers) {
    if (tier.needsBuilds) await built;
    console.log(tier.name);
    results.push(await runTier(tier, { ci, output: 'inherit' }));
  }
  return results;
}

try {
  const results = await runAll(tiersNamed(process.argv.slice(2)), process.env['CI'] === 'true');
  for (const line of report(results)) console.log(line);
  process.exitCode = results.some(({ failures }) => failures.length > 0) ? 1 : 0;
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
}
