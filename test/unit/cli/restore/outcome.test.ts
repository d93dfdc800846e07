import { expect } from 'chai';
import { isWell, outcomeOf, printOutcomes, type Homecoming } from '../../../../src/cli/restore/outcome.ts';
import { inventoryOf, type Listing } from '../../../../src/core/inventory.ts';
import type { InstanceId } from '../../../../src/core/ids.ts';
import { anEip, anInstance, aNetwork, at, EIP1, ENI1, I1, on, PRIMARY1 } from '../../../kit/cloud.ts';

const BEFORE: Homecoming = { instanceId: I1, eipId: EIP1, publicIp: '47.0.0.1', on: ENI1, steps: 5, note: '' };
const here: Listing = { instances: [anInstance()], networkInterfaces: [], eips: [], network: aNetwork() };

const stateOf = (listing: Partial<Listing>, { before = BEFORE, gone = [] }: { before?: Homecoming; gone?: readonly InstanceId[] } = {}) =>
  outcomeOf(before, { inventory: inventoryOf({ ...here, ...listing }), left: new Map(), gone: new Set(gone) });

describe('The outcome of a restoration', () => {
  const cases: readonly (readonly [string, ReturnType<typeof stateOf>, string, boolean])[] = [
    ['an EIP on its instance', stateOf({ eips: [anEip({ binding: at(I1) })] }), 'home', true],
    ['an EIP on the primary interface of its instance', stateOf({ eips: [anEip({ binding: on(PRIMARY1) })] }), 'home', true],
    ['an EIP on an ENI', stateOf({ eips: [anEip({ binding: on(ENI1) })] }), 'NOT HOME', false],
    ['an EIP that is bound to nothing', stateOf({ eips: [anEip()] }), 'NOT HOME', false],
    ['an EIP that is being bound', stateOf({ eips: [anEip({ binding: at(I1), status: 'Associating' })] }), 'NOT HOME', false],
    ['an EIP on another instance', stateOf({ eips: [anEip({ binding: at('i-2' as InstanceId) })] }), 'NOT HOME', false],
    ['an EIP that was released', stateOf({}), 'EIP released', true],
    ['an instance that was released', stateOf({ instances: [], eips: [anEip()] }, { gone: [I1] }), 'instance released', true],
    ['an instance that is not listed and not known to be gone', stateOf({ instances: [], eips: [anEip()] }), 'NOT SEEN', false],
    ['an instance for which no EIP is named', stateOf({}, { before: { ...BEFORE, eipId: undefined } }), 'no EIP', true],
  ];
  for (const [what, outcome, state, well] of cases) {
    it(`calls ${what} "${state}"`, () => expect([outcome.state, isWell(outcome)]).to.deep.equal([state, well]));
  }

  it('says in a table what each EIP is on', () => {
    expect(printOutcomes([stateOf({ eips: [anEip()] })]).split('\n')[1]).to.match(/^i-1 +47\.0\.0\.1 +eip-1 +nothing +NOT HOME +-$/);
  });
});
