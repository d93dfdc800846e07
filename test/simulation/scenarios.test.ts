// The main job and its disturbances, on a virtual clock: the state of the world is asserted, never the calls in between.
import { expect } from 'chai';
import { FINALIZER } from '../../src/api/names.ts';
import { SPEC, THREE, allUnified, eipOf, eniOf, isReady, NAT_IP, settledLaboratory, unified, world } from './fixtures.ts';
import { Laboratory } from './laboratory.ts';

describe('the controller on a virtual clock', () => {
  it('unifies a fleet with six writes for each static public IP, and then writes nothing', async () => {
    const lab = await settledLaboratory();
    expect(allUnified(lab)).to.equal(true);
    expect(lab.seen('i-c')).to.equal(`leaves by ${NAT_IP}; reached on -`);
    expect(lab.mutatingCalls()).to.have.length(12);
    const before = { writes: lab.mutatingCalls().length, version: lab.resource('web').metadata.resourceVersion };
    await lab.clock.pass(1_200_000);
    expect({ writes: lab.mutatingCalls().length, version: lab.resource('web').metadata.resourceVersion }).to.deep.equal(before);
  });

  const drifts: Record<string, { readonly meddle: (lab: Laboratory) => void; readonly tells: RegExp }> = {
    'the EIP moved back to the instance': { meddle: (lab) => lab.meddle({ op: 'rebindEip', eip: eipOf(lab, 'i-a'), to: 'i-a' }), tells: /is bound to i-a, was eni/ },
    'the EIP unbound': { meddle: (lab) => lab.meddle({ op: 'unbindEip', eip: eipOf(lab, 'i-a') }), tells: /is bound to nothing, was eni/ },
    'the ENI detached': { meddle: (lab) => lab.meddle({ op: 'detachEni', eni: eniOf(lab, 'i-a') }), tells: /Available, was InUse/ },
    'the ENI deleted': { meddle: (lab) => { lab.meddle({ op: 'detachEni', eni: eniOf(lab, 'i-a') }); lab.meddle({ op: 'deleteEni', eni: eniOf(lab, 'i-a') }); }, tells: /not there, was/ },
    'the tags of the EIP stripped': { meddle: (lab) => lab.meddle({ op: 'removeTags', resource: eipOf(lab, 'i-a') }), tells: /link tags on EIP .* 0 of 4, was 4 of 4/ },
  };
  for (const [name, { meddle, tells }] of Object.entries(drifts)) {
    it(`finds and mends within the check interval: ${name}`, async () => {
      const lab = await settledLaboratory({ drift: { checkInterval: '1m' } });
      meddle(lab);
      await lab.clock.pass(60_000);
      expect(lab.events().filter((line) => line.startsWith('DriftDetected')).join('\n')).to.match(tells);
      await lab.until(() => allUnified(lab) && isReady(lab));
      expect(lab.unbound()).to.deep.equal(['eip-nat-2']);
    });
  }

  it('answers reconcile-requested-at at once with a listing of its own', async () => {
    const lab = await settledLaboratory();
    lab.meddle({ op: 'rebindEip', eip: eipOf(lab, 'i-a'), to: 'i-a' });
    lab.patch('web', { metadata: { annotations: { 'egressunification.io/reconcile-requested-at': 'now' } } });
    await lab.until(() => lab.resource('web').status.lastHandledReconcileAt === 'now', 10_000);
    await lab.until(() => allUnified(lab) && isReady(lab), 60_000);
  });

  it('reports a deleted SNAT entry loudly, undoes nothing and names the remedy', async () => {
    const lab = await settledLaboratory({ drift: { checkInterval: '1m' } });
    const writes = lab.mutatingCalls().length;
    lab.meddle({ op: 'deleteSnatEntry', natGateway: 'ngw-1', entry: 'snat-1' });
    await lab.clock.pass(70_000);
    expect(lab.ready('web')).to.equal('False InstancesBlocked');
    expect(lab.resource('web').status.unsettled?.[0]?.message).to.include('CreateSnatEntry');
    expect(lab.mutatingCalls()).to.have.length(writes);
  });

  it('puts everything back on deletion with Revert and leaves no mark', async () => {
    const lab = await settledLaboratory({ deletionPolicy: 'Revert' });
    lab.delete('web');
    await lab.until(() => !lab.exists('web'));
    expect(lab.seen('i-a')).to.equal('leaves by 47.98.1.1; reached on 47.98.1.1');
    expect(lab.unbound()).to.deep.equal(['eip-nat-2']);
    expect(JSON.stringify([...lab.cloud.state.eips.all(), ...lab.cloud.state.interfaces.all()].map(({ tags }) => [...Object.entries(tags)]))).not.to.include('egressunification.io');
  });

  it('leaves everything as it is on deletion with Retain, without its owner', async () => {
    const lab = await settledLaboratory();
    lab.delete('web');
    await lab.until(() => !lab.exists('web'));
    expect(allUnified(lab)).to.equal(true);
  });

  it('owns again what a deleted resource left, and reverts it when that is asked for', async () => {
    const lab = await settledLaboratory();
    lab.delete('web');
    await lab.until(() => !lab.exists('web'));
    lab.create('web', { ...SPEC, deletionPolicy: 'Revert' });
    await lab.until(() => isReady(lab));
    lab.delete('web');
    await lab.until(() => !lab.exists('web'));
    expect(lab.seen('i-b')).to.equal('leaves by 47.98.1.2; reached on 47.98.1.2');
  });

  for (const policy of ['Retain', 'Revert']) {
    it(`leaves no EIP unbound when deleted in the window under ${policy}`, async () => {
      const lab = new Laboratory(world(THREE));
      lab.create('web', { ...SPEC, deletionPolicy: policy });
      await lab.start();
      await lab.until(() => lab.mutatingCalls().includes('UnassociateEipAddress'));
      lab.delete('web');
      await lab.until(() => !lab.exists('web'));
      expect(lab.unbound()).to.deep.equal(['eip-nat-2']);
    });
  }

  for (const effect of [false, true]) {
    for (let call = 1; call <= 12; call += 1) {
      it(`loses nothing and repeats nothing when killed ${effect ? 'after' : 'before'} the effect of mutating call ${call}`, async () => {
        const lab = new Laboratory(world(THREE));
        lab.create('web', SPEC);
        lab.crash = { call, effect };
        await lab.start();
        await lab.until(() => !lab.alive);
        await lab.clock.pass(5_000);
        await lab.start();
        await lab.until(() => isReady(lab) && allUnified(lab));
        expect(lab.unbound()).to.deep.equal(['eip-nat-2']);
        expect(lab.mutatingCalls().filter((action) => action === 'CreateNetworkInterface').length).to.be.at.most(3);
        expect(lab.cloud.state.interfaces.size).to.equal(5);
      });
    }
  }

  it('gives the instance back its EIP and holds it when the ENI will not take it', async () => {
    const lab = new Laboratory(world({ 'i-a': THREE['i-a'] }));
    lab.create('web', SPEC);
    lab.cloud.faults.add({ action: 'AssociateEipAddress', kind: 'fail', code: 'OperationDenied', status: 400, count: 1, phase: 'before' } as never);
    await lab.start();
    await lab.until(() => lab.ready('web') === 'False InstancesBlocked');
    expect(lab.seen('i-a')).to.equal('leaves by 47.98.1.1; reached on 47.98.1.1');
    expect(lab.resource('web').status.unsettled?.[0]?.reason).to.equal('TurnedBack');
    lab.patch('web', { metadata: { annotations: { 'egressunification.io/reconcile-requested-at': 'again' } } });
    await lab.until(() => unified(lab, 'i-a', '47.98.1.1'));
  });

  it('begins nothing in mode Observe and says what it would do', async () => {
    const lab = new Laboratory(world(THREE));
    lab.create('web', { ...SPEC, mode: 'Observe' });
    await lab.start();
    await lab.until(() => lab.ready('web') === 'False Observing');
    expect(lab.mutatingCalls()).to.deep.equal([]);
    expect(lab.resource('web').metadata.finalizers).not.to.include(FINALIZER);
    expect(lab.resource('web').status.unsettled?.map(({ message }) => message).join()).to.include('convert the static public IP of i-a');
  });

  it('gives an instance to the older of two resources, and to the younger when the older goes', async () => {
    const lab = await settledLaboratory();
    lab.create('younger', SPEC);
    await lab.until(() => lab.ready('younger') === 'False InstancesBlocked');
    lab.delete('web');
    await lab.until(() => lab.ready('younger') === 'True Unified');
    expect(allUnified(lab)).to.equal(true);
  });

  it('takes in a new instance and lets one go that left the selection, as the policy says', async () => {
    const lab = await settledLaboratory({ drift: { checkInterval: '1m' }, deselectionPolicy: 'Revert' });
    lab.meddle({ op: 'removeTags', resource: 'i-a', keys: ['egress'] });
    lab.meddle({ op: 'addInstance', instance: 'i-d', of: { vSwitch: 'vsw-1', publicIp: '47.98.1.4', tags: { egress: 'unified' } } });
    await lab.until(() => unified(lab, 'i-d', '47.98.1.4') && lab.seen('i-a') === 'leaves by 47.98.1.1; reached on 47.98.1.1');
    expect(lab.events().join('\n')).to.include('InstanceSelected: i-d');
  });

  it('lets go of a released instance: the ENI goes, the EIP stays untagged and is reported', async () => {
    const lab = await settledLaboratory({ drift: { checkInterval: '1m' } });
    lab.meddle({ op: 'releaseInstance', instance: 'i-a' });
    await lab.clock.pass(180_000);
    expect(isReady(lab)).to.equal(true);
    expect(lab.events().join('\n')).to.match(/i-a/);
  });
});
