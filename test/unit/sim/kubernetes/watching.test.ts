import { expect } from 'chai';
import { boat, boathouse, boats, logger, named } from './subjects.ts';

const MINUTE_MS = 60_000;

describe('watches of the simulated Kubernetes store', () => {
  it('bring a bookmark each minute while there is something new to tell, and one two seconds before the end', () => {
    const { store, runtime } = boathouse();
    const { resourceVersion } = store.create(boats, boat('a')).metadata;
    const log = logger();
    store.watch(boats, { resourceVersion, allowWatchBookmarks: true, timeoutSeconds: 150 }, log);
    runtime.advance(MINUTE_MS);
    expect(log.lines).to.deep.equal([]);
    store.create(boats, boat('b'));
    runtime.advance(MINUTE_MS);
    expect(log.lines).to.deep.equal(['ADDED b', 'BOOKMARK']);
    runtime.advance(27_999);
    expect(log.lines).to.have.length(2);
    runtime.advance(1);
    expect([log.lines.at(-1), log.lines.length, log.ended]).to.deep.equal(['BOOKMARK', 3, false]);
    runtime.advance(2_000);
    expect([log.lines.length, log.ended]).to.deep.equal([3, true]);
  });

  it('end after half an hour to an hour when they name no time', () => {
    const { store, runtime } = boathouse();
    const log = logger();
    store.watch(boats, {}, log);
    runtime.advance(30 * MINUTE_MS - 1);
    expect(log.ended).to.equal(false);
    runtime.advance(30 * MINUTE_MS + 1);
    expect(log.ended).to.equal(true);
  });

  it('leave nothing behind when they are stopped or have ended', () => {
    const { store, runtime } = boathouse();
    const [stopped, ended] = [logger(), logger()];
    const stop = store.watch(boats, { allowWatchBookmarks: true }, stopped);
    store.watch(boats, { allowWatchBookmarks: true, timeoutSeconds: 1 }, ended);
    stop();
    runtime.advance(1_000);
    const told = [...stopped.lines, ...ended.lines];
    store.create(boats, boat('a'));
    expect([...stopped.lines, ...ended.lines]).to.deep.equal(told);
    expect([runtime.pending, stopped.ended, ended.ended]).to.deep.equal([0, false, true]);
  });

  it('hear changes in the order of their versions even when a listener writes', () => {
    const { store } = boathouse();
    const [first, second] = [logger(), logger()];
    const { resourceVersion } = store.list(boats).metadata;
    store.watch(boats, { resourceVersion }, {
      ...first,
      event: (event) => {
        first.event(event);
        if (event.type === 'ADDED') store.patch(named('a'), { spec: { oars: 8 } });
      },
    });
    store.watch(boats, { resourceVersion }, second);
    store.create(boats, boat('a'));
    expect(first.lines).to.deep.equal(['ADDED a', 'MODIFIED a']);
    expect(second.lines).to.deep.equal(['ADDED a', 'MODIFIED a']);
  });

  it('tell nothing twice when a listener opens them', () => {
    const { store } = boathouse();
    const inner = logger();
    const { resourceVersion } = store.list(boats).metadata;
    let opened = false;
    store.watch(boats, { resourceVersion }, {
      ...logger(),
      event: () => {
        if (opened) return;
        opened = true;
        store.create(boats, boat('b'));
        store.watch(boats, { resourceVersion }, inner);
      },
    });
    store.create(boats, boat('a'));
    expect(inner.lines).to.deep.equal(['ADDED a', 'ADDED b']);
  });

  it('tell only of their own kind', () => {
    const { store } = boathouse();
    const log = logger();
    store.watch({ resource: store.resource('v1', 'nodes') }, {}, log);
    store.create(boats, boat('a'));
    expect(log.lines).to.deep.equal([]);
  });
});
