// What a report claims, and what the documents say of reports.
import { createServer, type Server } from 'node:net';
import { globSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { ROOT } from '../../apiserver/kit/child.ts';
import { eventually } from '../../apiserver/kit/until.ts';
import type { Trial, Window } from '../../qualification/book.ts';
import { Probe } from '../../qualification/probe.ts';
import { isQualified, report, verdicts } from '../../qualification/report.ts';
import { STATEMENTS } from '../../qualification/statements.ts';
import { textOf } from '../supply-chain/manifest.ts';

const window = (given: Partial<Window> = {}): Window => ({ instanceId: 'i-1', publicIp: '47.98.1.1', direction: 'to the interface', ms: 2_400, ...given });

const aTrial = (given: Partial<Trial> = {}): Trial => ({
  version: '0.1.0', regionId: 'cn-hangzhou', vpcId: 'vpc-1', startedAt: '2026-11-25T10:00:00.000Z', finishedAt: '2026-11-25T10:30:00.000Z',
  instances: [{ id: 'i-1', publicIp: '47.98.1.1', type: 'ecs.g7.large' }], contract: { passed: 14, failed: [], skipped: 35 }, answers: {}, conversions: [],
  windows: [window(), window({ direction: 'to the instance', ms: 3_100, probeMs: 3_400 })], kill: { publicIp: '47.98.1.1', restartedAfterMs: 12, boundAfterMs: 4_200 },
  revert: { home: ['47.98.1.1'], away: [] }, leftBehind: [], problems: [], ...given,
});

describe('The report of a qualification', () => {
  it('says qualified only where everything holds', () => {
    expect(isQualified(aTrial(), 2)).to.equal(true);
    const short: Readonly<Record<string, Partial<Trial>>> = {
      'a test failed': { contract: { passed: 13, failed: ['a step: x'], skipped: 35 } },
      'no test ran': { contract: { passed: 0, failed: [], skipped: 49 } },
      'a window is missing': { windows: [window()] },
      'an EIP is away': { revert: { home: [], away: ['47.98.1.1'] } },
      'something is left': { leftBehind: ['EIP 47.98.1.2'] },
      'there was a problem': { problems: ['windows: not unified'] },
    };
    for (const [what, given] of Object.entries(short)) expect(verdicts(aTrial(given), 2).filter(([, holds]) => !holds), what).to.have.length(1);
    const unkilled = aTrial();
    Reflect.deleteProperty(unkilled, 'kill');
    expect(isQualified(unkilled, 2)).to.equal(false);
  });

  it('says on what it was tried', () => {
    expect(report(aTrial(), 2)).to.include('On the real cloud, region cn-hangzhou.');
    expect(report(aTrial({ endpoint: 'http://127.0.0.1:1' }), 2)).to.include('**This was not the cloud.**').and.not.to.include('On the real cloud');
  });

  it('has a line for every statement, answered or not', () => {
    const text = report(aTrial({ answers: { ipv6: { seen: 'the same | address', verdict: 'as expected' } } }), 2);
    for (const { statement } of STATEMENTS) expect(text).to.include(`| ${statement} |`);
    expect(text).to.include('the same \\| address | yes |').and.to.include('| no program asks this | not shown |');
  });

  it('knows each statement by a name of its own, and how it is asked or why not', () => {
    expect(new Set(STATEMENTS.map(({ id }) => id)).size).to.equal(STATEMENTS.length);
    expect(STATEMENTS.filter(({ statement, how, facts }) => !statement.endsWith('.') || how.length < 20 || !/^\d+([.]\d+)?$/.test(facts))).to.deep.equal([]);
  });
});

describe('The documents', () => {
  it('claim a run on the real cloud exactly when one is recorded', () => {
    const reports = globSync('docs/qualification/*.json', { cwd: ROOT }).map((path) => JSON.parse(textOf(path)) as Trial);
    const isRecorded = reports.some(({ endpoint, finishedAt }) => endpoint === undefined && finishedAt !== undefined);
    for (const path of ['README.md', 'docs/qualification/README.md', 'CHANGELOG.md']) expect(textOf(path).includes('No run on the real cloud is recorded yet'), path).to.equal(!isRecorded);
  });
});

describe('A probe', () => {
  it('measures from the last answer before an outage to the first one after it', async () => {
    let server: Server | undefined;
    const listen = (port: number): Promise<number> => new Promise((resolve) => {
      server = createServer((socket) => socket.destroy()).listen(port, '127.0.0.1', () => resolve((server!.address() as AddressInfo).port));
    });
    const close = (): Promise<void> => new Promise((resolve) => void server!.close(() => resolve()));
    const port = await listen(0);
    const probe = new Probe('127.0.0.1', { port, everyMs: 5 });
    const answered = (): boolean => probe.isAnswering === true;
    probe.start();
    await eventually(() => expect(answered()).to.equal(true), { everyMs: 2 });
    const fromMs = performance.now();
    expect(probe.outageMs(fromMs, fromMs)).to.equal(undefined);
    await close();
    await eventually(() => expect(probe.isAnswering).to.equal(false), { everyMs: 2 });
    await listen(port);
    await eventually(() => expect(answered()).to.equal(true), { everyMs: 2 });
    const toMs = performance.now();
    await probe.stop();
    await close();
    expect(probe.outageMs(fromMs, toMs)).to.be.within(1, toMs - fromMs + 100);
    expect(probe.outageMs(fromMs - 60_000, fromMs - 50_000)).to.equal(undefined);
  });
});
