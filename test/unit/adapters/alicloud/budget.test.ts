import { expect } from 'chai';
import type { Bucket } from '../../../../src/adapters/alicloud/bucket.ts';
import { Budget } from '../../../../src/adapters/alicloud/budget.ts';
import type { WindowTokens } from '../../../../src/ports/cloud.ts';
import { VirtualClock } from '../../../kit/virtual-clock.ts';

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
  const takes = (budget: Budget, action: string, window?: WindowTokens): boolean => budget.take(action, { tokens: window }) === 0;
  beforeEach(() => { clock = new VirtualClock(); });

  it('reserves one Unassociate and two Associates for a window, or nothing', () => {
    const budget = budgetOf({ [associate]: 5, [unassociate]: 5 });
    const windows = [windowOf(budget), windowOf(budget)];
    expect(budget.reserveWindow()).to.have.property('dueInMs').that.is.above(0);
    expect([takes(budget, unassociate), takes(budget, unassociate), takes(budget, unassociate), takes(budget, unassociate)]).to.deep.equal([true, true, true, false]);
    expect(windows.every((window) => takes(budget, unassociate, window))).to.be.true;
  });

  it('lets a window close in every minute, with tokens of its own or found open, and opens none beside more than there may be', async () => {
    const budget = budgetOf({ [associate]: 4, [unassociate]: 4 });
    const window = windowOf(budget);
    expect(takes(budget, unassociate, window)).to.be.true;
    for (let minute = 0; minute < 5; minute += 1) {
      for (let found = 0; found < 6; found += 1) expect(takes(budget, associate)).to.be.true;
      expect(takes(budget, associate, window)).to.be.true;
      expect(budget.reserveWindow()).to.have.property('dueInMs');
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
    expect(budget.reserveWindow(), 'of the two that are left both are its own').to.have.property('dueInMs');
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
    expect([takes(budget, unassociate, window), takes(budget, unassociate, window), takes(budget, unassociate, window)]).to.deep.equal([true, true, false]);
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
    const [here, there] = ['cn-hangzhou', 'cn-beijing'].map((region) => new Budget(region, clock, { [unassociate]: 2, DescribeInstances: 1 }, shared));
    expect([takes(here!, unassociate), takes(there!, unassociate), takes(here!, unassociate)]).to.deep.equal([true, true, false]);
    expect([takes(here!, 'DescribeInstances'), takes(there!, 'DescribeInstances'), takes(here!, 'DescribeInstances')]).to.deep.equal([true, true, false]);
  });

  it('calls an action scarce when more than half of its minute is gone', () => {
    const budget = budgetOf({ DescribeInstances: 4 });
    const scarce = [0, 1, 2].map(() => (budget.take('DescribeInstances'), budget.isScarce('DescribeInstances')));
    expect(scarce).to.deep.equal([false, false, true]);
  });

  it('leaves a quarter of the looks of each minute to those at open windows', () => {
    const budget = budgetOf({ DescribeEipAddresses: 8, DescribeVSwitches: 8 });
    const count = (action: string, urgent: boolean): number => {
      let taken = 0;
      while (budget.take(action, { urgent }) === 0) taken += 1;
      return taken;
    };
    expect([count('DescribeEipAddresses', false), count('DescribeEipAddresses', true), count('DescribeVSwitches', false)]).to.deep.equal([6, 2, 8]);
  });

  it('probes what was throttled by one window at a time, and by nothing else while one is open', async () => {
    const budget = budgetOf({ [associate]: 8, [unassociate]: 8, CreateNetworkInterface: 8 });
    for (const action of [associate, 'CreateNetworkInterface']) budget.throttled(action, 0);
    await clock.pass(20 * 60_000);
    const first = [windowOf(budget), windowOf(budget)];
    for (let call = 0; call < 4; call += 1) expect(takes(budget, 'CreateNetworkInterface')).to.be.true;
    expect(budget.reserveWindow(), 'beside two').to.have.property('dueInMs');
    expect(takes(budget, 'CreateNetworkInterface'), 'beside two').to.be.false;
    for (const window of first) {
      for (const action of [associate, associate]) takes(budget, action, window);
      window.release();
    }
    expect(takes(budget, 'CreateNetworkInterface'), 'alone').to.be.true;
    windowOf(budget);
    expect(budget.reserveWindow(), 'beside one that probes').to.have.property('dueInMs');
  });
});
