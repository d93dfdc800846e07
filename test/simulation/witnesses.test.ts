// What tags say, and whom they may deceive: two clusters on one VPC, tags that people take off or forge. Nobody is dark for it.
import { expect } from 'chai';
import { TAG } from '../../src/api/names.ts';
import { SPEC, THREE, allUnified, eipOf, eniOf, isReady, settledLaboratory, unified, world } from './fixtures.ts';
import { Laboratory } from './laboratory.ts';
import { POINTS, at } from './moments.ts';

const ONE = { 'i-a': THREE['i-a'] };
const MINUTELY = { ...SPEC, drift: { checkInterval: '1m' } };
const HOME = 'leaves by 47.98.1.1; reached on 47.98.1.1';
const reasons = (lab: Laboratory): string[] => (lab.resource('web').status.unsettled ?? []).map(({ reason }) => reason);
const marked = (lab: Laboratory): number => lab.cloud.state.interfaces.all().filter(({ tags }) => tags.has(TAG.instance)).length;

describe('Two clusters on one VPC', () => {
  const two = (): Laboratory => new Laboratory(world(ONE), { secondCluster: true });
  const second = (lab: Laboratory): string => lab.cluster('c2').ready('web');

  it('leave to each what it has', async () => {
    const lab = two();
    lab.create('web', MINUTELY);
    await lab.start();
    await lab.until(() => isReady(lab));
    const writes = lab.mutatingCalls().length;
    lab.cluster('c2').create('web', MINUTELY);
    await lab.clock.settle(lab.replicaOf('c').start());
    await lab.until(() => second(lab) === 'False InstancesBlocked');
    await lab.clock.pass(180_000);
    expect(lab.cluster('c2').resource('web').status.unsettled?.map(({ reason }) => reason)).to.deep.equal(['ForeignCluster']);
    expect(lab.mutatingCalls()).to.have.length(writes);
    expect(isReady(lab)).to.equal(true);
  });

  it('hand over when one is gone and the other is told to adopt', async () => {
    const lab = two();
    lab.create('web', MINUTELY);
    await lab.start();
    await lab.until(() => isReady(lab));
    lab.kill();
    lab.cluster('c2').create('web', { ...MINUTELY, deletionPolicy: 'Revert' });
    await lab.clock.settle(lab.replicaOf('c').start());
    await lab.until(() => second(lab) === 'False InstancesBlocked');
    lab.cluster('c2').patch('web', { metadata: { annotations: { 'egressunification.io/adopt-from': lab.cluster('c1').id } } });
    await lab.until(() => second(lab) === 'True Unified');
    expect([lab.unbound(), marked(lab)]).to.deep.equal([['eip-nat-2'], 1]);
    lab.cluster('c2').delete('web');
    await lab.until(() => !lab.cluster('c2').exists('web') && lab.seen('i-a') === HOME);
    expect(marked(lab)).to.equal(0);
  });

  it('that begin at the same moment leave nobody dark', async () => {
    const lab = two();
    lab.create('web', MINUTELY);
    lab.cluster('c2').create('web', MINUTELY);
    await Promise.all([lab.start(), lab.clock.settle(lab.replicaOf('c').start())]);
    await lab.clock.pass(300_000);
    expect(lab.unbound()).to.deep.equal(['eip-nat-2']);
    expect(lab.seen('i-a')).to.match(/reached on 47\.98\.1\.1$/);
  });

  for (const { call, after, where } of POINTS) {
    it(`leave nobody dark when the tags of the other arrive ${where}`, async () => {
      const lab = new Laboratory(world(ONE));
      lab.create('web', MINUTELY);
      at(lab, call, after, () => {
        const eip = lab.cloud.state.eips.all().find(({ id }) => !id.startsWith('eip-nat'))?.id;
        if (eip !== undefined) lab.meddle({ op: 'setTags', resource: eip, tags: { [TAG.cluster]: 'c9', [TAG.owner]: 'uid-9', [TAG.instance]: 'i-a', [TAG.eip]: eip } });
      });
      await lab.start();
      await lab.clock.pass(120_000);
      expect(lab.unbound()).to.deep.equal(['eip-nat-2']);
      expect(lab.seen('i-a')).to.match(/reached on 47\.98\.1\.1$/);
    });
  }
});

describe('Tags that people forge', () => {
  const forgeries: Record<string, (lab: Laboratory) => void> = {
    'the EIP names another instance': (lab) => lab.meddle({ op: 'setTags', resource: eipOf(lab, 'i-a'), tags: { [TAG.instance]: 'i-b' } }),
    'the ENI names another EIP': (lab) => lab.meddle({ op: 'setTags', resource: eniOf(lab, 'i-a'), tags: { [TAG.eip]: eipOf(lab, 'i-b') } }),
    'the ENI names another instance': (lab) => lab.meddle({ op: 'setTags', resource: eniOf(lab, 'i-a'), tags: { [TAG.instance]: 'i-b' } }),
    'a second EIP names the instance': (lab) => lab.meddle({ op: 'setTags', resource: 'eip-nat-2', tags: { [TAG.cluster]: lab.cluster('c1').id, [TAG.instance]: 'i-a', [TAG.eip]: 'eip-nat-2' } }),
  };
  for (const [name, forge] of Object.entries(forgeries)) {
    it(`block what they are about and move nothing: ${name}`, async () => {
      const lab = await settledLaboratory({ drift: { checkInterval: '1m' } });
      const writes = lab.mutatingCalls().length;
      const bound = lab.cloud.state.eips.all().map(({ id, status }) => `${id} ${status}`);
      forge(lab);
      await lab.until(() => lab.ready('web') === 'False InstancesBlocked', 120_000);
      await lab.clock.pass(180_000);
      expect(reasons(lab)).to.include('WitnessesDisagree');
      expect(lab.mutatingCalls()).to.have.length(writes);
      expect(lab.cloud.state.eips.all().map(({ id, status }) => `${id} ${status}`)).to.deep.equal(bound);
      expect(allUnified(lab)).to.equal(true);
    });
  }

  it('are not needed: an ENI and an EIP stripped of all tags at any moment are found again', async () => {
    for (const { call, after, where } of POINTS) {
      const lab = new Laboratory(world(ONE));
      lab.create('web', MINUTELY);
      at(lab, call, after, () => {
        for (const { id, tags } of [...lab.cloud.state.eips.all(), ...lab.cloud.state.interfaces.all()]) if (tags.has(TAG.instance)) lab.meddle({ op: 'removeTags', resource: id });
      });
      await lab.start();
      await lab.until(() => isReady(lab) && unified(lab, 'i-a', '47.98.1.1'));
      await lab.clock.pass(120_000);
      expect(lab.unbound(), where).to.deep.equal(['eip-nat-2']);
      expect(lab.cloud.state.interfaces.size, where).to.equal(2);
    }
  });
});
