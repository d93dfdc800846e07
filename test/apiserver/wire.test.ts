// The reflector and its connection against a real API server of their own, behind proxies that break. Its clock runs twenty times
// faster than the server's, so a silence of seventy seconds costs three and a half.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { systemClock } from '../../src/adapters/clock.ts';
import { connect } from '../../src/adapters/kubernetes/connection.ts';
import type { Connection } from '../../src/adapters/kubernetes/connection.ts';
import { ControlPlane } from '../drills/kit/control-plane.ts';
import { BREAKAGES, Cycles } from '../drills/kit/cycles.ts';
import { fastClock } from '../drills/kit/fast-clock.ts';
import { Pulse } from '../drills/kit/pulse.ts';
import { lineOf, read } from '../drills/kit/reading.ts';
import type { Reading } from '../drills/kit/reading.ts';
import { ServiceAccount } from '../drills/kit/service-account.ts';
import { answeringProxy } from '../kit/answering-proxy.ts';
import { breakingProxy } from '../kit/breaking-proxy.ts';
import type { BreakingProxy } from '../kit/breaking-proxy.ts';
import { requireBinaries } from './environment/tier.ts';
import { eventually } from './kit/until.ts';

const FACTOR = 20;
const RESOURCES = /\/egressunifications\?/;
const GONE = JSON.stringify({ type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired', message: 'too old' } });

describe('The reflector on the wire', function () {
  this.timeout(60_000);
  const ends = new AsyncDisposableStack();
  let plane: ControlPlane;
  let direct: Connection;
  let pulse: Pulse;

  before('an API server that remembers nothing beside etcd', async function () {
    await requireBinaries(this);
    plane = ends.adopt(await ControlPlane.start(['--watch-cache=false']), (each) => each.stop());
    direct = ends.adopt(await connect({ kubeconfig: await plane.kubeconfig(), clock: systemClock, userAgent: 'test/1' }), (each) => each.close());
    pulse = new Pulse({ api: direct });
    await pulse.create();
  });

  after('all of it goes', () => ends.disposeAsync());

  async function behindProxy(): Promise<{ proxy: BreakingProxy; kubeconfig: string } & AsyncDisposable> {
    const proxy = await breakingProxy({ target: plane.url });
    return { proxy, kubeconfig: await plane.kubeconfig({ server: proxy.url }), [Symbol.asyncDispose]: () => proxy.close() };
  }

  /** Waits until what is cached is what the server has. */
  const untilEqual = (reading: Reading): Promise<void> => eventually(async () => {
    const { items } = (await direct.request({ method: 'GET', path: '/apis/egressunification.io/v1alpha1/egressunifications' })) as { items: { metadata: { name: string; uid: string; generation: number } }[] };
    expect(reading.lines()).to.deep.equal(items.map(({ metadata: { name, uid, generation } }) => lineOf(name, uid, generation)).sort());
  }, { timeoutMs: 15_000, everyMs: 20 });

  it('misses no edit, deletion or re-creation, and tells each once, whatever breaks', async () => {
    await using way = await behindProxy();
    await using cycles = await Cycles.begin({ direct, ...way, factor: FACTOR });
    for (const breakage of BREAKAGES) expect(await cycles.cycle(breakage), breakage.what).to.be.lessThan(110_000);
    expect(cycles.order.problems).to.deep.equal([]);
  });

  it('is not blind for longer than a new connection takes when the old one is reset', async () => {
    await using way = await behindProxy();
    await using reading = await read(way.kubeconfig, fastClock(FACTOR), (change) => { if (change.type !== 'deleted') pulse.saw(change.name, change.value.generation); });
    pulse.begin();
    const beganMs = performance.now();
    for (let resets = 1; resets <= 3; resets += 1) {
      await eventually(() => expect(pulse.count(beganMs)).to.be.greaterThan(5 * resets), { everyMs: 20 });
      way.proxy.reset();
    }
    await pulse.recovery(performance.now(), 20_000);
    await pulse.end();
    expect(pulse.slowestMs(beganMs)).to.be.lessThan(1_000);
    expect(reading.reflector.health().relists).to.equal(0);
  });

  it('lists anew when etcd forgot its version while it was cut off', async () => {
    await using way = await behindProxy();
    await using reading = await read(way.kubeconfig, systemClock);
    way.proxy.blackHole();
    way.proxy.reset();
    // the version of the last one is still served after a compaction
    await pulse.edit();
    await pulse.edit();
    await plane.compact();
    way.proxy.heal();
    await untilEqual(reading);
    expect(reading.log.lines.join('\n')).to.include('watch is too old');
    expect(reading.reflector.health().relists).to.equal(1);
  });

  it('lists anew after what is no event and after 410, and waits as long as a 429 says', async () => {
    const proxy = await answeringProxy({ target: plane.url, tls: await plane.proxyTls() });
    await using reading = await read(await plane.kubeconfig({ server: proxy.url }), fastClock(FACTOR));
    const spoilt = ['{"type":"MODIFIED","obj', '{"type":"NEWS","object":{}}', '<html>', GONE];
    for (const [index, line] of spoilt.entries()) {
      await eventually(() => expect(proxy.sayInWatches(RESOURCES, line)).to.equal(1), { everyMs: 10 });
      await pulse.edit();
      await eventually(() => expect(reading.reflector.health().relists).to.equal(index + 1), { everyMs: 10 });
      await untilEqual(reading);
    }
    proxy.answerInstead({ method: 'GET', path: RESOURCES }, { status: 429, headers: { 'retry-after': '30' }, body: '' });
    proxy.sayInWatches(RESOURCES, GONE);
    await pulse.edit();
    await untilEqual(reading);
    const refused = proxy.passed.findIndex(({ status }) => status === 429);
    expect((proxy.passed[refused + 1]!.atMs - proxy.passed[refused]!.atMs) * FACTOR).to.be.greaterThan(30_000);
    await reading[Symbol.asyncDispose]();
    await proxy.close();
  });

  it('reads its token anew when the old one is refused, and says that it is not ready as long as that does not help', async () => {
    await using way = await behindProxy();
    const account = await ServiceAccount.create(plane, 'reader');
    const [old, next] = [await account.token(), await account.token()];
    const tokenFile = join(plane.folder, 'reader-token');
    await writeFile(tokenFile, old);
    await using reading = await read(await plane.kubeconfig({ server: way.proxy.url, tokenFile }), fastClock(FACTOR));
    await account.revokeAllBut(next);
    way.proxy.reset();
    await eventually(() => expect(reading.reflector.health().ready).to.equal(false));
    await pulse.edit();
    await writeFile(tokenFile, next);
    await untilEqual(reading);
    expect(reading.reflector.health().ready).to.equal(true);
  });

  it('outlives a kill -9 of the API server, and waits for one that is not there yet', async () => {
    await using way = await behindProxy();
    await using reading = await read(way.kubeconfig, fastClock(FACTOR));
    await plane.kill();
    const later = read(way.kubeconfig, fastClock(FACTOR));
    await plane.startAgain();
    await using second = await later;
    await pulse.edit();
    await Promise.all([untilEqual(reading), untilEqual(second)]);
    expect(second.log.lines.join('\n')).to.include('reading from the API server was interrupted');
  });
});
