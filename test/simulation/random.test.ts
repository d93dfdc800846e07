// The random campaign: seeds that decide about everything. What the API must refuse is refused; a plan is the same on every machine.
import { availableParallelism } from 'node:os';
import { expect } from 'chai';
import { campaignOf } from './campaign/campaigns.ts';
import { carryOut } from './campaign/carry-out.ts';
import { Pool } from './campaign/pool.ts';
import { classLines } from './campaign/report.ts';
import { WHOLE } from './campaign/shard.ts';
import { Tally } from './campaign/tally.ts';
import { Laboratory } from './laboratory.ts';
import { CANONICAL } from './scenarios/canonical.ts';
import { WISHES } from './scenarios/edits.ts';
import { canonicalNamed } from './scenarios/registry.ts';

const SEEDS = 500;

describe('Under swarms of faults and chains of edits', function () {
  this.timeout(20 * 60_000);

  it(`every invariant holds with ${SEEDS} seeds`, async () => {
    const pool = new Pool({ workers: availableParallelism() });
    const tally = new Tally();
    try {
      const wish = { campaign: 'random', count: SEEDS, shard: WHOLE, seed: 1, scenarios: CANONICAL.map(({ name }) => name) } as const;
      await carryOut(campaignOf(pool, [], wish), { pool, tally });
    } finally {
      await pool.end();
    }
    expect(tally.executed).to.equal(SEEDS);
    expect(classLines(tally).join('\n')).to.equal('');
  });
});

describe('Of the wishes that people can have', () => {
  const applied = (name: string): void => {
    const { world, resources } = canonicalNamed('S2');
    const lab = new Laboratory(world);
    for (const [resource, spec] of Object.entries(resources)) lab.create(resource, spec);
    WISHES[name]?.edit(lab, { cluster: 'c1', name: 'web' });
  };

  for (const [name, { refused = false }] of Object.entries(WISHES)) {
    it(`the API ${refused ? 'refuses' : 'accepts'}: ${name}`, () => {
      if (refused) expect(() => applied(name)).to.throw();
      else expect(() => applied(name)).not.to.throw();
    });
  }
});
