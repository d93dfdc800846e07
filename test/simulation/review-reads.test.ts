// Every way in which a read can lie or fail, for a while, from the first second on: it delays, it never moves anything wrongly.
import { expect } from 'chai';
import type { FaultRequest } from '../../sim/cloud/engine/faults.ts';
import { SPEC, THREE, allUnified, isReady, world } from './fixtures.ts';
import { Laboratory } from './laboratory.ts';

const READS = ['DescribeInstances', 'DescribeNetworkInterfaces', 'DescribeEipAddresses', 'DescribeNatGateways', 'DescribeSnatTableEntries', 'DescribeRouteEntryList', 'DescribeVSwitches'];
const LIES: Record<string, Omit<FaultRequest, 'action'>> = {
  'fails': { kind: 'fail' },
  'is throttled': { kind: 'throttle' },
  'is cut off': { kind: 'dropAnswer', phase: 'after' },
  'is a gateway\'s page': { kind: 'html' },
  'comes three seconds late': { kind: 'delay', delayMs: 3_000 },
  'shows nothing': { kind: 'emptyPage' },
  'shows half': { kind: 'halfPage' },
  'shows everything twice': { kind: 'doublePage' },
};

describe('a read that cannot be trusted', () => {
  for (const action of READS) {
    for (const [name, lie] of Object.entries(LIES)) {
      it(`ends unified, with no write repeated that has an effect, and without an invented drift, when ${action} ${name} six times`, async () => {
        const lab = new Laboratory(world(THREE));
        lab.create('web', { ...SPEC, drift: { checkInterval: '1m' }, rollout: { maxInProgress: '100%' } });
        lab.cloud.faults.add({ action, count: 2, ...lie });
        await lab.start();
        await lab.clock.pass(6_000);
        lab.cloud.faults.add({ action, count: 4, ...lie });
        await lab.until(() => isReady(lab) && allUnified(lab), 900_000);
        // a second Create with the same client token has no effect
        expect(lab.mutatingCalls().filter((call) => call !== 'CreateNetworkInterface')).to.have.length(10);
        expect(lab.cloud.state.interfaces.size).to.equal(5);
        expect(lab.unbound()).to.deep.equal(['eip-nat-2']);
        expect(lab.events().filter((line) => line.startsWith('DriftDetected'))).to.deep.equal([]);
      });
    }
  }
});
