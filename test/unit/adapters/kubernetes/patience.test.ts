import { expect } from 'chai';
import { bench, errorOf, status } from './connection-bench.ts';

const patch = { method: 'PATCH', path: '/x' } as const;

describe('the patience of the connection to the API server', () => {
  it('does not send again what is to come back later, and says when', async () => {
    await using open = await bench();
    let asked = 0;
    open.handler = (_request, response) => {
      asked += 1;
      response.writeHead(429, { 'retry-after': '7' }).end(status(429, 'TooManyRequests'));
    };
    await errorOf(open.connection.request(patch));
    await open.clock.pass(3_000);
    expect(await errorOf(open.connection.request(patch))).to.include({ kind: 'unavailable', retryAfterMs: 4_000, message: 'PATCH /x was not sent: the API server asked to be left alone for another 4 s' });
    expect(asked).to.equal(1);
    await open.clock.pass(4_000);
    await errorOf(open.connection.request(patch));
    expect(asked).to.equal(2);
  });

  it('is for one method on one path, and for no more than a minute', async () => {
    await using open = await bench();
    open.handler = (_request, response) => void response.writeHead(503, { 'retry-after': '86400' }).end();
    await errorOf(open.connection.request(patch));
    open.handler = (_request, response) => void response.end('{"fine":true}');
    for (const other of [{ method: 'GET', path: '/x' }, { method: 'PATCH', path: '/y' }] as const) expect(await open.connection.request(other)).to.deep.equal({ fine: true });
    expect((await errorOf(open.connection.request(patch))).kind).to.equal('unavailable');
    await open.clock.pass(60_000);
    expect(await open.connection.request(patch)).to.deep.equal({ fine: true });
  });
});
