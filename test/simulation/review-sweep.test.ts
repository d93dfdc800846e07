// Whatever a person does between any two calls that change the cloud: no EIP stays unbound, nobody is dark, nothing is told as a change by
// hand that was none, and a deletion ends. The disturbance falls right before or right after the effect of the n-th such call.
import { expect } from 'chai';
import type { CloudRequest } from '../../sim/cloud/engine/cloud.ts';
import { SPEC, THREE, eipOf, eniOf, isReady, unified, world } from './fixtures.ts';
import { Laboratory } from './laboratory.ts';

type Disturbance = (lab: Laboratory) => void;

/** Disturbs once, at the n-th mutating call. */
function disturbAt(lab: Laboratory, call: number, after: boolean, disturb: Disturbance): void {
  const { cloud } = lab;
  const serve = cloud.call.bind(cloud);
  let seen = 0;
  cloud.call = (request: CloudRequest) => {
    if (!request.action.startsWith('Describe')) seen += 1;
    const due = seen === call && !request.action.startsWith('Describe');
    if (due && !after) disturb(lab);
    const said = serve(request);
    if (due && after) disturb(lab);
    return said;
  };
}

const ONE = { 'i-a': THREE['i-a'] };

/** Meddling that the state of the world does not allow at that moment is none. */
const ifPossible = (disturb: Disturbance): Disturbance => (lab) => {
  try {
    disturb(lab);
  } catch {
    // the thing is not there yet
  }
};

async function disturbed(call: number, after: boolean, disturb: Disturbance, spec: object = {}): Promise<Laboratory> {
  const lab = new Laboratory(world(ONE));
  lab.create('web', { ...SPEC, drift: { checkInterval: '1m' }, ...spec });
  disturbAt(lab, call, after, disturb);
  await lab.start();
  await lab.clock.pass(60_000);
  return lab;
}

const reconnected: Record<string, Disturbance> = {
  'the controller dies and comes back': (lab) => { lab.kill(); lab.clock.after(3_000, () => void lab.start()); },
  'the EIP is put back on the instance': ifPossible((lab) => lab.meddle({ op: 'rebindEip', eip: eipOf(lab, 'i-a'), to: 'i-a' })),
  'the EIP is unbound': ifPossible((lab) => lab.meddle({ op: 'unbindEip', eip: eipOf(lab, 'i-a') })),
  'the ENI is detached': ifPossible((lab) => lab.meddle({ op: 'detachEni', eni: eniOf(lab, 'i-a') })),
  'the ENI is detached and deleted': ifPossible((lab) => { lab.meddle({ op: 'detachEni', eni: eniOf(lab, 'i-a') }); lab.meddle({ op: 'deleteEni', eni: eniOf(lab, 'i-a') }); }),
  'the tags of the EIP are removed': ifPossible((lab) => lab.meddle({ op: 'removeTags', resource: eipOf(lab, 'i-a') })),
  'the tags of the ENI are removed': ifPossible((lab) => lab.meddle({ op: 'removeTags', resource: eniOf(lab, 'i-a'), keys: ['egressunification.io/owner'] })),
  'the instance stops': (lab) => lab.meddle({ op: 'stopInstance', instance: 'i-a' }),
};

const homes: Record<string, Disturbance> = {
  'the SNAT entry is deleted': ifPossible((lab) => lab.meddle({ op: 'deleteSnatEntry', natGateway: 'ngw-1', entry: 'snat-1' })),
  'the mode becomes Observe': (lab) => lab.patch('web', { spec: { mode: 'Observe' } }),
  'the instance leaves the selection': (lab) => lab.patch('web', { spec: { instanceSelector: { tags: { egress: 'other' } } } }),
  'the way out is to be another one': (lab) => lab.patch('web', { spec: { egress: { publicIps: ['47.96.9.9'] } } }),
};

describe('a disturbance at every change of the cloud', () => {
  for (const after of [false, true]) {
    for (let call = 1; call <= 6; call += 1) {
      const where = `${after ? 'after' : 'before'} the effect of change ${call}`;
      for (const [name, disturb] of Object.entries(reconnected)) {
        it(`ends unified with no EIP unbound when ${name} ${where}`, async () => {
          const lab = await disturbed(call, after, disturb);
          await lab.clock.pass(180_000);
          if (name === 'the instance stops') lab.meddle({ op: 'startInstance', instance: 'i-a' });
          await lab.until(() => isReady(lab) && unified(lab, 'i-a', '47.98.1.1'));
          expect(lab.unbound()).to.deep.equal(['eip-nat-2']);
          expect(lab.cloud.state.interfaces.size).to.equal(2);
        });
      }
      for (const [name, disturb] of Object.entries(homes)) {
        it(`leaves the instance reached and no EIP unbound when ${name} ${where}`, async () => {
          const lab = await disturbed(call, after, disturb);
          expect(lab.unbound()).to.deep.equal(['eip-nat-2']);
          expect(lab.seen('i-a')).to.match(/reached on 47\.98\.1\.1$/);
        });
      }
      for (const deletionPolicy of ['Retain', 'Revert']) {
        it(`is gone with every EIP bound when deleted under ${deletionPolicy} ${where}`, async () => {
          const lab = await disturbed(call, after, (at) => at.delete('web'), { deletionPolicy });
          await lab.until(() => !lab.exists('web'));
          await lab.clock.pass(10_000);
          expect(lab.unbound()).to.deep.equal(['eip-nat-2']);
          expect(lab.events().filter((line) => line.startsWith('DriftDetected'))).to.deep.equal([]);
          if (deletionPolicy === 'Retain') return;
          expect(lab.seen('i-a')).to.equal('leaves by 47.98.1.1; reached on 47.98.1.1');
          expect(lab.cloud.state.interfaces.size).to.equal(1);
        });
      }
      it(`tells of no change by hand when a look is asked for ${where}`, async () => {
        const lab = await disturbed(call, after, (at) => at.patch('web', { metadata: { annotations: { 'egressunification.io/reconcile-requested-at': where } } }));
        await lab.until(() => isReady(lab));
        expect(lab.events().filter((line) => line.startsWith('DriftDetected'))).to.deep.equal([]);
      });
    }
  }
});
