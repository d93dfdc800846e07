// kubectl delete under both policies: settled, in the rollout, in the window, and again after a deletion that kept everything.
import { expect } from 'chai';
import { useStage } from './kit/stage.ts';
import { eventually } from './kit/until.ts';
import { vpc, worldOf } from './kit/worlds.ts';

const NAT_IP = '47.96.1.1';
const OWNER = 'egressunification.io/owner';

const world = worldOf(
  vpc('end', {
    egressIp: NAT_IP,
    instances: { 'i-static': { publicIp: '47.98.1.1' }, 'i-eip': { eip: 'eip-home' }, 'i-late': { eip: 'eip-late' }, 'i-later': { eip: 'eip-later' } },
    more: { eips: { 'eip-home': { ip: '47.98.1.2' }, 'eip-late': { ip: '47.98.1.3' }, 'eip-later': { ip: '47.98.1.4' } } },
  }),
);

describe('Deletion of a resource', () => {
  const stage = useStage({ world });
  const apply = (name: string, deletionPolicy: 'Retain' | 'Revert', instanceIds: readonly string[]): Promise<void> =>
    stage().cluster.apply(name, { vpcId: 'vpc-end', deletionPolicy, rollout: { maxInProgress: '100%' }, instanceSelector: { instanceIds } });
  const expectUnified = (id: string, ip: string): Promise<void> => stage().expectSeen(id, { egress: [NAT_IP], inbound: [ip] });
  const expectAtHome = (id: string, ip: string): Promise<void> => stage().expectSeen(id, { egress: [ip], inbound: [ip] });

  it('with Retain leaves everything as it is and takes off only the owner', async () => {
    await apply('kept', 'Retain', ['i-static', 'i-eip']);
    await stage().untilStatus('kept', { type: 'Ready', reason: 'Unified' });
    const since = (await stage().cloud.calls()).length;
    await stage().delete('kept');
    await expectUnified('i-static', '47.98.1.1');
    await expectUnified('i-eip', '47.98.1.2');
    for (const tags of [...(await stage().cloud.enis()).map((eni) => eni.tags), (await stage().cloud.eip('47.98.1.1')).tags, (await stage().cloud.eip('47.98.1.2')).tags]) {
      expect(tags).not.to.have.property(OWNER);
      expect(tags).to.have.property('egressunification.io/eip');
    }
    expect(new Set(await stage().cloud.writes(since))).to.deep.equal(new Set(['UnTagResources', 'UntagResources']));
  });

  it('can be followed by a resource that owns what was left, without moving an EIP', async () => {
    const since = (await stage().cloud.calls()).length;
    await apply('again', 'Revert', ['i-static', 'i-eip']);
    await stage().untilStatus('again', { type: 'Ready', reason: 'Unified' });
    const { uid } = (await stage().cluster.get('again')).metadata;
    expect((await stage().cloud.enis()).map(({ tags }) => tags[OWNER])).to.deep.equal([uid, uid]);
    expect(new Set(await stage().cloud.writes(since))).to.deep.equal(new Set(['TagResources']));
  });

  it('with Revert puts every EIP back on its instance and deletes the ENIs, those of an earlier resource too', async () => {
    await stage().delete('again');
    await expectAtHome('i-static', '47.98.1.1');
    await expectAtHome('i-eip', '47.98.1.2');
    expect(await stage().cloud.enis()).to.deep.equal([]);
    for (const ip of ['47.98.1.1', '47.98.1.2']) expect((await stage().cloud.eip(ip)).tags).to.deep.equal({});
  });

  for (const { policy, id, ip, egress } of [
    { policy: 'Retain', id: 'i-late', ip: '47.98.1.3', egress: NAT_IP },
    { policy: 'Revert', id: 'i-later', ip: '47.98.1.4', egress: '47.98.1.4' },
  ] as const) {
    it(`with ${policy} in the window, which the cloud keeps open for a while, leaves no EIP unbound`, async () => {
      const name = `window-${policy.toLowerCase()}`;
      await stage().cloud.faults({ action: 'AssociateEipAddress', kind: 'fail', code: 'ServiceUnavailable', status: 503, count: 1000 });
      await apply(name, policy, [id]);
      await eventually(async () => expect((await stage().cloud.eip(ip)).boundTo).to.equal(null));
      await stage().cluster.kubectl(['delete', 'egu', name, '--wait=false']);
      await eventually(async () => expect((await stage().cluster.get(name)).status.conditions?.[0]?.reason).to.equal('Deleting'));
      await stage().cloud.noFaults();
      await stage().untilGone(name);
      await stage().expectSeen(id, { egress: [egress], inbound: [ip] });
    });
  }

  it('of one that never did anything is immediate', async () => {
    await stage().cluster.apply('watching', { vpcId: 'vpc-end', mode: 'Observe', instanceSelector: { instanceIds: ['i-eip'] } });
    await stage().untilStatus('watching', { type: 'Stalled', reason: 'Observing' });
    const since = (await stage().cloud.calls()).length;
    await stage().delete('watching', { timeoutMs: 5_000 });
    expect(await stage().cloud.writes(since)).to.deep.equal([]);
  });
});
