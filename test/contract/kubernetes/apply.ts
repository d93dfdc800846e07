// Server-side apply, as the controller writes its status: what a manager no longer sends is taken out, what others own stays.
import { expect } from 'chai';
import { refusalOf } from './client.ts';
import { UNSAID, condition, resource } from './objects.ts';
import type { Bench } from './suite.ts';

export function describeApply(onBench: () => Bench): void {
  describe('server-side apply', () => {
    const subject = async (): Promise<string> => {
      const { resources, name } = onBench();
      return (await resources.create(resource(name()))).metadata.name;
    };

    it('writes the status and nothing else through the status door', async () => {
      const { resources } = onBench();
      const name = await subject();
      const before = await resources.get(name);
      const applied = await resources.applyStatus(name, { observedGeneration: 1, summary: '0/1', conditions: [condition('Ready', 'False')] }, 'controller');
      expect(applied.status).to.deep.equal({ observedGeneration: 1, summary: '0/1', conditions: [condition('Ready', 'False')] });
      expect(applied.spec).to.deep.equal(before.spec);
      expect(applied.metadata.uid).to.equal(before.metadata.uid);
    });

    it('takes out a field that its manager no longer sends', async () => {
      const { resources } = onBench();
      const name = await subject();
      await resources.applyStatus(name, { summary: '0/1', natGatewayId: 'ngw-bp1' }, 'controller');
      const applied = await resources.applyStatus(name, { summary: '1/1' }, 'controller');
      expect(applied.status).to.deep.equal({ ...UNSAID, summary: '1/1' });
    });

    it('takes out a condition that its manager no longer sends', async () => {
      const { resources } = onBench();
      const name = await subject();
      await resources.applyStatus(name, { conditions: [condition('Ready', 'False'), condition('Stalled', 'True')] }, 'controller');
      const applied = await resources.applyStatus(name, { conditions: [condition('Ready', 'True')] }, 'controller');
      expect(applied.status).to.deep.equal({ ...UNSAID, conditions: [condition('Ready', 'True')] });
    });

    it('leaves a condition of another manager alone', async () => {
      const { resources } = onBench();
      const name = await subject();
      await resources.applyStatus(name, { conditions: [condition('Audited', 'True')] }, 'somebody-else');
      await resources.applyStatus(name, { conditions: [condition('Ready', 'False'), condition('Stalled', 'True')] }, 'controller');
      const applied = await resources.applyStatus(name, { conditions: [condition('Ready', 'True')] }, 'controller');
      const types = (applied.status?.['conditions'] as { type: string }[]).map((each) => each.type);
      expect(types).to.have.members(['Audited', 'Ready']);
    });

    it('changes neither version nor object when the same is applied again', async () => {
      const { resources } = onBench();
      const name = await subject();
      const first = await resources.applyStatus(name, { summary: '0/1', conditions: [condition('Ready', 'False')] }, 'controller');
      const second = await resources.applyStatus(name, { summary: '0/1', conditions: [condition('Ready', 'False')] }, 'controller');
      expect(second).to.deep.equal(first);
    });

    it('takes a member out of a set that its manager no longer sends', async () => {
      const { resources } = onBench();
      const name = await subject();
      await resources.applyStatus(name, { egressPublicIps: ['47.98.1.2', '47.98.1.3'] }, 'controller');
      const applied = await resources.applyStatus(name, { egressPublicIps: ['47.98.1.3'] }, 'controller');
      expect(applied.status).to.deep.equal({ ...UNSAID, egressPublicIps: ['47.98.1.3'] });
    });

    it('changes nothing by another kind of write that says the same, whoever writes', async () => {
      const { resources } = onBench();
      const name = await subject();
      await resources.applyStatus(name, { summary: '0/1' }, 'somebody');
      const before = await resources.applyStatus(name, { natGatewayId: 'ngw-bp1' }, 'controller');
      await resources.merge(name, { spec: { regionId: 'cn-hangzhou' } });
      await resources.replaceStatus(before);
      expect(await resources.applyStatus(name, { summary: '0/1' }, 'somebody')).to.deep.equal(before);
    });

    it('keeps the members of lists in the order in which they were sent', async () => {
      const { resources } = onBench();
      const name = await subject();
      const unsettled = (...ids: string[]): object[] => ids.map((instanceId) => ({ instanceId, state: 'Blocked', reason: 'Tested', message: '', since: '2026-11-24T00:00:00Z' }));
      const orders = [['i-1', 'i-2', 'i-3'], ['i-3', 'i-1', 'i-2'], ['i-4', 'i-2'], ['i-2', 'i-5', 'i-4', 'i-1']];
      for (const order of orders) {
        const { status } = await resources.applyStatus(name, { unsettled: unsettled(...order), egressPublicIps: order }, 'controller');
        expect((status?.['unsettled'] as { instanceId: string }[]).map((each) => each.instanceId)).to.deep.equal(order);
        expect(status?.['egressPublicIps']).to.deep.equal(order);
      }
    });

    it('refuses a field that another manager owns, unless it is forced', async () => {
      const { resources } = onBench();
      const name = await subject();
      await resources.applyStatus(name, { summary: '0/1' }, 'first');
      const refusal = await refusalOf(resources.applyStatus(name, { summary: '1/1' }, 'second', false));
      expect(refusal).to.include({ code: 409, reason: 'Conflict' });
      expect(refusal.details?.causes).to.deep.equal([{ reason: 'FieldManagerConflict', message: 'conflict with "first" with subresource "status"', field: '.status.summary' }]);
      expect((await resources.applyStatus(name, { summary: '1/1' }, 'second', true)).status).to.deep.equal({ ...UNSAID, summary: '1/1' });
      // the first manager lost the field: what it no longer sends stays
      expect((await resources.applyStatus(name, { natGatewayId: 'ngw-bp1' }, 'first')).status).to.deep.equal({ ...UNSAID, summary: '1/1', natGatewayId: 'ngw-bp1' });
    });

    it('keeps a field that two managers sent until both have dropped it', async () => {
      const { resources } = onBench();
      const name = await subject();
      await resources.applyStatus(name, { summary: '0/1' }, 'first');
      await resources.applyStatus(name, { summary: '0/1' }, 'second', false);
      const others = { natGatewayId: 'ngw-bp1' };
      expect((await resources.applyStatus(name, others, 'first')).status).to.deep.equal({ ...UNSAID, summary: '0/1', ...others });
      expect((await resources.applyStatus(name, others, 'second')).status).to.deep.equal({ ...UNSAID, ...others });
    });

    it('takes out an inner object with its last field', async () => {
      const { resources } = onBench();
      const name = await subject();
      await resources.applyStatus(name, { summary: '0/1', instances: { selected: 1, unified: 0 } }, 'controller');
      expect((await resources.applyStatus(name, { summary: '0/1', instances: { selected: 1 } }, 'controller')).status).to.deep.equal({ ...UNSAID, summary: '0/1', instances: { selected: 1 } });
      expect((await resources.applyStatus(name, { summary: '0/1' }, 'controller')).status).to.deep.equal({ ...UNSAID, summary: '0/1' });
    });

    it('takes out a list of conditions with its last one', async () => {
      const { resources } = onBench();
      const name = await subject();
      await resources.applyStatus(name, { summary: '0/1', conditions: [condition('Ready', 'False')] }, 'controller');
      expect((await resources.applyStatus(name, { summary: '0/1', conditions: [] }, 'controller')).status).to.deep.equal({ ...UNSAID, summary: '0/1' });
    });

    it('refuses an empty object in the place of one whose fields go: leave it out instead', async () => {
      const { resources } = onBench();
      const name = await subject();
      await resources.applyStatus(name, { summary: '0/1', instances: { selected: 1 } }, 'controller');
      const inner = await refusalOf(resources.applyStatus(name, { summary: '0/1', instances: {} }, 'controller'));
      expect(inner.details?.causes?.[0]).to.include({ reason: 'FieldValueTypeInvalid', field: 'status.instances' });
      // the schema has something in the place of the whole
      expect((await resources.applyStatus(name, {}, 'controller')).status).to.deep.equal(UNSAID);
    });

    it('fails with 500 for a field that the schema does not know', async () => {
      const { resources } = onBench();
      const name = await subject();
      const refusal = await refusalOf(resources.applyStatus(name, { summary: '0/1', surprise: 1 }, 'controller'));
      expect(refusal.code).to.equal(500);
      expect(refusal.message).to.contain('.status.surprise: field not declared in schema');
    });

    it('leaves the spec to its own manager', async () => {
      const { resources } = onBench();
      const name = onBench().name();
      const created = await resources.apply(name, { spec: resource(name, { mode: 'Observe', deletionPolicy: 'Revert' }).spec }, 'gitops');
      expect(created.metadata.generation).to.equal(1);
      await resources.applyStatus(name, { summary: '0/1' }, 'controller');
      const applied = await resources.apply(name, { spec: resource(name, { mode: 'Observe' }).spec }, 'gitops');
      expect(applied.spec['deletionPolicy']).to.equal('Retain');
      expect(applied.status).to.deep.equal({ ...UNSAID, summary: '0/1' });
      expect(applied.metadata.generation).to.equal(2);
    });

    it('adds and takes out a finalizer without touching those of others', async () => {
      const { resources, name } = onBench();
      const { metadata } = await resources.create(resource(name(), {}, { finalizers: ['example.com/other'] }));
      const withOurs = (finalizers: string[]): object => ({ metadata: { name: metadata.name, finalizers } });
      expect((await resources.apply(metadata.name, withOurs(['egressunification.io/finalizer']), 'controller')).metadata.finalizers).to.have.members(['example.com/other', 'egressunification.io/finalizer']);
      expect((await resources.apply(metadata.name, { metadata: { name: metadata.name } }, 'controller')).metadata.finalizers).to.deep.equal(['example.com/other']);
    });

    it('creates nothing through the status door', async () => {
      const { resources } = onBench();
      expect(await refusalOf(resources.applyStatus('nobody', { summary: '0/1' }, 'controller'))).to.include({ code: 404, reason: 'NotFound' });
    });

    it('notes who owns what in metadata.managedFields', async () => {
      const { resources } = onBench();
      const name = await subject();
      const applied = await resources.applyStatus(name, { summary: '0/1', conditions: [condition('Ready', 'False')] }, 'controller');
      const own = applied.metadata.managedFields?.find((entry) => entry.manager === 'controller');
      const members = Object.fromEntries(['type', 'status', 'reason', 'message', 'lastTransitionTime', 'observedGeneration'].map((field) => [`f:${field}`, {}]));
      expect(own).to.deep.include({ operation: 'Apply', subresource: 'status' });
      expect(own?.fieldsV1).to.deep.equal({ 'f:status': { 'f:summary': {}, 'f:conditions': { 'k:{"type":"Ready"}': { '.': {}, ...members } } } });
    });
  });
}
