import { expect } from 'chai';
import { NEW_EIP, NEW_ENI } from '../../../src/cli/effects.ts';
import { foresee, type Foreseen } from '../../../src/cli/foresee.ts';
import { plan } from '../../../src/core/plan.ts';
import type { Target, View } from '../../../src/core/situation.ts';
import { aSituation, ENI1, GONE, I1, frozen, type Given } from '../../kit/cloud.ts';
import { stepLine } from '../../kit/lines.ts';
import { STAGE } from '../../kit/stages.ts';

function foreseen(view: Partial<View>, given: Omit<Given, 'view'> = {}): Foreseen {
  const input = aSituation({ view, ...given });
  return foresee((next) => plan({ ...input, view: frozen(next) }), input.view);
}

const linesOf = ({ steps }: Foreseen): string[] => steps.map((step) => stepLine(step));
const endOf = ({ last: { move } }: Foreseen): string => ('settled' in move ? move.settled : Object.keys(move)[0]!);
const revert: Partial<Target> = { goal: 'revert' };

describe('What is foreseen', () => {
  it('of an instance with a static public IP is the whole way, with ids that only the cloud can give left open', () => {
    const way = foreseen(STAGE.staticIp);
    expect(linesOf(way)).to.deep.equal([
      `convertNatPublicIpToEip ${I1}`,
      `tagEip ${NEW_EIP} cluster=cluster-1,owner=uid-1,instance=i-1,eip=${NEW_EIP}`,
      `createNetworkInterface for ${I1} ${NEW_EIP} in vsw-1 with sg-1`,
      `attachNetworkInterface ${NEW_ENI} to ${I1}`,
      `unassociateEipAddress ${NEW_EIP} from ${I1}`,
      `associateEipAddress ${NEW_EIP} to ${NEW_ENI}`,
    ]);
    expect(endOf(way)).to.equal('Unified');
  });

  const forwards: readonly (readonly [keyof typeof STAGE, number])[] = [['untagged', 5], ['tagged', 4], ['created', 3], ['attached', 2], ['unbound', 1], ['unified', 0], ['byHand', 0]];
  for (const [stage, steps] of forwards) {
    it(`forwards from "${stage}" takes ${steps} steps and ends unified`, () => {
      const way = foreseen(STAGE[stage]);
      expect([way.steps.length, endOf(way)]).to.deep.equal([steps, 'Unified']);
    });
  }

  it('of what the cloud is still carrying out is nothing but that it is waited for', () => {
    for (const stage of ['attaching', 'unassociating', 'associating'] as const) expect([endOf(foreseen(STAGE[stage])), foreseen(STAGE[stage]).steps], stage).to.deep.equal(['wait', []]);
  });

  it('of what is blocked is nothing, and why', () => {
    const way = foreseen(STAGE.staticIp, { surroundings: { wayOut: GONE } });
    expect([endOf(way), way.steps]).to.deep.equal(['blocked', []]);
  });

  it('backwards is the EIP home first, then the ENI, then the tags', () => {
    const way = foreseen(STAGE.unified, { target: revert });
    expect(way.steps.map(({ kind }) => kind)).to.deep.equal(['unassociateEipAddress', 'associateEipAddress', 'detachNetworkInterface', 'deleteNetworkInterface', 'untagEip']);
    expect(endOf(way)).to.equal('Restored');
    expect(way.view.instance?.eip?.ip).to.equal('47.0.0.1');
    expect(way.view.networkInterfaces).to.deep.equal([]);
  });

  it('there and back again is what it was, but for the static public IP that became an EIP', () => {
    const there = foreseen(STAGE.staticIp);
    const back = foreseen(there.view, { target: revert });
    expect(endOf(back)).to.equal('Restored');
    expect(back.view.instance).to.deep.equal({ ...STAGE.staticIp.instance, publicIps: [], eip: { id: NEW_EIP, ip: '47.0.0.1', unassociable: true } });
    expect(back.view.eips.map(({ tags, binding }) => ({ tags, binding }))).to.deep.equal([{ tags: {}, binding: { kind: 'instance', id: I1 } }]);
  });

  it('of letting go is only that the owner is taken off', () => {
    const way = foreseen(STAGE.unified, { target: { goal: 'release' } });
    expect(linesOf(way)).to.deep.equal(['untagEip eip-1 owner', `untagNetworkInterface ${ENI1} owner`]);
    expect(endOf(way)).to.equal('Released');
  });

  it('of billing that may be changed is that it is changed first', () => {
    const prepaid = { ...STAGE.staticIp.instance, chargeType: 'PrePaid', internetChargeType: 'PayByBandwidth', expiresAt: '2027-01-01T00:00:00Z' } as const;
    const way = foreseen({ ...STAGE.staticIp, instance: prepaid }, { target: { changeToPayAsYouGo: true } });
    expect(way.steps.map(({ kind }) => kind).slice(0, 2)).to.deep.equal(['modifyInstanceChargeType', 'convertNatPublicIpToEip']);
    expect(endOf(way)).to.equal('Unified');
  });

  it('never goes on for ever', () => {
    const input = aSituation({ view: STAGE.unified, target: revert });
    expect(() => foresee(() => plan(input), input.view)).to.throw('no end in sight for i-1');
  });
});
