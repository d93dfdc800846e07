// The steps: what each brings about in the cloud.
import { isDeepStrictEqual } from 'node:util';
import { expect } from 'chai';
import type { Performed } from '../../../src/ports/cloud.ts';
import type { SecurityGroupId, VSwitchId } from '../../../src/core/ids.ts';
import type { StepArgs } from '../../../src/core/step.ts';
import { eipId, eniId, failureOf, groupId, instanceId, until, vSwitchId, type Bench } from './bench.ts';
import type { OnBench } from './suite.ts';

type Create = StepArgs['createNetworkInterface'];
const creation = (overrides: Partial<Create> = {}): { kind: 'createNetworkInterface' } & Create => ({
  kind: 'createNetworkInterface', instance: instanceId('i-home'), eip: eipId('eip-home'), vSwitch: vSwitchId('vsw-a'), securityGroups: [groupId('sg-1'), groupId('sg-2')],
  name: 'egress-i-home', tags: { 'egressunification.io/instance': 'i-home', 'terway.alibabacloud.com/excluded': 'true' }, token: 'token-of-the-first', ...overrides,
});

/** By the first it would be found, if the suite ended in the middle; without the second deploy/ram/policy.json does not let it be made. */
const MARKS = { 'egress-contract': 'suite', 'egressunification.io/cluster': 'egress-contract' };

/** A vSwitch and a group in which an interface may be made; the test is skipped where there is none. */
async function roomFor(bench: Bench, context: Mocha.Context): Promise<{ vSwitch: VSwitchId; group: SecurityGroupId }> {
  const { under, cloud } = bench;
  const [network, instances] = await under.settle(Promise.all([cloud.readNetwork(under.vpcId), cloud.listInstances(under.vpcId)]));
  const vSwitch = network.vSwitches.find(({ availableIps }) => availableIps > 1);
  const group = instances.flatMap(({ securityGroupIds }) => securityGroupIds)[0];
  return vSwitch && group ? { vSwitch: vSwitch.id, group } : context.skip();
}

export function describeSteps(onBench: OnBench): void {
  describe('a step', () => {
    it('creates an interface with its tags, tags it, untags it and deletes it', async function () {
      const bench = onBench(this);
      const { under, cloud } = bench;
      const { vSwitch, group } = await roomFor(bench, this);
      const token = `contract-${under.sim ? 'suite' : String(Date.now())}`;
      const made = await under.settle(cloud.perform.createNetworkInterface(creation({ vSwitch, securityGroups: [group], token, tags: { ...MARKS, first: 'x' } })));
      const networkInterface = made.networkInterface!;
      const look = (): Promise<readonly { readonly status: string; readonly deleteOnRelease: boolean; readonly tags: object }[]> => cloud.describeNetworkInterfaces([networkInterface]);
      try {
        expect((await until(bench, look, ([eni]) => eni?.status === 'Available'))[0]).to.deep.include({ deleteOnRelease: true, tags: { ...MARKS, first: 'x' } });
        await under.settle(cloud.perform.tagNetworkInterface({ kind: 'tagNetworkInterface', networkInterface, tags: { second: 'x' } }));
        await until(bench, look, ([eni]) => isDeepStrictEqual(eni?.tags, { ...MARKS, first: 'x', second: 'x' }));
        await under.settle(cloud.perform.untagNetworkInterface({ kind: 'untagNetworkInterface', networkInterface, keys: ['first'] }));
        await until(bench, look, ([eni]) => isDeepStrictEqual(eni?.tags, { ...MARKS, second: 'x' }));
      } finally {
        await under.settle(cloud.perform.deleteNetworkInterface({ kind: 'deleteNetworkInterface', networkInterface }));
      }
      await until(bench, look, (seen) => seen.length === 0);
      expect(await under.settle(cloud.isNetworkInterfaceGone(networkInterface))).to.be.true;
    });

    it('that creates with the same token gives the same interface', async function () {
      const { under, cloud, sim } = onBench(this);
      const before = sim.state.interfaces.size;
      const first = await under.settle(cloud.perform.createNetworkInterface(creation()));
      const second = await under.settle(cloud.perform.createNetworkInterface(creation()));
      expect(second.networkInterface).to.equal(first.networkInterface).and.match(/^eni-/);
      expect(sim.state.interfaces.size).to.equal(before + 1);
    });

    it('that creates with a spent token says so', async function () {
      const bench = onBench(this);
      expect(bench.sim.state.interfaces.size).to.be.above(0);
      await bench.under.settle(bench.cloud.perform.createNetworkInterface(creation()));
      expect(await failureOf(bench, bench.cloud.perform.createNetworkInterface(creation({ name: 'another' })))).to.include({ kind: 'refused', tokenSpent: true });
    });

    it('that created without a name is busy, and with the same token gives the interface after all', async function () {
      const bench = onBench(this);
      bench.sim.faults.add({ action: 'CreateNetworkInterface', kind: 'emptyId', phase: 'after' });
      expect(await failureOf(bench, bench.cloud.perform.createNetworkInterface(creation()))).to.include({ kind: 'busy', action: 'CreateNetworkInterface' });
      const before = bench.sim.state.interfaces.size;
      const made = await bench.under.settle(bench.cloud.perform.createNetworkInterface(creation()));
      expect(bench.sim.state.interfaces.get(made.networkInterface!)?.name).to.equal('egress-i-home');
      expect(bench.sim.state.interfaces.size).to.equal(before);
    });

    it('converts a static public address to an EIP of the same address', async function () {
      const bench = onBench(this);
      expect(bench.sim.state.instances.get('i-open')!.publicIp).to.equal('47.98.1.3');
      await bench.under.settle(bench.cloud.perform.convertNatPublicIpToEip({ kind: 'convertNatPublicIpToEip', instance: instanceId('i-open') }));
      const [instance] = await until(bench, () => bench.cloud.describeInstances([instanceId('i-open')]), ([seen]) => seen?.eip !== undefined);
      expect(instance).to.deep.include({ publicIps: [], eip: { id: instance!.eip!.id, ip: '47.98.1.3', unassociable: true } });
    });

    it('ends a subscription and begins none', async function () {
      const bench = onBench(this);
      bench.sim.state.refundedVcpuHours = 0;
      await bench.under.settle(bench.cloud.perform.modifyInstanceChargeType({ kind: 'modifyInstanceChargeType', instance: instanceId('i-bare'), to: 'PostPaid', token: 'charge-1' }));
      const [instance] = await until(bench, () => bench.cloud.describeInstances([instanceId('i-bare')]), ([seen]) => seen?.chargeType === 'PostPaid');
      expect(instance).not.to.have.property('expiresAt');
    });

    it('moves an EIP from its instance to an interface there, and all the way back', async function () {
      const bench = onBench(this);
      const { cloud, under } = bench;
      const privateIp = bench.sim.state.interfaces.get('eni-here')!.privateIps[0]!;
      const eip = eipId('eip-home');
      const home = { kind: 'instance', id: instanceId('i-home') } as const;
      const there = { kind: 'networkInterface', id: eniId('eni-here'), privateIp } as const;
      const seen = async (): Promise<string> => {
        const [found] = await cloud.describeEips([eip]);
        return `${found?.status ?? 'none'} ${found?.binding?.id ?? '-'}`;
      };
      const moves: readonly (readonly [() => Promise<Performed>, string])[] = [
        [() => cloud.perform.tagEip({ kind: 'tagEip', eip, tags: { owner: 'uid' } }), 'InUse i-home'],
        [() => cloud.perform.unassociateEipAddress({ kind: 'unassociateEipAddress', eip, from: home }), 'Available -'],
        [() => cloud.perform.associateEipAddress({ kind: 'associateEipAddress', eip, to: there }), 'InUse eni-here'],
        [() => cloud.perform.unassociateEipAddress({ kind: 'unassociateEipAddress', eip, from: there }), 'Available -'],
        [() => cloud.perform.associateEipAddress({ kind: 'associateEipAddress', eip, to: home }), 'InUse i-home'],
        [() => cloud.perform.untagEip({ kind: 'untagEip', eip, keys: ['owner', 'a'] }), 'InUse i-home'],
        [() => cloud.perform.detachNetworkInterface({ kind: 'detachNetworkInterface', networkInterface: there.id, instance: home.id }), 'InUse i-home'],
      ];
      for (const [move, wanted] of moves) {
        await under.settle(move());
        await until(bench, seen, (now) => now === wanted);
      }
      await until(bench, () => cloud.describeNetworkInterfaces([there.id]), ([eni]) => eni?.status === 'Available');
      expect((await under.settle(cloud.describeEips([eip])))[0]!.tags).to.deep.equal({});
    });

    it('has its effect every time that it is sent', async function () {
      const bench = onBench(this);
      const { cloud, under } = bench;
      const eip = eipId('eip-home');
      const home = { kind: 'instance', id: instanceId('i-home') } as const;
      expect(bench.sim.state.eips.get(eip)!.binding?.id).to.equal(home.id);
      for (let round = 0; round < 2; round += 1) {
        await under.settle(cloud.perform.unassociateEipAddress({ kind: 'unassociateEipAddress', eip, from: home }));
        await until(bench, () => cloud.describeEips([eip]), ([seen]) => seen?.status === 'Available');
        await under.settle(cloud.perform.associateEipAddress({ kind: 'associateEipAddress', eip, to: home }));
        await until(bench, () => cloud.describeEips([eip]), ([seen]) => seen?.status === 'InUse');
      }
    });

    it('attaches an interface and changes its groups', async function () {
      const bench = onBench(this);
      const { cloud, under } = bench;
      expect(bench.sim.state.interfaces.get('eni-many-002')!.status).to.equal('Available');
      const networkInterface = eniId('eni-many-002');
      await under.settle(cloud.perform.attachNetworkInterface({ kind: 'attachNetworkInterface', networkInterface, instance: instanceId('i-open') }));
      await until(bench, () => cloud.describeNetworkInterfaces([networkInterface]), ([eni]) => eni?.status === 'InUse' && eni.instanceId === 'i-open');
      await under.settle(cloud.perform.modifyNetworkInterfaceAttribute({ kind: 'modifyNetworkInterfaceAttribute', networkInterface, securityGroups: [groupId('sg-2'), groupId('sg-1')] }));
      const [changed] = await until(bench, () => cloud.describeNetworkInterfaces([networkInterface]), ([eni]) => eni?.securityGroupIds.length === 2);
      expect(changed!.securityGroupIds).to.have.members(['sg-1', 'sg-2']);
    });

    it('resolves when the cloud accepted it, not when its effect shows', async function () {
      const bench = onBench(this);
      bench.sim.faults.add({ action: 'AttachNetworkInterface', kind: 'stepHangs', delayMs: 0 });
      const performed = await bench.under.settle(bench.cloud.perform.attachNetworkInterface({ kind: 'attachNetworkInterface', networkInterface: eniId('eni-many-003'), instance: instanceId('i-open') }));
      expect(performed.requestId).to.be.a('string').that.is.not.empty;
      expect((await bench.under.settle(bench.cloud.describeNetworkInterfaces([eniId('eni-many-003')])))[0]).to.include({ status: 'Attaching', instanceId: 'i-open' });
    });

    it('takes an EIP only from what it is bound to', async function () {
      const bench = onBench(this);
      expect(bench.sim.state.eips.get('eip-home')!.binding?.id).to.equal('i-home');
      const failure = await failureOf(bench, bench.cloud.perform.unassociateEipAddress({ kind: 'unassociateEipAddress', eip: eipId('eip-home'), from: { kind: 'instance', id: instanceId('i-open') } }));
      expect(failure.kind).to.be.oneOf(['notFound', 'busy', 'refused']);
      expect(bench.sim.state.eips.get('eip-home')!.status).to.equal('InUse');
    });
  });
}
