// Laws of the planner as properties: it is a function of what it is given, and it ends.
import { expect } from 'chai';
import fc from 'fast-check';
import type { GuestReading } from '../../../src/core/guest.ts';
import { LINK_KEYS } from '../../../src/core/marks.ts';
import { plan } from '../../../src/core/plan.ts';
import type { Goal, PlanInput, Target } from '../../../src/core/situation.ts';
import type { Step } from '../../../src/core/step.ts';
import { anEip, anEni, aSituation, at, CLUSTER, EIP1, EIP2, ENI1, ENI2, frozen, I1, I2, on, OWNER } from '../../kit/cloud.ts';
import { instanceOf, STAGE, withEip } from '../../kit/stages.ts';
import type { Stage } from '../../kit/stages.ts';
import { after, seen } from './world.ts';

const anyTags = fc.dictionary(fc.constantFrom<string>(...LINK_KEYS, 'egressunification.io/hold', 'name'), fc.constantFrom(CLUSTER, 'c2', OWNER, I1, I2, EIP1, EIP2, '1.TurnedBack', '1.VerificationFailed', 'mine'));
const anyBinding = fc.constantFrom(undefined, at(I1), at(I2), on(ENI1), on(ENI2), { kind: 'other' as const, id: 'lb-1', type: 'SlbInstance' });
const anyEip = fc.record({
  id: fc.constantFrom(EIP1, EIP2), status: fc.constantFrom('Available' as const, 'Associating' as const, 'InUse' as const, 'Unassociating' as const, 'Releasing' as const), binding: anyBinding, tags: anyTags,
}).map(({ binding, ...eip }) => anEip({ ...eip, ...(binding && { binding }) }));
const anyEni = fc.record({
  id: fc.constantFrom(ENI1, ENI2), status: fc.constantFrom('Available' as const, 'Attaching' as const, 'InUse' as const, 'Detaching' as const), instanceId: fc.constantFrom(undefined, I1, I2), tags: anyTags,
}).map(({ instanceId, ...eni }) => anEni({ ...eni, ...(instanceId && { instanceId }) }));

const anyGuest = fc.constantFrom<GuestReading | undefined>(
  undefined, { state: 'ready', managed: true }, { state: 'notReady', managed: false, missing: 'a rule', configurable: true }, { state: 'armed', managed: true, mayConfirm: true }, { state: 'unread', message: 'no agent' },
);

const anySituation: fc.Arbitrary<PlanInput> = fc.record({
  eips: fc.uniqueArray(anyEip, { selector: ({ id }) => id, maxLength: 2 }), networkInterfaces: fc.uniqueArray(anyEni, { selector: ({ id }) => id, maxLength: 2 }),
  instance: fc.constantFrom(STAGE.nothing.instance, STAGE.staticIp.instance, withEip(), STAGE.unified.instance), goneEips: fc.subarray([EIP1, EIP2]),
  goal: fc.constantFrom<Goal>('unify', 'revert', 'release'), liftHolds: fc.boolean(), reportOnly: fc.boolean(),
  restore: fc.boolean(), guestRouting: fc.constantFrom('Ignore' as const, 'Check' as const, 'Configure' as const), guest: anyGuest,
}).map(({ goal, liftHolds, reportOnly, restore, guestRouting, guest, ...view }) =>
  aSituation({ view, target: { goal, liftHolds, reportOnly, restore, guestRouting }, surroundings: guest ? { guest } : {} }));

const GIVEN: Partial<Target>[] = [{}, { adoptFrom: 'c2' }];

describe('The planner', () => {
  it('answers the same to the same, without changing what it was given', () => {
    fc.assert(fc.property(anySituation, (input) => {
      const before = JSON.stringify(input);
      expect(JSON.stringify(plan(frozen(input)))).to.equal(JSON.stringify(plan(structuredClone(input))));
      expect(JSON.stringify(input)).to.equal(before);
    }), { numRuns: 500, seed: 1 });
  });

  it('does not mind the order of lists', () => {
    fc.assert(fc.property(anySituation, fc.constantFrom(...GIVEN), (input, target) => {
      const { view } = input;
      const turned = { ...view, eips: view.eips.toReversed(), networkInterfaces: view.networkInterfaces.toReversed(), goneEips: view.goneEips.toReversed() };
      const asked = { ...input, target: { ...input.target, ...target } };
      expect(plan({ ...asked, view: turned })).to.deep.equal(plan(asked));
    }), { numRuns: 2_000, seed: 1 });
  });

  it('throws at nothing, and always gives one move', () => {
    fc.assert(fc.property(anySituation, (input) => Object.keys(plan(input).move).filter((key) => key !== 'phase' && key !== 'note').length === 1), { numRuns: 2_000, seed: 2 });
  });
});

const MOVES_MAX = 8;

interface Run {
  readonly world: Stage;
  readonly steps: readonly Step[];
  readonly end: string;
}

/** Performs what is planned until nothing is. */
function run(start: Stage, target: Partial<Target>): Run {
  let world = start;
  const steps: Step[] = [];
  for (;;) {
    const { move } = plan(aSituation({ ...seen(world), target }));
    if (!('do' in move)) return { world, steps, end: 'settled' in move ? move.settled : JSON.stringify(move) };
    if (steps.length === MOVES_MAX) return { world, steps, end: `still ${JSON.stringify(move)}` };
    steps.push(move.do);
    world = after(world, move.do);
  }
}

const kindsOf = ({ steps }: Run): string[] => steps.map(({ kind }) => kind);
const FIVE = ['tagEip', 'createNetworkInterface', 'attachNetworkInterface', 'unassociateEipAddress', 'associateEipAddress'];
const BACK = ['unassociateEipAddress', 'associateEipAddress', 'detachNetworkInterface', 'deleteNetworkInterface', 'untagEip'];

describe('A plan that is performed step by step', () => {
  it('takes five writes from an EIP to unified', () => {
    const forward = run(STAGE.untagged, {});
    expect([...kindsOf(forward), forward.end]).to.deep.equal([...FIVE, 'Unified']);
  });

  it('takes six writes from a static public IP, which stays the address', () => {
    const forward = run(STAGE.staticIp, {});
    expect([...kindsOf(forward), forward.end]).to.deep.equal(['convertNatPublicIpToEip', ...FIVE, 'Unified']);
    expect(forward.world.networkInterfaces.map(({ publicIps }) => publicIps)).to.deep.equal([['47.0.0.1']]);
  });

  it('takes seven writes from a subscription by bandwidth whose billing may change', () => {
    const view = instanceOf(STAGE.staticIp, { chargeType: 'PrePaid', internetChargeType: 'PayByBandwidth' });
    expect(kindsOf(run(view, { changeToPayAsYouGo: true }))).to.deep.equal(['modifyInstanceChargeType', 'convertNatPublicIpToEip', ...FIVE]);
  });

  it('takes five writes back, and nothing of ours is left', () => {
    const back = run(run(STAGE.untagged, {}).world, { goal: 'revert' });
    expect([...kindsOf(back), back.end]).to.deep.equal([...BACK, 'Restored']);
    expect(back.world).to.deep.equal(STAGE.untagged);
  });

  it('takes two writes to let go, and the instance stays unified', () => {
    const { world } = run(STAGE.untagged, {});
    const released = run(world, { goal: 'release' });
    expect(kindsOf(released)).to.deep.equal(['untagEip', 'untagNetworkInterface']);
    expect(released.world.eips.map((eip) => eip.binding)).to.deep.equal(world.eips.map((eip) => eip.binding));
  });

  it('owns again what was let go, and can then restore it', () => {
    const again = run(run(run(STAGE.untagged, {}).world, { goal: 'release' }).world, {});
    expect([...kindsOf(again), again.end]).to.deep.equal(['tagEip', 'tagNetworkInterface', 'Unified']);
    expect(run(again.world, { goal: 'revert' }).world).to.deep.equal(STAGE.untagged);
  });

  for (const [name, stage] of Object.entries(STAGE)) {
    if (/ing$/.test(name) && name !== 'nothing') continue;
    for (const first of ['unify', 'revert', 'release'] as const) {
      for (const then of ['unify', 'revert', 'release'] as const) {
        it(`ends from ${name} with ${first}, then ${then}, and repeats no step`, () => {
          const one = run(stage, { goal: first });
          const two = run(one.world, { goal: then });
          for (const { steps, end } of [one, two]) {
            expect(end).to.be.oneOf(['Unified', 'NothingToMove', 'Restored', 'Released']);
            expect(new Set(steps.map((step) => JSON.stringify(step))).size).to.equal(steps.length);
          }
        });
      }
    }
  }

  it('ends the other way when it is turned round after any number of steps', () => {
    for (let count = 0; count <= FIVE.length + 1; count += 1) {
      const half = run(STAGE.staticIp, {}).steps.slice(0, count).reduce<Stage>((world, step) => after(world, step), STAGE.staticIp);
      const back = run(half, { goal: 'revert' });
      expect(back.end, `after ${count}`).to.equal('Restored');
      expect(back.world.networkInterfaces, `after ${count}`).to.deep.equal([]);
      expect(back.world.eips.map(({ binding, tags }) => ({ binding, tags })), `after ${count}`).to.deep.equal(count === 0 ? [] : [{ binding: at(I1), tags: {} }]);
    }
  });
});
