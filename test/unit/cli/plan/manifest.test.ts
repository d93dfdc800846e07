import { expect } from 'chai';
import { readManifest } from '../../../../src/cli/plan/manifest.ts';
import { UsageProblem } from '../../../../src/cli/usage-problem.ts';
import type { EgressUnification } from '../../../../src/api/egress-unification.ts';
import { aResource } from '../../../kit/resource.ts';

const NOW = '2026-11-25T12:00:00Z';
const GOOD = `apiVersion: egressunification.io/v1alpha1
kind: EgressUnification
metadata: { name: web }
spec: { regionId: cn-hangzhou, vpcId: vpc-1, instanceSelector: { tags: { egress: unified } } }
`;

const read = (text: string, living?: EgressUnification): EgressUnification =>
  readManifest({ text, file: 'web.yaml' }, { now: NOW, living: (name) => (name === living?.metadata.name ? living : undefined) });

function problemOf(text: string, living?: EgressUnification): string {
  try {
    read(text, living);
  } catch (error) {
    if (error instanceof UsageProblem) return error.message;
    throw error;
  }
  return 'none';
}

const withSpec = (spec: object): string => JSON.stringify({ apiVersion: 'egressunification.io/v1alpha1', kind: 'EgressUnification', metadata: { name: 'web' }, spec });

describe('The file of plan -f', () => {
  it('is read as YAML, with every default filled in', () => {
    const { metadata, spec } = read(GOOD);
    expect([metadata.name, metadata.generation, metadata.creationTimestamp, spec.mode, spec.rollout.maxInProgress]).to.deep.equal(['web', 1, NOW, 'Enforce', 1]);
  });

  it('is read as JSON', () => expect(read(withSpec({ regionId: 'cn-hangzhou', vpcId: 'vpc-1', instanceSelector: { instanceIds: ['i-1'] } })).spec.vpcId).to.equal('vpc-1'));

  it('may hold other objects beside it', () => expect(read(`apiVersion: v1\nkind: Namespace\nmetadata: { name: a }\n---\n${GOOD}---\n`).metadata.name).to.equal('web'));

  const wrong: readonly (readonly [string, string, string])[] = [
    ['without the resource', 'kind: Pod\n', 'holds no EgressUnification'],
    ['that is empty', '', 'holds no EgressUnification'],
    ['with two of them', `${GOOD}---\n${GOOD}`, 'holds 2 objects of kind EgressUnification'],
    ['that is no YAML', `${GOOD}  bad: [\n`, 'line 5'],
    ['without a VPC', withSpec({ regionId: 'cn-hangzhou', instanceSelector: { instanceIds: ['i-1'] } }), 'spec.vpcId: is required'],
    ['without a name', GOOD.replace('name: web', ''), 'metadata.name: is required'],
    ['of another version', GOOD.replace('v1alpha1', 'v1'), 'apiVersion'],
    ['with a zone for a region', GOOD.replace('cn-hangzhou', 'cn-hangzhou-h'), 'spec.regionId: write a region id'],
    ['with a field that does not exist', withSpec({ regionId: 'cn-hangzhou', vpcId: 'vpc-1', instanceSelector: { instanceIds: ['i-1'] }, rollout: { maxInProgres: 3 } }), 'spec.rollout.maxInProgres: there is no such field'],
  ];
  for (const [what, text, says] of wrong) {
    it(`${what} is refused in one line that names the place`, () => {
      expect(problemOf(text)).to.match(/^web\.yaml: /).and.to.include(says).and.not.to.include('\n');
    });
  }

  it('never takes the key of a tag for a field', () => expect(problemOf(GOOD.replace('egress: unified', 'anything: at all'))).to.equal('none'));

  it('is an edit of the resource that lives under its name', () => {
    const living = aResource({ metadata: { uid: 'uid-7', generation: 4, finalizers: ['egressunification.io/egress'], annotations: { 'egressunification.io/adopt-from': 'other' } }, status: { observedGeneration: 4 } });
    const { metadata, status } = read(GOOD, living);
    expect([metadata.uid, metadata.generation, metadata.annotations, status.observedGeneration]).to.deep.equal(['uid-7', 5, { 'egressunification.io/adopt-from': 'other' }, 4]);
  });

  it('cannot move a resource that lives to another VPC', () => {
    expect(problemOf(GOOD.replace('vpc-1', 'vpc-2'), aResource())).to.include('spec.vpcId: cannot change from vpc-1');
  });
});
