import { expect } from 'chai';
import { Remembered } from '../../../../src/adapters/alicloud/remembered.ts';
import { VirtualClock } from '../../../kit/virtual-clock.ts';

describe('what is remembered', () => {
  let clock: VirtualClock;
  let asked: (readonly string[])[];
  let there: Set<string>;
  let memory: Remembered<string, { readonly name: string }>;
  beforeEach(() => {
    clock = new VirtualClock();
    asked = [];
    there = new Set(['a', 'b', 'c', 'd']);
    memory = new Remembered({
      clock, keepMs: 1000, batchMax: 2, keyOf: ({ name }) => name,
      fetch: async (keys) => {
        asked.push(keys);
        if (keys.includes('bad')) throw new Error('no');
        return keys.filter((key) => there.has(key)).map((name) => ({ name }));
      },
    });
  });

  it('is asked for once, also by several at a time, as many at once as the cloud takes', async () => {
    await Promise.all([memory.get(['a', 'b', 'c']), memory.get(['c', 'a'])]);
    expect(await memory.get(['c', 'x', 'a'])).to.deep.equal([{ name: 'c' }, { name: 'a' }]);
    expect(asked).to.deep.equal([['a', 'b'], ['c'], ['x']]);
  });

  it('is asked for again when its time is over', async () => {
    await memory.get(['a']);
    await clock.pass(1000);
    await memory.get(['a']);
    expect(asked).to.have.lengthOf(2);
  });

  it('is neither what is not there nor what could not be read', async () => {
    expect(await memory.get(['new'])).to.deep.equal([]);
    there.add('new');
    expect(await memory.get(['new'])).to.deep.equal([{ name: 'new' }]);
    for (let attempt = 0; attempt < 2; attempt += 1) expect(await memory.get(['bad']).catch((error: unknown) => String(error))).to.equal('Error: no');
    expect(asked).to.deep.equal([['new'], ['new'], ['bad'], ['bad']]);
  });
});
