import { expect } from 'chai';
import { bench, synced } from './reflector-bench.ts';
import type { Bench } from './reflector-bench.ts';
import { bookmark, refusal } from './world.ts';

describe('the reflector', () => {
  it('has all pages of the list in its cache before its start is over', async () => {
    const { world, clock, start, started, cached, reflector } = bench();
    world.pageItemsMax = 2;
    for (const name of ['a', 'b', 'c', 'd', 'e']) world.put(name, 'x');
    start();
    await clock.pass(0);
    expect(started).to.deep.equal({ resolved: 1, rejected: 0 });
    expect(cached()).to.deep.equal(world.content);
    expect(reflector.health()).to.include({ ready: true, synced: true, relists: 0 });
  });

  it('follows what is added, changed and deleted', async () => {
    const { world, told, cached } = await synced();
    world.put('b', 'new');
    world.put('a', 'second');
    world.remove('b');
    expect(told).to.deep.equal(['added a=first', 'added b=new', 'modified a=second', 'deleted b=new']);
    expect(cached()).to.deep.equal(world.content);
  });

  it('asks for five to ten minutes of watch', async () => {
    for (const [random, seconds] of [[0, 300], [0.5, 450], [0.999, 600]] as const) {
      expect((await synced(() => random)).world.openWatch.timeoutSeconds).to.equal(seconds);
    }
  });

  it('goes on at once and from where it was when the server ends a good watch', async () => {
    const { world, clock, told, reflector } = await synced();
    await clock.pass(20_000);
    world.put('b', 'new');
    world.openWatch.end();
    await clock.pass(0);
    expect(world.openWatch).to.include({ from: world.version, openedAtMs: 20_000 });
    expect(told).to.deep.equal(['added a=first', 'added b=new']);
    expect([world.lists, reflector.health().reconnects]).to.deep.equal([1, 1]);
  });

  it('keeps a quiet watch on which bookmarks come, and goes on from the last of them', async () => {
    const { world, clock, reflector } = await synced();
    for (let minute = 1; minute <= 5; minute += 1) {
      await clock.pass(60_000);
      world.openWatch.say(bookmark(1_000 + minute));
    }
    expect(world.watches).to.have.lengthOf(1);
    expect(reflector.health().lastEventAtMs).to.equal(300_000);
    world.openWatch.end();
    await clock.pass(0);
    expect(world.openWatch.from).to.equal(1_005);
  });

  it('lists anew for whoever must not act on what is old, and not when it heard from the API server just now', async () => {
    const { world, clock, reflector, cached } = await synced();
    await clock.pass(9_000);
    await reflector.refresh(10_000);
    expect(world.lists).to.equal(1);
    await clock.pass(9_000);
    const refreshed = reflector.refresh(10_000);
    await clock.pass(0);
    await refreshed;
    world.put('b', 'new');
    expect([world.lists, cached()]).to.deep.equal([2, world.content]);
  });

  it('goes on when a handler throws, in the first list and later', async () => {
    const { world, clock, start, started, cached, log } = bench(() => { throw new Error('handler'); });
    world.put('a', 'x');
    start();
    await clock.pass(0);
    world.put('b', 'y');
    expect([started.resolved, cached(), world.watches.length]).to.deep.equal([1, world.content, 1]);
    expect(log.filter(({ text }) => text.startsWith('error'))).to.have.lengthOf(2);
  });

  it('says that an object was replaced when it was deleted and made again in a gap', async () => {
    const { world, clock, told } = await synced();
    world.openWatch.reset();
    world.remove('a');
    world.put('a', 'another');
    world.forgotten = world.version;
    await clock.pass(5_000);
    expect(told).to.deep.equal(['added a=first', 'replaced a=another']);
  });

  it('says that an object is deleted which a new list does not hold any longer', async () => {
    const { world, clock, told, cached } = await synced();
    world.openWatch.reset();
    world.remove('a');
    world.forgotten = world.version;
    await clock.pass(5_000);
    expect(told).to.deep.equal(['added a=first', 'deleted a=first']);
    expect(cached()).to.deep.equal([]);
  });

  it('says nothing of an object whose version did not change', async () => {
    const { world, clock, told } = await synced();
    world.openWatch.reset();
    world.forgotten = world.version + 1;
    await clock.pass(5_000);
    expect([told, world.lists > 1]).to.deep.equal([['added a=first'], true]);
  });

  it('does nothing any more once it is stopped, wherever that finds it', async () => {
    const places: Record<string, (bench: Bench) => Promise<void>> = {
      'in a watch': async () => undefined,
      'in a wait': async ({ world, clock }) => {
        world.openWatch.reset();
        await clock.pass(0);
      },
      'in a list': async ({ world, clock }) => {
        const answer = Promise.withResolvers<undefined>();
        world.onPage = () => answer.promise.then(() => undefined);
        world.refuseWatches.push(refusal(410, 'Expired'));
        world.openWatch.reset();
        await clock.pass(1_300);
        clock.after(1_000, () => answer.resolve(undefined));
      },
    };
    for (const [place, arrive] of Object.entries(places)) {
      const made = await synced();
      await arrive(made);
      const opened = made.world.watches.length;
      const stopped = made.reflector.stop();
      made.world.put('late', 'x');
      await made.clock.pass(120_000);
      await stopped;
      expect([made.told, made.world.watches.length, made.world.watches.every(({ isLeft }) => isLeft), made.clock.pending], place)
        .to.deep.equal([['added a=first'], opened, true, 0]);
    }
  });

  it('rejects its start when it is stopped before the first list, and cannot be started twice', async () => {
    const { world, clock, start, started, reflector } = bench();
    world.down = new Error('connect ECONNREFUSED');
    start();
    await clock.pass(0);
    await reflector.stop();
    await clock.pass(0);
    expect(started).to.deep.equal({ resolved: 0, rejected: 1 });
    start();
    await clock.pass(0);
    expect(started).to.deep.equal({ resolved: 0, rejected: 2 });
  });
});
