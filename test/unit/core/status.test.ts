// Status says what is known, worst first, in bounded size, and says the same when nothing has changed.
import { expect } from 'chai';
import fc from 'fast-check';
import type { InstanceState } from '../../../src/api/egress-unification.ts';
import { INSTANCE_STATES } from '../../../src/api/status.ts';
import type { EipId, InstanceId } from '../../../src/core/ids.ts';
import { rememberedEip, statusOf } from '../../../src/core/status.ts';
import type { Reported, StatusInput } from '../../../src/core/status.ts';
import { failedBy, PASSED, unverified, type Tests } from '../../../src/core/verification.ts';
import { I1, I2 } from '../../kit/cloud.ts';
import { aResource } from '../../kit/resource.ts';
import type { GivenResource } from '../../kit/resource.ts';

const T1 = '2026-11-24T00:00:00Z';
const T2 = '2026-11-24T01:00:00Z';

const reported = (id: string, state: InstanceState, given: Partial<Reported> = {}): Reported => ({
  verdict: { instanceId: id as InstanceId, state, move: { settled: 'Unified' }, underWay: false, eipId: `eip-of-${id}` as EipId }, reason: 'WaitingForCloud', message: `${id} is ${state}`, ...given,
});

const inputOf = (states: readonly InstanceState[], given: Partial<StatusInput> = {}): StatusInput => ({
  resource: aResource(), reported: states.map((state, index) => reported(`i-${index}`, state)), surveyed: true, observing: false, egressPublicIps: ['47.9.9.9'], now: T1, ...given,
});

const conditions = (input: StatusInput): string[] => (statusOf(input).conditions ?? []).map(({ type, status, reason }) => `${type}=${status} ${reason}`);
const deleted: GivenResource = { metadata: { deletionTimestamp: T1 } };

/** The status as if it had been written, and read again later. */
const later = (input: StatusInput, given: Partial<StatusInput> = {}): StatusInput => ({ ...input, now: T2, resource: { ...input.resource, status: statusOf(input) }, ...given });

describe('The conditions', () => {
  const cases: readonly (readonly [string, StatusInput, string[]])[] = [
    ['are Ready when all are unified', inputOf(['Unified', 'NothingToMove']), ['Ready=True Unified']],
    ['are Ready when nothing is selected, and say so', inputOf([]), ['Ready=True NothingSelected']],
    ['are Reconciling while one is progressing', inputOf(['Unified', 'Progressing']), ['Ready=False Progressing', 'Reconciling=True Progressing']],
    ['are Reconciling while one is in its window', inputOf(['Unified', 'InWindow']), ['Ready=False Progressing', 'Reconciling=True Progressing']],
    ['are Reconciling, not Stalled, while one is blocked and another moves', inputOf(['Blocked', 'Progressing']), ['Ready=False Progressing', 'Reconciling=True Progressing']],
    ['are Stalled when one is blocked and none moves', inputOf(['Unified', 'Blocked']), ['Ready=False InstancesBlocked', 'Stalled=True InstancesBlocked']],
    ['are Stalled when one is degraded', inputOf(['Unified', 'Degraded']), ['Ready=False InstancesBlocked', 'Stalled=True InstancesBlocked']],
    ['are Stalled when one is blocked and another unknown', inputOf(['Unknown', 'Blocked']), ['Ready=False InstancesBlocked', 'Stalled=True InstancesBlocked']],
    ['are Unknown when one is unknown', inputOf(['Unified', 'Unknown']), ['Ready=Unknown NotObserved', 'Reconciling=True NotObserved']],
    ['say that it only observes', inputOf([], { observing: true, reported: [reported('i-1', 'Blocked', { reason: 'Observing' })] }), ['Ready=False Observing', 'Stalled=True Observing']],
    ['say what is blocked although it only observes', inputOf([], { observing: true, reported: [reported('i-1', 'Blocked', { reason: 'Observing' }), reported('i-2', 'Blocked', { reason: 'NoEniSlot' })] }), ['Ready=False InstancesBlocked', 'Stalled=True InstancesBlocked']],
    ['are Stalled by an obstacle', inputOf(['Unified'], { obstacle: { reason: 'SeveralNatGateways', message: 'two', unknown: false } }), ['Ready=False SeveralNatGateways', 'Stalled=True SeveralNatGateways']],
    ['are Unknown when nothing could be read', inputOf(['Unified'], { obstacle: { reason: 'CloudUnavailable', message: 'down', unknown: true } }), ['Ready=Unknown CloudUnavailable', 'Reconciling=True CloudUnavailable']],
    ['are Reconciling while it is deleted', inputOf(['Unified'], { resource: aResource(deleted) }), ['Ready=False Deleting', 'Reconciling=True Deleting']],
  ];
  for (const [name, input, want] of cases) it(name, () => expect(conditions(input)).to.deep.equal(want));

  it('are Ready only if every instance is settled, and never both Reconciling and Stalled', () => {
    fc.assert(fc.property(fc.array(fc.constantFrom(...INSTANCE_STATES), { minLength: 1, maxLength: 8 }), (states) => {
      const lines = conditions(inputOf(states));
      expect(lines[0]?.startsWith('Ready=True')).to.equal(states.every((state) => state === 'Unified' || state === 'NothingToMove'));
      expect(lines).to.have.length(lines[0]?.startsWith('Ready=True') ? 1 : 2);
    }), { seed: 1 });
  });

  it('do not claim that anybody was reached', () => expect(statusOf(inputOf(['Unified'])).conditions?.[0]?.message).to.include('Reachability was not tested'));

  it('keep the time of their last transition, and move it when they change', () => {
    const moving = inputOf(['Progressing']);
    const times = (input: StatusInput): string[] => (statusOf(input).conditions ?? []).map(({ type, lastTransitionTime }) => `${type} ${lastTransitionTime}`);
    expect(times(later(moving))).to.deep.equal([`Ready ${T1}`, `Reconciling ${T1}`]);
    expect(times(later(moving, { reported: [reported('i-0', 'Blocked')] }))).to.deep.equal([`Ready ${T1}`, `Stalled ${T2}`]);
    expect(times(later(moving, { reported: [reported('i-0', 'Unified')] }))).to.deep.equal([`Ready ${T2}`]);
  });

  it('are of the generation that was judged', () => {
    const status = statusOf(inputOf(['Unified'], { resource: aResource({ metadata: { generation: 7 } }) }));
    expect([status.observedGeneration, status.conditions?.[0]?.observedGeneration]).to.deep.equal([7, 7]);
  });
});

describe('The conditions about packets', () => {
  const tested = (id: string, tests: Tests, state: InstanceState = 'Unified'): Reported => reported(id, state, { tests });
  const asking = (verification: object, all: readonly Reported[]): StatusInput => inputOf([], { resource: aResource({ spec: { verification } }), reported: all });
  const lines = (input: StatusInput): string[] => (statusOf(input).conditions ?? []).filter(({ type }) => type.endsWith('Verified')).map(({ type, status, reason, message }) => `${type}=${status} ${reason}: ${message}`);
  const LOST = failedBy('port 22 answered before and silent now');
  const UNREAD = unverified('GuestUnread', 'no agent');
  const BOTH = { inbound: { ports: [22] }, egress: {} };

  const cases: readonly (readonly [string, StatusInput, string[]])[] = [
    ['are absent where nobody asks', inputOf(['Unified']), []],
    ['are one for each direction that is asked for', asking(BOTH, [tested('i-1', { inbound: PASSED, egress: PASSED })]), ['InboundVerified=True Verified: 1 of 1 settled instances passed', 'EgressVerified=True Verified: 1 of 1 settled instances passed']],
    ['are False when one failed, and name it', asking({ inbound: { ports: [22] } }, [tested('i-1', { inbound: PASSED }), tested('i-2', { inbound: LOST }, 'Degraded'), tested('i-3', { inbound: UNREAD })]), ['InboundVerified=False InboundFailed: 1 of 3 settled instances passed, 1 failed, 1 unverified. First: i-2: port 22 answered before and silent now']],
    ['are Unknown when one is unverified, never True', asking({ egress: {} }, [tested('i-1', { egress: PASSED }), tested('i-2', { egress: UNREAD })]), ['EgressVerified=Unknown Unverified: 1 of 2 settled instances passed, 1 unverified. First: i-2: no agent']],
    ['are Unknown while one is not settled: it was not tested', asking({ inbound: { ports: [22] } }, [tested('i-1', { inbound: PASSED }), reported('i-2', 'Blocked', { verdict: { ...reported('i-2', 'Blocked').verdict, move: { blocked: { reason: 'GuestNotReady', message: 'no route', degraded: false } } } })]), ['InboundVerified=Unknown Unverified: 1 of 1 settled instances passed, 1 not settled']],
    ['leave out who has nothing to be reached on', asking(BOTH, [tested('i-1', { egress: PASSED }, 'NothingToMove'), tested('i-2', { inbound: PASSED, egress: PASSED })]), ['InboundVerified=True Verified: 1 of 1 settled instances passed', 'EgressVerified=True Verified: 2 of 2 settled instances passed']],
    ['are Unknown while nobody is settled', asking({ inbound: { ports: [22] } }, [reported('i-1', 'Progressing', { verdict: { instanceId: I1, state: 'Progressing', move: { wait: { reason: 'WaitingForCloud', message: '' } }, underWay: true }, tests: { answeredPorts: [22] } })]), ['InboundVerified=Unknown Unverified: No instance is settled to which the test applies']],
  ];
  for (const [name, input, want] of cases) it(name, () => expect(lines(input)).to.deep.equal(want));

  it('are those of the last process until somebody knows who is selected, and nobody else\'s', () => {
    const written = asking({ inbound: { ports: [22] } }, [tested('i-1', { inbound: PASSED })]);
    const conditions = [...(statusOf(written).conditions ?? []), { type: 'ImageVerified', status: 'True' as const, reason: 'Signed', message: '', lastTransitionTime: T1 }];
    const next = { ...written, surveyed: false, now: T2, resource: { ...written.resource, status: { ...statusOf(written), conditions } } };
    expect(lines(next)).to.deep.equal(lines(written));
  });

  it('go with a count of who passed all that applies, and with what Ready rests on', () => {
    const status = statusOf(asking(BOTH, [tested('i-1', { inbound: PASSED, egress: PASSED }), tested('i-2', { inbound: PASSED, egress: UNREAD }), tested('i-3', { egress: PASSED }, 'NothingToMove')]));
    expect(status.instances?.verified).to.equal(2);
    expect(status.conditions?.[0]?.message).to.equal('3 of 3 instances are settled. Tested with packets, inbound: 2 of 2 settled instances passed; egress: 2 of 3 settled instances passed, 1 unverified');
  });

  it('are kept with the ports and the verdicts of who is unsettled, as the schema accepts them', () => {
    const status = statusOf(asking(BOTH, [tested('i-1', { inbound: LOST, egress: PASSED, answeredPorts: [22, 443] }, 'Degraded')]));
    expect(status.unsettled?.[0]).to.deep.include({ answeredPorts: [22, 443], verification: { inbound: 'Failed', egress: 'Passed' } });
    expect(aResource({ status }).status).to.deep.equal(status);
  });
});

describe('The unsettled instances', () => {
  const ids = (input: StatusInput): string[] => (statusOf(input).unsettled ?? []).map(({ instanceId, state }) => `${instanceId} ${state}`);
  const many = (count: number, state: InstanceState): Reported[] => Array.from({ length: count }, (_, index) => reported(`i-${state}-${String(index).padStart(3, '0')}`, state));

  it('are those that are not settled, worst first, then by id', () => {
    const states: InstanceState[] = ['Progressing', 'Unknown', 'Unified', 'Blocked', 'Degraded', 'NothingToMove', 'InWindow', 'Blocked'];
    expect(ids(inputOf(states))).to.deep.equal(['i-6 InWindow', 'i-4 Degraded', 'i-3 Blocked', 'i-7 Blocked', 'i-1 Unknown', 'i-0 Progressing']);
  });

  it('are at most 50', () => {
    const unsettled = ids(inputOf([], { reported: [...many(200, 'Progressing'), ...many(3, 'InWindow'), ...many(40, 'Blocked')] }));
    expect(unsettled).to.have.length(50);
    expect(unsettled.filter((line) => line.endsWith('InWindow'))).to.have.length(3);
    expect(unsettled.filter((line) => line.endsWith('Blocked'))).to.have.length(40);
  });

  it('are never more than the schema accepts, however many windows are open', () => {
    const status = statusOf(inputOf([], { reported: many(60, 'InWindow') }));
    expect(aResource({ status }).status).to.deep.equal(status);
  });

  it('have been so since their state or reason changed', () => {
    const input = inputOf([], { reported: [reported(I1, 'Blocked', { reason: 'NoEniSlot' }), reported(I2, 'Blocked', { reason: 'NoEniSlot' })] });
    const next = later(input, { reported: [reported(I1, 'Blocked', { reason: 'NoEniSlot', message: 'in other words' }), reported(I2, 'Blocked', { reason: 'VSwitchFull' })] });
    expect(statusOf(next).unsettled?.map(({ since }) => since)).to.deep.equal([T1, T2]);
  });

  it('name the home EIP, so that it is not forgotten with its tags', () => {
    const status = statusOf(inputOf(['InWindow']));
    expect([rememberedEip(status, 'i-0' as InstanceId), rememberedEip(status, I2)]).to.deep.equal(['eip-of-i-0', undefined]);
  });

  it('have messages of bounded length', () => expect(statusOf(inputOf([], { reported: [reported(I1, 'Blocked', { message: 'x'.repeat(9_999) })] })).unsettled?.[0]?.message).to.have.length(1_000));
});

describe('The status', () => {
  it('is the same when nothing has changed but the time', () => {
    fc.assert(fc.property(fc.array(fc.constantFrom(...INSTANCE_STATES), { maxLength: 8 }), fc.boolean(), (states, isDeleted) => {
      const input = inputOf(states, { resource: aResource(isDeleted ? deleted : {}), natGatewayId: 'ngw-1', handled: 'a' });
      expect(JSON.stringify(statusOf(later(input)))).to.equal(JSON.stringify(statusOf(input)));
    }), { seed: 1 });
  });

  it('does not depend on the order in which instances are reported', () => {
    const input = inputOf(['Blocked', 'InWindow', 'Progressing', 'Blocked']);
    expect(statusOf({ ...input, reported: input.reported.toReversed() }).unsettled).to.deep.equal(statusOf(input).unsettled);
  });

  it('counts every state once', () => {
    const { instances, summary } = statusOf(inputOf([...INSTANCE_STATES, 'Unified']));
    expect(instances).to.deep.equal({ selected: 8, unified: 2, nothingToMove: 1, progressing: 1, inWindow: 1, blocked: 1, degraded: 1, unknown: 1 });
    expect(summary).to.equal('3/8');
  });

  it('is one that the schema of the resource accepts', () => {
    const status = statusOf(inputOf([...INSTANCE_STATES], { natGatewayId: 'ngw-1', handled: 'a' }));
    expect(aResource({ status }).status).to.deep.equal(status);
  });

  it('keeps what was asked for and answered until something else is', () => {
    const input = later(inputOf(['Unified'], { handled: 'a' }));
    expect([statusOf(input).lastHandledReconcileAt, statusOf({ ...input, handled: 'b' }).lastHandledReconcileAt]).to.deep.equal(['a', 'b']);
  });
});
