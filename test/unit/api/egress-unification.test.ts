// The schema as the controller reads it: every rule has a spec that breaks it, and what is left out has the documented default.
import { expect } from 'chai';
import { parseEgressUnification } from '../../../src/api/egress-unification.ts';
import type { EgressUnification } from '../../../src/api/egress-unification.ts';
import { BAD_SPECS, GOOD_SPEC } from './bad-specs.ts';

const METADATA = { name: 'web', uid: '0a1b', generation: 1, creationTimestamp: '2026-01-02T03:04:05Z' };

const object = (spec: unknown, rest: object = {}): unknown => ({ apiVersion: 'egressunification.io/v1alpha1', kind: 'EgressUnification', metadata: METADATA, spec, ...rest });

function resource(spec: unknown, rest?: object): EgressUnification {
  const parsed = parseEgressUnification(object(spec, rest));
  if (!parsed.ok) throw new Error(parsed.problems.join('\n'));
  return parsed.resource;
}

function problems(value: unknown): readonly string[] {
  const parsed = parseEgressUnification(value);
  return parsed.ok ? [] : parsed.problems;
}

describe('The spec', () => {
  for (const { rule, change, field, remedy } of BAD_SPECS) {
    it(`says that ${rule}`, () => {
      const lines = problems(object({ ...GOOD_SPEC, ...change }));
      expect(lines.some((line) => line.startsWith(`${field}: `) && line.includes(remedy)), lines.join('\n') || 'accepted').to.equal(true);
    });
  }

  it('has every default filled in when it is minimal', () => {
    expect(resource(GOOD_SPEC).spec).to.deep.equal({
      regionId: 'cn-hangzhou',
      vpcId: 'vpc-bp1opxu1zkhn00gzv',
      instanceSelector: { tags: { egress: 'unified' }, includeKubernetesNodes: false },
      egress: {},
      networkInterface: {},
      subscriptionBilling: 'Unchanged',
      mode: 'Enforce',
      rollout: { maxInProgress: 1, canary: 0, soak: '0s', failureBudget: 0, onFailure: 'Report' },
      drift: { checkInterval: '5m', action: 'Correct' },
      guestRouting: 'Ignore',
      deletionPolicy: 'Retain',
      deselectionPolicy: 'Retain',
    });
  });

  for (const regionId of ['cn-hangzhou', 'us-east-1', 'cn-shanghai-finance-1', 'cn-hangzhou-finance', 'rus-west-1', 'cn-wuhan-lr']) {
    it(`accepts the region ${regionId}`, () => expect(problems(object({ ...GOOD_SPEC, regionId }))).to.deep.equal([]));
  }

  for (const maxInProgress of [1, 7, 10_000, '1%', '25%', '100%']) {
    it(`accepts a rollout of ${maxInProgress}`, () => expect(resource({ ...GOOD_SPEC, rollout: { maxInProgress } }).spec.rollout.maxInProgress).to.equal(maxInProgress));
  }

  for (const checkInterval of ['1m', '60s', '1.5m', '1h30m', '24h', '60000ms']) {
    it(`accepts a check every ${checkInterval}`, () => expect(problems(object({ ...GOOD_SPEC, drift: { checkInterval } }))).to.deep.equal([]));
  }

  it('keeps tags without a value', () => expect(resource({ ...GOOD_SPEC, instanceSelector: { tags: { egress: '' } } }).spec.instanceSelector.tags).to.deep.equal({ egress: '' }));

  it('names every field that is wrong, not only the first', () =>
    expect(problems(object({ ...GOOD_SPEC, vpcId: 'x', mode: 'y' })).map((line) => line.split(':')[0])).to.deep.equal(['spec.vpcId', 'spec.mode']));
});

describe('A resource', () => {
  it('of another kind is refused', () => expect(problems(object(GOOD_SPEC, { kind: 'Other' }))[0]).to.match(/^kind: /));

  it('may be nothing at all and still gives a sentence', () => {
    for (const nothing of [undefined, null, 1, 'text', []]) expect(problems(nothing)[0]).to.match(/^object: /);
  });

  it('has an empty status before the first one is written', () => expect(resource(GOOD_SPEC).status).to.deep.equal({}));

  it('is still read when another version wrote a status that this one cannot read', () =>
    expect(resource(GOOD_SPEC, { status: { unsettled: [{ instanceId: 'i-1', state: 'Teleported' }] } }).status).to.deep.equal({}));

  it('gives back the status that was written', () => {
    const status = { summary: '1/2', egressPublicIps: ['47.96.1.1'], instances: { selected: 2, unified: 1, blocked: 1 } };
    expect(resource(GOOD_SPEC, { status }).status).to.deep.equal(status);
  });

  it('without annotations and finalizers has none', () => {
    const { annotations, finalizers } = resource(GOOD_SPEC).metadata;
    expect([annotations, finalizers]).to.deep.equal([{}, []]);
  });
});
