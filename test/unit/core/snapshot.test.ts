// What differs since an instance was settled, in words: one sentence for each kind of drift, none for what is no drift.
import { expect } from 'chai';
import type { SecurityGroupId } from '../../../src/core/ids.ts';
import { differences, snapshotOf } from '../../../src/core/snapshot.ts';
import { aView, I2, links, ENI1, PRIMARY1, at, I1 } from '../../kit/cloud.ts';
import { eipOf, eniOf, instanceOf, STAGE } from '../../kit/stages.ts';
import type { Stage } from '../../kit/stages.ts';

const SG2 = 'sg-2' as SecurityGroupId;
const SG1 = 'sg-1' as SecurityGroupId;
const since = (now: Partial<Stage>, before: Stage = STAGE.unified): readonly string[] => differences(snapshotOf(aView(before)), snapshotOf(aView({ ...before, ...now })));

const CASES: readonly (readonly [string, Partial<Stage>, readonly string[]])[] = [
  ['nothing differs', {}, []],
  ['the order of lists differs', instanceOf(STAGE.unified, { networkInterfaceIds: [ENI1, PRIMARY1] }), []],
  ['a tag that is not ours differs', instanceOf(STAGE.unified, { tags: { name: 'x' } }), []],
  ['the EIP was bound to the instance', eipOf(STAGE.unified, { binding: at(I1) }), ['EIP eip-1 is bound to i-1, was eni-1']],
  ['the EIP was unbound', { eips: STAGE.unbound.eips }, ['EIP eip-1 is bound to nothing, was eni-1']],
  ['the tags of the EIP were taken off', eipOf(STAGE.unified, { tags: links({ owner: undefined }) }), ['link tags on EIP eip-1 3 of 4, was 4 of 4']],
  ['the ENI was detached', { networkInterfaces: STAGE.created.networkInterfaces }, ['ENI eni-1 is Available, was InUse at i-1']],
  ['the ENI went to another instance', eniOf(STAGE.unified, { instanceId: I2 }), ['ENI eni-1 is InUse at i-2, was InUse at i-1']],
  ['the ENI was deleted', { networkInterfaces: [] }, ['ENI eni-1 is not there, was InUse at i-1', 'link tags on ENI eni-1 not there, was 4 of 4', 'security groups of ENI eni-1 not there, was sg-1']],
  ['the groups of the ENI were changed', eniOf(STAGE.unified, { securityGroupIds: [SG2, SG1] }), ['security groups of ENI eni-1 sg-1 sg-2, was sg-1']],
  ['the groups of the instance were changed', instanceOf(STAGE.unified, { securityGroupIds: [SG2] }), ['security groups of i-1 sg-2, was sg-1']],
  ['the instance was stopped', instanceOf(STAGE.unified, { status: 'Stopped' }), ['instance i-1 is Stopped, was Running']],
  ['the instance got a static public IP', instanceOf(STAGE.unified, { publicIps: ['47.0.0.2'] }), ['static public IP of i-1 47.0.0.2, was none']],
];

describe('It is said what differs when', () => {
  for (const [name, now, want] of CASES) it(name, () => expect(since(now)).to.deep.equal(want));

  it('the instance was released', () => {
    const { networkInterfaces, eips } = STAGE.unified;
    expect(differences(snapshotOf(aView(STAGE.unified)), snapshotOf(aView({ networkInterfaces, eips })))[0]).to.equal('instance i-1 is not there, was Running');
  });
});
