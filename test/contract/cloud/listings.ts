// Listings: complete or nothing, at the cost that the design says.
import { expect } from 'chai';
import { callsDuring, failureOf } from './bench.ts';
import type { OnBench } from './suite.ts';

export function describeListings(onBench: OnBench): void {
  describe('a listing', () => {
    it('holds every instance of the VPC and of no other', async function () {
      const { under, cloud } = onBench(this);
      const instances = await under.settle(cloud.listInstances(under.vpcId));
      expect(new Set(instances.map(({ id }) => id)).size).to.equal(instances.length);
      expect(instances.every(({ vpcId, regionId }) => vpcId === under.vpcId && regionId === under.regionId)).to.be.true;
      if (under.sim) expect(instances).to.have.lengthOf(105);
    });

    it('holds every secondary interface of the VPC, attached or not', async function () {
      const { under, cloud } = onBench(this);
      const interfaces = await under.settle(cloud.listNetworkInterfaces(under.vpcId));
      expect(new Set(interfaces.map(({ id }) => id)).size).to.equal(interfaces.length);
      expect(interfaces.every(({ vpcId, type }) => vpcId === under.vpcId && type === 'Secondary')).to.be.true;
      if (under.sim) expect(interfaces).to.have.lengthOf(503);
    });

    it('holds every EIP of the region', async function () {
      const { under, cloud } = onBench(this);
      const eips = await under.settle(cloud.listEips());
      expect(new Set(eips.map(({ id }) => id)).size).to.equal(eips.length);
      if (under.sim) expect(eips).to.have.lengthOf(under.sim.state.eips.size);
    });

    it('of a VPC is whole: vSwitches, route tables with entries, gateways with entries', async function () {
      const { under, cloud } = onBench(this);
      const network = await under.settle(cloud.readNetwork(under.vpcId));
      expect(network.vSwitches.every(({ vpcId }) => vpcId === under.vpcId)).to.be.true;
      const tables = new Set(network.routeTables.map(({ id }) => id));
      expect(network.vSwitches.every(({ routeTableId }) => routeTableId === undefined || tables.has(routeTableId))).to.be.true;
    });

    it('of a VPC that has nothing is empty', async function () {
      const bench = onBench(this);
      expect(bench.sim.state.vpcs.get('vpc-none')).to.be.undefined;
      const nothing = 'vpc-none' as typeof bench.under.vpcId;
      expect(await bench.under.settle(bench.cloud.listInstances(nothing))).to.deep.equal([]);
      expect(await bench.under.settle(bench.cloud.readNetwork(nothing))).to.deep.equal({ vpcId: nothing, vSwitches: [], routeTables: [], natGateways: [] });
    });

    it('costs one call for each page of the largest size', async function () {
      const bench = onBench(this);
      const { vpcId } = bench.under;
      expect(bench.sim.state.eips.size).to.equal(108);
      const counts = await callsDuring(bench, () => Promise.all([
        bench.cloud.listInstances(vpcId), bench.cloud.listNetworkInterfaces(vpcId), bench.cloud.readNetwork(vpcId), bench.cloud.listEips(),
      ]));
      expect(counts).to.deep.equal({
        DescribeInstances: 2, DescribeNetworkInterfaces: 2, DescribeEipAddresses: 2, DescribeVSwitches: 1, DescribeRouteTableList: 1,
        DescribeRouteEntryList: 1, DescribeNatGateways: 1, DescribeSnatTableEntries: 1, DescribeForwardTableEntries: 1,
      });
    });

    it('throws when any page fails, and gives nothing of the others', async function () {
      const bench = onBench(this);
      const { vpcId } = bench.under;
      const pages = [['DescribeInstances', () => bench.cloud.listInstances(vpcId)], ['DescribeEipAddresses', () => bench.cloud.listEips()], ['DescribeForwardTableEntries', () => bench.cloud.readNetwork(vpcId)]] as const;
      for (const [action, read] of pages) {
        bench.sim.faults.add({ action, kind: 'fail', code: 'ServiceUnavailable', status: 503 });
        expect(await failureOf(bench, read())).to.include({ kind: 'unavailable', code: 'ServiceUnavailable', action });
      }
    });

    it('that shows fewer rows than it counts is no listing', async function () {
      const bench = onBench(this);
      for (const kind of ['emptyPage', 'halfPage'] as const) {
        bench.sim.faults.add({ action: 'DescribeEipAddresses', kind });
        expect(await failureOf(bench, bench.cloud.listEips())).to.include({ kind: 'unavailable', action: 'DescribeEipAddresses' });
      }
    });

    it('counts a row that comes twice once', async function () {
      const bench = onBench(this);
      bench.sim.faults.add({ action: 'DescribeInstances', kind: 'doublePage', count: 2 });
      expect(await bench.under.settle(bench.cloud.listInstances(bench.under.vpcId))).to.have.lengthOf(105);
    });
  });
}
