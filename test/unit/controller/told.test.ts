// What is told of the work: one line for each change, times that are right, kinds that are known.
import { expect } from 'chai';
import { driftKindOf, noteCut, noteDrifted, noteSettled, noteWanted, tellEffect, tellState, tellStatus, ToldOfInstance, ToldOfResource } from '../../../src/controller/told.ts';
import { differences, snapshotOf } from '../../../src/core/snapshot.ts';
import type { Move, Verdict } from '../../../src/core/situation.ts';
import type { Reported } from '../../../src/core/status.ts';
import { aView, anEip, anEni, anInstance, I1 } from '../../kit/cloud.ts';
import { KeptLog } from '../../kit/log.ts';
import { KeptMetrics } from '../../kit/metrics.ts';
import { VirtualClock } from '../../kit/virtual-clock.ts';

class Bench {
  readonly clock = new VirtualClock();
  readonly log = new KeptLog();
  readonly metrics = new KeptMetrics();
  readonly told = new ToldOfInstance();

  see(state: Verdict['state'], reason: Reported['reason']): void {
    tellState(this, 'web', this.told, { verdict: verdictOf(state, { settled: 'Unified' }), reason, message: 'why' });
  }
}

const verdictOf = (state: Verdict['state'], move: Move): Verdict => ({ instanceId: I1, state, move, underWay: false });
const TAG_STEP: Move = { do: { kind: 'untagEip', eip: 'eip-1' as never, keys: [] }, phase: 'step' };

describe('The state of an instance', () => {
  let bench: Bench;
  beforeEach(() => { bench = new Bench(); });

  it('is one line when it changes, with how long the last one lasted, and none while it stays', async () => {
    bench.see('Progressing', 'Progressing');
    await bench.clock.pass(3_000);
    bench.see('Progressing', 'WaitingForCloud');
    bench.see('Unified', 'Unified');
    bench.see('Unified', 'Unified');
    expect(bench.log.lines.map((line) => line.split(' {')[0])).to.deep.equal(['debug instance state', 'info instance state']);
    expect(bench.log.lines[1]).to.include('"from":"Progressing","to":"Unified","reason":"Unified"').and.to.include('"durationMs":3000');
  });

  it('that was open when it was first seen is worth a line for everybody', () => {
    bench.see('InWindow', 'Progressing');
    expect(bench.log.lines).to.have.length(1).and.to.have.property('0').that.matches(/^info instance state .*"to":"InWindow"/);
  });

  it('that needs somebody is told anew when its reason changes', () => {
    for (const reason of ['NoSnatEntry', 'NoSnatEntry', 'NoEniSlot'] as const) bench.see('Blocked', reason);
    expect(bench.log.lines).to.have.length(2);
  });
});

describe('The time in which an instance is not reached', () => {
  let bench: Bench;
  beforeEach(() => { bench = new Bench(); });
  const note = (state: Verdict['state'], move: Move, isDue = false): void => noteCut(bench, bench.told, verdictOf(state, move), isDue);
  const seen = (): readonly number[] => bench.metrics.values('cutover_interruption_seconds');

  it('runs from the sending of the call that unbinds to the look that shows the EIP bound, through everything between', async () => {
    bench.told.cut = { sinceMs: bench.clock.monotonic(), isCertain: true };
    note('Progressing', TAG_STEP, true);
    await bench.clock.pass(1_000);
    note('Progressing', { wait: { reason: 'WaitingForCloud', message: '' } });
    note('InWindow', TAG_STEP);
    await bench.clock.pass(2_500);
    note('Unknown', { wait: { reason: 'NotObserved', message: '' } });
    note('Blocked', { blocked: { reason: 'HomeTaken', message: '', degraded: false } });
    expect(seen()).to.deep.equal([]);
    note('Unified', { settled: 'Unified' });
    expect(seen()).to.deep.equal([3.5]);
    note('Unified', { settled: 'Unified' });
    expect(seen()).to.deep.equal([3.5]);
  });

  it('is counted from the first sight of a window that was found open', async () => {
    note('InWindow', TAG_STEP);
    await bench.clock.pass(4_000);
    note('Progressing', TAG_STEP);
    expect(seen()).to.deep.equal([4]);
  });

  it('is none when it is not certain that the EIP was ever unbound', async () => {
    bench.told.cut = { sinceMs: bench.clock.monotonic(), isCertain: false };
    await bench.clock.pass(4_000);
    note('Progressing', TAG_STEP);
    expect([seen(), bench.told.cut]).to.deep.equal([[], undefined]);
  });
});

describe('A change by others', () => {
  it('is of a known kind, whatever the snapshot can say', () => {
    const full = snapshotOf(aView({ instance: anInstance(), eips: [anEip()], networkInterfaces: [anEni()] }));
    const kinds = differences(full, new Map()).map(driftKindOf);
    expect(new Set(kinds)).to.deep.equal(new Set(['binding', 'network-interface', 'security-groups', 'tags', 'public-ip', 'instance']));
  });

  it('is counted once for each kind, and its age ends when the instance is settled', async () => {
    const bench = new Bench();
    noteDrifted(bench, bench.told, ['EIP eip-1 is bound to nothing, was eni-1', 'EIP eip-2 is bound to i-1, was nothing', 'link tags on EIP eip-1 3 of 4, was 4 of 4']);
    await bench.clock.pass(60_000);
    noteSettled(bench, bench.told);
    noteSettled(bench, bench.told);
    expect(bench.metrics.counts('drift_detected_total')).to.deep.equal({ 'kind=binding': 1, 'kind=tags': 1 });
    expect(bench.metrics.values('drift_age_seconds')).to.deep.equal([60]);
  });
});

describe('The effect of a step', () => {
  it('is one line with the id of its request and how long it took', async () => {
    const bench = new Bench();
    bench.told.requestId = 'R-1';
    await bench.clock.pass(2_000);
    tellEffect(bench, 'web', bench.told, { step: 'attachNetworkInterface', instance: I1, acceptedMs: 0 });
    expect(bench.log.lines).to.deep.equal(['info step done {"resource":"web","instance":"i-1","step":"attachNetworkInterface","requestId":"R-1","durationMs":2000}']);
    expect(bench.metrics.values('step_duration_seconds')).to.deep.equal([2]);
  });
});

describe('The state of a resource', () => {
  const say = (bench: Bench, told: ToldOfResource, status: 'True' | 'False', reason: string): void =>
    tellStatus(bench, 'web', told, { conditions: [{ type: 'Ready', status, reason, message: 'm', lastTransitionTime: '' }] });

  it('is one line when Ready or its reason changes', () => {
    const [bench, told] = [new Bench(), new ToldOfResource()];
    for (const [status, reason] of [['False', 'Progressing'], ['False', 'Progressing'], ['True', 'Unified'], ['True', 'Unified']] as const) say(bench, told, status, reason);
    expect(bench.log.lines).to.have.length(2);
  });

  it('is timed for each spec from its first sight to Ready, and not for one that was Ready before the process began', async () => {
    const [bench, told] = [new Bench(), new ToldOfResource()];
    noteWanted(bench, told, 1, true);
    say(bench, told, 'True', 'Unified');
    noteWanted(bench, told, 2, false);
    await bench.clock.pass(30_000);
    noteWanted(bench, told, 2, false);
    say(bench, told, 'True', 'Unified');
    say(bench, told, 'True', 'Unified');
    expect(bench.metrics.values('time_to_ready_seconds')).to.deep.equal([30]);
  });
});
