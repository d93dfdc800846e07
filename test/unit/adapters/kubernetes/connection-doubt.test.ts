import type { ServerResponse } from 'node:http';
import { expect } from 'chai';
import { settled } from '../../../kit/virtual-clock.ts';
import { bench, errorOf } from './connection-bench.ts';
import type { Bench } from './connection-bench.ts';

const get = { method: 'GET', path: '/x' } as const;

/** Makes this many connections, which then lie idle. */
async function idle(open: Bench, count: number): Promise<void> {
  const held: (() => void)[] = [];
  const all = Promise.withResolvers<undefined>();
  open.handler = (_request, response) => {
    held.push(() => void response.end('{}'));
    if (held.length === count) all.resolve(undefined);
  };
  const calls = Array.from({ length: count }, () => open.connection.request(get));
  await all.promise;
  for (const answer of held) answer();
  await Promise.all(calls);
  // a connection is free again a turn after its answer was read
  await settled();
}

/** From now on nothing is answered on the connections that were made so far; resolves when one of them is asked. */
function forget(open: Bench): Promise<void> {
  const known = open.sockets();
  const asked = Promise.withResolvers<undefined>();
  open.handler = ({ socket }, response) => {
    if (open.numberOf(socket) > known) response.end('{"fine":true}');
    else asked.resolve(undefined);
  };
  return asked.promise;
}

describe('the connection to the API server, when connections die unnoticed,', () => {
  it('loses one time-out to them, however many there are', async () => {
    await using open = await bench();
    await idle(open, 4);
    const asked = forget(open);
    const lost = errorOf(open.connection.request(get));
    await asked;
    await open.clock.pass(10_000);
    expect((await lost).message).to.include('no answer within 10 s');
    expect(await open.connection.request(get)).to.deep.equal({ fine: true });
  });

  it('goes on with new ones as well when a caller had less patience than its time-out', async () => {
    await using open = await bench();
    await idle(open, 2);
    const asked = forget(open);
    const impatient = new AbortController();
    const lost = errorOf(open.connection.request({ ...get, signal: impatient.signal }));
    await asked;
    impatient.abort();
    await lost;
    expect(await open.connection.request(get)).to.deep.equal({ fine: true });
  });

  it('goes on with new ones after a watch that was given up', async () => {
    await using open = await bench();
    await idle(open, 2);
    const begun = Promise.withResolvers<undefined>();
    open.handler = (_request, response) => void response.write('{}\n');
    const leave = new AbortController();
    const watch = errorOf(open.connection.watch({ path: '/x', query: {}, signal: leave.signal }, () => begun.resolve(undefined)));
    await begun.promise;
    void forget(open);
    leave.abort();
    await watch;
    expect(await open.connection.request(get)).to.deep.equal({ fine: true });
  });

  it('ends a watch that nobody opens within the time-out', async () => {
    await using open = await bench();
    await idle(open, 1);
    const asked = forget(open);
    const watch = errorOf(open.connection.watch({ path: '/x', query: {}, signal: new AbortController().signal }, () => undefined));
    await asked;
    await open.clock.pass(10_000);
    expect(await watch).to.include({ kind: 'unavailable', message: 'watch of /x: no answer within 10 s' });
    expect(open.clock.pending).to.equal(0);
  });

  for (const [title, openMs, isHeard, wanted] of [
    ['ends a watch that said nothing while another call had no answer', 10_000, false, true],
    ['keeps a watch that said something meanwhile', 10_000, true, false],
    ['keeps a watch that was opened only just', 9_000, false, false],
  ] as const) {
    it(title, async () => {
      await using open = await bench();
      const lines = Promise.withResolvers<ServerResponse>();
      open.handler = (_request, response) => {
        response.write('{}\n');
        lines.resolve(response);
      };
      let heard = 0;
      const untilHeard = async (count: number): Promise<void> => { while (heard < count) await settled(); };
      const leave = new AbortController();
      const watch = errorOf(open.connection.watch({ path: '/x', query: {}, signal: leave.signal }, () => { heard += 1; }));
      const stream = await lines.promise;
      await untilHeard(1);
      await open.clock.pass(openMs - 5_000);
      const asked = Promise.withResolvers<undefined>();
      open.handler = () => asked.resolve(undefined);
      const impatient = new AbortController();
      const lost = errorOf(open.connection.request({ ...get, signal: impatient.signal }));
      await asked.promise;
      await open.clock.pass(5_000);
      if (isHeard) {
        stream.write('{}\n');
        await untilHeard(2);
      }
      impatient.abort();
      await lost;
      if (wanted) expect((await watch).message).to.include('nothing was heard while another call had no answer');
      else {
        const before = heard;
        stream.write('{}\n');
        await untilHeard(before + 1);
      }
      leave.abort();
      await watch;
    });
  }

  it('keeps its connections as long as every call is answered', async () => {
    await using open = await bench();
    open.handler = (request, response) => void response.writeHead(request.url === '/x' ? 200 : 500).end('{}\n');
    for (const path of ['/x', '/y', '/x', '/y']) {
      await open.connection.request({ method: 'GET', path }).catch(() => undefined);
      await settled();
    }
    await open.connection.watch({ path: '/x', query: {}, signal: new AbortController().signal }, () => undefined);
    await settled();
    await open.connection.request(get);
    expect(open.sockets()).to.equal(1);
  });
});
