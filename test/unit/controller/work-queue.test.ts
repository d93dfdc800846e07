// The work queue on a clock that moves only when told: what is worked on, in which order, and never twice at once.
import { expect } from 'chai';
import fc from 'fast-check';
import { PRIORITY, WorkQueue } from '../../../src/controller/work-queue.ts';
import type { Priority } from '../../../src/controller/work-queue.ts';
import { KeptLog } from '../../kit/log.ts';
import { settled, VirtualClock } from '../../kit/virtual-clock.ts';

interface Bench {
  readonly clock: VirtualClock;
  readonly queue: WorkQueue;
  readonly log: KeptLog;
  /** "key@ms" of each beginning. */
  readonly begun: string[];
  /** Most that were worked on at once, of one key and of all. */
  readonly most: { ofOne: number; ofAll: number };
}

function bench({ workMs = 0, concurrencyMax = 10, windowsMax = 0, fails = false }: { workMs?: number; concurrencyMax?: number; windowsMax?: number; fails?: boolean } = {}): Bench {
  const clock = new VirtualClock();
  const log = new KeptLog();
  const begun: string[] = [];
  const most = { ofOne: 0, ofAll: 0 };
  const now = new Map<string, number>();
  const work = async (key: string): Promise<void> => {
    begun.push(`${key}@${clock.monotonic()}`);
    now.set(key, (now.get(key) ?? 0) + 1);
    most.ofOne = Math.max(most.ofOne, ...now.values());
    most.ofAll = Math.max(most.ofAll, [...now.values()].reduce((sum, count) => sum + count, 0));
    if (workMs > 0) await new Promise<void>((resolve) => void clock.after(workMs, resolve));
    now.set(key, (now.get(key) ?? 1) - 1);
    if (fails && begun.length === 1) throw new Error('broken');
  };
  return { clock, log, begun, most, queue: new WorkQueue({ clock, log, concurrencyMax, windowsMax, work }) };
}

describe('A key', () => {
  it('is worked on at once when a worker is free', async () => {
    const { queue, clock, begun } = bench();
    queue.add('a', PRIORITY.drift);
    await clock.pass(0);
    expect(begun).to.deep.equal(['a@0']);
  });

  it('that is to wait for a fraction of a millisecond waits for a whole one, so that the clock moves on', async () => {
    const { queue, clock, begun } = bench();
    queue.addAfter('a', 0.000_000_1, PRIORITY.drift);
    await clock.pass(2);
    expect(begun).to.deep.equal(['a@1']);
  });

  it('that waits is worked on once, however often it is added', async () => {
    const { queue, clock, begun } = bench({ workMs: 10, concurrencyMax: 1 });
    for (const key of ['busy', 'a', 'a', 'a']) queue.add(key, PRIORITY.drift);
    await clock.pass(100);
    expect(begun).to.deep.equal(['busy@0', 'a@10']);
  });

  it('added while it is worked on is worked on once more, and not before', async () => {
    const { queue, clock, begun, most } = bench({ workMs: 10 });
    queue.add('a', PRIORITY.drift);
    await clock.pass(5);
    queue.add('a', PRIORITY.drift);
    queue.add('a', PRIORITY.edit);
    await clock.pass(100);
    expect(begun).to.deep.equal(['a@0', 'a@10']);
    expect(most.ofOne).to.equal(1);
  });

  it('whose work fails is said to have failed and tried again later', async () => {
    const { queue, clock, begun, log } = bench({ fails: true });
    queue.add('a', PRIORITY.drift);
    await clock.pass(60_000);
    expect(begun).to.deep.equal(['a@0', 'a@10000']);
    expect(log.lines.join()).to.match(/^error .*broken/);
  });
});

describe('A delayed key', () => {
  it('is worked on when its time comes', async () => {
    const { queue, clock, begun } = bench();
    queue.addAfter('a', 500, PRIORITY.drift);
    await clock.pass(499);
    expect(begun).to.deep.equal([]);
    await clock.pass(1);
    expect(begun).to.deep.equal(['a@500']);
  });

  it('keeps the earliest of several appointments', async () => {
    const { queue, clock, begun } = bench();
    for (const delayMs of [500, 200, 800]) queue.addAfter('a', delayMs, PRIORITY.drift);
    await clock.pass(10_000);
    expect(begun).to.deep.equal(['a@200']);
    expect(clock.pending).to.equal(0);
  });

  it('that is added loses its appointment', async () => {
    const { queue, clock, begun } = bench();
    queue.addAfter('a', 500, PRIORITY.drift);
    queue.add('a', PRIORITY.drift);
    await clock.pass(10_000);
    expect(begun).to.deep.equal(['a@0']);
  });

  it('keeps the best priority of several appointments, and of one that is overtaken', async () => {
    const { queue, clock, begun } = bench({ workMs: 300, concurrencyMax: 1 });
    queue.add('busy', PRIORITY.window);
    queue.addAfter('a', 100, PRIORITY.drift);
    for (const [key, first, second] of [['sooner', PRIORITY.resync, PRIORITY.window], ['later', PRIORITY.edit, PRIORITY.resync]] as const) {
      queue.addAfter(key, 200, first);
      queue.addAfter(key, key === 'sooner' ? 250 : 150, second);
    }
    queue.addAfter('overtaken', 5_000, PRIORITY.edit);
    await clock.pass(250);
    queue.add('overtaken', PRIORITY.resync);
    await clock.pass(10_000);
    expect(begun.map((line) => line.replace(/@.*/, ''))).to.deep.equal(['busy', 'sooner', 'later', 'overtaken', 'a']);
  });

  it('has its appointment made while it is worked on', async () => {
    const { queue, clock, begun } = bench({ workMs: 10 });
    queue.add('a', PRIORITY.drift);
    await clock.pass(1);
    queue.addAfter('a', 500, PRIORITY.drift);
    await clock.pass(10_000);
    expect(begun).to.deep.equal(['a@0', 'a@501']);
  });
});

describe('The order of work', () => {
  const names = (begun: readonly string[]): string => begun.map((line) => line.replace(/@.*/, '')).join(' ');

  it('is by priority, then by arrival', async () => {
    const { queue, clock, begun } = bench({ workMs: 1, concurrencyMax: 1 });
    queue.add('busy', PRIORITY.window);
    for (const [key, priority] of [['r', 3], ['d1', 2], ['d2', 2], ['e', 1], ['w', 0]] as const) queue.add(key, priority);
    await clock.pass(100);
    expect(names(begun)).to.equal('busy w e d1 d2 r');
  });

  it('puts a key forward that is added again with a better priority', async () => {
    const { queue, clock, begun } = bench({ workMs: 1, concurrencyMax: 1 });
    for (const key of ['busy', 'a', 'b']) queue.add(key, PRIORITY.drift);
    queue.add('b', PRIORITY.window);
    await clock.pass(100);
    expect(names(begun)).to.equal('busy b a');
  });

  it('does not put a key back that is added again with a worse priority', async () => {
    const { queue, clock, begun } = bench({ workMs: 1, concurrencyMax: 1 });
    for (const key of ['busy', 'b']) queue.add(key, PRIORITY.drift);
    queue.add('a', PRIORITY.edit);
    queue.add('a', PRIORITY.resync);
    await clock.pass(100);
    expect(names(begun)).to.equal('busy a b');
  });

  it('lets a window go ahead while all workers are busy with others, and no more windows than it may', async () => {
    const { queue, clock, begun, most } = bench({ workMs: 10_000, concurrencyMax: 2, windowsMax: 2 });
    for (const key of ['d1', 'd2', 'd3']) queue.add(key, PRIORITY.drift);
    for (const key of ['w1', 'w2', 'w3']) queue.add(key, PRIORITY.window);
    await clock.pass(0);
    expect(names(begun)).to.equal('d1 d2 w1 w2');
    await clock.pass(60_000);
    expect(begun).to.have.lengthOf(6);
    expect(most.ofAll).to.equal(4);
  });

  it('lets nobody starve behind better priorities', async () => {
    const { queue, clock, begun } = bench({ workMs: 1_000, concurrencyMax: 1 });
    queue.add('old', PRIORITY.resync);
    queue.add('patient', PRIORITY.resync);
    for (let second = 0; second < 60; second += 1) {
      queue.add(`window-${second}`, PRIORITY.window);
      await clock.pass(1_000);
    }
    expect(names(begun)).to.match(/patient/);
    const atMs = Number(begun.find((line) => line.startsWith('patient'))?.replace(/.*@/, ''));
    expect(atMs).to.be.within(20_000, 40_000);
  });
});

describe('The queue', () => {
  it('works on no more at once than it may, and on no key twice at once, and forgets none', async () => {
    const action = fc.record({ key: fc.constantFrom('a', 'b', 'c', 'd', 'e'), delayMs: fc.nat(50), priority: fc.constantFrom<Priority>(0, 1, 2, 3), pauseMs: fc.nat(20) });
    await fc.assert(fc.asyncProperty(fc.array(action, { maxLength: 20 }), async (actions) => {
      const { queue, clock, most, begun } = bench({ workMs: 7, concurrencyMax: 3 });
      for (const { key, delayMs, priority, pauseMs } of actions) {
        if (delayMs < 10) queue.add(key, priority);
        else queue.addAfter(key, delayMs, priority);
        await clock.pass(pauseMs);
      }
      await clock.pass(1_000);
      expect(most.ofOne).to.be.at.most(1);
      expect(most.ofAll).to.be.at.most(3);
      expect(new Set(begun.map((line) => line[0]))).to.deep.equal(new Set(actions.map(({ key }) => key)));
    }), { numRuns: 50, seed: 1 });
  });

  it('that is stopped finishes what is begun, begins nothing, and leaves no timer', async () => {
    const { queue, clock, begun } = bench({ workMs: 100, concurrencyMax: 1 });
    for (const key of ['a', 'b']) queue.add(key, PRIORITY.drift);
    queue.addAfter('c', 10, PRIORITY.drift);
    let stopped = false;
    void queue.stop().then(() => { stopped = true; });
    queue.add('d', PRIORITY.window);
    queue.addAfter('e', 1, PRIORITY.window);
    await clock.pass(99);
    expect(stopped).to.equal(false);
    await clock.pass(1);
    await settled();
    expect([stopped, begun, clock.pending]).to.deep.equal([true, ['a@0'], 0]);
  });

  it('that has nothing to do stops at once', async () => bench().queue.stop());
});
