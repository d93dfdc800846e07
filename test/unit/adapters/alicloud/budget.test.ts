import { expect } from 'chai';
import type { Bucket } from '../../../../src/adapters/alicloud/bucket.ts';
import { Budget } from '../../../../src/adapters/alicloud/budget.ts';
import type { WindowTokens } from '../../../../src/ports/cloud.ts';
import { VirtualClock } from '../../../contract/cloud/virtual-clock.ts';

const associate = 'AssociateEipAddress';
const unassociate = 'UnassociateEipAddress';

function windowOf(budget: Budget): WindowTokens {
  const window = budget.reserveWindow();
  if ('dueInMs' in window) throw new Error(`no window for ${window.dueInMs} ms`);
  return window;
}

describe('the budget', () => {
  let clock: VirtualClock;
  const budgetOf = (perMinute: Record<string, number>): Budget => new Budget('cn-hangzhou', clock, perMinute);
  const takes = (budget: Budget, action: string, window?: WindowTokens): boolean => budget.take(action, window) === 0;
  beforeEach(() => { clock = new VirtualClock(); });

  it('reserves one Unassociate and two Associates for a window, or nothing', () => {
    const budget = budgetOf({ [associate]: 5, [unassociate]: 5 });
    const windows = [windowOf(budget), windowOf(budget)];
    expect(budget.reserveWindow()).to.have.property('dueInMs').that.is.above(0);
    expect([takes(budget, associate), takes(budget, associate)]).to.deep.equal([true, false]);
    expect([takes(budget, unassociate), takes(budget, unassociate), takes(budget, unassociate), takes(budget, unassociate)]).to.deep.equal([true, true, true, false]);
    expect(windows.every((window) => takes(budget, unassociate, window))).to.be.true;
  });

  it('lets an open window close in every minute, whatever others took', async () => {
    const budget = budgetOf({ [associate]: 4, [unassociate]: 4 });
    const window = windowOf(budget);
    expect(takes(budget, unassociate, window)).to.be.true;
    for (let minute = 0; minute < 5; minute += 1) {
      while (takes(budget, associate)) { /* others take what there is */ }
      expect(takes(budget, associate, window)).to.be.true;
      await clock.pass(60_000);
    }
  });

  it('gives a window its token back when the cloud refused the call as one too many', async () => {
    const budget = budgetOf({ [associate]: 4, [unassociate]: 4 });
    const window = windowOf(budget);
    expect(takes(budget, associate, window)).to.be.true;
    budget.throttled(associate, 60_000, window);
    expect(takes(budget, associate, window)).to.be.false;
    await clock.pass(60_000);
    expect(takes(budget, associate)).to.be.false;
    expect(takes(budget, associate, window)).to.be.true;
  });

  it('takes back all that a released window has left, once', () => {
    const budget = budgetOf({ [associate]: 2, [unassociate]: 2 });
    const window = windowOf(budget);
    expect(takes(budget, unassociate, window)).to.be.true;
    window.release();
    window.release();
    windowOf(budget);
    expect(budget.reserveWindow()).to.have.property('dueInMs');
  });

  it('treats tokens of a released window as none', () => {
    const budget = budgetOf({ [associate]: 2, [unassociate]: 2 });
    const window = windowOf(budget);
    window.release();
    expect([takes(budget, associate, window), takes(budget, associate, window), takes(budget, associate, window)]).to.deep.equal([true, true, false]);
  });

  it('can always open a window some time, however often Associate was throttled', async () => {
    const budget = budgetOf({});
    for (let minute = 0; minute < 12; minute += 1) {
      budget.throttled(associate, 1000);
      await clock.pass(60_000);
    }
    windowOf(budget);
  });

  it('shares the limits of the account between regions, and no others', () => {
    const shared = new Map<string, Bucket>();
    const [here, there] = ['cn-hangzhou', 'cn-beijing'].map((region) => new Budget(region, clock, { [associate]: 2, DescribeInstances: 1 }, shared));
    expect([takes(here!, associate), takes(there!, associate), takes(here!, associate)]).to.deep.equal([true, true, false]);
    expect([takes(here!, 'DescribeInstances'), takes(there!, 'DescribeInstances'), takes(here!, 'DescribeInstances')]).to.deep.equal([true, true, false]);
  });

  it('calls an action scarce when more than half of its minute is gone', () => {
    const budget = budgetOf({ DescribeInstances: 4 });
    const scarce = [0, 1, 2].map(() => (budget.take('DescribeInstances'), budget.isScarce('DescribeInstances')));
    expect(scarce).to.deep.equal([false, false, true]);
  });
});
