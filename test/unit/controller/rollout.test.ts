// Places in a rollout: how many, who has one, whose turn it is.
import { expect } from 'chai';
import type { InstanceId } from '../../../src/core/ids.ts';
import { placesOf, Rollout } from '../../../src/controller/rollout.ts';

const [A, B, C, D] = ['i-a', 'i-b', 'i-c', 'i-d'] as [InstanceId, InstanceId, InstanceId, InstanceId];

function rolloutOf(places: number): Rollout {
  const rollout = new Rollout();
  rollout.placesMax = places;
  return rollout;
}

describe('The number of places', () => {
  const cases: readonly (readonly [number | string, number, number])[] = [[1, 300, 1], [5, 300, 5], [5, 2, 5], ['10%', 300, 30], ['1%', 12, 1], ['25%', 10, 3], ['100%', 12, 12], ['100%', 0, 1], ['50%', 1, 1]];
  for (const [given, selected, want] of cases) it(`of ${given} of ${selected} is ${want}`, () => expect(placesOf(given, selected)).to.equal(want));
});

describe('A place in the rollout', () => {
  it('is given while there are places', () => {
    const rollout = rolloutOf(2);
    expect([A, B, C].map((id) => rollout.request(id))).to.deep.equal([true, true, false]);
  });

  it('is kept by who has it', () => {
    const rollout = rolloutOf(1);
    expect([A, A, B, A].map((id) => rollout.request(id))).to.deep.equal([true, true, false, true]);
  });

  it('goes to who asked first when it is given back', () => {
    const rollout = rolloutOf(1);
    for (const id of [A, B, C, B]) rollout.request(id);
    expect(rollout.release(A)).to.deep.equal([B]);
    expect([B, C].map((id) => rollout.request(id))).to.deep.equal([true, false]);
    expect(rollout.release(B)).to.deep.equal([C]);
  });

  it('is not free until the last of too many has given it back', () => {
    const rollout = rolloutOf(1);
    for (const id of [A, B]) rollout.occupy(id);
    rollout.request(C);
    expect(rollout.release(A)).to.deep.equal([]);
    expect(rollout.release(B)).to.deep.equal([C]);
  });

  it('that the cloud shows as taken is taken, granted or not', () => {
    const rollout = rolloutOf(1);
    rollout.occupy(A);
    expect(rollout.request(B)).to.equal(false);
    expect(rollout.request(A)).to.equal(true);
  });

  it('is taken from nobody when there are fewer', () => {
    const rollout = rolloutOf(2);
    for (const id of [A, B]) rollout.request(id);
    rollout.placesMax = 1;
    expect(rollout.request(B)).to.equal(true);
    rollout.request(C);
    expect(rollout.release(A)).to.deep.equal([]);
  });

  it('opens to as many at once as there are more', () => {
    const rollout = rolloutOf(1);
    for (const id of [A, B, C, D]) rollout.request(id);
    rollout.placesMax = 3;
    expect(rollout.release(A)).to.deep.equal([B, C, D]);
  });

  it('is not named to who no longer waits', () => {
    const rollout = rolloutOf(1);
    for (const id of [A, B, C]) rollout.request(id);
    expect(rollout.release(B)).to.deep.equal([]);
    expect(rollout.release(A)).to.deep.equal([C]);
  });
});

describe('A window in the rollout', () => {
  it('opens while fewer are open than there are places', () => {
    const rollout = rolloutOf(2);
    expect([A, B, C, A].map((id) => rollout.openWindow(id))).to.deep.equal([true, true, false, true]);
  });

  it('that the cloud shows counts', () => {
    const rollout = rolloutOf(1);
    rollout.sawWindow(A);
    expect(rollout.openWindow(B)).to.equal(false);
    rollout.closeWindow(A);
    expect(rollout.openWindow(B)).to.equal(true);
  });

  it('stays counted when its place is given back', () => {
    const rollout = rolloutOf(1);
    rollout.openWindow(A);
    rollout.release(A);
    expect(rollout.openWindow(B)).to.equal(false);
  });
});
