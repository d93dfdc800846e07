// What the contract tier says of the health of resources, said by those whom it is about: the health check in Argo CD's own Lua interpreter, and
// kstatus as Flux builds it in.
import { expect } from 'chai';
import { healthScript, healthTests, objectOf } from '../../scripts/health/argo.ts';
import { kstatusOf } from '../../scripts/health/kstatus.ts';
import type { Judged } from '../../scripts/health/kstatus.ts';
import { everyStatus } from '../contract/argo-cd/every-status.ts';
import { HealthCheck } from '../contract/argo-cd/lua.ts';
import { requireProgram } from './environment/programs.ts';
import type { Ask } from './environment/programs.ts';

interface Verdict {
  readonly argo: { readonly status: string; readonly message: string };
  readonly kstatus: string;
}

const TYPE = { apiVersion: 'egressunification.io/v1alpha1', kind: 'EgressUnification' };

/** Conditions as nobody writes them: in another order, both at once, false instead of absent. */
const strange = (): readonly Judged[] => {
  const condition = (type: string, status: string) => ({ type, status, reason: 'Tested', message: `${type} is ${status}` });
  const all = ['Ready', 'Reconciling', 'Stalled'].flatMap((type) => ['True', 'False', 'Unknown'].map((status) => condition(type, status)));
  const lists = [[], ...all.map((one) => [one]), ...all.flatMap((one) => all.filter(({ type }) => type !== one.type).map((other) => [one, other]))];
  return lists.flatMap((conditions) => [{ conditions }, { observedGeneration: 3, conditions }].map((status) => ({ metadata: { generation: 3 }, status })));
};

describe('The health of a resource, asked of the real ones', function () {
  this.timeout(60_000);
  let ask: Ask;
  let check: HealthCheck;

  before('they are built', async function () {
    ask = await requireProgram(this, 'verdicts');
    check = await HealthCheck.of(healthScript());
  });

  const judge = async (objects: readonly Judged[]): Promise<readonly Verdict[]> => {
    const named = objects.map((object) => ({ ...TYPE, ...object, metadata: { name: 'web', ...object.metadata } }));
    return (await ask({ script: healthScript(), objects: named })) as readonly Verdict[];
  };

  it('is what the test data say, to the letter', async () => {
    const tests = healthTests();
    const verdicts = await judge(tests.map(objectOf));
    expect(verdicts.map(({ argo }) => argo)).to.deep.equal(tests.map(({ healthStatus }) => healthStatus));
    expect(verdicts.map(({ kstatus }) => kstatus)).to.deep.equal(tests.map(objectOf).map(kstatusOf));
  });

  it('is what our interpreter and our reading of kstatus say of every status, also of those that nobody writes', async () => {
    const objects = [...everyStatus(), ...strange()];
    const verdicts = await judge(objects);
    const differing = objects.flatMap((object, at) => {
      const ours = { argo: check.of(object), kstatus: kstatusOf(object) };
      return JSON.stringify(ours) === JSON.stringify(verdicts[at]) ? [] : [{ object, ours, theirs: verdicts[at] }];
    });
    expect(differing.slice(0, 3)).to.deep.equal([]);
    expect(objects.length).to.be.greaterThan(1_000);
  });
});
