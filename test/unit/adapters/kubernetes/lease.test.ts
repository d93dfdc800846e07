// Who leads, on clocks that move only when told: one of two, never both, and soon one again.
import { expect } from 'chai';
import { CUT_OFF, LeaseWorld, UNANSWERED, WELL, two } from './lease-world.ts';
import type { Candidate } from './lease-world.ts';

/** Seconds that a process which leads went without a renewal when its right ended. */
async function secondsUntilIdle(world: LeaseWorld, candidate: Candidate): Promise<number> {
  return world.until(() => !candidate.mayAct);
}

describe('The lease', () => {
  it('is created by the first that comes, with everything that people want to know', async () => {
    const world = new LeaseWorld();
    const a = world.candidate('pod-a');
    await world.until(() => a.mayAct, 1);
    expect(await a.acquired).to.equal('leads');
    expect(world.lease.spec).to.deep.include({ holderIdentity: a.leadership.identity, leaseDurationSeconds: 15, leaseTransitions: 0 });
    expect(a.leadership.identity).to.match(/^pod-a_[0-9a-f]{16}$/);
    for (const time of ['acquireTime', 'renewTime']) expect(world.lease.spec[time]).to.match(/^2026-11-24T00:00:00\.\d{6}Z$/);
  });

  it('is renewed every two seconds, and its term stays the same', async () => {
    const { world, a } = await two();
    const { acquireTime } = world.lease.spec;
    a.sent.length = 0;
    await world.pass(60);
    expect(a.sent.filter((method) => method === 'PUT').length).to.be.within(28, 31);
    expect(a.sent).not.to.include('GET');
    expect(world.lease.spec).to.deep.include({ acquireTime, leaseTransitions: 0 });
    expect(world.lease.spec['renewTime']).to.match(/^2026-11-24T00:01:/);
  });

  it('is waited for by the others, who say whose it is', async () => {
    const { world, a, b } = await two();
    await world.pass(600);
    expect([a.mayAct, b.mayAct]).to.deep.equal([true, false]);
    expect(b.log.lines.filter((line) => line.includes('standing by'))).to.have.lengthOf(1);
    expect(b.log.lines[0]).to.contain(a.leadership.identity);
  });

  it('goes to another within its duration and one try when the holder dies', async () => {
    const { world, a, b } = await two();
    a.kill();
    expect(await world.until(() => b.mayAct)).to.be.within(13, 17.2);
    expect(world.lease.spec).to.deep.include({ holderIdentity: b.leadership.identity, leaseTransitions: 1 });
  });

  it('goes to another within one try when it is given up', async () => {
    const { world, a, b } = await two();
    const released = a.leadership.release();
    expect(a.mayAct).to.equal(false);
    await world.clock.settle(released);
    expect(world.lease.spec).to.include({ holderIdentity: '' });
    expect(await world.until(() => b.mayAct)).to.be.at.most(2.1);
    expect(a.hasLost).to.equal(false);
  });

  it('is given up even while a renewal is on its way that arrives late', async () => {
    const { world, a, b } = await two();
    a.network = ({ method }) => (method === 'PUT' ? { there: 1_500, back: 2 } : WELL);
    await world.until(() => a.sent.at(-1) === 'PUT' && world.clock.pending > 0);
    const released = a.leadership.release();
    a.network = () => WELL;
    await world.clock.settle(released);
    await world.until(() => b.mayAct, 20);
    expect(world.lease.spec['holderIdentity']).to.equal(b.leadership.identity);
  });

  it('that is given up while the API server is away expires by itself, and nobody waits for it', async () => {
    const { world, a, b } = await two();
    a.network = () => CUT_OFF;
    const beganMs = world.clock.monotonic();
    await world.clock.settle(a.leadership.release());
    expect(world.clock.monotonic() - beganMs).to.be.at.most(4_100);
    expect(await world.until(() => b.mayAct)).to.be.at.most(17.2);
  });
});

describe('The holder of the lease', () => {
  it('may act for ten seconds after it sent its last renewal that was answered, and not a moment longer', async () => {
    const { world, a, b } = await two();
    a.network = () => CUT_OFF;
    const lastMs = Date.parse(world.lease.spec['renewTime'] as string);
    await secondsUntilIdle(world, a);
    expect(world.clock.now() - lastMs).to.be.within(10_000, 10_100);
    await world.pass(0);
    expect(a.hasLost).to.equal(true);
    expect(b.mayAct).to.equal(false);
    expect(await world.until(() => b.mayAct)).to.be.within(3, 7.2);
  });

  it('counts a renewal from when it was sent, not from when it was answered', async () => {
    const { world, a } = await two();
    let slow = true;
    a.network = ({ method }) => {
      if (method !== 'PUT' || !slow) return CUT_OFF;
      slow = false;
      return { there: 2, back: 3_000 };
    };
    const puts = a.sent.length;
    await world.until(() => a.sent.length > puts, 3);
    const sentMs = world.clock.monotonic();
    await world.pass(9.5);
    expect(a.mayAct).to.equal(true);
    await secondsUntilIdle(world, a);
    expect(world.clock.monotonic() - sentMs).to.be.within(9_800, 10_100);
  });

  it('does not take a renewal for done whose answer was lost', async () => {
    const { world, a, b } = await two();
    a.network = () => UNANSWERED;
    const seconds = await secondsUntilIdle(world, a);
    expect(seconds).to.be.within(7.9, 10.1);
    expect(world.lease.spec['holderIdentity']).to.equal(a.leadership.identity);
    expect(b.mayAct).to.equal(false);
  });

  it('goes on after single answers that were lost, and after a server that was away for some seconds', async () => {
    const { world, a } = await two();
    let calls = 0;
    a.network = () => ((calls += 1) % 5 === 0 ? UNANSWERED : WELL);
    await world.pass(120);
    expect(a.mayAct).to.equal(true);
    world.isServerDown = true;
    await world.pass(6);
    world.isServerDown = false;
    await world.pass(30);
    expect([a.mayAct, a.hasLost]).to.deep.equal([true, false]);
    expect(world.lease.spec['leaseTransitions']).to.equal(0);
  });

  it('has time for a second try when the first hangs', async () => {
    const { world, a } = await two();
    let puts = 0;
    a.network = ({ method }) => (method === 'PUT' && (puts += 1) === 1 ? CUT_OFF : WELL);
    await world.pass(12);
    expect(a.mayAct).to.equal(true);
  });

  it('does not care about wall clocks that jump by an hour, its own or the others\'', async () => {
    const { world, a, b } = await two();
    for (const ms of [3_600_000, -7_200_000]) {
      for (const { clock } of [a, b]) clock.own.jump(ms);
      await world.pass(60);
      b.clock.own.jump(-ms);
      await world.pass(60);
      expect([a.mayAct, b.mayAct]).to.deep.equal([true, false]);
    }
    a.kill();
    expect(await world.until(() => b.mayAct)).to.be.within(13, 17.2);
  });

  it('finds out before it acts that it slept, and nothing revives it', async () => {
    const { world, a, b } = await two();
    a.clock.own.pause();
    await world.pass(20);
    expect(a.leadership.mayAct()).to.equal(false);
    expect(b.mayAct).to.equal(true);
    a.clock.own.resume();
    await world.pass(30);
    expect([a.mayAct, a.hasLost, b.mayAct]).to.deep.equal([false, true, true]);
    expect(a.log.lines.join('\n')).to.match(/error leadership is lost/);
  });

  it('has lost it when it slept, even if nobody took it', async () => {
    const world = new LeaseWorld();
    const a = world.candidate('a');
    await world.pass(5);
    a.clock.own.pause();
    await world.pass(12);
    a.clock.own.resume();
    await world.pass(1);
    expect([a.mayAct, a.hasLost]).to.deep.equal([false, true]);
  });

  it('has lost it when it is deleted, and the others wait as if it had not been', async () => {
    const { world, a, b } = await two();
    world.delete();
    expect(await world.until(() => a.hasLost)).to.be.at.most(2.2);
    expect(await world.until(() => b.mayAct)).to.be.within(12, 17.2);
  });

  it('has lost it when somebody else stands there', async () => {
    const { world, a, b } = await two();
    world.edit({ spec: { holderIdentity: 'somebody' } });
    expect(await world.until(() => a.hasLost)).to.be.at.most(2.2);
    expect(await world.until(() => b.mayAct)).to.be.within(12, 17.2);
  });

  it('has lost it when people empty it, and the others wait until it must have noticed', async () => {
    const { world, a, b } = await two();
    a.network = () => CUT_OFF;
    world.edit({ spec: { holderIdentity: '' } });
    await world.until(() => !a.mayAct, 11);
    expect(b.mayAct).to.equal(false);
    await world.until(() => b.mayAct, 10);
  });

  it('keeps it, and keeps what others write on it', async () => {
    const { world, a } = await two();
    world.edit({ metadata: { labels: { team: 'network' } } });
    await world.pass(20);
    expect([a.mayAct, a.hasLost]).to.deep.equal([true, false]);
    expect(world.lease.metadata['labels']).to.deep.equal({ team: 'network' });
  });
});
