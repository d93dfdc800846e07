import { expect } from 'chai';
import type { EgressUnificationStatus } from '../../../../src/api/egress-unification.ts';
import { KubernetesError } from '../../../../src/ports/resources.ts';
import { systemClock, systemRandom } from '../../../../src/adapters/clock.ts';
import { KubernetesResources } from '../../../../src/adapters/kubernetes/resources.ts';
import type { UnreadableResource } from '../../../../src/adapters/kubernetes/resources.ts';
import { keptLog } from './log-lines.ts';
import { Signals, openWire, parsed } from './wire.ts';
import type { Wire } from './wire.ts';

const FINALIZER = 'egressunification.io/egress';

interface Bench extends AsyncDisposable {
  readonly wire: Wire;
  readonly resources: KubernetesResources;
  readonly changed: Signals<string>;
  readonly unreadable: UnreadableResource[];
  /** Until the cache shows the version that the server holds. */
  readonly caughtUp: (name: string) => Promise<void>;
}

async function bench(before: (wire: Wire) => void = () => undefined): Promise<Bench> {
  const wire = await openWire();
  before(wire);
  const changed = new Signals<string>();
  const unreadable: UnreadableResource[] = [];
  const resources = new KubernetesResources({ api: wire.connection, clock: systemClock, random: systemRandom, log: keptLog().log, invalid: (resource) => unreadable.push(resource) });
  await resources.start(changed.push);
  return {
    wire,
    resources,
    changed,
    unreadable,
    caughtUp: (name) => changed.until(() => resources.get(name)?.metadata.resourceVersion === wire.stored(name).metadata.resourceVersion),
    [Symbol.asyncDispose]: async () => {
      await resources.stop();
      await wire[Symbol.asyncDispose]();
    },
  };
}

async function errorOf(call: Promise<unknown>): Promise<KubernetesError> {
  const error: unknown = await call.then(() => new Error('it succeeded'), (reason: unknown) => reason);
  if (error instanceof KubernetesError) return error;
  throw error;
}

const status = (summary: string): EgressUnificationStatus => ({
  observedGeneration: 1,
  summary,
  instances: { selected: 2, unified: 1 },
  egressPublicIps: ['47.98.1.2'],
  conditions: [{ type: 'Ready', status: 'False', reason: 'Progressing', message: 'one is on its way', lastTransitionTime: '2026-11-24T00:00:00Z', observedGeneration: 1 }],
});

const versionOf = ({ wire }: Bench, name: string): string => wire.stored(name).metadata.resourceVersion;

describe('resources on the API server', () => {
  it('are in the cache when the start is over, with the defaults of their spec', async () => {
    await using open = await bench((wire) => wire.create('web'));
    expect(open.resources.list().map(({ metadata }) => metadata.name)).to.deep.equal(['web']);
    expect(open.resources.get('web')?.spec).to.deep.include({ mode: 'Enforce', deletionPolicy: 'Retain', rollout: { maxInProgress: 1, canary: 0, soak: '0s', failureBudget: 0, onFailure: 'Report' } });
    expect(open.changed.seen).to.deep.equal(['web']);
  });

  it('are told by name when they are added, edited and deleted', async () => {
    await using open = await bench();
    open.wire.create('web');
    await open.changed.until(() => open.resources.get('web') !== undefined);
    open.wire.server.store.patch(open.wire.place('web'), { spec: { mode: 'Observe' } });
    await open.changed.until(() => open.resources.get('web')?.spec.mode === 'Observe');
    open.wire.server.store.delete(open.wire.place('web'));
    await open.changed.until(() => open.resources.get('web') === undefined);
    expect(open.changed.seen).to.deep.equal(['web', 'web', 'web']);
  });

  it('take a status whole: what it no longer says is gone', async () => {
    await using open = await bench((wire) => wire.create('web'));
    const web = open.resources.get('web')!;
    await open.resources.applyStatus(web, status('1/2'));
    expect(open.wire.stored('web')['status']).to.deep.equal(status('1/2'));
    const smaller = { observedGeneration: 2, summary: '2/2', conditions: [], egressPublicIps: [], instances: {} };
    await open.resources.applyStatus(web, smaller);
    expect(open.wire.stored('web')['status']).to.deep.equal({ observedGeneration: 2, summary: '2/2' });
    // and the empty lists are not written again and again
    await open.caughtUp('web');
    await open.wire.server.close();
    await open.resources.applyStatus(open.resources.get('web')!, smaller);
  });

  it('own their status under the name of this product, and nothing else', async () => {
    await using open = await bench((wire) => wire.create('web'));
    await open.resources.applyStatus(open.resources.get('web')!, status('1/2'));
    const entries = (open.wire.stored('web').metadata.managedFields ?? []).filter(({ manager }) => manager === 'egress-unification');
    expect(entries.map(({ operation, subresource, fieldsV1 }) => [operation, subresource, Object.keys(fieldsV1)])).to.deep.equal([['Apply', 'status', ['f:status']]]);
  });

  it('take a status from somebody else who wrote one', async () => {
    await using open = await bench((wire) => wire.create('web'));
    open.wire.server.store.patch(open.wire.place('web'), { status: { summary: 'wrong' } }, { subresource: 'status', fieldManager: 'kubectl' });
    await open.caughtUp('web');
    await open.resources.applyStatus(open.resources.get('web')!, status('1/2'));
    expect(open.wire.stored('web')['status']).to.deep.equal(status('1/2'));
  });

  it('are not written to when the cache or the last write says that the status is there already', async () => {
    await using open = await bench((wire) => wire.create('web'));
    const web = open.resources.get('web')!;
    await open.resources.applyStatus(web, status('1/2'));
    const version = versionOf(open, 'web');
    // a server that is gone shows that nothing was asked of it
    await open.caughtUp('web');
    await open.wire.server.close();
    await open.resources.applyStatus(open.resources.get('web')!, status('1/2'));
    await open.resources.applyStatus(web, status('1/2'));
    expect(versionOf(open, 'web')).to.equal(version);
    expect((await errorOf(open.resources.applyStatus(web, status('2/2')))).kind).to.equal('unavailable');
  });

  it('take one write after another without waiting for the cache, and a status that went back meanwhile', async () => {
    await using open = await bench((wire) => wire.create('web'));
    const web = open.resources.get('web')!;
    await open.resources.applyStatus(web, status('1/2'));
    await open.resources.addFinalizer(web);
    await open.resources.applyStatus(web, status('2/2'));
    await open.resources.applyStatus(web, status('1/2'));
    expect([open.wire.stored('web')['status'], open.wire.stored('web').metadata.finalizers]).to.deep.equal([status('1/2'), [FINALIZER]]);
  });

  it('refuse what is based on a version that somebody else has changed since', async () => {
    await using open = await bench((wire) => wire.create('web'));
    const web = open.resources.get('web')!;
    await open.resources.stop();
    await open.resources.applyStatus(web, status('1/2'));
    open.wire.server.store.patch(open.wire.place('web'), { spec: { mode: 'Observe' } });
    expect((await errorOf(open.resources.applyStatus(web, status('2/2')))).kind).to.equal('conflict');
    expect(open.wire.stored('web')['status']).to.deep.equal(status('1/2'));
  });

  it('refuse a status for a UID that no longer lives under the name', async () => {
    await using open = await bench((wire) => wire.create('web'));
    const old = open.resources.get('web')!;
    open.wire.server.store.delete(open.wire.place('web'));
    expect((await errorOf(open.resources.applyStatus(old, status('1/2')))).kind).to.equal('notFound');
    open.wire.create('web');
    expect((await errorOf(open.resources.applyStatus(old, status('1/2')))).kind).to.equal('conflict');
    expect(open.wire.stored('web')['status']).to.deep.equal({ observedGeneration: -1 });
  });

  it('get and lose this finalizer only, and nothing else of theirs changes', async () => {
    await using open = await bench((wire) => wire.create('web', { metadata: { finalizers: ['example.com/other'], labels: { a: 'b' }, annotations: { c: 'd' } } }));
    const before = open.wire.stored('web');
    await open.resources.addFinalizer(open.resources.get('web')!);
    expect(open.wire.stored('web').metadata.finalizers).to.deep.equal(['example.com/other', FINALIZER]);
    await open.caughtUp('web');
    await open.resources.removeFinalizer(open.resources.get('web')!);
    const after = open.wire.stored('web');
    expect(after.metadata.finalizers).to.deep.equal(['example.com/other']);
    expect([after['spec'], after.metadata.labels, after.metadata.annotations, after.metadata.generation]).to.deep.equal([before['spec'], { a: 'b' }, { c: 'd' }, 1]);
  });

  it('do not lose a finalizer that somebody added meanwhile: that is a conflict', async () => {
    await using open = await bench((wire) => wire.create('web', { metadata: { finalizers: [FINALIZER] } }));
    const seen = open.resources.get('web')!;
    open.wire.server.store.patch(open.wire.place('web'), { metadata: { finalizers: [FINALIZER, 'example.com/late'] } });
    expect((await errorOf(open.resources.removeFinalizer(seen))).kind).to.equal('conflict');
    expect((await errorOf(open.resources.addFinalizer(parsed({ ...seen, metadata: { ...seen.metadata, finalizers: [] } })))).kind).to.equal('conflict');
    expect(open.wire.stored('web').metadata.finalizers).to.deep.equal([FINALIZER, 'example.com/late']);
  });

  it('are gone when a deleted one loses its last finalizer', async () => {
    await using open = await bench((wire) => wire.create('web', { metadata: { finalizers: [FINALIZER] } }));
    open.wire.server.store.delete(open.wire.place('web'));
    await open.changed.until(() => open.resources.get('web')?.metadata.deletionTimestamp !== undefined);
    await open.resources.removeFinalizer(open.resources.get('web')!);
    await open.changed.until(() => open.resources.get('web') === undefined);
    expect((await open.resources.listFresh()).length).to.equal(0);
  });

  it('are listed fresh, not from the cache', async () => {
    await using open = await bench((wire) => wire.create('web'));
    await open.resources.stop();
    open.wire.create('api');
    expect(open.resources.list().map(({ metadata }) => metadata.name)).to.deep.equal(['web']);
    expect((await open.resources.listFresh()).map(({ metadata }) => metadata.name)).to.have.members(['api', 'web']);
  });

  it('that cannot be read live on as unreadable: said, given to nobody, never left out of a fresh list', async () => {
    await using open = await bench((wire) => wire.create('web'));
    // a selector of nothing: refused by CEL on the real server, which an older CRD may not have said
    open.wire.create('odd', { spec: { instanceSelector: { maxInstances: 5 } } });
    await open.changed.until(() => open.resources.unreadable().length === 1);
    expect(open.resources.unreadable()[0]).to.include({ name: 'odd', uid: open.wire.stored('odd').metadata.uid });
    expect(open.unreadable).to.deep.equal(open.resources.unreadable());
    expect(open.unreadable[0]?.problems.join()).to.include('spec.instanceSelector');
    expect([open.resources.get('odd'), open.resources.list().length]).to.deep.equal([undefined, 1]);
    expect((await errorOf(open.resources.listFresh())).kind).to.equal('invalid');
  });
});
