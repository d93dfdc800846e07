// Edits of what is selected and of what may be done, while everything runs.
import { expect } from 'chai';
import { useStage } from './kit/stage.ts';
import { eventually } from './kit/until.ts';
import { vpc, worldOf } from './kit/worlds.ts';

const TAG = (key: string): string => `egressunification.io/${key}`;
const homes = (names: readonly string[], ips: readonly string[]): { instances: Record<string, object>; more: { eips: Record<string, object> } } => ({
  instances: Object.fromEntries(names.map((name) => [`i-${name}`, { eip: `eip-${name}` }])),
  more: { eips: Object.fromEntries(names.map((name, index) => [`eip-${name}`, { ip: ips[index] }])) },
});

const world = worldOf(
  vpc('edit', { egressIp: '47.96.1.1', ...homes(['a', 'b', 'c', 'd'], ['47.98.1.1', '47.98.1.2', '47.98.1.3', '47.98.1.4']) }),
  vpc('look', { egressIp: '47.96.2.1', ...homes(['look'], ['47.98.2.1']) }),
  vpc('both', { egressIp: '47.96.3.1', ...homes(['both', 'own'], ['47.98.3.1', '47.98.3.2']) }),
);

const FIVE = ['TagResources', 'CreateNetworkInterface', 'AttachNetworkInterface', 'UnassociateEipAddress', 'AssociateEipAddress'];
const UNIFIED = { a: { egress: ['47.96.1.1'], inbound: ['47.98.1.1'] }, b: { egress: ['47.96.1.1'], inbound: ['47.98.1.2'] }, c: { egress: ['47.96.1.1'], inbound: ['47.98.1.3'] } };

describe('An edit of the selection', () => {
  const stage = useStage({ world });
  const edit = (instanceIds: readonly string[], rest: object = {}): Promise<void> => stage().cluster.apply('edit', { vpcId: 'vpc-edit', instanceSelector: { instanceIds }, ...rest });
  const expectCounts = (counts: object, summary: string): Promise<void> => eventually(async () => {
    const { status } = await stage().cluster.get('edit');
    expect({ ...status.instances, summary: status.summary }).to.deep.include({ ...counts, summary });
  });

  it('begins with one', async () => {
    await edit(['i-a']);
    await stage().untilStatus('edit', { type: 'Ready', reason: 'Unified' });
    await stage().expectSeen('i-a', UNIFIED.a);
    await stage().expectSeen('i-b', { egress: ['47.98.1.2'], inbound: ['47.98.1.2'] });
  });

  it('that adds instances unifies those as well, at once', async () => {
    await edit(['i-a', 'i-b', 'i-c']);
    await stage().untilStatus('edit', { type: 'Ready', reason: 'Unified' });
    for (const name of ['a', 'b', 'c'] as const) await stage().expectSeen(`i-${name}`, UNIFIED[name]);
    await expectCounts({ selected: 3, unified: 3 }, '3/3');
  });

  it('that takes one away leaves it as it is under Retain, and lets go of it', async () => {
    const { uid } = (await stage().cluster.get('edit')).metadata;
    expect((await stage().cloud.eip('47.98.1.3')).tags).to.include({ [TAG('owner')]: uid });
    await edit(['i-a', 'i-b']);
    await eventually(async () => {
      const [{ tags }, { enis: [eni] }] = [await stage().cloud.eip('47.98.1.3'), await stage().cloud.see('i-c')];
      for (const each of [tags, eni!.tags]) {
        expect(each).not.to.have.property(TAG('owner'));
        expect(each).to.include({ [TAG('instance')]: 'i-c', [TAG('eip')]: 'eip-c' });
      }
    });
    await stage().expectSeen('i-c', UNIFIED.c);
    await expectCounts({ selected: 2, unified: 2 }, '2/2');
  });

  it('that takes one away brings its EIP home under Revert, and leaves nothing of ours', async () => {
    await edit(['i-a'], { deselectionPolicy: 'Revert' });
    await eventually(async () => {
      const { instance, enis } = await stage().cloud.see('i-b');
      expect({ eips: instance?.eipIds, enis, tags: (await stage().cloud.eip('47.98.1.2')).tags }).to.deep.equal({ eips: ['eip-b'], enis: [], tags: {} });
    });
    await stage().expectSeen('i-b', { egress: ['47.98.1.2'], inbound: ['47.98.1.2'] });
    await stage().expectSeen('i-a', UNIFIED.a);
    await expectCounts({ selected: 1, unified: 1 }, '1/1');
  });

  it('that selects one again that was let go of owns it again, without moving its EIP', async () => {
    const since = (await stage().cloud.calls()).length;
    await edit(['i-a', 'i-c'], { deselectionPolicy: 'Revert' });
    await stage().untilStatus('edit', { type: 'Ready', reason: 'Unified' });
    await expectCounts({ selected: 2, unified: 2 }, '2/2');
    const { uid } = (await stage().cluster.get('edit')).metadata;
    expect((await stage().cloud.eip('47.98.1.3')).tags).to.include({ [TAG('owner')]: uid });
    expect(await stage().cloud.writes(since)).to.deep.equal(['TagResources', 'TagResources']);
  });

  it('that takes one away in its window closes the window all the same', async () => {
    await stage().cloud.faults({ action: 'AssociateEipAddress', kind: 'fail', code: 'ServiceUnavailable', status: 503, count: 1000 });
    await edit(['i-a', 'i-c', 'i-d'], { deselectionPolicy: 'Revert' });
    await eventually(async () => expect((await stage().cloud.eip('47.98.1.4')).boundTo).to.equal(null));
    await edit(['i-a', 'i-c'], { deselectionPolicy: 'Revert' });
    await eventually(async () => {
      const { metadata, status } = await stage().cluster.get('edit');
      expect(status.observedGeneration).to.equal(metadata.generation);
    });
    await stage().cloud.noFaults();
    await eventually(() => stage().expectSeen('i-d', { egress: ['47.98.1.4'], inbound: ['47.98.1.4'] }));
    await eventually(async () => expect((await stage().cloud.see('i-d')).enis).to.deep.equal([]));
  });
});

describe('Mode Observe', () => {
  const stage = useStage({ world });
  const mode = (name: 'Observe' | 'Enforce'): Promise<void> => stage().cluster.apply('look', { vpcId: 'vpc-look', mode: name, instanceSelector: { instanceIds: ['i-look'] } });

  it('reports what would be done and begins nothing, not even a finalizer', async () => {
    await mode('Observe');
    await stage().untilStatus('look', { type: 'Stalled', reason: 'Observing' });
    const { metadata, status } = await stage().cluster.get('look');
    expect(metadata.finalizers ?? []).to.deep.equal([]);
    expect(status.unsettled?.[0]).to.include({ instanceId: 'i-look', state: 'Blocked', reason: 'Observing' });
    expect(status.unsettled?.[0]?.message).to.include('tag EIP eip-look');
    expect((await stage().cloud.calls()).filter(({ mutates }) => mutates)).to.deep.equal([]);
  });

  it('is left by an edit, and then it is done', async () => {
    await mode('Enforce');
    await stage().untilStatus('look', { type: 'Ready', reason: 'Unified' });
    await stage().expectSeen('i-look', { egress: ['47.96.2.1'], inbound: ['47.98.2.1'] });
  });
});

describe('Two resources that select one instance', () => {
  const stage = useStage({ world });
  const select = (name: string, instanceIds: readonly string[]): Promise<void> => stage().cluster.apply(name, { vpcId: 'vpc-both', instanceSelector: { instanceIds } });

  it('are told apart: the first keeps it, the second reports it and goes on with the rest', async () => {
    await select('first', ['i-both']);
    await stage().untilStatus('first', { type: 'Ready', reason: 'Unified' });
    await select('second', ['i-both', 'i-own']);
    await stage().untilStatus('second', { type: 'Stalled', reason: 'InstancesBlocked' });
    const { status } = await stage().cluster.get('second');
    expect(status.unsettled?.map(({ instanceId, reason }) => [instanceId, reason])).to.deep.equal([['i-both', 'OwnedByAnother']]);
    expect(status.unsettled?.[0]?.message).to.include('first').and.include('Make the selectors disjoint');
    await stage().expectSeen('i-both', { egress: ['47.96.3.1'], inbound: ['47.98.3.1'] });
    await stage().expectSeen('i-own', { egress: ['47.96.3.1'], inbound: ['47.98.3.2'] });
  });

  it('cost five writes for each of the two instances, as one resource would', async () => {
    expect([...(await stage().cloud.writes())].sort()).to.deep.equal([...FIVE, ...FIVE].sort());
    expect((await stage().cloud.see('i-both')).enis).to.have.length(1);
    expect((await stage().cloud.eip('47.98.3.1')).tags[TAG('owner')]).to.equal((await stage().cluster.get('first')).metadata.uid);
  });

  it('hand it over when the owner goes, without moving its EIP', async () => {
    const since = (await stage().cloud.calls()).length;
    await stage().delete('first');
    await stage().untilStatus('second', { type: 'Ready', reason: 'Unified' }, { timeoutMs: 60_000 });
    expect((await stage().cloud.eip('47.98.3.1')).tags[TAG('owner')]).to.equal((await stage().cluster.get('second')).metadata.uid);
    expect(new Set(await stage().cloud.writes(since))).to.deep.equal(new Set(['UnTagResources', 'UntagResources', 'TagResources']));
    await stage().expectSeen('i-both', { egress: ['47.96.3.1'], inbound: ['47.98.3.1'] });
  });
});
