// The server's own kinds that the controller meets: leases, events, namespaces, nodes, and the map of all kinds.
import {
  CoordinationV1Api,
  CoreV1Api,
  EventsV1Api,
  EventsV1Event,
  KubernetesObjectApi,
  PatchStrategy,
  V1Lease,
  V1LeaseSpec,
  V1MicroTime,
  V1Node,
  V1NodeSpec,
  V1ObjectMeta,
  V1ObjectReference,
  setHeaderOptions,
} from '@kubernetes/client-node';
import { expect } from 'chai';
import { API_VERSION, refusalOf } from './client.ts';
import { resource } from './objects.ts';
import type { Bench } from './suite.ts';

const AT = new Date('2026-11-24T00:00:00.000Z');
const namespace = 'kube-system';

const metadataOf = (name: string, within: string): V1ObjectMeta => Object.assign(new V1ObjectMeta(), { name, namespace: within });

function lease(name: string, holderIdentity: string, within = namespace): V1Lease {
  const time = new V1MicroTime(AT);
  const spec = { holderIdentity, leaseDurationSeconds: 15, leaseTransitions: 0, acquireTime: time, renewTime: time };
  const metadata = metadataOf(name, within);
  return Object.assign(new V1Lease(), { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec: Object.assign(new V1LeaseSpec(), spec) });
}

const changed = (old: V1Lease, spec: Partial<V1LeaseSpec>): V1Lease => Object.assign(new V1Lease(), old, { spec: Object.assign(new V1LeaseSpec(), old.spec, spec) });

const event = (name: string, within = 'default', changes: Partial<EventsV1Event> = {}): EventsV1Event => Object.assign(new EventsV1Event(), {
  apiVersion: 'events.k8s.io/v1',
  kind: 'Event',
  metadata: metadataOf(name, within),
  eventTime: new V1MicroTime(AT),
  type: 'Normal',
  reason: 'Converted',
  action: 'ConvertNatPublicIpToEip',
  note: 'a note',
  reportingController: 'egressunification.io/controller',
  reportingInstance: 'controller-0',
  regarding: Object.assign(new V1ObjectReference(), { apiVersion: API_VERSION, kind: 'EgressUnification', name: 'web', uid: '1' }),
  ...changes,
});

export function describeBuiltIns(onBench: () => Bench): void {
  describe('leases', () => {
    const leases = (): CoordinationV1Api => onBench().config.makeApiClient(CoordinationV1Api);

    it('can be taken, renewed and given back', async () => {
      const name = onBench().name();
      const taken = await leases().createNamespacedLease({ namespace, body: lease(name, 'a') });
      const renewTime = new V1MicroTime(new Date(AT.getTime() + 2_000));
      const renewed = await leases().replaceNamespacedLease({ name, namespace, body: changed(taken, { renewTime }) });
      // the client reads the times of a lease back as text
      expect(new Date(String(renewed.spec?.renewTime)).getTime()).to.equal(renewTime.getTime());
      const released = await leases().replaceNamespacedLease({ name, namespace, body: changed(renewed, { holderIdentity: '' }) });
      expect(released.spec?.holderIdentity ?? '').to.equal('');
      expect(released.metadata?.generation).to.equal(undefined);
    });

    it('go to one of two who take them at once', async () => {
      const name = onBench().name();
      const seen = await leases().createNamespacedLease({ namespace, body: lease(name, '') });
      const take = (holderIdentity: string): Promise<V1Lease> => leases().replaceNamespacedLease({ name, namespace, body: changed(seen, { holderIdentity }) });
      const outcomes = await Promise.allSettled([take('a'), take('b')]);
      expect(outcomes.map((outcome) => outcome.status).sort()).to.deep.equal(['fulfilled', 'rejected']);
      const refused = outcomes.find((outcome) => outcome.status === 'rejected')!;
      expect(await refusalOf(Promise.reject(refused.reason as Error))).to.include({ code: 409, reason: 'Conflict' });
    });

    it('that were deleted are not brought back by who renews what he had read', async () => {
      const name = onBench().name();
      const taken = await leases().createNamespacedLease({ namespace, body: lease(name, 'a') });
      await leases().deleteNamespacedLease({ name, namespace });
      const { code, reason, message } = await refusalOf(leases().replaceNamespacedLease({ name, namespace, body: changed(taken, { holderIdentity: 'a' }) }));
      expect({ code, reason }, message).to.deep.equal({ code: 409, reason: 'Conflict' });
      expect(await refusalOf(leases().readNamespacedLease({ name, namespace }))).to.include({ code: 404 });
    });

    it('that were deleted and made anew by another are not replaced by who had read the first', async () => {
      const name = onBench().name();
      const taken = await leases().createNamespacedLease({ namespace, body: lease(name, 'a') });
      await leases().deleteNamespacedLease({ name, namespace });
      await leases().createNamespacedLease({ namespace, body: lease(name, 'b') });
      expect(await refusalOf(leases().replaceNamespacedLease({ name, namespace, body: changed(taken, { holderIdentity: 'a' }) }))).to.include({ code: 409 });
      expect((await leases().readNamespacedLease({ name, namespace })).spec?.holderIdentity).to.equal('b');
    });

    it('are refused with a duration of nothing', async () => {
      const body = changed(lease(onBench().name(), 'a'), { leaseDurationSeconds: 0 });
      const refusal = await refusalOf(leases().createNamespacedLease({ namespace, body }));
      expect(refusal).to.include({ code: 422 });
      expect(refusal.details?.causes?.[0]?.field).to.equal('spec.leaseDurationSeconds');
    });

    it('are refused with a time in milliseconds', async () => {
      const body = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: onBench().name(), namespace }, spec: { holderIdentity: 'a', renewTime: '2026-11-24T00:00:00.000Z' } };
      const response = await onBench().request(`/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
      await response.body?.cancel();
      expect(response.status).to.equal(400);
    });
  });

  describe('events', () => {
    const events = (): EventsV1Api => onBench().config.makeApiClient(EventsV1Api);
    const merge = setHeaderOptions('Content-Type', PatchStrategy.MergePatch);

    it('about a cluster-scoped resource live in the namespace default', async () => {
      const name = onBench().name();
      const created = await events().createNamespacedEvent({ namespace: 'default', body: event(name) });
      expect(created).to.deep.include({ note: 'a note', type: 'Normal', reason: 'Converted' });
      const elsewhere = event(name, 'kube-public');
      expect(await refusalOf(events().createNamespacedEvent({ namespace: 'kube-public', body: elsewhere }))).to.include({ code: 422, reason: 'Invalid' });
    });

    it('can be counted on as a series', async () => {
      const name = onBench().name();
      await events().createNamespacedEvent({ namespace: 'default', body: event(name) });
      const body = { series: { count: 2, lastObservedTime: '2026-11-24T00:01:00.000000Z' } };
      expect((await events().patchNamespacedEvent({ name, namespace: 'default', body }, merge)).series?.count).to.equal(2);
    });

    it('do not change what they say', async () => {
      const name = onBench().name();
      await events().createNamespacedEvent({ namespace: 'default', body: event(name) });
      expect(await refusalOf(events().patchNamespacedEvent({ name, namespace: 'default', body: { reason: 'Other' } }, merge))).to.include({ code: 422, reason: 'Invalid' });
    });

    it('are refused without an action, with another type, or with too long a note', async () => {
      for (const fault of [{ action: '' }, { type: 'Loud' }, { note: 'x'.repeat(1025) }]) {
        expect(await refusalOf(events().createNamespacedEvent({ namespace: 'default', body: event(onBench().name(), 'default', fault) }))).to.include({ code: 422, reason: 'Invalid' });
      }
    });
  });

  describe('the cluster', () => {
    const core = (): CoreV1Api => onBench().config.makeApiClient(CoreV1Api);

    it('has a namespace kube-system whose uid stays', async () => {
      const first = await core().readNamespace({ name: namespace });
      expect(first.metadata?.uid).to.match(/^[0-9a-f-]{36}$/);
      expect((await core().readNamespace({ name: namespace })).metadata?.uid).to.equal(first.metadata?.uid);
    });

    it('refuses objects in a namespace that is not there', async () => {
      const leases = onBench().config.makeApiClient(CoordinationV1Api);
      const body = lease(onBench().name(), 'a', 'nowhere');
      const refusal = await refusalOf(leases.createNamespacedLease({ namespace: 'nowhere', body }));
      expect(refusal).to.include({ code: 404, reason: 'NotFound', message: 'namespaces "nowhere" not found' });
    });

    it('lists its nodes', async () => {
      const name = onBench().name();
      const providerID = 'cn-hangzhou.i-bp1a2b3c4d5e6f7g8h9i';
      const metadata = Object.assign(new V1ObjectMeta(), { name });
      await core().createNode({ body: Object.assign(new V1Node(), { apiVersion: 'v1', kind: 'Node', metadata, spec: Object.assign(new V1NodeSpec(), { providerID }) }) });
      const { items } = await core().listNode();
      expect(items.map((node) => [node.metadata?.name, node.spec?.providerID])).to.deep.include([name, providerID]);
    });

    it('says which resources it has, so that clients find them by kind', async () => {
      const api = KubernetesObjectApi.makeApiClient(onBench().config);
      const name = onBench().name();
      await onBench().resources.create(resource(name));
      const found = await api.read({ apiVersion: API_VERSION, kind: 'EgressUnification', metadata: { name } });
      expect(found.metadata?.name).to.equal(name);
    });

    it('says that it is ready', async () => {
      const response = await onBench().request('/readyz');
      expect([response.status, await response.text()]).to.deep.equal([200, 'ok']);
    });

    it('does not know paths that it does not know', async () => {
      const response = await onBench().request('/apis/surprise.io/v1/surprises');
      await response.body?.cancel();
      expect(response.status).to.equal(404);
    });
  });
}
