// The fences that flags put around the controller: outside them it says so, and makes no call that names the thing.
import { expect } from 'chai';
import { FINALIZER } from '../../src/api/names.ts';
import { NO_FENCES } from '../../src/core/fences.ts';
import { NAT_IP, SPEC, THREE, allUnified, isReady, settledLaboratory, unified, world } from './fixtures.ts';
import { Laboratory } from './laboratory.ts';

const REGION = { ...NO_FENCES, regions: ['cn-beijing', 'cn-shanghai'] };
const VPC = { ...NO_FENCES, vpcs: ['vpc-2'] };
const TAG = { instanceTags: { fleet: 'web' } };

const stalled = (lab: Laboratory): string => lab.resource('web').status.conditions?.find(({ type }) => type === 'Stalled')?.message ?? '';
const calls = (lab: Laboratory): number => lab.cloud.log.since(0).length;
const abandon = (lab: Laboratory): void => lab.patch('web', { metadata: { annotations: { 'egressunification.io/abandon': lab.resource('web').metadata.uid } } });

/** Unified, and started anew with these fences. */
async function fencedLater(fences: Laboratory['fences'], spec: object = {}): Promise<Laboratory> {
  const lab = await settledLaboratory({ drift: { checkInterval: '1m' }, ...spec });
  lab.kill();
  lab.fences = fences;
  return lab;
}

describe('A resource outside the fences', () => {
  for (const [name, fences, says] of [['region', REGION, /cn-hangzhou is none of --allow-region cn-beijing,cn-shanghai/], ['VPC', VPC, /vpc-1 is none of --allow-vpc vpc-2/]] as const) {
    it(`by its ${name} is told so, causes no call, and is deleted like any other when nothing was made for it`, async () => {
      const lab = new Laboratory(world(THREE), { fences });
      lab.create('web', SPEC);
      await lab.start();
      await lab.clock.pass(600_000);
      expect(lab.ready('web')).to.equal('False OutsideFences');
      expect(stalled(lab)).to.match(says);
      expect(calls(lab)).to.equal(0);
      expect(lab.resource('web').metadata.finalizers).not.to.include(FINALIZER);
      lab.delete('web');
      expect(lab.exists('web')).to.equal(false);
    });

    it(`by its ${name} that has things in the cloud is let go of only when it is abandoned, without a call`, async () => {
      const lab = await fencedLater(fences, { deletionPolicy: 'Revert' });
      const before = calls(lab);
      await lab.start();
      lab.delete('web');
      await lab.clock.pass(120_000);
      expect(lab.exists('web')).to.equal(true);
      expect(stalled(lab)).to.match(/egressunification\.io\/abandon=/);
      abandon(lab);
      await lab.until(() => !lab.exists('web'), 10_000);
      await lab.clock.pass(5_000);
      expect(calls(lab)).to.equal(before);
      expect(lab.events().join('\n')).to.match(/LeftBehind/);
      expect(allUnified(lab)).to.equal(true);
    });
  }

  it('does not keep another that is inside from its work', async () => {
    const lab = new Laboratory(world(THREE), { fences: { ...NO_FENCES, vpcs: ['vpc-1'], regions: ['cn-hangzhou'] } });
    lab.create('far', { ...SPEC, vpcId: 'vpc-far' });
    lab.create('web', SPEC);
    await lab.start();
    await lab.until(() => isReady(lab) && lab.ready('far') === 'False OutsideFences');
    expect(lab.cloud.log.since(0).filter(({ parameters }) => Object.values(parameters).includes('vpc-far'))).to.deep.equal([]);
  });

  it('keeps what its status remembers of an open window, and says what to do by hand', async () => {
    const lab = new Laboratory(world({ 'i-a': THREE['i-a'] }));
    lab.create('web', SPEC);
    await lab.start();
    await lab.until(() => lab.resource('web').status.unsettled?.[0]?.state === 'InWindow');
    lab.kill();
    lab.fences = VPC;
    const [remembered] = lab.resource('web').status.unsettled ?? [];
    await lab.start();
    await lab.until(() => lab.ready('web') === 'False OutsideFences');
    expect(stalled(lab)).to.include(`bind EIP ${remembered?.eipId} to i-a by hand`);
    expect(lab.resource('web').status.unsettled).to.deep.equal([remembered]);
  });
});

describe('An instance without the required tag', () => {
  it('is blocked and not written to, while the others are worked for', async () => {
    const lab = new Laboratory(world({ ...THREE, 'i-a': { ...THREE['i-a'], tags: { egress: 'unified', fleet: 'web' } } }), { fences: TAG });
    lab.create('web', { ...SPEC, drift: { checkInterval: '1m' } });
    await lab.start();
    await lab.until(() => unified(lab, 'i-a', '47.98.1.1'));
    await lab.clock.pass(60_000);
    expect(lab.seen('i-b')).to.equal('leaves by 47.98.1.2; reached on 47.98.1.2');
    expect(lab.resource('web').status.unsettled?.map(({ instanceId, state, reason }) => `${instanceId} ${state} ${reason}`)).to.deep.equal(['i-b Blocked OutsideFences']);
    expect(lab.cloud.log.since(0).filter(({ mutates, parameters }) => mutates && Object.values(parameters).includes('i-b'))).to.deep.equal([]);
    lab.meddle({ op: 'setTags', resource: 'i-b', tags: { fleet: 'web' } });
    await lab.until(() => allUnified(lab) && isReady(lab));
  });

  it('keeps nobody waiting who is inside, though its move had begun', async () => {
    const lab = new Laboratory(world({ ...THREE, 'i-b': { ...THREE['i-b'], tags: { egress: 'unified', fleet: 'web' } } }));
    lab.create('web', { ...SPEC, drift: { checkInterval: '1m' } });
    await lab.start();
    await lab.until(() => lab.mutatingCalls().includes('CreateNetworkInterface'));
    lab.kill();
    lab.fences = TAG;
    await lab.clock.pass(3_000);
    await lab.start();
    await lab.until(() => unified(lab, 'i-b', '47.98.1.2'));
    expect(lab.seen('i-a')).to.equal('leaves by 47.98.1.1; reached on 47.98.1.1');
  });

  it('has its window closed', async () => {
    const lab = new Laboratory(world({ 'i-a': THREE['i-a'] }));
    lab.create('web', SPEC);
    await lab.start();
    await lab.until(() => lab.mutatingCalls().includes('UnassociateEipAddress'));
    lab.kill();
    lab.fences = TAG;
    await lab.clock.pass(3_000);
    await lab.start();
    await lab.until(() => lab.seen('i-a') === `leaves by ${NAT_IP}; reached on 47.98.1.1`, 15_000);
  });

  for (const deletionPolicy of ['Retain', 'Revert']) {
    it(`keeps what was made for it when the resource is deleted under ${deletionPolicy}, until that is abandoned`, async () => {
      const lab = await fencedLater(TAG, { deletionPolicy });
      const writes = lab.mutatingCalls().length;
      await lab.start();
      lab.delete('web');
      await lab.clock.pass(900_000);
      expect(lab.exists('web')).to.equal(true);
      abandon(lab);
      await lab.until(() => !lab.exists('web'));
      expect(lab.mutatingCalls()).to.have.length(writes);
      expect(allUnified(lab)).to.equal(true);
    });
  }
});
