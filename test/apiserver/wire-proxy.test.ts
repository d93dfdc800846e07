import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { expect } from 'chai';
import { breakingProxy } from '../kit/breaking-proxy.ts';
import type { BreakingProxy } from '../kit/breaking-proxy.ts';
import { eventually } from './kit/until.ts';

interface Bench extends AsyncDisposable {
  readonly proxy: BreakingProxy;
  /** Opens a connection through the proxy. */
  readonly dial: () => Caller;
}

/** One end, with what it heard. */
class Caller {
  readonly socket: Socket;
  heard = '';
  error: string | undefined;
  isOver = false;

  constructor(port: number) {
    this.socket = connect({ port, host: '127.0.0.1' });
    this.socket.setEncoding('utf8').on('data', (text: string) => { this.heard += text; });
    this.socket.on('error', (error: NodeJS.ErrnoException) => { this.error = error.code; }).on('close', () => { this.isOver = true; });
  }

  /** Says it and waits for the echo. */
  async echo(text: string): Promise<void> {
    this.socket.write(text);
    await eventually(() => expect(this.heard.endsWith(text)).to.equal(true), { timeoutMs: 2_000, everyMs: 5 });
  }
}

/** An echo behind a proxy. */
async function bench(): Promise<Bench> {
  const ends = new Set<Socket>();
  const server = createServer((socket) => { ends.add(socket.on('error', () => undefined)); socket.pipe(socket); }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxy = await breakingProxy({ target: `tcp://127.0.0.1:${(server.address() as AddressInfo).port}` });
  const callers: Caller[] = [];
  return {
    proxy,
    dial: () => {
      const caller = new Caller(Number(new URL(proxy.url).port));
      callers.push(caller);
      return caller;
    },
    [Symbol.asyncDispose]: async () => {
      for (const { socket } of callers) socket.destroy();
      await proxy.close();
      for (const socket of ends) socket.destroy();
      server.close();
    },
  };
}

/** Time in which what can arrive arrives: an echo on a connection that is well. */
async function aWhile(): Promise<void> {
  await using other = await bench();
  const caller = other.dial();
  for (const word of ['one', 'two', 'three']) await caller.echo(word);
}

describe('The breaking proxy', () => {
  it('passes everything both ways, the end included', async () => {
    await using open = await bench();
    const caller = open.dial();
    await caller.echo('hello');
    caller.socket.end('bye');
    await eventually(() => expect([caller.heard, caller.isOver, caller.error]).to.deep.equal(['hellobye', true, undefined]), { timeoutMs: 2_000, everyMs: 5 });
    await eventually(() => expect(open.proxy.open).to.equal(0), { timeoutMs: 2_000, everyMs: 5 });
  });

  it('holds everything back in a black hole, on old and new connections, and passes it in order once healed', async () => {
    await using open = await bench();
    const [old, oneWay] = [open.dial(), open.dial()];
    for (const caller of [old, oneWay]) await caller.echo('a');
    open.proxy.blackHole();
    const fresh = open.dial();
    for (const caller of [old, fresh]) for (const word of ['b', 'c', 'd']) caller.socket.write(word);
    await aWhile();
    expect([old.heard, fresh.heard, fresh.isOver]).to.deep.equal(['a', '', false]);
    open.proxy.heal();
    await eventually(() => expect([old.heard, fresh.heard]).to.deep.equal(['abcd', 'bcd']), { timeoutMs: 2_000, everyMs: 5 });
  });

  it('never brings back a connection that was lost, and tells nobody; new ones work', async () => {
    await using open = await bench();
    const old = open.dial();
    await old.echo('a');
    open.proxy.lose();
    old.socket.write('b');
    await open.dial().echo('new');
    open.proxy.heal();
    await aWhile();
    expect([old.heard, old.isOver, old.error]).to.deep.equal(['a', false, undefined]);
  });

  it('resets connections so that both sides hear of it, and refuses new ones until it is healed', async () => {
    await using open = await bench();
    const old = open.dial();
    await old.echo('a');
    open.proxy.refuse();
    open.proxy.reset();
    const refused = open.dial();
    await eventually(() => expect([old.error, refused.error]).to.deep.equal(['ECONNRESET', 'ECONNRESET']), { timeoutMs: 2_000, everyMs: 5 });
    open.proxy.heal();
    await open.dial().echo('new');
  });

  it('cuts answers after so many bytes, by a reset or by an end', async () => {
    await using open = await bench();
    open.proxy.truncate({ afterBytes: 3 });
    open.proxy.truncate({ afterBytes: 4, cut: 'end' });
    const [one, other] = [open.dial(), open.dial()];
    one.socket.write('abcdefgh');
    await eventually(() => expect([one.heard, one.isOver, one.error]).to.deep.equal(['abc', true, 'ECONNRESET']), { timeoutMs: 2_000, everyMs: 5 });
    other.socket.write('abcdefgh');
    await eventually(() => expect([other.heard, other.isOver, other.error]).to.deep.equal(['abcd', true, undefined]), { timeoutMs: 2_000, everyMs: 5 });
    await open.dial().echo('abcdefgh');
  });

  it('is as slow as it is told to be', async () => {
    await using open = await bench();
    const caller = open.dial();
    await caller.echo('a');
    open.proxy.slow({ latencyMs: 100 });
    let beganMs = performance.now();
    await caller.echo('b');
    expect(performance.now() - beganMs).to.be.greaterThan(195);
    open.proxy.slow({ bytesPerSecond: 20_000 });
    beganMs = performance.now();
    await caller.echo('c'.repeat(4_000));
    expect(performance.now() - beganMs).to.be.greaterThan(195);
    open.proxy.heal();
    await caller.echo('d');
  });
});
