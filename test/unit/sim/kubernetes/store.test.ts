import { expect } from 'chai';
import { StatusError } from '../../../../sim/kubernetes/errors.ts';
import type { KubernetesStore } from '../../../../sim/kubernetes/store.ts';
import { boat, boathouse, boats, logger, named } from './subjects.ts';

const codeOf = (action: () => unknown): number | undefined => {
  try {
    action();
  } catch (error) {
    if (error instanceof StatusError) return error.code;
    throw error;
  }
  return undefined;
};

const voyage = (store: KubernetesStore): unknown => {
  store.create(boats, boat('a'));
  store.apply(named('a'), { apiVersion: 'example.com/v1', kind: 'Boat', metadata: { name: 'a' }, status: { afloat: true } }, { fieldManager: 'crew', subresource: 'status' });
  store.create(boats, { ...boat(''), metadata: { generateName: 'b-' } });
  return store.list(boats);
};

describe('the simulated Kubernetes store', () => {
  it('gives the same bytes for the same seed, and other ones for another', () => {
    const [first, second, other] = [1, 1, 2].map((seed) => JSON.stringify(voyage(boathouse({ seed }).store)));
    expect(second).to.equal(first);
    expect(other).not.to.equal(first);
  });

  it('takes its times from the clock it was given', () => {
    const { store, runtime } = boathouse();
    runtime.advance(90_500);
    expect(store.create(boats, boat('a')).metadata.creationTimestamp).to.equal('2026-11-24T00:01:30Z');
  });

  it('gives out objects that cannot be changed', () => {
    const { store } = boathouse();
    store.create(boats, boat('a'));
    const read = store.get(named('a'));
    expect(() => { read.metadata.labels = { a: 'b' }; }).to.throw(TypeError);
    expect(() => { (read['spec'] as { oars: number }).oars = 9; }).to.throw(TypeError);
  });

  it('stores nothing in a dry run, and says what it would store', () => {
    const { store } = boathouse();
    expect(store.create(boats, boat('a', 4), { dryRun: true })['spec']).to.deep.equal({ oars: 4 });
    expect(codeOf(() => store.get(named('a')))).to.equal(404);
    store.create(boats, boat('a'));
    store.delete(named('a'), { dryRun: true });
    store.patch(named('a'), { spec: { oars: 6 } }, { dryRun: true });
    expect(store.get(named('a'))['spec']).to.deep.equal({ oars: 2 });
  });

  it('keeps its objects through a refused write', () => {
    const { store } = boathouse();
    store.create(boats, boat('a'));
    const before = JSON.stringify(store.list(boats));
    expect(codeOf(() => store.patch(named('a'), { spec: { oars: 'many' } }))).to.equal(422);
    expect(JSON.stringify(store.list(boats))).to.equal(before);
  });

  it('refuses the next page once its revision is compacted', () => {
    const { store } = boathouse();
    for (const name of ['a', 'b', 'c']) store.create(boats, boat(name));
    const { continue: token } = store.list(boats, { limit: 2 }).metadata;
    expect(store.list(boats, { limit: 2, continue: token }).items.map((each) => each.metadata.name)).to.deep.equal(['c']);
    store.delete(named('c'));
    store.compact();
    expect(codeOf(() => store.list(boats, { limit: 2, continue: token }))).to.equal(410);
  });

  it('shows later pages as they were, with what was deleted and without what was created', () => {
    const { store } = boathouse();
    for (const name of ['a', 'c', 'd']) store.create(boats, boat(name));
    const { continue: token } = store.list(boats, { limit: 1 }).metadata;
    store.delete(named('c'));
    store.create(boats, boat('b'));
    store.patch(named('d'), { spec: { oars: 8 } });
    const rest = store.list(boats, { continue: token });
    expect(rest.items.map((each) => [each.metadata.name, each['spec']])).to.deep.equal([['c', { oars: 2 }], ['d', { oars: 2 }]]);
  });

  it('keeps a bounded history: a watch that is too far behind gets 410 and ends', () => {
    const { store } = boathouse({ historyMax: 5 });
    const { resourceVersion } = store.create(boats, boat('a')).metadata;
    for (let oars = 1; oars <= 20; oars += 1) store.patch(named('a'), { spec: { oars: oars * 2 } });
    const log = logger();
    store.watch(boats, { resourceVersion }, log);
    expect([log.lines, log.ended]).to.deep.equal([['ERROR 410'], true]);
  });

  it('refuses a list of a version that it has not reached', () => {
    const { store } = boathouse();
    expect(codeOf(() => store.list(boats, { resourceVersion: '999999' }))).to.equal(504);
  });

  it('plants seeds, namespaced ones in their namespace', () => {
    const { store } = boathouse();
    const namespaces = { resource: store.resource('v1', 'Namespace') };
    expect(store.list(namespaces).items.map((each) => each.metadata.name)).to.deep.equal(['default', 'kube-node-lease', 'kube-public', 'kube-system']);
  });
});
