// The exhaustive campaign: of every canonical scenario every crash and every single fault, judged after every event. The figures of its last
// line are what docs/reliability.md shows. A failing run says the command that repeats it.
import { availableParallelism } from 'node:os';
import { expect } from 'chai';
import { campaignOfPoints } from './campaign/campaigns.ts';
import { carryOut, reachCells } from './campaign/carry-out.ts';
import { kindsOf, unreached } from './campaign/cells.ts';
import { enumerate, survey, type Enumeration, type Survey } from './campaign/exhaustive.ts';
import { Pool } from './campaign/pool.ts';
import { classLines, figuresLine, figuresOf } from './campaign/report.ts';
import { Tally } from './campaign/tally.ts';
import { CANONICAL } from './scenarios/canonical.ts';

/** So many of the points that differ are run on every merge; `npm run simulate -- --campaign exhaustive` runs them all. */
const RUNS = 5_300;

describe('With one crash or one fault anywhere, every invariant holds and the end is reached', function () {
  this.timeout(20 * 60_000);
  const beganMs = performance.now();
  const all = new Tally();
  let pool: Pool;
  let surveys: readonly Survey[] = [];
  let enumeration: Enumeration = { enumerated: 0, distinct: [], points: [] };

  before(async () => {
    pool = new Pool({ workers: availableParallelism() });
    surveys = await survey(pool, CANONICAL.map(({ name }) => name));
    enumeration = enumerate(surveys, RUNS);
    all.enumerated = enumeration.enumerated;
  });

  for (const { name, title } of CANONICAL) {
    it(`${name}: ${title}`, async () => {
      const own = new Tally();
      await carryOut(campaignOfPoints(enumeration.points.filter(({ scenario }) => scenario === name)), { pool, tally: own });
      all.merge(own.sum());
      expect(own.executed).to.be.greaterThan(100);
      expect(classLines(own).join('\n')).to.equal('');
    });
  }

  it('and every kind of fault has met every kind of call at which it can exist', async () => {
    const places = kindsOf(surveys.flatMap(({ alone, elected }) => [...alone, ...elected]));
    const own = new Tally();
    for (const cell of all.cells) own.cells.add(cell);
    await reachCells(enumeration, places, { pool, tally: own });
    all.merge(own.sum());
    console.log(`    ${figuresLine(CANONICAL.length, figuresOf(all, places, (performance.now() - beganMs) / 1_000), all.cells.size)}`);
    expect(all.executed).to.be.at.least(7_000);
    expect(classLines(own).join('\n')).to.equal('');
    expect(unreached(places, all.cells)).to.deep.equal([]);
  });

  after(() => pool.end());
});
