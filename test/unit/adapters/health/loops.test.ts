// A process must not be killed for what others do to it, and must be for what it does itself. Real loops on a clock that is moved by hand.
import { expect } from 'chai';
import { leaseLoop, queueLoop, reflectorLoop, startLoop } from '../../../../src/adapters/health/loops.ts';
import type { Check } from '../../../../src/adapters/health/vitals.ts';
import { PRIORITY, WorkQueue } from '../../../../src/controller/work-queue.ts';
import { KeptLog } from '../../../kit/log.ts';
import { VirtualClock } from '../../../kit/virtual-clock.ts';
import { CUT_OFF, LeaseWorld } from '../kubernetes/lease-world.ts';
import { bench as reflectorBench, synced } from '../kubernetes/reflector-bench.ts';
import { refusal } from '../kubernetes/world.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** What the check said, looked at every ten seconds, as the kubelet does. */
async function findings(clock: VirtualClock, check: Check, forMs: number): Promise<string[]> {
  const said = new Set<string>();
  for (let passedMs = 0; passedMs < forMs; passedMs += 10_000) {
    await clock.pass(10_000);
    said.add(check() ?? 'alive');
  }
  return [...said];
}

describe('A list and watch', () => {
  const check = ({ reflector, clock }: ReturnType<typeof reflectorBench>): Check => reflectorLoop(() => reflector.health(), clock);

  it('lives before it has begun', async () => {
    const made = reflectorBench();
    expect(await findings(made.clock, check(made), HOUR_MS)).to.deep.equal(['alive']);
  });

  it('lives through an hour in which the API server is down', async () => {
    const made = await synced();
    made.world.down = new Error('connect ECONNREFUSED');
    made.world.openWatch.reset();
    expect(await findings(made.clock, check(made), HOUR_MS)).to.deep.equal(['alive']);
  });

  it('lives while an API server that is there from the start refuses it and asks it to wait a minute', async () => {
    const made = reflectorBench();
    made.world.down = refusal(429, 'TooManyRequests', '60');
    made.start();
    expect(await findings(made.clock, check(made), HOUR_MS)).to.deep.equal(['alive']);
  });

  it('lives while nothing happens in the collection, whether bookmarks come or not', async () => {
    const made = await synced();
    made.world.isHeard = false;
    expect(await findings(made.clock, check(made), HOUR_MS)).to.deep.equal(['alive']);
  });

  it('lives while each of many pages takes its ten seconds', async () => {
    const made = reflectorBench();
    made.world.pageItemsMax = 1;
    for (let n = 0; n < 100; n += 1) made.world.put(`r-${n}`, 'x');
    made.world.onPage = () => new Promise((resolve) => void made.clock.after(9_900, () => resolve()));
    made.start();
    expect(await findings(made.clock, check(made), 20 * MINUTE_MS)).to.deep.equal(['alive']);
    expect(made.cached()).to.have.length(100);
  });

  it('is dead three minutes after its list was asked for and nothing ever came of it', async () => {
    const made = reflectorBench();
    made.world.onPage = () => new Promise(() => undefined);
    made.start();
    expect(await findings(made.clock, check(made), 3 * MINUTE_MS)).to.deep.equal(['alive']);
    expect(await findings(made.clock, check(made), 10_000)).to.deep.equal(['nothing was heard from the API server and nothing was asked of it for 190 s']);
  });
});

describe('The lease', () => {
  const check = ({ leadership, clock }: ReturnType<LeaseWorld['candidate']>): Check => leaseLoop(() => leadership.triedAtMs(), clock);

  it('keeps a standby alive for as long as somebody else leads', async () => {
    const world = new LeaseWorld();
    const leader = world.candidate('a');
    await world.clock.settle(leader.acquired);
    const standby = world.candidate('b');
    expect(await findings(world.clock, check(standby), HOUR_MS)).to.deep.equal(['alive']);
    expect(await findings(world.clock, check(leader), 10_000)).to.deep.equal(['alive']);
    expect([leader.mayAct, standby.mayAct]).to.deep.equal([true, false]);
  });

  it('keeps a standby alive that cannot reach the API server', async () => {
    const world = new LeaseWorld();
    const standby = world.candidate('a');
    standby.network = () => CUT_OFF;
    expect(await findings(world.clock, check(standby), HOUR_MS)).to.deep.equal(['alive']);
  });

  it('is not asked for after it was given up', async () => {
    const world = new LeaseWorld();
    const leader = world.candidate('a');
    await world.clock.settle(leader.acquired);
    await world.clock.settle(leader.leadership.release());
    expect(await findings(world.clock, check(leader), HOUR_MS)).to.deep.equal(['alive']);
  });

  it('is a stopped loop after a minute without a try', async () => {
    const clock = new VirtualClock();
    const stopped = leaseLoop(() => 0, clock);
    expect(await findings(clock, stopped, MINUTE_MS)).to.deep.equal(['alive']);
    expect(await findings(clock, stopped, 10_000)).to.deep.equal(['the lease was neither renewed nor asked for for 70 s']);
  });
});

describe('The work queue', () => {
  const bench = (work: (key: string, clock: VirtualClock) => Promise<void>, concurrencyMax = 2): { clock: VirtualClock; queue: WorkQueue } => {
    const clock = new VirtualClock();
    const queue = new WorkQueue({ clock, log: new KeptLog(), concurrencyMax, windowsMax: 0, work: (key) => work(key, clock) });
    return { clock, queue };
  };
  const takes = (ms: number) => (_: string, clock: VirtualClock) => new Promise<void>((resolve) => void clock.after(ms, resolve));

  it('lives with nothing to do, as a standby has', async () => {
    const { clock, queue } = bench(takes(0));
    expect(await findings(clock, queueLoop(() => queue.pulse()), HOUR_MS)).to.deep.equal(['alive']);
  });

  it('lives while many keys wait for workers that take minutes', async () => {
    const { clock, queue } = bench(takes(4 * MINUTE_MS));
    for (let n = 0; n < 50; n += 1) queue.add(`resource/r-${n}`, PRIORITY.drift);
    expect(await findings(clock, queueLoop(() => queue.pulse()), HOUR_MS)).to.deep.equal(['alive']);
  });

  it('is dead when keys wait and no worker gets on', async () => {
    const { clock, queue } = bench(() => new Promise(() => undefined));
    for (const key of ['resource/a', 'resource/b', 'resource/c']) queue.add(key, PRIORITY.drift);
    expect(await findings(clock, queueLoop(() => queue.pulse()), 5 * MINUTE_MS)).to.deep.equal(['alive']);
    expect(await findings(clock, queueLoop(() => queue.pulse()), 10_000)).to.deep.equal(['1 keys wait and no worker took or ended one for 310 s']);
  });

  it('is dead when a worker stays with a key for a quarter of an hour, and says with which', async () => {
    const { clock, queue } = bench(() => new Promise(() => undefined));
    queue.add('instance/web/i-1', PRIORITY.drift);
    expect(await findings(clock, queueLoop(() => queue.pulse()), 15 * MINUTE_MS)).to.deep.equal(['alive']);
    expect(await findings(clock, queueLoop(() => queue.pulse()), 10_000)).to.deep.equal(['a worker has been busy with instance/web/i-1 for 910 s']);
  });
});

describe('The start', () => {
  it('lives as long as the API server is asked again and again', async () => {
    const clock = new VirtualClock();
    let triedAtMs = 0;
    const check = startLoop(() => triedAtMs, clock);
    const again = (): void => {
      triedAtMs = clock.monotonic();
      clock.after(15_000, again);
    };
    again();
    expect(await findings(clock, check, HOUR_MS)).to.deep.equal(['alive']);
  });

  it('is a stopped loop when that ends', async () => {
    const clock = new VirtualClock();
    const check = startLoop(() => 0, clock);
    await clock.pass(121_000);
    expect(check()).to.equal('the API server was not asked for 121 s');
  });
});
