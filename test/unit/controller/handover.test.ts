// When anything may begin: not before what was left open is closed, and not once the process stands down.
import { expect } from 'chai';
import { Handover } from '../../../src/controller/handover.ts';
import { VirtualClock } from '../../kit/virtual-clock.ts';

describe('At a handover', () => {
  let clock: VirtualClock;
  let handover: Handover;
  beforeEach(() => {
    clock = new VirtualClock();
    handover = new Handover(clock);
  });
  const mayBegin = (): boolean => handover.whyNotBegin() === undefined;

  it('everything may begin at once where there is no resource', () => {
    handover.takeOver([]);
    expect(mayBegin()).to.equal(true);
  });

  it('nothing begins before every resource that was known was passed once', () => {
    handover.takeOver(['one', 'two']);
    handover.passed('one', [], true);
    handover.passed('new since', ['new since/i-1'], true);
    expect(mayBegin()).to.equal(false);
    handover.passed('two', [], true);
    expect(mayBegin()).to.equal(true);
  });

  it('nothing begins before the resources were read anew', async () => {
    const read = Promise.withResolvers<undefined>();
    handover.awaitView(read.promise);
    handover.takeOver([]);
    expect(mayBegin()).to.equal(false);
    read.resolve(undefined);
    await clock.pass(0);
    expect(mayBegin()).to.equal(true);
  });

  it('a listing that failed holds up nobody, and its windows come first when it is there at last', () => {
    handover.takeOver(['one', 'two']);
    handover.passed('one', [], false);
    handover.passed('two', [], true);
    expect(mayBegin()).to.equal(true);
    handover.passed('one', ['a'], true);
    expect(mayBegin()).to.equal(false);
    handover.worked('a', false);
    expect(mayBegin()).to.equal(true);
  });

  it('nothing begins before every window that was found is closed', () => {
    handover.takeOver(['one']);
    handover.passed('one', ['a', 'b'], true);
    handover.worked('a', true);
    handover.worked('a', false);
    expect(mayBegin()).to.equal(false);
    handover.worked('b', false);
    expect(mayBegin()).to.equal(true);
  });

  it('a closing call that was answered counts, whatever was answered, and also before the listing had ended', () => {
    handover.takeOver(['one']);
    handover.closing('a');
    handover.passed('one', ['a', 'b'], true);
    expect(mayBegin()).to.equal(false);
    handover.closing('b');
    expect(mayBegin()).to.equal(false);
    handover.worked('b', true);
    expect(mayBegin()).to.equal(true);
  });

  it('a window that cannot be closed is waited for half a minute', async () => {
    handover.takeOver(['one']);
    handover.passed('one', ['a'], true);
    await clock.pass(29_999);
    handover.worked('a', true);
    expect(mayBegin()).to.equal(false);
    await clock.pass(1);
    expect(mayBegin()).to.equal(true);
  });

  it('a window that opens later holds up nobody', () => {
    handover.takeOver(['one']);
    handover.passed('one', [], true);
    expect(mayBegin()).to.equal(true);
    handover.passed('one', ['a'], true);
    expect(mayBegin()).to.equal(true);
  });

  it('nothing begins any more in a process that stands down', () => {
    handover.takeOver([]);
    expect(mayBegin()).to.equal(true);
    handover.standDown();
    expect(mayBegin()).to.equal(false);
  });
});
