import { expect } from 'chai';
import { isOnlyBlocked, Patience } from '../../../../src/cli/restore/patience.ts';
import type { EgressUnificationStatus } from '../../../../src/api/egress-unification.ts';

const statusOf = (instances: EgressUnificationStatus['instances'], message = 'as it is'): EgressUnificationStatus =>
  ({ instances, unsettled: [{ instanceId: 'i-1', state: 'Blocked', reason: 'Held', message, since: '2026-11-25T12:00:00Z' }] });

const BLOCKED = statusOf({ selected: 2, nothingToMove: 1, blocked: 1 });
const MOVING = statusOf({ selected: 2, progressing: 1, blocked: 1 });
const OPEN = statusOf({ selected: 1, inWindow: 1 });

class Bench {
  #nowMs = 0;
  readonly patience = new Patience({ now: () => 0, monotonic: () => this.#nowMs, after: () => () => undefined });

  /** Whether it is over after the status was seen unchanged for so long. */
  overAfter(status: EgressUnificationStatus, seconds: number): boolean {
    this.patience.heard(status);
    this.#nowMs += seconds * 1_000;
    this.patience.heard(status);
    return this.patience.isOver(status);
  }
}

describe('The patience of a restoration', () => {
  it('ends soon where everybody who is left is blocked, but not before one more listing', () => {
    expect([new Bench().overAfter(BLOCKED, 70), new Bench().overAfter(BLOCKED, 100)]).to.deep.equal([false, true]);
  });

  it('outlasts an ENI that will not go', () => expect([new Bench().overAfter(MOVING, 700), new Bench().overAfter(MOVING, 1_000)]).to.deep.equal([false, true]));

  it('never ends while a window is open', () => expect(new Bench().overAfter(OPEN, 100_000)).to.equal(false));

  it('begins anew with every step, and with everything that is said differently', () => {
    const bench = new Bench();
    expect(bench.overAfter(BLOCKED, 80)).to.equal(false);
    bench.patience.moved();
    expect(bench.overAfter(BLOCKED, 80)).to.equal(false);
    expect(bench.overAfter(statusOf(BLOCKED.instances, 'another message'), 80)).to.equal(false);
  });

  it('knows who is only blocked', () => expect([BLOCKED, MOVING, OPEN, {}].map(isOnlyBlocked)).to.deep.equal([true, false, false, false]));
});
