// Failures: one CloudError with one kind for each, and a write is never sent twice.
import { expect } from 'chai';
import type { Performed } from '../../../src/ports/cloud.ts';
import { CloudError } from '../../../src/ports/cloud-error.ts';
import { eipId, eniId, failureOf, instanceId, type Bench } from './bench.ts';
import type { OnBench } from './suite.ts';
import { ACCESS_KEY_ID, ACCESS_KEY_SECRET } from './world.ts';

const unassociate = ({ cloud }: Bench): Promise<Performed> => cloud.perform.unassociateEipAddress({ kind: 'unassociateEipAddress', eip: eipId('eip-home'), from: { kind: 'instance', id: instanceId('i-home') } });
const sentTimes = ({ sim }: Bench, action: string): number => sim.log.since(0).filter((call) => call.action === action).length;

export function describeFailures(onBench: OnBench): void {
  describe('a failure', () => {
    it('of a read on the way is unavailable', async function () {
      const bench = onBench(this);
      for (const kind of ['dropAnswer', 'html'] as const) {
        bench.sim.faults.add({ action: 'DescribeEipAddresses', kind });
        expect(await failureOf(bench, bench.cloud.listEips())).to.include({ kind: 'unavailable', code: '' });
      }
    });

    it('of a write on the way is ambiguous, whether it took effect or not', async function () {
      for (const phase of ['before', 'after'] as const) {
        for (const fault of [{ kind: 'dropAnswer' }, { kind: 'html' }, { kind: 'fail', code: 'InternalError', status: 500 }] as const) {
          const bench = onBench(this);
          bench.sim.faults.add({ action: 'TagResources', phase, ...fault });
          expect(await failureOf(bench, bench.cloud.perform.tagEip({ kind: 'tagEip', eip: eipId('eip-home'), tags: { [`${phase}-${fault.kind}`]: 'x' } }))).to.include({ kind: 'ambiguous' });
          expect(bench.sim.state.eips.get('eip-home')!.tags.has(`${phase}-${fault.kind}`)).to.equal(phase === 'after');
        }
      }
    });

    it('is never followed by a second attempt', async function () {
      const bench = onBench(this);
      for (const fault of [{ kind: 'dropAnswer' }, { kind: 'throttle' }, { kind: 'fail', code: 'TaskConflict', status: 400 }] as const) {
        const before = sentTimes(bench, 'UnassociateEipAddress');
        bench.sim.faults.add({ action: 'UnassociateEipAddress', ...fault });
        await failureOf(bench, unassociate(bench));
        expect(sentTimes(bench, 'UnassociateEipAddress')).to.equal(before + 1);
        if (fault.kind === 'throttle') break;
      }
    });

    it('past the deadline is ambiguous for a write and unavailable for a read', async function () {
      const bench = onBench(this);
      const delayMs = bench.under.deadlineMs * 2;
      bench.sim.faults.add({ action: 'UnassociateEipAddress', kind: 'delay', delayMs });
      bench.sim.faults.add({ action: 'DescribeEipAddresses', kind: 'delay', delayMs });
      const [write, read] = [failureOf(bench, unassociate(bench)), failureOf(bench, bench.cloud.listEips())];
      expect(await write).to.include({ kind: 'ambiguous', action: 'UnassociateEipAddress' });
      expect(await read).to.include({ kind: 'unavailable', action: 'DescribeEipAddresses' });
    });

    it('has the kind of its code', async function () {
      const bench = onBench(this);
      const { perform } = bench.cloud;
      bench.sim.state.account.networkInterfaces = 0;
      const detach = perform.detachNetworkInterface({ kind: 'detachNetworkInterface', networkInterface: eniId('eni-none'), instance: instanceId('i-home') });
      expect(await failureOf(bench, detach)).to.include({ kind: 'notFound', code: 'InvalidEniId.NotFound' });
      const associate = perform.associateEipAddress({ kind: 'associateEipAddress', eip: eipId('eip-spare-001'), to: { kind: 'instance', id: instanceId('i-static') } });
      expect(await failureOf(bench, associate)).to.include({ kind: 'refused', code: 'EIP_CAN_NOT_ASSOCIATE_WITH_PUBLIC_IP' });
      const create = perform.createNetworkInterface({ kind: 'createNetworkInterface', instance: instanceId('i-home'), eip: eipId('eip-home'), vSwitch: 'vsw-a' as never, securityGroups: ['sg-1' as never], name: 'eni', tags: {}, token: 't' });
      expect(await failureOf(bench, create)).to.include({ kind: 'quota', code: 'MaxEniCountExceeded', accountWide: true });
      bench.sim.faults.add({ action: 'ModifyNetworkInterfaceAttribute', kind: 'fail', code: 'Forbidden.RAM', status: 403 });
      const group = perform.modifyNetworkInterfaceAttribute({ kind: 'modifyNetworkInterfaceAttribute', networkInterface: eniId('eni-here'), securityGroups: ['sg-1' as never] });
      expect(await failureOf(bench, group)).to.include({ kind: 'forbidden', code: 'Forbidden.RAM', action: 'ModifyNetworkInterfaceAttribute' }).and.to.have.property('requestId');
    });

    it('of a step on what is in transition is busy', async function () {
      const bench = onBench(this);
      bench.sim.faults.add({ action: 'UnassociateEipAddress', kind: 'stepHangs', delayMs: 0 });
      await bench.under.settle(unassociate(bench));
      expect(await failureOf(bench, unassociate(bench))).to.include({ kind: 'busy' });
    });

    it('to find out whether something is gone is a failure, not an answer', async function () {
      const bench = onBench(this);
      bench.sim.faults.add({ action: 'DescribeInstanceAttribute', kind: 'fail', code: 'Forbidden.RAM', status: 403 });
      expect(await failureOf(bench, bench.cloud.isInstanceGone(instanceId('i-0000000000000000000')))).to.include({ kind: 'forbidden' });
    });

    it('shows no secret in its message or in the log', async function () {
      const bench = onBench(this);
      bench.sim.faults.add({ action: 'DescribeVSwitches', kind: 'fail', code: 'SignatureDoesNotMatch', status: 400 });
      bench.sim.faults.add({ action: 'DescribeEipAddresses', kind: 'dropAnswer' });
      await failureOf(bench, bench.cloud.readNetwork(bench.under.vpcId));
      await failureOf(bench, bench.cloud.listEips());
      await bench.under.settle(bench.cloud.listInstances(bench.under.vpcId));
      const said = bench.under.logged.join('\n');
      expect(said).to.include('cloud call failed').and.to.include('DescribeInstances');
      for (const secret of [ACCESS_KEY_ID, ACCESS_KEY_SECRET, 'Signature=']) expect(said).not.to.include(secret);
    });
  });

  describe('a region', () => {
    it('whose name is no region id is refused', function () {
      const { clouds } = onBench(this).under;
      for (const name of ['', 'cn-hangzhou.evil.example', 'CN-Hangzhou', 'cn-hangzhou-h', '../cn-hangzhou']) {
        try {
          clouds(name);
          expect.fail(`${name} was taken`);
        } catch (error) {
          expect(error).to.be.instanceOf(CloudError).and.to.have.nested.property('detail.kind', 'refused');
        }
      }
    });

    it('is the same Cloud each time it is asked for', function () {
      const { clouds, regionId } = onBench(this).under;
      expect(clouds(regionId)).to.equal(clouds(regionId));
      expect(clouds(regionId).regionId).to.equal(regionId);
    });
  });
}
