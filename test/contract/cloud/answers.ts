// What the answers say, in our words, and how looks share calls.
import { expect } from 'chai';
import { callsDuring, eipId, eniId, groupId, instanceId } from './bench.ts';
import type { OnBench } from './suite.ts';

export function describeAnswers(onBench: OnBench): void {
  describe('an answer', () => {
    it('shows an instance with a static public address', async function () {
      const { under, cloud, sim } = onBench(this);
      const [instance] = await under.settle(cloud.describeInstances([instanceId('i-static')]));
      expect(instance).to.deep.include({
        id: 'i-static', status: 'Running', regionId: sim.state.region, zoneId: 'cn-hangzhou-h', vpcId: 'vpc-1', vSwitchId: 'vsw-a', instanceType: 'ecs.g7.large',
        chargeType: 'PostPaid', internetChargeType: 'PayByTraffic', internetBandwidthOutMbps: 5, publicIps: ['47.98.1.1'], securityGroupIds: ['sg-1'],
        operationLocks: ['security'], tags: { egress: 'unified', odd: 'é+*~()\'!' }, primaryEniId: 'eni-primary-static',
      });
      expect(instance).not.to.have.any.keys('eip', 'expiresAt');
    });

    it('shows the EIP of an instance on the instance, and the instance on the EIP', async function () {
      const { under, cloud, sim } = onBench(this);
      expect(sim.state.eips.get('eip-home')!.status).to.equal('InUse');
      const [[instance], [eip]] = await under.settle(Promise.all([cloud.describeInstances([instanceId('i-home')]), cloud.describeEips([eipId('eip-home')])]));
      expect(instance!.eip).to.deep.equal({ id: 'eip-home', ip: '47.98.1.2', unassociable: true });
      expect(instance!.networkInterfaceIds).to.have.members(['eni-primary-home', 'eni-here']);
      expect(eip).to.deep.equal({
        id: 'eip-home', ip: '47.98.1.2', status: 'InUse', binding: { kind: 'instance', id: 'i-home' }, mode: 'NAT', bandwidthMbps: 5,
        businessStatus: 'Normal', operationLocks: [], serviceManaged: false, tags: { a: 'b' },
      });
    });

    it('shows a subscription with its end', async function () {
      const { under, cloud, sim } = onBench(this);
      expect(sim.state.instances.get('i-bare')!.chargeType).to.equal('PrePaid');
      const [instance] = await under.settle(cloud.describeInstances([instanceId('i-bare')]));
      expect(instance).to.deep.include({ chargeType: 'PrePaid', internetChargeType: 'PayByBandwidth', publicIps: [] });
      expect(instance!.expiresAt).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:00Z$/);
    });

    it('shows an attached interface with its instance, and a free one without', async function () {
      const { under, cloud, sim } = onBench(this);
      const [here, free] = await under.settle(cloud.describeNetworkInterfaces([eniId('eni-here'), eniId('eni-many-001')]));
      const { mac, privateIps } = sim.state.interfaces.get('eni-here')!;
      expect(here).to.deep.equal({
        id: 'eni-here', status: 'InUse', type: 'Secondary', instanceId: 'i-home', vpcId: 'vpc-1', vSwitchId: 'vsw-a', zoneId: 'cn-hangzhou-h', primaryIp: privateIps[0],
        macAddress: mac, securityGroupIds: ['sg-1'], deleteOnRelease: true, serviceManaged: false, publicIps: [], tags: { who: 'us' },
      });
      expect(free).to.include({ status: 'Available' }).and.not.to.have.property('instanceId');
    });

    it('shows by which ways a VPC leaves', async function () {
      const { under, cloud, sim } = onBench(this);
      expect(sim.state.natGateways.size).to.equal(2);
      const network = await under.settle(cloud.readNetwork(under.vpcId));
      const gateway = network.natGateways.find(({ id }) => id === 'ngw-1')!;
      expect(gateway).to.deep.include({ networkType: 'internet', status: 'Available', businessStatus: 'Normal' });
      expect(gateway.eips).to.deep.equal([{ id: 'eip-nat', ip: '47.96.1.1' }, { id: 'eip-dnat', ip: '47.96.1.2' }]);
      expect(gateway.snatEntries).to.deep.equal([{ id: 'snat-1', status: 'Available', sourceVSwitchId: 'vsw-a', sourceCidr: '10.0.0.0/20', snatIps: ['47.96.1.1'] }]);
      expect(gateway.forwardEntries).to.deep.equal([{ id: 'fwd-all', status: 'Available', externalIp: '47.96.1.2', internalIp: '10.0.9.9', allPorts: true }]);
      expect(network.natGateways.find(({ id }) => id === 'ngw-inner')).to.deep.include({ networkType: 'intranet', snatEntries: [] });
      expect(network.routeTables.flatMap(({ entries }) => entries)).to.deep.equal([{ destination: '0.0.0.0/0', status: 'Available', nextHops: [{ type: 'NatGateway', id: 'ngw-1' }] }]);
    });

    it('shows how many interfaces a type carries and of which kind a group is', async function () {
      const { under, cloud, sim } = onBench(this);
      expect(await under.settle(cloud.describeInstanceTypes(['ecs.g7.large', 'ecs.unheard.of']))).to.deep.equal([{ name: 'ecs.g7.large', eniMax: sim.state.instanceTypes.get('ecs.g7.large')!.networkInterfaces }]);
      expect(await under.settle(cloud.describeSecurityGroups([groupId('sg-3'), groupId('sg-1')]))).to.deep.equal([
        { id: 'sg-3', vpcId: 'vpc-1', type: 'enterprise' }, { id: 'sg-1', vpcId: 'vpc-1', type: 'normal' },
      ]);
    });
  });

  describe('a look by id', () => {
    it('agrees with the listing', async function () {
      const { under, cloud } = onBench(this);
      const listed = (await under.settle(cloud.listInstances(under.vpcId))).slice(0, 7);
      expect(await under.settle(cloud.describeInstances(listed.map(({ id }) => id)))).to.have.deep.members([...listed]);
    });

    it('leaves out what the cloud does not show', async function () {
      const { under, cloud } = onBench(this);
      expect(await under.settle(cloud.describeInstances([instanceId('i-0000000000000000000')]))).to.deep.equal([]);
      expect(await under.settle(cloud.describeNetworkInterfaces([eniId('eni-0000000000000000000')]))).to.deep.equal([]);
      expect(await under.settle(cloud.describeEips([eipId('eip-0000000000000000000')]))).to.deep.equal([]);
    });

    it('of nothing costs no call', async function () {
      const bench = onBench(this);
      const counts = await callsDuring(bench, () => Promise.all([bench.cloud.describeInstances([]), bench.cloud.describeNetworkInterfaces([]), bench.cloud.describeEips([]), bench.cloud.describeInstanceTypes([])]));
      expect(counts).to.deep.equal({});
    });

    it('shares its call with others, and each caller gets its own', async function () {
      const bench = onBench(this);
      expect(bench.sim.state.instances.size).to.be.above(100);
      const ids = Array.from({ length: 101 }, (_, index) => instanceId(`i-many-${String(index + 1).padStart(3, '0')}`));
      const answers: string[][] = [];
      const counts = await callsDuring(bench, () => Promise.all([...ids, ids[0]!].map(async (id) => { answers.push((await bench.cloud.describeInstances([id])).map((instance) => instance.id)); })));
      expect(counts).to.deep.equal({ DescribeInstances: 2 });
      expect(answers.flat().toSorted()).to.deep.equal([...ids, ids[0]!].toSorted());
    });

    it('that fails, fails all who share it with one error', async function () {
      const bench = onBench(this);
      bench.sim.faults.add({ action: 'DescribeEipAddresses', kind: 'fail', code: 'Forbidden.RAM', status: 403 });
      const looks = [1, 2, 3].map((n) => bench.cloud.describeEips([eipId(`eip-spare-00${n}`)]));
      const outcomes = await bench.under.settle(Promise.allSettled(looks));
      expect(new Set(outcomes.map((outcome): unknown => outcome.status === 'rejected' && outcome.reason)).size).to.equal(1);
      expect(outcomes[0]).to.have.nested.property('reason.detail.kind', 'forbidden');
    });

    it('of static data is asked once', async function () {
      const bench = onBench(this);
      const counts = await callsDuring(bench, async () => {
        await Promise.all([bench.cloud.describeInstanceTypes(['ecs.g7.large']), bench.cloud.describeInstanceTypes(['ecs.g7.large'])]);
        await bench.cloud.describeInstanceTypes(['ecs.g7.large']);
      });
      expect(counts).to.deep.equal({ DescribeInstanceTypes: 1 });
    });
  });

  describe('gone', () => {
    it('is an id that the cloud does not know, and not one that it knows', async function () {
      const { under, cloud } = onBench(this);
      expect(await under.settle(cloud.isInstanceGone(instanceId('i-0000000000000000000')))).to.be.true;
      expect(await under.settle(cloud.isNetworkInterfaceGone(eniId('eni-0000000000000000000')))).to.be.true;
      const [instance] = await under.settle(cloud.listInstances(under.vpcId));
      if (instance === undefined) return;
      expect(await under.settle(cloud.isInstanceGone(instance.id))).to.be.false;
      expect(await under.settle(cloud.isNetworkInterfaceGone(instance.networkInterfaceIds[0]!))).to.be.false;
    });
  });
}
