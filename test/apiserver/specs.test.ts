// What the API server says to a person who applies the examples, and to one whose spec breaks a rule: kubectl, as people use it.
import { expect } from 'chai';
import type { CommandResult } from './environment/apiserver.ts';
import { BAD_SPECS, GOOD_SPEC } from '../unit/api/bad-specs.ts';
import type { BadSpec } from '../unit/api/bad-specs.ts';
import { requireCluster } from './kit/cluster.ts';
import type { Cluster } from './kit/cluster.ts';

const manifest = (name: string, change: object): string =>
  JSON.stringify({ apiVersion: 'egressunification.io/v1alpha1', kind: 'EgressUnification', metadata: { name }, spec: { ...GOOD_SPEC, ...change } });

const nameOf = (spec: BadSpec): string => `bad-${BAD_SPECS.indexOf(spec)}`;

describe('kubectl apply', function () {
  this.timeout(60_000);
  let cluster: Cluster | undefined;
  const it_ = (): Cluster => cluster ?? expect.fail('there is no cluster');
  const apply = (text: string, ...flags: string[]): Promise<CommandResult> => it_().apiserver.kubectl(['apply', '--validate=strict', ...flags, '-f', '-'], text);

  before('there is a cluster', async function () { cluster = await requireCluster(this); });
  after('the resources go', async () => cluster?.clear());

  it('takes every example', async () => {
    const said = await it_().kubectl(['apply', '--validate=strict', '-f', 'examples']);
    expect(said.trim().split('\n').sort()).to.deep.equal(['shop', 'web'].map((name) => `egressunification.egressunification.io/${name} created`));
  });

  it('fills in what the minimal example leaves out', async () => {
    const { spec } = await it_().resources.get('web');
    expect(spec).to.deep.include({ mode: 'Enforce', deletionPolicy: 'Retain', deselectionPolicy: 'Retain', rollout: { maxInProgress: 1, canary: 0, soak: '0s', failureBudget: 0, onFailure: 'Report' }, drift: { checkInterval: '5m', action: 'Correct' } });
  });

  it('refuses a field that does not exist, and names it', async () => {
    const { code, stderr } = await apply(manifest('typo', { deletePolicy: 'Revert' }));
    expect(code).to.equal(1);
    expect(stderr).to.include('spec.deletePolicy');
  });

  for (const [field, value] of [['regionId', 'cn-beijing'], ['vpcId', 'vpc-other']] as const) {
    it(`refuses another ${field} for a resource that exists, and says what to do`, async () => {
      const { code, stderr } = await apply(manifest('web', { [field]: value }));
      expect(code).to.equal(1);
      expect(stderr).to.match(new RegExp(`spec\\.${field}: .*cannot change.*create another resource`));
    });
  }

  describe('refuses a spec, with a message that names field and remedy, because', () => {
    const said = new Map<string, string>();

    before('all of them are applied at once', async () => {
      const { stderr } = await apply(BAD_SPECS.map((spec) => manifest(nameOf(spec), spec.change)).join('\n---\n'), '--dry-run=server');
      for (const part of stderr.split(/^(?=The EgressUnification|Error from server)/m)) said.set(/bad-\d+/.exec(part)?.[0] ?? part, part);
    });

    for (const spec of BAD_SPECS) {
      it(spec.rule, () => {
        const message = said.get(nameOf(spec)) ?? 'nothing was said';
        expect(message).to.include(spec.field);
        expect(message).to.include(spec.serverSays ?? spec.remedy);
      });
    }
  });

  it('takes away nothing that a refused spec would have changed', async () => {
    const names = (await it_().resources.list()).items.map(({ metadata, spec }) => [metadata.name, spec['regionId']]);
    expect(names).to.deep.equal([['shop', 'cn-hangzhou'], ['web', 'cn-hangzhou']]);
  });
});
