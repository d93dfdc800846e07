// Create, read, update, patch and delete of the custom resource, with what the controller relies on: conflicts,
// generation, the status subresource, finalizers, identity.
import { expect } from 'chai';
import { refusalOf } from './client.ts';
import { FINALIZER, UNSAID, condition, resource } from './objects.ts';
import type { Bench } from './suite.ts';

export function describeCustomResources(onBench: () => Bench): void {
  describe('custom resources', () => {
    it('gives a new resource its identity, generation 1 and the status of one of which nothing was said yet', async () => {
      const { resources, name } = onBench();
      const created = await resources.create({ ...resource(name()), status: { summary: '1/1' } });
      expect(created.metadata.uid).to.match(/^[0-9a-f-]{36}$/);
      expect(created.metadata.generation).to.equal(1);
      expect(created.metadata.creationTimestamp).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      expect(Number(created.metadata.resourceVersion)).to.be.greaterThan(0);
      expect(created.status).to.deep.equal(UNSAID);
    });

    it('reads back what was written', async () => {
      const { resources, name } = onBench();
      const created = await resources.create(resource(name(), { mode: 'Observe' }, { labels: { a: 'b' } }));
      expect(await resources.get(created.metadata.name)).to.deep.equal(created);
    });

    it('refuses a second resource of the same name', async () => {
      const { resources, name } = onBench();
      const taken = name();
      await resources.create(resource(taken));
      const refusal = await refusalOf(resources.create(resource(taken)));
      expect(refusal).to.include({ code: 409, reason: 'AlreadyExists', message: `egressunifications.egressunification.io "${taken}" already exists` });
    });

    it('says which resource is not there', async () => {
      const { resources } = onBench();
      const refusal = await refusalOf(resources.get('nobody'));
      expect(refusal).to.include({ code: 404, reason: 'NotFound', message: 'egressunifications.egressunification.io "nobody" not found' });
      expect(refusal.details).to.deep.equal({ name: 'nobody', group: 'egressunification.io', kind: 'egressunifications' });
    });

    it('refuses an update that is based on an old version', async () => {
      const { resources, name } = onBench();
      const first = await resources.create(resource(name()));
      await resources.replace({ ...first, spec: { ...first.spec, mode: 'Observe' } });
      const refusal = await refusalOf(resources.replace({ ...first, spec: { ...first.spec, deletionPolicy: 'Revert' } }));
      expect(refusal).to.include({ code: 409, reason: 'Conflict' });
      expect(refusal.message).to.equal(`Operation cannot be fulfilled on egressunifications.egressunification.io "${first.metadata.name}": the object has been modified; please apply your changes to the latest version and try again`);
    });

    it('refuses an update without a version', async () => {
      const { resources, name } = onBench();
      const created = await resources.create(resource(name()));
      const refusal = await refusalOf(resources.replace({ ...created, metadata: { ...created.metadata, resourceVersion: '' } }));
      expect(refusal).to.include({ code: 422, reason: 'Invalid' });
      expect(refusal.details?.causes?.map((cause) => cause.field)).to.deep.equal(['metadata.resourceVersion']);
    });

    it('refuses a merge patch that names an old version', async () => {
      const { resources, name } = onBench();
      const first = await resources.create(resource(name()));
      await resources.merge(first.metadata.name, { spec: { mode: 'Observe' } });
      const { resourceVersion } = first.metadata;
      expect(await refusalOf(resources.merge(first.metadata.name, { metadata: { resourceVersion, finalizers: [FINALIZER] } }))).to.include({ code: 409, reason: 'Conflict' });
    });

    it('counts the generation for a change of the spec only', async () => {
      const { resources, name } = onBench();
      const subject = name();
      await resources.create(resource(subject));
      const generations = [
        (await resources.merge(subject, { metadata: { annotations: { a: 'b' } } })).metadata.generation,
        (await resources.applyStatus(subject, { summary: '0/1' }, 'controller')).metadata.generation,
        (await resources.merge(subject, { spec: { mode: 'Observe' } })).metadata.generation,
        (await resources.merge(subject, { spec: { mode: 'Observe' } })).metadata.generation,
      ];
      expect(generations).to.deep.equal([1, 1, 2, 2]);
    });

    it('leaves the version as it is when a write changes nothing', async () => {
      const { resources, name } = onBench();
      // the status that the schema gives is stored by the first write
      const created = await resources.replace(await resources.create(resource(name())));
      const again = await resources.replace(created);
      const merged = await resources.merge(created.metadata.name, { spec: { regionId: 'cn-hangzhou' } });
      expect([again.metadata.resourceVersion, merged.metadata.resourceVersion]).to.deep.equal([created.metadata.resourceVersion, created.metadata.resourceVersion]);
    });

    it('keeps the status out of the main door and the spec out of the status door', async () => {
      const { resources, name } = onBench();
      const created = await resources.create(resource(name()));
      const ignored = await resources.replace({ ...created, status: { summary: 'main' } });
      expect(ignored.status).to.deep.equal(UNSAID);
      const written = await resources.replaceStatus({ ...ignored, spec: { ...ignored.spec, mode: 'Observe' }, metadata: { ...ignored.metadata, labels: { a: 'b' } }, status: { summary: 'door' } });
      expect(written.status).to.deep.equal({ summary: 'door' });
      expect(written.spec).to.deep.equal(created.spec);
      expect(written.metadata.labels).to.equal(undefined);
      const replaced = await resources.replace({ ...written, spec: { ...written.spec, mode: 'Observe' }, status: {} });
      expect(replaced.status).to.deep.equal({ summary: 'door' });
    });

    it('takes a field away by a merge patch with null', async () => {
      const { resources, name } = onBench();
      const created = await resources.create(resource(name(), {}, { annotations: { a: '1', b: '2' } }));
      const patched = await resources.merge(created.metadata.name, { metadata: { annotations: { a: null } } });
      expect(patched.metadata.annotations).to.deep.equal({ b: '2' });
    });

    it('refuses patches of a kind that custom resources do not know', async () => {
      const { resources, name } = onBench();
      const created = await resources.create(resource(name()));
      expect(await refusalOf(resources.patchAs('application/strategic-merge-patch+json', created.metadata.name, {}))).to.include({ code: 415, reason: 'UnsupportedMediaType' });
    });

    it('deletes a resource without finalizers at once', async () => {
      const { resources, name } = onBench();
      const created = await resources.create(resource(name()));
      expect(await resources.delete(created.metadata.name)).to.deep.include({ kind: 'Status', status: 'Success' });
      expect(await refusalOf(resources.get(created.metadata.name))).to.include({ code: 404 });
    });

    it('keeps a resource with finalizers until the last is gone', async () => {
      const { resources, name } = onBench();
      const created = await resources.create(resource(name(), {}, { finalizers: [FINALIZER, 'example.com/other'] }));
      const subject = created.metadata.name;
      await resources.delete(subject);
      const doomed = await resources.get(subject);
      expect(doomed.metadata.deletionTimestamp).to.match(/Z$/);
      expect(doomed.metadata.generation).to.equal(2);
      await resources.delete(subject);
      expect(await resources.get(subject)).to.deep.equal(doomed);
      expect((await resources.merge(subject, { metadata: { finalizers: ['example.com/other'] } })).metadata.finalizers).to.deep.equal(['example.com/other']);
      await resources.applyStatus(subject, { conditions: [condition('Ready', 'False')] }, 'controller');
      await resources.merge(subject, { metadata: { finalizers: null } });
      expect(await refusalOf(resources.get(subject))).to.include({ code: 404 });
    });

    it('takes no new finalizer once the deletion has begun', async () => {
      const { resources, name } = onBench();
      const created = await resources.create(resource(name(), {}, { finalizers: ['example.com/other'] }));
      await resources.delete(created.metadata.name);
      const refusal = await refusalOf(resources.merge(created.metadata.name, { metadata: { finalizers: ['example.com/other', FINALIZER] } }));
      expect(refusal).to.include({ code: 422, reason: 'Invalid' });
      expect(refusal.details?.causes?.map((cause) => [cause.reason, cause.field])).to.deep.include(['FieldValueForbidden', 'metadata.finalizers']);
    });

    it('refuses a deletion whose precondition does not hold', async () => {
      const { resources, name } = onBench();
      const created = await resources.create(resource(name()));
      expect(await refusalOf(resources.delete(created.metadata.name, { uid: '00000000-0000-4000-8000-000000000000' }))).to.include({ code: 409, reason: 'Conflict' });
      expect(await refusalOf(resources.delete(created.metadata.name, { resourceVersion: '1' }))).to.include({ code: 409, reason: 'Conflict' });
      expect(await resources.get(created.metadata.name)).to.deep.equal(created);
    });

    it('gives a resource that is created again another uid, and refuses writes meant for the first', async () => {
      const { resources, name } = onBench();
      const first = await resources.create(resource(name()));
      await resources.delete(first.metadata.name);
      const second = await resources.create(resource(first.metadata.name));
      expect(second.metadata.uid).not.to.equal(first.metadata.uid);
      expect(await refusalOf(resources.replace({ ...second, metadata: { ...second.metadata, uid: first.metadata.uid } }))).to.include({ code: 409, reason: 'Conflict' });
    });
  });
}
