// The way home of what failed its verification (rollout.onFailure Restore): each stage as a new process finds it, as one line.
import { expect } from 'chai';
import { reportedOf } from '../../../src/core/describe.ts';
import { plan } from '../../../src/core/plan.ts';
import { aSituation, EIP2, eniLinks, ENI2, GONE, links, on, UNPROVED } from '../../kit/cloud.ts';
import type { Given } from '../../kit/cloud.ts';
import { planLine } from '../../kit/lines.ts';
import { attachedEni, eipOf, eniOf, instanceOf, STAGE } from '../../kit/stages.ts';
import type { Stage } from '../../kit/stages.ts';

type Case = readonly [name: string, given: Given, want: string];

const HOLD = 'egressunification.io/hold';
const failed = (stage: Stage, generation = 1): Stage => eipOf(stage, { tags: { ...links(), [HOLD]: `${generation}.VerificationFailed` } });
const byPerson = (stage: Stage): Stage => eipOf(stage, { tags: { ...links(), [HOLD]: 'maintenance' } });
const restore = { target: { restore: true } };
const refusedAtHome = { turnBack: { reason: 'TurnedBack', message: 'refused', refused: 'instance' } } as const;
const byAge = { turnBack: { reason: 'TurnedBack', message: 'the EIP was unbound for 31 s', refused: 'networkInterface' } } as const;
const HOME = 'InWindow: associateEipAddress eip-1 to i-1 (close)';
const RESCUES = 'Progressing: unassociateEipAddress eip-1 from eni-1 (restore)';

const JOURNAL: readonly Case[] = [
  ['is written on the EIP before the EIP is moved', { ...restore, view: STAGE.unified }, 'Progressing: tagEip eip-1 hold=1.VerificationFailed (hold)'],
  ['names the generation that failed', { target: { restore: true, generation: 7 }, view: STAGE.unified }, 'Progressing: tagEip eip-1 hold=7.VerificationFailed (hold)'],
  ['comes with the tags that somebody took off', { ...restore, view: eipOf(STAGE.unified, { tags: links({ owner: undefined }) }) }, 'Progressing: tagEip eip-1 owner=uid-1,hold=1.VerificationFailed (hold)'],
  ['is not written on what is at home', { ...restore, view: STAGE.attached }, 'Progressing: unassociateEipAddress eip-1 from i-1 (open)'],
  ['is not written into a window', { ...restore, view: STAGE.unbound }, 'InWindow: associateEipAddress eip-1 to eni-1 (close)'],
  ['is not written on a set-up by hand', { ...restore, view: STAGE.byHand }, 'Unified: settled Unified'],
  ['is not written on what a person holds', { ...restore, view: byPerson(STAGE.unified) }, 'Unified: settled Unified'],
  ['is not written on an instance that a person holds', { ...restore, view: instanceOf(STAGE.unified, { tags: { [HOLD]: 'x' } }) }, 'Unified: settled Unified'],
  ['is not written while holds are lifted', { target: { restore: true, liftHolds: true }, view: STAGE.unified }, 'Unified: settled Unified'],
  ['is not written for an instance that is excluded', { target: { restore: true, exclusion: { reason: 'KubernetesNode', message: '', degraded: false } }, view: STAGE.unified }, 'Blocked: blocked KubernetesNode'],
  ['is not written outside the fences', { target: { restore: true, requiredTags: { fleet: 'web' } }, view: STAGE.unified }, 'Blocked: blocked OutsideFences'],
  ['is written without a way out as well', { ...restore, view: STAGE.unified, surroundings: { wayOut: GONE } }, 'Progressing: tagEip eip-1 hold=1.VerificationFailed (hold)'],
  ['is written with drift.action Report as well', { target: { restore: true, reportOnly: true }, view: STAGE.unified }, 'Progressing: tagEip eip-1 hold=1.VerificationFailed (hold)'],
];

const WAY_HOME: readonly Case[] = [
  ['begins by the tag alone', { view: failed(STAGE.unified) }, RESCUES],
  ['begins without a way out as well', { view: failed(STAGE.unified), surroundings: { wayOut: GONE } }, RESCUES],
  ['begins on a way out in doubt as well', { view: failed(STAGE.unified), surroundings: { wayOut: UNPROVED } }, RESCUES],
  ['begins although the guest is not ready', { view: failed(STAGE.unified), target: { guestRouting: 'Configure' }, surroundings: { guest: { state: 'notReady', managed: true, missing: 'x', configurable: true } } }, RESCUES],
  ['begins from an ENI that somebody detached', { view: failed(eniOf(STAGE.unified, { status: 'Available' })) }, RESCUES],
  ['waits while that ENI is Detaching', { view: failed(eniOf(STAGE.unified, { status: 'Detaching' })) }, 'Progressing: wait WaitingForCloud'],
  ['waits while the instance is Stopping', { view: failed(instanceOf(STAGE.unified, { status: 'Stopping' })) }, 'Progressing: wait InstanceInTransition'],
  ['tags the EIP first where somebody took the link off and left the hold', { view: eipOf(STAGE.unified, { tags: { [HOLD]: '1.VerificationFailed' } }) }, 'Progressing: tagEip eip-1 cluster=cluster-1,owner=uid-1,instance=i-1,eip=eip-1'],
  ['opens no window of a locked instance', { view: failed(instanceOf(STAGE.unified, { operationLocks: ['financial'] })) }, 'Blocked: blocked InstanceLocked'],
  ['opens no window of a locked EIP', { view: eipOf(failed(STAGE.unified), { businessStatus: 'FinancialLocked' }) }, 'Blocked: blocked UnusableAddress'],
  ['opens no window where the home is taken', { view: failed(instanceOf(STAGE.unified, { publicIps: ['47.0.0.2'] })) }, 'Degraded: blocked TwoPublicAddresses'],
  ['waits while the EIP is Unassociating', { view: failed(STAGE.unassociating) }, 'InWindow: wait WaitingForCloud'],
  ['closes onto the instance', { view: failed(STAGE.unbound) }, HOME],
  ['closes onto the instance although the generation is another', { view: failed(STAGE.unbound), target: { generation: 2 } }, HOME],
  ['closes onto the instance although holds are lifted', { view: failed(STAGE.unbound), target: { liftHolds: true } }, HOME],
  ['closes onto the instance when the window grew old', { view: failed(STAGE.unbound), hints: byAge }, HOME],
  ['closes onto the instance when the resource lets go meanwhile', { view: failed(STAGE.unbound), target: { goal: 'release' } }, HOME],
  ['closes onto the ENI when the instance refused', { view: failed(STAGE.unbound), hints: refusedAtHome }, 'InWindow: associateEipAddress eip-1 to eni-1 (close)'],
  ['stays on the ENI then', { view: failed(STAGE.unified), hints: refusedAtHome }, 'Blocked: blocked TurnedBack'],
  ['closes forwards in the window of a person', { view: byPerson(STAGE.unbound) }, 'InWindow: associateEipAddress eip-1 to eni-1 (close)'],
  ['ends at home', { view: failed(STAGE.attached) }, 'Blocked: blocked VerificationFailed'],
  ['ends at home although it is still said to have failed', { ...restore, view: failed(STAGE.attached) }, 'Blocked: blocked VerificationFailed'],
  ['ends at home after an old window as well', { view: failed(STAGE.attached), hints: byAge }, 'Blocked: blocked VerificationFailed'],
  ['leaves an EIP that somebody put on an ENI of his own', { view: { ...failed(eipOf(STAGE.attached, { binding: on(ENI2) })), networkInterfaces: [attachedEni(), attachedEni({ id: ENI2, tags: {} })], instance: STAGE.unified.instance } }, 'Blocked: blocked VerificationFailed'],
];

const AGAIN: readonly Case[] = [
  ['lifts the hold for another generation', { view: failed(STAGE.attached), target: { generation: 2 } }, 'Progressing: untagEip eip-1 hold'],
  ['lifts the hold when it is asked to look again', { view: failed(STAGE.attached), target: { liftHolds: true } }, 'Progressing: untagEip eip-1 hold'],
  ['lifts the hold of an EIP that had not gone home yet', { view: failed(STAGE.unified), target: { generation: 2 } }, 'Progressing: untagEip eip-1 hold'],
  ['goes forwards with the ENI that stayed attached', { view: STAGE.attached, target: { generation: 2 } }, 'Progressing: unassociateEipAddress eip-1 from i-1 (open)'],
  ['never lifts the hold that a person put in its place', { view: byPerson(STAGE.attached), target: { generation: 2, liftHolds: true } }, 'Blocked: blocked Held'],
  ['goes all the way back when it leaves the selection', { view: failed(STAGE.attached), target: { goal: 'revert' } }, 'Progressing: detachNetworkInterface eni-1 from i-1'],
  ['goes all the way back from the ENI as well', { view: failed(STAGE.unified), target: { goal: 'revert' } }, 'Progressing: unassociateEipAddress eip-1 from eni-1 (open)'],
  ['takes the hold off with the other tags', { view: failed(STAGE.tagged), target: { goal: 'revert' } }, 'Progressing: untagEip eip-1 cluster,owner,instance,eip,hold'],
  ['is let go of on its ENI', { view: failed(STAGE.unified), target: { goal: 'release' } }, 'Progressing: untagEip eip-1 owner'],
];

const TABLES: Record<string, readonly Case[]> = { 'The mark of a failure': JOURNAL, 'The way home of what failed': WAY_HOME, 'What failed': AGAIN };

for (const [title, cases] of Object.entries(TABLES)) {
  describe(title, () => {
    for (const [name, given, want] of cases) it(name, () => expect(planLine(aSituation(given))).to.equal(want));
  });
}

describe('What is said of what failed', () => {
  it('names the EIP, and how it is tried again', () => {
    const { message } = reportedOf(plan(aSituation({ view: failed(STAGE.attached) })), undefined);
    expect(message).to.match(/^EIP eip-1 was put back on the instance \(VerificationFailed\)\..*reconcile-requested-at/);
  });

  it('is held only where its own EIP says so', () => {
    const other = eipOf(STAGE.unified, { tags: eniLinks() });
    expect(planLine(aSituation({ view: { ...other, eips: [...other.eips, eipOf(failed(STAGE.unbound), { id: EIP2, tags: { [HOLD]: '1.VerificationFailed' } }).eips[0]!] } }))).to.equal('Unified: settled Unified');
  });
});
