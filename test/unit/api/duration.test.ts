import { expect } from 'chai';
import { durationMs } from '../../../src/api/duration.ts';

describe('A duration', () => {
  const readable: readonly (readonly [string, number])[] = [
    ['5m', 300_000], ['90s', 90_000], ['1h30m', 5_400_000], ['1.5h', 5_400_000], ['250ms', 250], ['1m0.5s', 60_500], ['0s', 0], ['1m1ms', 60_001],
  ];
  for (const [text, ms] of readable) it(`written ${text} is ${ms} ms`, () => expect(durationMs(text)).to.equal(ms));

  for (const text of ['', '5', 'm', '5 m', '-5m', '5d', '5m ', '1.m', '.5h', '5min']) {
    it(`is not written "${text}"`, () => expect(durationMs(text)).to.equal(undefined));
  }
});
