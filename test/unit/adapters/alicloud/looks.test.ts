import { expect } from 'chai';
import fc from 'fast-check';
import { Coalescer } from '../../../../src/adapters/alicloud/looks.ts';
import { VirtualClock } from '../../../kit/virtual-clock.ts';

interface Thing { readonly id: string }

function bench(batchMax = 3, absent: readonly string[] = []): { clock: VirtualClock; calls: { ids: readonly string[]; atMs: number }[]; looks: Coalescer<string, Thing>; failWith: { error?: Error } } {
  const clock = new VirtualClock();
  const calls: { ids: readonly string[]; atMs: number }[] = [];
  const failWith: { error?: Error } = {};
  const looks = new Coalescer<string, Thing>({
    clock, batchMax, idleMs: () => 35, waitMaxMs: 200,
    fetch: async (ids) => {
      calls.push({ ids, atMs: clock.monotonic() });
      if (failWith.error) throw failWith.error;
      return ids.filter((id) => !absent.includes(id)).map((id) => ({ id }));
    },
  });
  return { clock, calls, looks, failWith };
}

const idsOf = (things: readonly Thing[]): readonly string[] => things.map(({ id }) => id);

describe('coalesced looks', () => {
  it('go out 35 ms after the last question', async () => {
    const { clock, calls, looks } = bench();
    const first = looks.ask(['a']);
    await clock.pass(30);
    const second = looks.ask(['b']);
    expect(idsOf((await clock.settle(Promise.all([first, second]))).flat())).to.deep.equal(['a', 'b']);
    expect(calls).to.deep.equal([{ ids: ['a', 'b'], atMs: 65 }]);
  });

  it('go out 200 ms after the first question when questions do not end', async () => {
    const { clock, calls, looks } = bench(1000);
    const asked: Promise<unknown>[] = [];
    for (let question = 0; question < 20; question += 1) {
      asked.push(looks.ask([`id-${question}`]));
      await clock.pass(20);
    }
    await clock.settle(Promise.all(asked));
    expect(calls.map(({ atMs }) => atMs)).to.deep.equal([200, 400]);
  });

  it('go out at once when a batch is full, and the rest goes in the next', async () => {
    const { clock, calls, looks } = bench(3);
    expect(idsOf(await clock.settle(looks.ask(['a', 'b', 'c', 'd'])))).to.deep.equal(['a', 'b', 'c', 'd']);
    expect(calls).to.deep.equal([{ ids: ['a', 'b', 'c'], atMs: 0 }, { ids: ['d'], atMs: 35 }]);
  });

  it('ask for each id once', async () => {
    const { clock, calls, looks } = bench();
    await clock.settle(Promise.all([looks.ask(['a', 'a']), looks.ask(['a'])]));
    expect(calls.map(({ ids }) => ids)).to.deep.equal([['a']]);
  });

  it('never give an answer that was asked for before the question', async () => {
    const { clock, calls, looks } = bench();
    await clock.settle(looks.ask(['a']));
    await clock.settle(looks.ask(['a']));
    expect(calls).to.have.lengthOf(2);
  });

  it('that fail, fail each caller with the same error, and the next look goes out again', async () => {
    const { clock, calls, looks, failWith } = bench();
    failWith.error = new Error('no');
    const outcomes = await clock.settle(Promise.allSettled([looks.ask(['a']), looks.ask(['b'])]));
    expect(outcomes.map((outcome): unknown => outcome.status === 'rejected' && outcome.reason)).to.deep.equal([failWith.error, failWith.error]);
    delete failWith.error;
    expect(idsOf(await clock.settle(looks.ask(['a'])))).to.deep.equal(['a']);
    expect(calls).to.have.lengthOf(2);
  });

  it('give each caller its own and no more, for any questions', async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g')), { maxLength: 8 }), fc.integer({ min: 1, max: 4 }), async (questions, batchMax) => {
      const { clock, calls, looks } = bench(batchMax, ['c', 'f']);
      const answers = await clock.settle(Promise.all(questions.map((ids) => looks.ask(ids))));
      expect(answers.map(idsOf)).to.deep.equal(questions.map((ids) => [...new Set(ids)].filter((id) => id !== 'c' && id !== 'f')));
      for (const { ids } of calls) expect(ids.length).to.be.within(1, batchMax);
    }), { numRuns: 50 });
  });
});
