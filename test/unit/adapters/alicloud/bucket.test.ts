import { expect } from 'chai';
import fc from 'fast-check';
import { Bucket, type Instant } from '../../../../src/adapters/alicloud/bucket.ts';

const minute = 60_000;
const at = (ms: number): Instant => ({ wallMs: ms, monotonicMs: ms });
/** Tokens that can be taken one after the other. */
const taken = (bucket: Bucket, ms: number): number => {
  let count = 0;
  while (bucket.take(at(ms)) === 0) count += 1;
  return count;
};

describe('a bucket', () => {
  it('gives as many tokens as the limit in a minute, and again in the next', () => {
    const bucket = new Bucket(3, 1);
    expect([taken(bucket, 10), taken(bucket, minute - 1), taken(bucket, minute)]).to.deep.equal([3, 0, 3]);
  });

  it('says when the next token is due: at the next minute of the wall clock', () => {
    const bucket = new Bucket(1, 1);
    expect(bucket.take(at(minute + 10_000))).to.equal(0);
    expect(bucket.take(at(minute + 20_000))).to.equal(40_000);
  });

  it('keeps what is reserved from others, in this minute and first in the next', () => {
    const bucket = new Bucket(5, 1);
    expect(bucket.dueInMs(3, at(0))).to.equal(0);
    bucket.reserve(3);
    expect([taken(bucket, 0), taken(bucket, minute)]).to.deep.equal([2, 2]);
    bucket.reserve(-3);
    expect(taken(bucket, minute)).to.equal(3);
  });

  it('lets a window through although everything is used up, and counts it', () => {
    const bucket = new Bucket(2, 1);
    bucket.reserve(1);
    taken(bucket, 0);
    expect(bucket.takeForWindow(true, at(0))).to.equal(0);
    expect(bucket.takeForWindow(false, at(0))).to.equal(0);
    expect(bucket.take(at(0))).to.be.above(0);
    expect(taken(bucket, minute)).to.equal(2);
  });

  it('that was throttled is held for everybody, windows too, until its time', () => {
    const bucket = new Bucket(100, 1);
    bucket.throttled(at(1000), 5000);
    expect([bucket.take(at(1000)), bucket.takeForWindow(false, at(2000)), bucket.dueInMs(1, at(5999))]).to.deep.equal([5000, 4000, 1]);
    expect(bucket.take(at(6000))).to.equal(0);
  });

  it('that was throttled is halved, once in a minute however many calls were refused, and never below its least', () => {
    const bucket = new Bucket(20, 3);
    for (let call = 0; call < 10; call += 1) bucket.throttled(at(call), 1000);
    expect(taken(bucket, minute)).to.equal(10);
    bucket.throttled(at(minute), 1000);
    bucket.throttled(at(2 * minute), 1000);
    bucket.throttled(at(3 * minute), 1000);
    expect(taken(bucket, 4 * minute)).to.equal(3);
  });

  /** Throttled at the very beginning: 20 became 10. */
  const halved = (): Bucket => {
    const bucket = new Bucket(20, 1);
    bucket.throttled(at(0), 1000);
    return bucket;
  };

  it('keeps to what it learned, and after twenty clean minutes gives more only to those who can bear a refusal', () => {
    const bucket = halved();
    expect([taken(bucket, 19 * minute), taken(bucket, 20 * minute)]).to.deep.equal([10, 10]);
    expect(bucket.take(at(20 * minute), { mayProbe: true })).to.equal(0);
    expect(halved().take(at(19 * minute), { mayProbe: true })).to.equal(0);
    expect(bucket.dueInMs(1, at(20 * minute))).to.be.above(0);
  });

  it('takes what the cloud accepted in a minute for its limit, up to where it began', () => {
    const bucket = halved();
    taken(bucket, 20 * minute);
    for (let probe = 0; probe < 3; probe += 1) bucket.take(at(20 * minute), { mayProbe: true });
    expect(taken(bucket, 21 * minute)).to.equal(13);
    for (let probe = 0; probe < 100; probe += 1) bucket.take(at(21 * minute), { mayProbe: true });
    expect(taken(bucket, 22 * minute)).to.equal(20);
    expect(taken(bucket, 500 * minute)).to.equal(20);
  });

  it('loses nothing by a probe that was refused, and does not probe again for twenty minutes', () => {
    const bucket = halved();
    taken(bucket, 20 * minute);
    bucket.take(at(20 * minute), { mayProbe: true });
    bucket.throttled(at(20 * minute + 100), 1000);
    expect(taken(bucket, 21 * minute)).to.equal(10);
    expect(bucket.take(at(21 * minute), { mayProbe: true })).to.be.above(0);
    expect(taken(bucket, 40 * minute)).to.equal(10);
    expect(bucket.take(at(40 * minute + 100), { mayProbe: true })).to.equal(0);
  });

  it('halves again when it is refused what was accepted before, however long ago', () => {
    const bucket = halved();
    for (let call = 0; call < 5; call += 1) bucket.take(at(30 * minute));
    bucket.throttled(at(30 * minute), 1000);
    expect(taken(bucket, 31 * minute)).to.equal(5);
  });

  it('counts a call of the last second of a minute in the next one too, where the cloud may count it', () => {
    const bucket = new Bucket(5, 1);
    for (let call = 0; call < 2; call += 1) bucket.take(at(minute - 500));
    expect([taken(bucket, minute), taken(bucket, 2 * minute)]).to.deep.equal([3, 5]);
  });

  it('leaves as many tokens to others as it is told', () => {
    const bucket = new Bucket(5, 1);
    const spared = (): number => bucket.take(at(0), { spared: 2 });
    expect([spared(), spared(), spared(), spared() > 0, taken(bucket, 0)]).to.deep.equal([0, 0, 0, true, 2]);
  });

  it('is not held longer because the wall clock went back, nor shorter because it went on', () => {
    const bucket = new Bucket(10, 1);
    bucket.throttled({ wallMs: 100 * minute, monotonicMs: 0 }, 5000);
    expect(bucket.take({ wallMs: 40 * minute, monotonicMs: 4000 })).to.equal(1000);
    expect(bucket.take({ wallMs: 160 * minute, monotonicMs: 4000 })).to.equal(1000);
    expect(bucket.take({ wallMs: 40 * minute, monotonicMs: 5000 })).to.equal(0);
  });

  it('never gives more than the limit in a minute, whatever is asked, reserved, spent and given back', () => {
    const script = fc.array(fc.record({ what: fc.constantFrom(...moves), afterMs: fc.nat(20_000) }), { maxLength: 200 });
    fc.assert(fc.property(fc.integer({ min: 2, max: 12 }), script, (limit, steps) => {
      const play: Play = { bucket: new Bucket(limit, 1), given: new Map(), reserved: 0, nowMs: 0 };
      for (const { what, afterMs } of steps) {
        play.nowMs += afterMs;
        what(play);
        expect(play.given.get(Math.floor(play.nowMs / minute)) ?? 0).to.be.at.most(limit);
      }
    }));
  });
});

interface Play {
  readonly bucket: Bucket;
  /** Tokens taken without a reservation, by minute. */
  readonly given: Map<number, number>;
  reserved: number;
  nowMs: number;
}

const moves: readonly ((play: Play) => void)[] = [
  function take({ bucket, given, nowMs }) {
    const current = Math.floor(nowMs / minute);
    if (bucket.take(at(nowMs)) === 0) given.set(current, (given.get(current) ?? 0) + 1);
  },
  function reserve(play) {
    if (play.bucket.dueInMs(1, at(play.nowMs)) > 0) return;
    play.bucket.reserve(1);
    play.reserved += 1;
  },
  function spend(play) {
    if (play.reserved > 0 && play.bucket.takeForWindow(true, at(play.nowMs)) === 0) play.reserved -= 1;
  },
  function giveBack(play) {
    if (play.reserved === 0) return;
    play.bucket.reserve(-1);
    play.reserved -= 1;
  },
  function throttle({ bucket, nowMs }) {
    bucket.throttled(at(nowMs), 500);
  },
];
