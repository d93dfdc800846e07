import { expect } from 'chai';
import { WindowWatch, watched } from '../../../../sim/demo/windows.ts';

describe('A window', () => {
  const through = (...statuses: readonly string[]): WindowWatch => {
    const watch = new WindowWatch(40);
    statuses.forEach((status, index) => watch.look([{ id: 'eip-1', status }], index * 1_000));
    return watch;
  };

  it('lasts from half a round trip before Unassociating until InUse', () => {
    expect(through('InUse', 'Unassociating', 'Available', 'Associating', 'InUse', 'InUse').closedMs).to.deep.equal([3_040]);
  });

  it('is open until then', () => {
    const watch = through('InUse', 'Unassociating', 'Available');
    expect([watch.open, watch.closedMs]).to.deep.equal([1, []]);
  });

  it('is not what a human does at once', () => {
    expect(through('InUse', 'Available', 'Associating', 'InUse').closedMs).to.deep.equal([]);
  });

  it('can open again', () => {
    expect(through('Unassociating', 'InUse', 'Unassociating', 'Available', 'InUse').closedMs).to.deep.equal([1_040, 2_040]);
  });
});

describe('A watched clock', () => {
  it('looks after each event, and only when it was not cancelled', () => {
    const due: (() => void)[] = [];
    const seen: string[] = [];
    const clock = watched({ now: () => 7, after: (_, action) => {
      due.push(action);
      return () => void due.splice(due.indexOf(action), 1);
    } }, () => seen.push('look'));
    clock.after(5, () => seen.push('event'));
    clock.after(5, () => seen.push('never'))();
    for (const action of due) action();
    expect([clock.now(), ...seen]).to.deep.equal([7, 'event', 'look']);
  });
});
