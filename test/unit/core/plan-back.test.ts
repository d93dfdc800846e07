// The table read backwards (Revert), letting go (Retain), and an instance that was released, as one line each.
import { expect } from 'chai';
import { anEip, aSituation, at, EIP1, EIP2, eniLinks, ENI2, GONE, I1, I2, links, on, UNPROVED } from '../../kit/cloud.ts';
import type { Given } from '../../kit/cloud.ts';
import { planLine } from '../../kit/lines.ts';
import { attachedEni, eipOf, eniOf, homeEip, instanceOf, ourEni, STAGE } from '../../kit/stages.ts';

type Case = readonly [name: string, given: Given, want: string];

const HELD = { 'egressunification.io/hold': 'maintenance' };

const REFUSED_AT_HOME = { reason: 'TurnedBack', message: 'refused', refused: 'instance' } as const;

const REVERT: readonly Case[] = [
  ['opens the window from the ENI', { view: STAGE.unified }, 'Progressing: unassociateEipAddress eip-1 from eni-1 (open)'],
  ['opens it without a way out as well', { view: STAGE.unified, surroundings: { wayOut: GONE } }, 'Progressing: unassociateEipAddress eip-1 from eni-1 (open)'],
  ['opens it on a way out in doubt as well', { view: STAGE.unified, surroundings: { wayOut: UNPROVED } }, 'Progressing: unassociateEipAddress eip-1 from eni-1 (open)'],
  ['takes the EIP from a detached ENI', { view: eniOf(STAGE.unified, { status: 'Available' }) }, 'Progressing: unassociateEipAddress eip-1 from eni-1 (open)'],
  ['closes the window onto the instance', { view: STAGE.unbound }, 'InWindow: associateEipAddress eip-1 to i-1 (close)'],
  ['closes onto the ENI when the instance refused', { view: STAGE.unbound, hints: { turnBack: REFUSED_AT_HOME } }, 'InWindow: associateEipAddress eip-1 to eni-1 (close)'],
  ['stays on the ENI then', { view: STAGE.unified, hints: { turnBack: REFUSED_AT_HOME } }, 'Blocked: blocked TurnedBack'],
  ['waits while the EIP is Associating', { view: STAGE.associating }, 'InWindow: wait WaitingForCloud'],
  ['detaches the ENI once the EIP is home', { view: STAGE.attached }, 'Progressing: detachNetworkInterface eni-1 from i-1'],
  ['waits while the ENI is Detaching', { view: eniOf(STAGE.attached, { status: 'Detaching' }) }, 'Progressing: wait WaitingForCloud'],
  ['deletes the detached ENI', { view: STAGE.created }, 'Progressing: deleteNetworkInterface eni-1'],
  ['waits while the ENI is Deleting', { view: eniOf(STAGE.created, { status: 'Deleting' }) }, 'Progressing: wait WaitingForCloud'],
  ['takes the tags off last', { view: STAGE.tagged }, 'Progressing: untagEip eip-1 cluster,owner,instance,eip'],
  ['takes its own hold off with them', { view: eipOf(STAGE.tagged, { tags: { ...links(), 'egressunification.io/hold': '1.TurnedBack' } }) }, 'Progressing: untagEip eip-1 cluster,owner,instance,eip,hold'],
  ['is restored without tags', { view: STAGE.untagged }, 'NothingToMove: settled Restored'],
  ['leaves a set-up by hand as it is', { view: STAGE.byHand }, 'NothingToMove: settled Restored'],
  ['tags the EIP again before it moves it', { view: eipOf(STAGE.unified, { tags: {} }) }, 'Progressing: tagEip eip-1 cluster=cluster-1,owner=uid-1,instance=i-1,eip=eip-1'],
  ['closes by the tags of the ENI alone', { view: eipOf(STAGE.unbound, { tags: {} }) }, 'InWindow: associateEipAddress eip-1 to i-1 (close)'],
  ['opens no window of a locked instance', { view: instanceOf(STAGE.unified, { operationLocks: ['financial'] }) }, 'Blocked: blocked InstanceLocked'],
  ['opens no window of a locked EIP', { view: eipOf(STAGE.unified, { businessStatus: 'FinancialLocked' }) }, 'Blocked: blocked UnusableAddress'],
  ['waits while the instance is Stopping', { view: instanceOf(STAGE.unified, { status: 'Stopping' }) }, 'Progressing: wait InstanceInTransition'],
  ['is blocked while the home has another address', { view: instanceOf(STAGE.unified, { publicIps: ['47.0.0.2'] }) }, 'Blocked: blocked TwoPublicAddresses'],
  ['is blocked in the window while the home has another address', { view: instanceOf(STAGE.unbound, { publicIps: ['47.0.0.2'] }) }, 'Blocked: blocked HomeTaken'],
  ['is blocked by a person', { view: instanceOf(STAGE.unified, { tags: HELD }) }, 'Blocked: blocked Held'],
  ['removes a second ENI of its own as well', { view: { ...STAGE.tagged, networkInterfaces: [ourEni({ id: ENI2 })] } }, 'Progressing: deleteNetworkInterface eni-2'],
  ['leaves an ENI of its own that carries another EIP', { view: { ...STAGE.tagged, networkInterfaces: [ourEni({ id: ENI2 })], eips: [...STAGE.tagged.eips, anEip({ id: EIP2, binding: on(ENI2) })] } }, 'Progressing: untagEip eip-1 cluster,owner,instance,eip'],
  ['neither detaches nor deletes an ENI that lacks one of the four tags', { view: eniOf(STAGE.attached, { tags: eniLinks({ owner: undefined }) }) }, 'Progressing: untagEip eip-1 cluster,owner,instance,eip'],
  ['looks again at an ENI whose address no EIP explains', { view: eniOf(STAGE.attached, { publicIps: ['47.0.0.9'] }) }, 'Unknown: wait NotObserved'],
  ['leaves an ENI that is on another instance', { view: eniOf(STAGE.attached, { instanceId: I2 }) }, 'Progressing: untagEip eip-1 cluster,owner,instance,eip'],
  ['deletes the ENI of an EIP that is gone', { view: { ...STAGE.nothing, networkInterfaces: [ourEni()], goneEips: [EIP1] } }, 'Progressing: deleteNetworkInterface eni-1'],
  ['is restored when EIP and ENI are gone', { view: { ...STAGE.nothing, goneEips: [EIP1] } }, 'NothingToMove: settled Restored'],
  ['touches nothing of another cluster', { view: eipOf(STAGE.unified, { tags: links({ cluster: 'c2' }) }) }, 'Blocked: blocked ForeignCluster'],
  ['touches nothing while witnesses disagree', { view: { ...STAGE.unified, eips: [homeEip({ binding: on(ourEni().id) }), homeEip({ id: EIP2, binding: at(I2) })] } }, 'Blocked: blocked WitnessesDisagree'],
  ['waits for an instance that was not seen', { unseen: true, view: STAGE.unified }, 'Unknown: wait NotObserved'],
];

const LETTING_GO: readonly Case[] = [
  ['takes the owner off the EIP', { view: STAGE.unified }, 'Progressing: untagEip eip-1 owner'],
  ['takes the owner off the ENI', { view: eipOf(STAGE.unified, { tags: links({ owner: undefined }) }) }, 'Progressing: untagNetworkInterface eni-1 owner'],
  ['then has let go', { view: eniOf(eipOf(STAGE.unified, { tags: links({ owner: undefined }) }), { tags: eniLinks({ owner: undefined }) }) }, 'NothingToMove: settled Released'],
  ['lets go without a way out as well', { view: STAGE.unified, surroundings: { wayOut: GONE } }, 'Progressing: untagEip eip-1 owner'],
  ['takes the owner off a tagged EIP', { view: STAGE.tagged }, 'Progressing: untagEip eip-1 owner'],
  ['takes the owner off before the ENI is attached', { view: STAGE.created }, 'Progressing: untagEip eip-1 owner'],
  ['takes the owner off while the ENI is Attaching', { view: STAGE.attaching }, 'Progressing: untagEip eip-1 owner'],
  ['takes the owner off with the EIP on the instance', { view: STAGE.attached }, 'Progressing: untagEip eip-1 owner'],
  ['waits while the EIP is Unassociating', { view: STAGE.unassociating }, 'InWindow: wait WaitingForCloud'],
  ['closes its window onto the ENI', { view: STAGE.unbound }, 'InWindow: associateEipAddress eip-1 to eni-1 (close)'],
  ['closes its window onto the instance without a way out', { view: STAGE.unbound, surroundings: { wayOut: GONE } }, 'InWindow: associateEipAddress eip-1 to i-1 (close)'],
  ['closes its window onto the instance without an attached ENI', { view: eniOf(STAGE.unbound, { status: 'Available' }) }, 'InWindow: associateEipAddress eip-1 to i-1 (close)'],
  ['never lets go of an unbound EIP whose home is taken', { view: instanceOf(STAGE.unbound, { publicIps: ['47.0.0.2'] }) }, 'Blocked: blocked HomeTaken'],
  ['never lets go of an unbound EIP while witnesses disagree', { view: { ...STAGE.unified, eips: [homeEip({ binding: on(ourEni().id) }), homeEip({ id: EIP2 })] } }, 'Blocked: blocked WitnessesDisagree'],
  ['lets go although witnesses disagree when every EIP is bound', { view: { ...STAGE.unified, eips: [homeEip({ binding: on(ourEni().id) }), homeEip({ id: EIP2, binding: at(I2) })] } }, 'Progressing: untagEip eip-1 owner'],
  ['has nothing to let go of what another owns', { view: eniOf(eipOf(STAGE.unified, { tags: links({ owner: 'uid-2' }) }), { tags: eniLinks({ owner: 'uid-2' }) }), target: { livingOwners: ['uid-1', 'uid-2'] } }, 'NothingToMove: settled Released'],
  ['has nothing to let go of what another cluster has', { view: eniOf(eipOf(STAGE.unified, { tags: links({ cluster: 'c2' }) }), { tags: eniLinks({ cluster: 'c2' }) }) }, 'NothingToMove: settled Released'],
  ['lets go without a write of what a person holds', { view: instanceOf(STAGE.unified, { tags: HELD }) }, 'NothingToMove: settled Released'],
  ['has nothing to let go of an instance without a public IP', { view: STAGE.nothing }, 'NothingToMove: settled Released'],
  ['has nothing to let go of a set-up by hand', { view: STAGE.byHand }, 'NothingToMove: settled Released'],
];

const released = (view: Given['view']): Given => ({ unseen: true, view: { ...view, instanceGone: true } });
const DETACHED = ourEni();

const RELEASED: readonly Case[] = [
  ['deletes the ENI that stayed', released({ networkInterfaces: [DETACHED], eips: [homeEip()] }), 'Progressing: deleteNetworkInterface eni-1'],
  ['leaves the EIP, untagged', released({ eips: [homeEip()] }), 'Progressing: untagEip eip-1 cluster,owner,instance,eip'],
  ['leaves the tags of an EIP that the status names for another instance', { ...released({ eips: [homeEip()] }), hints: { eipsOfOthers: [EIP1] } }, 'NothingToMove: settled Released'],
  ['is done when nothing is tagged', released({}), 'NothingToMove: settled Released'],
  ['takes the EIP off the ENI first', released({ networkInterfaces: [DETACHED], eips: [homeEip({ binding: on(DETACHED.id) })] }), 'Progressing: unassociateEipAddress eip-1 from eni-1'],
  ['waits while the ENI is Detaching', released({ networkInterfaces: [attachedEni({ status: 'Detaching' })], eips: [homeEip()] }), 'Progressing: wait WaitingForCloud'],
  ['waits while the EIP is Unassociating', released({ eips: [homeEip({ binding: at(I1), status: 'Unassociating' })] }), 'Progressing: wait WaitingForCloud'],
  ['touches nothing of another cluster', released({ eips: [homeEip({ tags: links({ cluster: 'c2' }), binding: at(I2) })] }), 'NothingToMove: settled Released'],
];

describe('The table backwards', () => {
  for (const [name, given, want] of REVERT) it(name, () => expect(planLine(aSituation({ ...given, target: { goal: 'revert', ...given.target } }))).to.equal(want));
});

describe('Letting go', () => {
  for (const [name, given, want] of LETTING_GO) it(name, () => expect(planLine(aSituation({ ...given, target: { goal: 'release', ...given.target } }))).to.equal(want));
});

describe('An instance that was released', () => {
  for (const [name, given, want] of RELEASED) {
    for (const goal of ['unify', 'revert', 'release'] as const) {
      it(`${name} (${goal})`, () => expect(planLine(aSituation({ ...given, target: { goal } }))).to.equal(want));
    }
  }
});
