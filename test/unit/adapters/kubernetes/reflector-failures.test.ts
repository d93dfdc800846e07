import { expect } from 'chai';
import { bench, synced } from './reflector-bench.ts';
import { refusal } from './world.ts';

describe('the reflector, when reading fails,', () => {
  it('shows nothing of a list of which one page failed, and everything after the next', async () => {
    const { world, clock, start, started, cached, told } = bench();
    world.pageItemsMax = 2;
    for (const name of ['a', 'b', 'c']) world.put(name, 'x');
    const faults = [refusal(500, 'InternalError')];
    world.onPage = (page) => { if (page === 1 && faults.length > 0) throw faults.pop()!; };
    start();
    await clock.pass(0);
    expect([started.resolved, cached(), told]).to.deep.equal([0, [], []]);
    await clock.pass(800);
    expect([started.resolved, cached()]).to.deep.equal([1, world.content]);
  });

  it('starts once the API server is there, however long that takes', async () => {
    const { world, clock, start, started, cached } = bench();
    world.put('a', 'x');
    world.down = new Error('connect ECONNREFUSED');
    start();
    await clock.pass(600_000);
    expect(started).to.deep.equal({ resolved: 0, rejected: 0 });
    world.down = undefined;
    await clock.pass(30_000);
    expect([started.resolved, cached()]).to.deep.equal([1, ['a=x']]);
  });

  it('waits out no pause for whoever must not act on what is old, and answers once the API server is there', async () => {
    const { world, clock, reflector, cached } = await synced();
    world.openWatch.reset();
    world.down = new Error('connect ECONNREFUSED');
    await clock.pass(60_000);
    world.put('b', 'new');
    let isRefreshed = false;
    reflector.refresh(10_000).then(() => { isRefreshed = true; }, () => undefined);
    await clock.pass(100);
    expect([isRefreshed, cached()]).to.deep.equal([false, ['a=first']]);
    world.down = undefined;
    await clock.pass(5_000);
    expect([isRefreshed, cached()]).to.deep.equal([true, world.content]);
  });

  it('does not storm a server that ends every watch at once', async () => {
    const { world, clock } = await synced();
    for (let second = 0; second < 600; second += 1) {
      for (const watch of world.watches) if (!watch.isLeft) watch.end();
      await clock.pass(1_000);
    }
    // the mean wait is 2.5 s once the cap is reached, and each watch is ended within a second
    expect(world.watches.length + world.lists).to.be.within(150, 320);
  });

  it('survives a reset connection and misses nothing', async () => {
    const { world, clock, told } = await synced();
    world.openWatch.reset();
    world.put('b', 'meanwhile');
    await clock.pass(800);
    expect(told).to.deep.equal(['added a=first', 'added b=meanwhile']);
    expect(world.lists).to.equal(1);
  });

  it('survives a failed start of a watch', async () => {
    const { world, clock, cached, told } = await synced();
    world.refuseWatches.push(refusal(500, 'InternalError'), new Error('socket hang up'));
    world.openWatch.reset();
    world.put('b', 'meanwhile');
    await clock.pass(5_000);
    expect(cached()).to.deep.equal(world.content);
    expect(told).to.deep.equal(['added a=first', 'added b=meanwhile']);
  });

  it('takes a watch for dead that is silent for 70 s, and hears what it missed within 75 s', async () => {
    const { world, clock, cached, reflector } = await synced();
    world.isHeard = false;
    world.put('b', 'unheard');
    await clock.pass(69_999);
    expect([cached(), world.watches.length]).to.deep.equal([['a=first'], 1]);
    world.isHeard = true;
    await clock.pass(5_001);
    expect(cached()).to.deep.equal(world.content);
    expect(reflector.health()).to.include({ reconnects: 1, relists: 1 });
  });

  it('takes no line of a watch that it has given up', async () => {
    const { world, clock, cached } = await synced();
    const dead = world.openWatch;
    await clock.pass(75_000);
    dead.say(JSON.stringify({ type: 'ADDED', object: { metadata: { name: 'ghost', uid: 'u', resourceVersion: '999' }, word: 'x' } }));
    expect(cached()).to.deep.equal(['a=first']);
  });

  it('lists again when its version was forgotten, told by an event', async () => {
    const { world, clock, told, cached, reflector } = await synced();
    world.openWatch.reset();
    world.put('b', 'meanwhile');
    world.forgotten = world.version;
    await clock.pass(5_000);
    expect(told).to.deep.equal(['added a=first', 'added b=meanwhile']);
    expect(cached()).to.deep.equal(world.content);
    expect(reflector.health().relists).to.equal(1);
  });

  it('lists again when its version was forgotten, told by the answer', async () => {
    const { world, clock, reflector } = await synced();
    world.refuseWatches.push(refusal(410, 'Expired'));
    world.openWatch.reset();
    await clock.pass(5_000);
    expect(reflector.health().relists).to.equal(1);
    expect(world.openWatch.isLeft).to.equal(false);
  });

  it('lists again when the pages of a list expired in the middle', async () => {
    const { world, clock, start, cached } = bench();
    world.pageItemsMax = 1;
    for (const name of ['a', 'b', 'c']) world.put(name, 'x');
    const faults = [refusal(410, 'Expired')];
    world.onPage = (page) => { if (page === 2 && faults.length > 0) throw faults.pop()!; };
    start();
    await clock.pass(800);
    expect(cached()).to.deep.equal(world.content);
  });

  it('lists again after a line that cannot be read, and does not pass over what it may have said', async () => {
    for (const line of ['{"type":"MODIFIED","obj', '{}', '[]', 'null', '{"type":"NEWS","object":{}}', '{"type":"ADDED","object":{"metadata":{"name":"x"}}}', '{"type":"BOOKMARK","object":{}}']) {
      const { world, clock, cached, reflector } = await synced();
      const watch = world.openWatch;
      world.isHeard = false;
      world.put('b', 'behind the bad line');
      watch.say(line);
      expect(watch.isLeft, line).to.equal(true);
      world.isHeard = true;
      await clock.pass(800);
      expect(cached(), line).to.deep.equal(world.content);
      expect(reflector.health().relists, line).to.equal(1);
    }
  });

  it('lists again after three failures in a row, for its version may be one that the server will never have', async () => {
    const { world, clock, reflector } = await synced();
    const timeout = (): Error => refusal(504, 'Timeout');
    world.refuseWatches.push(timeout(), timeout());
    world.openWatch.reset();
    await clock.pass(10_000);
    expect(reflector.health().relists).to.equal(1);
  });

  it('waits as long as the server asks it to', async () => {
    for (const [code, reason] of [[429, 'TooManyRequests'], [503, 'ServiceUnavailable']] as const) {
      const { world, clock } = await synced();
      world.refuseWatches.push(refusal(code, reason, '20'));
      world.openWatch.reset();
      await clock.pass(19_000);
      expect(world.watches.filter(({ isLeft }) => !isLeft)).to.deep.equal([]);
      await clock.pass(2_000);
      expect(world.openWatch.isLeft).to.equal(false);
    }
  });

  it('waits longer after each failure, at most 5 s, and by chance', async () => {
    const { world, clock } = await synced(() => 0.999);
    const attempts: number[] = [];
    const note = refusal(500, 'InternalError');
    world.refuseWatches.push(...Array.from({ length: 200 }, () => note));
    world.refuseLists.push(...Array.from({ length: 200 }, () => note));
    world.openWatch.reset();
    let left = world.refuseLists.length + world.refuseWatches.length;
    for (let second = 1; second <= 200; second += 1) {
      await clock.pass(1_000);
      const now = world.refuseLists.length + world.refuseWatches.length;
      if (now !== left) attempts.push(second);
      left = now;
    }
    const waits = attempts.map((at, index) => at - (attempts[index - 1] ?? 0));
    expect(waits.slice(0, 8)).to.deep.equal([1, 2, 3, 5, 5, 5, 5, 5]);
  });

  it('is not ready while it is refused, and ready again when it is not', async () => {
    for (const [code, reason] of [[401, 'Unauthorized'], [403, 'Forbidden']] as const) {
      const { world, clock, reflector, cached } = await synced();
      world.down = refusal(code, reason);
      world.openWatch.reset();
      await clock.pass(120_000);
      expect(reflector.health()).to.include({ ready: false, synced: true });
      expect(cached()).to.deep.equal(['a=first']);
      world.down = undefined;
      await clock.pass(30_000);
      expect(reflector.health()).to.include({ ready: true });
    }
  });
});
