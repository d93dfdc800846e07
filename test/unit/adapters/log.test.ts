import { Writable } from 'node:stream';
import { expect } from 'chai';
import { systemClock } from '../../../src/adapters/clock.ts';
import { openLog } from '../../../src/adapters/log.ts';
import type { LogLevel } from '../../../src/adapters/log.ts';

function bench(level: LogLevel, readable: boolean) {
  const written: string[] = [];
  const stream = new Writable({ write: (chunk: Buffer, _encoding, done) => { written.push(chunk.toString()); done(); } });
  const log = openLog({ level, readable, stream, now: () => Date.UTC(2026, 10, 24, 1, 2, 3, 4) });
  return { log, lines: () => written.join('').split('\n').filter((line) => line !== '') };
}

describe('the log', () => {
  it('is one JSON object a line, its fields flat beside time, level and message, which they cannot replace', () => {
    const { log, lines } = bench('info', false);
    const forged: object = { message: 'forged', level: 'error' };
    log.info('moved', { instance: 'i-1', durationMs: 5, observeOnly: true, reason: undefined, ...forged });
    expect(lines().map((line) => JSON.parse(line) as unknown)).to.deep.equal([{ time: '2026-11-24T01:02:03.004Z', level: 'info', message: 'moved', instance: 'i-1', durationMs: 5, observeOnly: true }]);
  });

  it('is a readable line for a person', () => {
    const { log, lines } = bench('info', true);
    log.warn('it stands still', { instance: 'i-1', why: 'no "slot" left', reason: undefined });
    expect(lines()).to.deep.equal(['01:02:03.004 WARN  it stands still instance=i-1 why="no \\"slot\\" left"']);
  });

  it('keeps to one line whatever is said', () => {
    for (const readable of [true, false]) {
      const { log, lines } = bench('info', readable);
      log.error('first\nsecond', { error: 'a\nb' });
      expect(lines()).to.have.lengthOf(1);
    }
  });

  it('holds no field that is not on the list, whatever the code hands in', () => {
    for (const readable of [true, false]) {
      const { log, lines } = bench('info', readable);
      const more: object = { accessKeySecret: 'plain-text-secret', headers: 'x', instanceid: 'i-2' };
      log.info('called', { instance: 'i-1', ...more });
      expect(lines().join()).to.include('i-1').and.not.match(/plain-text-secret|headers|i-2/);
    }
  });

  it('tells no secret, neither in its message nor in a field', () => {
    for (const readable of [true, false]) {
      const { log, lines } = bench('info', readable);
      log.warn('refused: Bearer abcdefgh.ijkl', { error: 'LTAI5tSomeKeyId with Signature=c0ffee', setup: '{"tags":{"AccessKeySecret":"s3cr3t-value"}}' });
      expect(lines().join()).to.include('refused').and.not.match(/abcdefgh|SomeKeyId|c0ffee|s3cr3t/);
    }
  });

  it('leaves out what is less severe than asked for', () => {
    for (const [level, wanted] of [['debug', 4], ['info', 3], ['warn', 2], ['error', 1]] as const) {
      const { log, lines } = bench(level, false);
      for (const each of ['debug', 'info', 'warn', 'error'] as const) log[each]('x');
      expect(lines(), level).to.have.lengthOf(wanted);
    }
  });
});

describe('the system clock', () => {
  it('does not fire a timer at once because its delay is longer than a timer holds', async () => {
    const fired: string[] = [];
    const cancel = systemClock.after(2 ** 31, () => fired.push('far'));
    const { promise, resolve } = Promise.withResolvers<undefined>();
    systemClock.after(5, () => resolve(undefined));
    await promise;
    cancel();
    expect(fired).to.deep.equal([]);
  });

  it('does not fire a timer that was cancelled', async () => {
    const fired: string[] = [];
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const cancel = systemClock.after(1, () => fired.push('cancelled'));
    systemClock.after(2, () => resolve(undefined));
    cancel();
    await promise;
    expect(fired).to.deep.equal([]);
  });
});
