// What the end may not depend on: the wishes before the last one (V4), the order of lists, how one resource is cut into two, things of which
// nobody spoke, names, and how long the cloud takes (the metamorphic relations).
import { availableParallelism } from 'node:os';
import { expect } from 'chai';
import type { RunPlan } from './engine/contract.ts';
import { stream } from './engine/random.ts';
import { below, pick } from './campaign/chance.ts';
import { Pool, type RanPlan } from './campaign/pool.ts';
import { reproductionOf } from './campaign/reproduction.ts';
import { DECLARATIONS, INTERLUDES } from './scenarios/declared.ts';

const CHAINS = 24;

/** Two to four wishes, the last one such that it says all. */
function chainOf(seed: number): string[] {
  const random = stream(seed, 'chain');
  const middle = [...Object.keys(DECLARATIONS), ...Object.keys(INTERLUDES)];
  return [...Array.from({ length: 1 + below(random, 3) }, () => pick(random, middle)), pick(random, Object.keys(DECLARATIONS))];
}

const declared = (edits: readonly string[], seed: number): RunPlan => ({ scenario: 'V4', seed, injections: [], edits });

describe('The end of a run', function () {
  this.timeout(10 * 60_000);
  let pool: Pool;
  before(() => { pool = new Pool({ workers: availableParallelism() }); });
  after(() => pool.end());

  async function ran(plans: readonly RunPlan[]): Promise<RanPlan[]> {
    const results: RanPlan[] = [];
    for await (const [, outcomes] of pool.inOrder<RunPlan, 'run'>(plans, (plan) => ({ kind: 'run', plans: [plan], ends: true }))) results.push(...outcomes);
    expect(results.filter(({ violations }) => violations.length > 0).map(({ plan, violations }) => `${reproductionOf(plan)}: ${JSON.stringify(violations[0])}`)).to.deep.equal([]);
    return results;
  }

  it('of every prefix of a chain of wishes is that of its last wish alone', async () => {
    const alone = new Map((await ran(Object.keys(DECLARATIONS).map((last) => declared([last], 1)))).map(({ plan, endState }) => [plan.edits?.[0], endState]));
    const prefixes = Array.from({ length: CHAINS }, (_, seed) => chainOf(seed + 1)).flatMap((chain, index) => chain.map((_, length) => declared(chain.slice(0, length + 1), index + 1)));
    const complete = prefixes.filter(({ edits }) => DECLARATIONS[edits?.at(-1) ?? ''] !== undefined);
    for (const { plan, endState } of await ran(complete)) expect(endState, reproductionOf(plan)).to.equal(alone.get(plan.edits?.at(-1)));
  });

  /** What is left when names of resources and strangers are not looked at. */
  const comparable = ({ endState = '', mutations = [] }: RanPlan): object => ({
    lines: endState.split('\n').filter((line) => !line.includes('stranger') && !line.includes('47.99.1.')).map((line) => line.replace(/^(resource c1\/)[^:]+/, '$1…')).filter((line, index, lines) => lines.indexOf(line) === index),
    mutations,
  });

  const relations: Readonly<Record<string, { readonly scenarios: readonly string[]; readonly suffix: string; readonly seed?: number }>> = {
    'M1 does not depend on the order in which the cloud lists things': { scenarios: ['S1', 'S2', 'S4', 'S5', 'S9', 'S10'], suffix: '~permuted' },
    'M2 is the same for one resource as for two with disjoint selectors': { scenarios: ['S2', 'S10'], suffix: '~split' },
    'M3 does not depend on things of which nobody spoke': { scenarios: ['S1', 'S2', 'S4', 'S5', 'S9', 'S10'], suffix: '~strangers' },
    'M4 does not depend on the name of the resource': { scenarios: ['S1', 'S2', 'S10'], suffix: '~renamed' },
    'M5 does not depend on how long the cloud takes': { scenarios: ['S1', 'S2', 'S4', 'S5', 'S9', 'S10', 'S11'], suffix: '', seed: 4_711 },
  };
  for (const [relation, { scenarios, suffix, seed = 1 }] of Object.entries(relations)) {
    it(relation, async () => {
      const plain = await ran(scenarios.map((scenario) => ({ scenario, seed: 1, injections: [] })));
      const told = await ran(scenarios.map((scenario) => ({ scenario: `${scenario}${suffix}`, seed, injections: [] })));
      expect(told.map(comparable)).to.deep.equal(plain.map(comparable));
    });
  }
});
