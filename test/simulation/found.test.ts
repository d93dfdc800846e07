// Runs that broke a promise once, found by the campaigns and told of in docs/reliability.md. Each is kept in found.txt by the flags that repeat it,
// and keeps every promise now. What a campaign finds is mended and goes there.
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { commandOf } from './campaign/arguments.ts';
import { campaignOfPlans } from './campaign/campaigns.ts';
import { carryOut } from './campaign/carry-out.ts';
import { Pool } from './campaign/pool.ts';
import { classLines } from './campaign/report.ts';
import { Tally } from './campaign/tally.ts';
import type { RunPlan } from './engine/contract.ts';

const FOUND = readFileSync(join(import.meta.dirname, 'found.txt'), 'utf8').trimEnd().split('\n');

function planOf(flags: string): RunPlan {
  const command = commandOf(flags.split(' '), () => { throw new Error(`${flags} names no scenario`); });
  if (command.kind !== 'one') throw new Error(`${flags} is no run`);
  return command.plan;
}

describe('What the campaigns found', function () {
  this.timeout(5 * 60_000);

  it(`in ${FOUND.length} runs does not break any more`, async () => {
    const pool = new Pool({ workers: availableParallelism() });
    const tally = new Tally();
    try {
      await carryOut(campaignOfPlans(FOUND.map(planOf)), { pool, tally });
    } finally {
      await pool.end();
    }
    expect(tally.executed).to.equal(FOUND.length);
    expect(classLines(tally).join('\n')).to.equal('');
  });
});
