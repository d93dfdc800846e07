import { expect } from 'chai';
import type { KubernetesObject } from '../../../../sim/kubernetes/json.ts';
import { selector } from '../../../../sim/kubernetes/selectors.ts';

const subject = (labels: Record<string, string>): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'n', namespace: 'default', uid: '1', resourceVersion: '1', creationTimestamp: '2026-11-24T00:00:00Z', labels },
});

/** A label selector with labels that it selects and labels that it does not. */
const LABELS: readonly (readonly [string, Record<string, string>, Record<string, string>])[] = [
  ['a=1', { a: '1' }, { a: '2' }],
  ['a==1,b=2', { a: '1', b: '2' }, { a: '1' }],
  ['a!=1', {}, { a: '1' }],
  ['a in (1, 2)', { a: '2' }, {}],
  ['a notin (1,2),b', { a: '3', b: '' }, { a: '1', b: '' }],
  ['a', { a: '' }, {}],
  ['!a', { b: '' }, { a: '' }],
];

describe('selectors', () => {
  for (const [text, selected, other] of LABELS) {
    it(`select by labels: ${text}`, () => {
      expect([selector(text, undefined)(subject(selected)), selector(text, undefined)(subject(other))]).to.deep.equal([true, false]);
    });
  }

  it('select by name and namespace', () => {
    const isSelected = (fields: string): boolean => selector(undefined, fields)(subject({}));
    expect([isSelected('metadata.name=n,metadata.namespace=default'), isSelected('metadata.name!=n'), isSelected('')]).to.deep.equal([true, false, true]);
  });

  it('are refused when they cannot be read', () => {
    expect(() => selector('a===b', undefined)).to.throw('unable to parse requirement');
    expect(() => selector(undefined, 'spec.a=b')).to.throw('field label not supported: spec.a');
  });
});
