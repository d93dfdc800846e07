// Connections from this machine and through a prober elsewhere, on loopback: a port that listens, one that is closed, one that is full.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { expect } from 'chai';
import { machineTime } from '../../../sim/cloud/wire/clock.ts';
import { TcpProber } from '../../../src/adapters/prober.ts';
import { RemoteProber } from '../../../src/adapters/prober-remote.ts';
import { serveProber } from '../../../src/adapters/prober-server.ts';
import type { Knock, Prober } from '../../../src/ports/prober.ts';
import { keptLog } from '../../contract/cloud/recording.ts';

const HERE = '127.0.0.1';
const clock = { now: () => Date.now(), monotonic: () => performance.now(), after: (delayMs: number, task: () => void) => machineTime.after(delayMs, task) };

const ends: (() => unknown)[] = [];

async function listening(server: Server): Promise<number> {
  server.listen(0, HERE);
  await once(server, 'listening');
  ends.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

async function closedPort(): Promise<number> {
  const server = createServer();
  const port = await listening(server);
  server.close();
  await once(server, 'close');
  return port;
}

/** A process that listens and never accepts, its queue filled: the kernel drops whatever else comes. */
async function fullPort(): Promise<number> {
  const child = spawn(process.execPath, ['-e', `const server = require('net').createServer(); server.listen({ port: 0, host: '${HERE}', backlog: 1 }, () => { process.stdout.write(String(server.address().port)); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0); });`], { stdio: ['ignore', 'pipe', 'inherit'] });
  ends.push(() => child.kill('SIGKILL'));
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  const port = Number(said.toString());
  const filling: Socket[] = Array.from({ length: 3 }, () => connect(port, HERE).on('error', () => undefined));
  ends.push(() => { for (const socket of filling) socket.destroy(); });
  await Promise.all(filling.slice(0, 2).map((socket) => once(socket, 'connect')));
  return port;
}

/** Answers as it is told, and notes what it was asked. */
const saying = (knock: Knock | undefined, asked: string[] = []): Prober => ({
  knock: async (address, port) => {
    asked.push(`${address} ${port}`);
    return knock;
  },
});

describe('A prober', () => {
  afterEach(() => {
    for (const end of ends.splice(0).reverse()) end();
  });

  it('tells a port that listens from one that is closed and from one that does not answer', async () => {
    const prober = new TcpProber({ clock, deadlineMs: 300 });
    const ports = [await listening(createServer()), await closedPort(), await fullPort()];
    expect(await Promise.all(ports.map((port) => prober.knock(HERE, port)))).to.deep.equal(['answers', 'refuses', 'silent']);
  });

  it('closes what it opened', async () => {
    const server = createServer();
    const port = await listening(server);
    const [accepted] = await Promise.all([once(server, 'connection') as Promise<[Socket]>, new TcpProber({ clock }).knock(HERE, port)]);
    accepted[0].resume();
    await once(accepted[0], 'close');
    expect(accepted[0].readableEnded).to.equal(true);
  });

  it('knows nothing where it cannot try', async () => {
    const prober = new TcpProber({ clock });
    for (const [address, port] of [['255.255.255.255', 80], ['not an address', 80], ['::1', 80], ['example.com', 80], [HERE, 0], [HERE, 65_536], [HERE, 1.5]] as const) {
      expect(await prober.knock(address, port), `${address} ${port}`).to.equal(undefined);
    }
  });

  it('knows nothing where no route leads from here', function () {
    const prober = new URL('../../../src/adapters/prober.ts', import.meta.url).href;
    const script = `import { TcpProber } from '${prober}';
      const clock = { now: Date.now, monotonic: () => performance.now(), after: () => () => undefined };
      process.stdout.write(String(await new TcpProber({ clock }).knock('47.98.1.2', 22)));`;
    // a network namespace of its own has no interface but its loopback
    const { status, stdout } = spawnSync('unshare', ['--net', '--map-root-user', process.execPath, '--input-type=module', '-e', script], { encoding: 'utf8' });
    if (status !== 0) return this.skip();
    expect(stdout).to.equal('undefined');
  });

  it('has so many connections under way as it may, and serves who waits in turn', async () => {
    const port = await fullPort();
    const due: (() => void)[] = [];
    const standing = { ...clock, after: (_: number, task: () => void) => { due.push(task); return () => undefined; } };
    const prober = new TcpProber({ clock: standing, concurrencyMax: 2 });
    const order: number[] = [];
    const knocks = [0, 1, 2].map((index) => prober.knock(HERE, port).then((heard) => { order.push(index); return heard; }));
    await new Promise((resolve) => void setImmediate(resolve));
    expect(due).to.have.lengthOf(2);
    due[0]!();
    await knocks[0];
    await new Promise((resolve) => void setImmediate(resolve));
    expect(due).to.have.lengthOf(3);
    for (const pass of due.slice(1)) pass();
    expect(await Promise.all(knocks)).to.deep.equal(['silent', 'silent', 'silent']);
    expect(order).to.deep.equal([0, 1, 2]);
  });
});

describe('A prober elsewhere', () => {
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });

  const serve = async (prober: Prober, allowCidrs: readonly string[] = []): Promise<string> => {
    const endpoint = await serveProber({ host: HERE, port: 0 }, { prober, allowCidrs });
    ends.push(() => endpoint.close());
    return `http://${endpoint.address}/`;
  };

  for (const knock of ['answers', 'refuses', 'silent'] as const) {
    it(`passes on that an address ${knock === 'silent' ? 'is silent' : knock}`, async () => {
      const asked: string[] = [];
      const { log, lines } = keptLog();
      expect(await new RemoteProber(await serve(saying(knock, asked)), { clock, log }).knock('47.98.1.2', 22)).to.equal(knock);
      expect([asked, lines]).to.deep.equal([['47.98.1.2 22'], []]);
    });
  }

  it('knocks for real', async () => {
    const url = await serve(new TcpProber({ clock }), ['127.0.0.0/8']);
    const prober = new RemoteProber(url, { clock, log: keptLog().log });
    expect([await prober.knock(HERE, await listening(createServer())), await prober.knock(HERE, await closedPort())]).to.deep.equal(['answers', 'refuses']);
  });

  it('knocks at addresses of the Internet, or where it is told that it may, and nowhere else', async () => {
    const status = async (allowCidrs: readonly string[], query: string): Promise<number> => (await fetch(`${await serve(saying('answers'), allowCidrs)}${query}`)).status;
    const at = (address: string): string => `?address=${address}&port=22`;
    for (const address of ['127.0.0.1', '10.0.0.1', '100.100.100.200', '169.254.169.254', '192.168.0.1', 'localhost', '::1', '']) expect(await status([], at(address)), address).to.equal(403);
    expect(await status([], at('47.98.1.2'))).to.equal(200);
    expect([await status(['10.0.0.0/8'], at('10.1.2.3')), await status(['10.0.0.0/8'], at('47.98.1.2'))]).to.deep.equal([200, 403]);
    expect([await status([], '?address=47.98.1.2&port=0'), await status([], '?address=47.98.1.2'), await status([], `x${at('47.98.1.2')}`), await status([], 'livez')]).to.deep.equal([400, 400, 404, 200]);
  });

  it('is not understood where it answers anything else, which is said once until it answers again', async () => {
    const answers: readonly (readonly [number, string])[] = [[200, '<html>'], [200, '{"knock":"yes"}'], [200, '[]'], [503, '{}'], [302, ''], [200, '{"knock":"silent"}'], [500, '']];
    const left = [...answers];
    const server = createHttpServer((_, response) => {
      const [status, body] = left.shift()!;
      response.writeHead(status, status === 302 ? { location: '/elsewhere' } : {}).end(body);
    });
    const { log, lines } = keptLog();
    const prober = new RemoteProber(`http://${HERE}:${await listening(server)}/`, { clock, log });
    const heard: (Knock | undefined)[] = [];
    while (left.length > 0) heard.push(await prober.knock('47.98.1.2', 22));
    expect(heard).to.deep.equal([undefined, undefined, undefined, undefined, undefined, 'silent', undefined]);
    expect(lines.map((line) => line.replace(/ \{.*/, ''))).to.deep.equal(['the prober does not answer: nothing is known from outside', 'the prober answers again', 'the prober does not answer: nothing is known from outside']);
  });

  it('that is not there, or does not answer in time, is unknown', async () => {
    const { log } = keptLog();
    expect(await new RemoteProber(`http://${HERE}:${await closedPort()}/`, { clock, log }).knock('47.98.1.2', 22)).to.equal(undefined);
    expect(await new RemoteProber(await serve({ knock: () => new Promise(() => undefined) }), { clock, log, deadlineMs: 50 }).knock('47.98.1.2', 22)).to.equal(undefined);
  });
});
