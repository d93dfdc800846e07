import { expect } from 'chai';
import { systemClock } from '../../../src/adapters/clock.ts';
import { Turns } from '../../../src/controller/turns.ts';

describe('Those who waited for one listing', () => {
  it('go on in their order, and leave room for what else is due between them', async () => {
    const turns = new Turns(systemClock);
    const done: (number | 'lease')[] = [];
    const renewed = new Promise<void>((resolve) => void systemClock.after(0, () => { done.push('lease'); resolve(); }));
    const all = Array.from({ length: 100 }, async (_, index) => {
      await turns.next();
      done.push(index);
    });
    await Promise.all([...all, renewed]);
    expect(done.filter((one) => one !== 'lease')).to.deep.equal(Array.from({ length: 100 }, (_, index) => index));
    expect(done.indexOf('lease')).to.be.below(20);
  });

  it('wait for nobody while they are few', async () => {
    const turns = new Turns({ ...systemClock, after: () => expect.fail('nobody has to wait') });
    for (let index = 0; index < 7; index += 1) await turns.next();
  });
});
