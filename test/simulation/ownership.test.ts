// Whose an instance is: two resources, and owners that die. However it ends, one ENI was made, the EIP is bound, and what is another's was left
// alone.
import { expect } from 'chai';
import { TAG } from '../../src/api/names.ts';
import { NAT_IP, SPEC, THREE, allUnified, eipOf, eniOf, isReady, settledLaboratory, unified, world } from './fixtures.ts';
import { Laboratory } from './laboratory.ts';
import { POINTS, at } from './moments.ts';

const ONE = { 'i-a': THREE['i-a'] };
const OTHER = { instanceSelector: { tags: { egress: 'other' } } };
const MINUTELY = { ...SPEC, drift: { checkInterval: '1m' } };
const HOME = 'leaves by 47.98.1.1; reached on 47.98.1.1';

/** Somebody takes the finalizer off and makes the resource anew. */
function recreate(lab: Laboratory, spec: object): void {
  lab.patch('web', { metadata: { finalizers: [] } });
  lab.delete('web');
  lab.create('web', { ...MINUTELY, ...spec });
}

const uidOf = (lab: Laboratory, name: string): string => lab.resource(name).metadata.uid;
const ownersOf = (lab: Laboratory): string[] => [...new Set([...lab.cloud.state.eips.all(), ...lab.cloud.state.interfaces.all()].flatMap(({ tags }) => tags.get(TAG.owner) ?? []))];
const unsettled = (lab: Laboratory, name: string): string => (lab.resource(name).status.unsettled ?? []).map(({ instanceId, reason }) => `${instanceId} ${reason}`).join();
const created = (lab: Laboratory): number => lab.cloud.state.interfaces.all().filter(({ tags }) => tags.has(TAG.instance)).length;

/** Nobody is dark, nothing was made twice. */
function expectWhole(lab: Laboratory): void {
  expect(lab.unbound()).to.deep.equal(['eip-nat-2']);
  expect(created(lab)).to.equal(1);
}

describe('Two resources', () => {
  for (const { call, after, where } of POINTS) {
    it(`have one owner when the older one is edited to select the instance ${where}`, async () => {
      const lab = new Laboratory(world(ONE));
      lab.create('older', { ...SPEC, ...OTHER });
      await lab.clock.pass(5_000);
      lab.create('web', SPEC);
      at(lab, call, after, () => lab.patch('older', { spec: SPEC }));
      await lab.start();
      // well before the next listing
      await lab.until(() => unified(lab, 'i-a', '47.98.1.1'), 60_000);
      await lab.clock.pass(300_000);
      expectWhole(lab);
      expect(ownersOf(lab)).to.have.length(1);
      const [owner, loser] = ownersOf(lab)[0] === uidOf(lab, 'web') ? (['web', 'older'] as const) : (['older', 'web'] as const);
      expect([lab.ready(owner), unsettled(lab, loser)]).to.deep.equal(['True Unified', 'i-a OwnedByAnother']);
      expect(lab.mutatingCalls().filter((action) => action === 'UnassociateEipAddress')).to.have.length(1);
    });
  }

  it('that overlap have one owner each time, and the loser takes over when the owner goes', async () => {
    const lab = await settledLaboratory({ drift: { checkInterval: '1m' } });
    lab.create('other', { ...MINUTELY, deletionPolicy: 'Revert' });
    await lab.until(() => lab.ready('other') === 'False InstancesBlocked');
    const writes = lab.mutatingCalls().length;
    await lab.clock.pass(180_000);
    expect(lab.mutatingCalls()).to.have.length(writes);
    lab.delete('web');
    await lab.until(() => lab.ready('other') === 'True Unified');
    expect(ownersOf(lab)).to.deep.equal([uidOf(lab, 'other')]);
    lab.delete('other');
    await lab.until(() => !lab.exists('other') && lab.seen('i-a') === HOME);
  });
});

describe('A resource that is made anew under its name, with another UID', () => {
  for (const { call, after, where } of POINTS) {
    it(`takes over ${where}`, async () => {
      const lab = new Laboratory(world(ONE));
      lab.create('web', MINUTELY);
      at(lab, call, after, () => recreate(lab, {}));
      await lab.start();
      await lab.clock.pass(20_000);
      await lab.until(() => isReady(lab) && unified(lab, 'i-a', '47.98.1.1'));
      await lab.clock.pass(120_000);
      expectWhole(lab);
      expect(ownersOf(lab)).to.deep.equal([uidOf(lab, 'web')]);
    });

    it(`and selects others leaves no window open, and collects nothing, ${where}`, async () => {
      const lab = new Laboratory(world(ONE));
      lab.create('web', MINUTELY);
      at(lab, call, after, () => recreate(lab, OTHER));
      await lab.start();
      await lab.clock.pass(400_000);
      expect(lab.unbound()).to.deep.equal(['eip-nat-2']);
      expect(lab.seen('i-a')).to.match(/reached on 47\.98\.1\.1$/);
      expect(created(lab)).to.be.at.most(1);
      expect(lab.ready('web')).to.equal('True NothingSelected');
      const told = lab.lines.filter((line) => line.includes('orphans')).length;
      expect(told).to.equal(ownersOf(lab).length);
    });

    it(`and vanishes for good leaves no window open ${where}`, async () => {
      const lab = new Laboratory(world(ONE));
      lab.create('web', MINUTELY);
      at(lab, call, after, () => {
        lab.patch('web', { metadata: { finalizers: [] } });
        lab.delete('web');
      });
      await lab.start();
      await lab.clock.pass(60_000);
      expect(lab.unbound()).to.deep.equal(['eip-nat-2']);
      expect(lab.seen('i-a')).to.match(/reached on 47\.98\.1\.1$/);
    });
  }

  it('takes over from a cluster that was restored: all UIDs are new, its id is not', async () => {
    const lab = await settledLaboratory({ drift: { checkInterval: '1m' } });
    lab.kill();
    recreate(lab, { deletionPolicy: 'Revert' });
    await lab.start();
    await lab.until(() => isReady(lab) && ownersOf(lab).join() === uidOf(lab, 'web'));
    expect(created(lab)).to.equal(2);
    expect(allUnified(lab)).to.equal(true);
    lab.delete('web');
    await lab.until(() => !lab.exists('web'));
    expect([lab.seen('i-a'), created(lab)]).to.deep.equal([HOME, 0]);
  });
});

describe('Orphans', () => {
  it('are told of after two listings and a fresh list of resources, once, and stay', async () => {
    const lab = await settledLaboratory({ drift: { checkInterval: '1m' } });
    lab.create('other', { ...MINUTELY, ...OTHER });
    const told = (): string[] => lab.lines.filter((line) => line.includes('orphans'));
    lab.patch('web', { metadata: { finalizers: [] } });
    lab.delete('web');
    await lab.clock.pass(30_000);
    expect(told()).to.deep.equal([]);
    await lab.clock.pass(600_000);
    expect(told()).to.have.length(1);
    for (const id of [eipOf(lab, 'i-a'), eniOf(lab, 'i-a'), eipOf(lab, 'i-b')]) expect(told()[0]).to.include(id);
    expect(allUnified(lab)).to.equal(true);
  });
});

describe('A resource that is abandoned', () => {
  for (const deletionPolicy of ['Retain', 'Revert']) {
    it(`in the window under ${deletionPolicy} is gone with the EIP bound, and says what stays`, async () => {
      const lab = new Laboratory(world(ONE));
      lab.create('web', { ...MINUTELY, deletionPolicy });
      await lab.start();
      await lab.until(() => lab.mutatingCalls().includes('UnassociateEipAddress'));
      lab.patch('web', { metadata: { annotations: { 'egressunification.io/abandon': uidOf(lab, 'web') } } });
      lab.delete('web');
      await lab.until(() => !lab.exists('web'));
      expect(lab.unbound()).to.deep.equal(['eip-nat-2']);
      expect(lab.seen('i-a')).to.be.oneOf([HOME, `leaves by ${NAT_IP}; reached on 47.98.1.1`]);
    });
  }
});
