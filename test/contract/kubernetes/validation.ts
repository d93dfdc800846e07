// What the API makes of a body before the controller sees it: defaults, pruning, refusals that name the field.
import { expect } from 'chai';
import { COLLECTION, refusalOf } from './client.ts';
import type { Refusal } from './client.ts';
import { resource, spec } from './objects.ts';
import type { Bench } from './suite.ts';

const without = (field: string): Record<string, unknown> => Object.fromEntries(Object.entries(spec()).filter(([each]) => each !== field));

/** A refused spec: what is wrong, and the fields and reasons of the refusal. */
const REFUSED: readonly (readonly [string, Record<string, unknown>, readonly (readonly [string, string])[]])[] = [
  ['a required field that is not there', without('regionId'), [['spec.regionId', 'FieldValueRequired']]],
  ['a value of another type', spec({ vpcId: 7 }), [['spec.vpcId', 'FieldValueTypeInvalid']]],
  ['a value outside the list', spec({ mode: 'Sometimes' }), [['spec.mode', 'FieldValueNotSupported']]],
  ['an inner value outside the list', spec({ drift: { action: 'Ignore' } }), [['spec.drift.action', 'FieldValueNotSupported']]],
  ['an item of another type', spec({ instanceSelector: { instanceIds: [7] } }), [['spec.instanceSelector.instanceIds[0]', 'FieldValueTypeInvalid']]],
  ['a number below its bound', spec({ instanceSelector: { instanceIds: ['i-bp1a2b3c4d5e6f7g8h9i'], maxInstances: 0 } }), [['spec.instanceSelector.maxInstances', 'FieldValueInvalid']]],
  ['neither number nor text where either may be', spec({ rollout: { maxInProgress: true } }), [['spec.rollout.maxInProgress', 'FieldValueTypeInvalid']]],
];

export function describeValidation(onBench: () => Bench): void {
  describe('validation by the CustomResourceDefinition', () => {
    it('fills in defaults, in objects that are not given too', async () => {
      const { resources, name } = onBench();
      const { spec: filled } = await resources.create(resource(name()));
      expect(filled).to.deep.include({ mode: 'Enforce', deletionPolicy: 'Retain', deselectionPolicy: 'Retain', rollout: { maxInProgress: 1, canary: 0, soak: '0s', failureBudget: 0, onFailure: 'Report' } });
      expect(filled['drift']).to.deep.equal({ checkInterval: '5m', action: 'Correct' });
    });

    it('fills in the defaults of an object that is given in part', async () => {
      const { resources, name } = onBench();
      const { spec: filled } = await resources.create(resource(name(), { drift: { action: 'Report' } }));
      expect(filled['drift']).to.deep.equal({ checkInterval: '5m', action: 'Report' });
    });

    it('takes a null for a field that is absent', async () => {
      const { resources, name } = onBench();
      expect((await resources.create(resource(name(), { mode: null }))).spec['mode']).to.equal('Enforce');
    });

    it('prunes fields that the schema does not know', async () => {
      const { resources, name } = onBench();
      const { spec: pruned } = await resources.create(resource(name(), { surprise: 1, drift: { action: 'Report', surprise: 2 } }));
      expect(pruned).not.to.have.property('surprise');
      expect(pruned['drift']).to.deep.equal({ checkInterval: '5m', action: 'Report' });
    });

    it('warns of a field that it prunes, or refuses it, as the client asks', async () => {
      const { request, name } = onBench();
      const post = (validation: string): ReturnType<typeof request> =>
        request(`${COLLECTION}?fieldValidation=${validation}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(resource(name(), { surprise: 1 })) });
      const warned = await post('Warn');
      expect([warned.status, warned.headers.get('warning')]).to.deep.equal([201, '299 - "unknown field \\"spec.surprise\\""']);
      const refused = await post('Strict');
      expect(refused.status).to.equal(400);
      expect(((await refused.json()) as Refusal).message).to.contain('strict decoding error: unknown field "spec.surprise"');
    });

    it('takes a number or a percentage where either may be', async () => {
      const { resources, name } = onBench();
      const given = [3, '25%'];
      const taken = await Promise.all(given.map(async (maxInProgress) => (await resources.create(resource(name(), { rollout: { maxInProgress } }))).spec['rollout'] as { maxInProgress: unknown }));
      expect(taken.map(({ maxInProgress }) => maxInProgress)).to.deep.equal(given);
    });

    for (const [wrong, body, faults] of REFUSED) {
      it(`refuses ${wrong}`, async () => {
        const { resources, name } = onBench();
        const subject = name();
        const refusal = await refusalOf(resources.create({ ...resource(subject), spec: body }));
        expect(refusal).to.include({ code: 422, reason: 'Invalid' });
        expect(refusal.message).to.contain(`EgressUnification.egressunification.io "${subject}" is invalid`);
        expect(refusal.details?.causes?.map((cause) => [cause.field, cause.reason])).to.deep.include.members(faults.map((fault) => [...fault]));
      });
    }

    it('refuses a name that is none', async () => {
      const { resources } = onBench();
      const refusal = await refusalOf(resources.create(resource('Not_A_Name')));
      expect(refusal).to.include({ code: 422, reason: 'Invalid' });
      expect(refusal.details?.causes?.[0]?.field).to.equal('metadata.name');
    });

    it('refuses a body that is no JSON, or of another kind', async () => {
      const { request, name } = onBench();
      const post = async (body: string): Promise<number> => (await request(COLLECTION, { method: 'POST', headers: { 'content-type': 'application/json' }, body })).status;
      expect(await post('{')).to.equal(400);
      expect(await post(JSON.stringify({ metadata: { name: name() } }))).to.equal(400);
      expect(await post(JSON.stringify({ ...resource(name()), apiVersion: 'egressunification.io/v9' }))).to.equal(400);
      expect(await post(JSON.stringify({ ...resource(name()), kind: 'Surprise' }))).to.equal(422);
    });

    it('judges an update as it judges a new resource', async () => {
      const { resources, name } = onBench();
      const created = await resources.create(resource(name()));
      const refusal = await refusalOf(resources.merge(created.metadata.name, { spec: { mode: 'Sometimes' } }));
      expect(refusal.details?.causes?.map((cause) => [cause.field, cause.reason])).to.deep.include(['spec.mode', 'FieldValueNotSupported']);
      expect(await resources.get(created.metadata.name)).to.deep.equal(created);
    });

    it('judges the status at its door', async () => {
      const { resources, name } = onBench();
      const created = await resources.create(resource(name()));
      const refusal = await refusalOf(resources.replaceStatus({ ...created, status: { observedGeneration: 'one' } }));
      expect(refusal.details?.causes?.map((cause) => [cause.field, cause.reason])).to.deep.include(['status.observedGeneration', 'FieldValueTypeInvalid']);
    });

    it('evaluates CEL rules: regionId does not change (skipped: the simulator does not evaluate CEL)', async function () {
      const { evaluatesCel, resources, name } = onBench();
      if (!evaluatesCel) return this.skip();
      const created = await resources.create(resource(name()));
      const refusal = await refusalOf(resources.merge(created.metadata.name, { spec: { regionId: 'cn-beijing' } }));
      expect(refusal).to.include({ code: 422, reason: 'Invalid' });
      expect(refusal.details?.causes?.map((cause) => cause.field)).to.include('spec.regionId');
    });

    it('evaluates CEL rules: an empty selector is refused (skipped: the simulator does not evaluate CEL)', async function () {
      const { evaluatesCel, resources, name } = onBench();
      if (!evaluatesCel) return this.skip();
      expect(await refusalOf(resources.create(resource(name(), { instanceSelector: {} })))).to.include({ code: 422, reason: 'Invalid' });
    });
  });
}
