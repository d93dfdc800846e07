// Pages, filters and odd shapes of the Describe calls (facts sections 2.1, 2.6, 3.1, 3.4, 3.8, 3.9).

import { expect } from 'chai';
import { Laboratory, world, type Json } from './kit.ts';

const fleet = (count: number): Laboratory => new Laboratory(world({
  account: { eips: 100 },
  vSwitches: { 'vsw-a': { vpc: 'vpc-1', cidr: '10.0.0.0/16' } },
  instances: { 'i-f': { count, vSwitch: 'vsw-a', publicIp: true, tags: { egress: 'unified' } } },
}));

const ids = (body: Json): string[] => (body as { Instances: { Instance: { InstanceId: string }[] } }).Instances.Instance.map(({ InstanceId }) => InstanceId);

function everyPage(laboratory: Laboratory, params: Record<string, string>): { readonly found: string[]; readonly pages: number } {
  const found: string[] = [];
  for (let pages = 1, token = ''; ; pages += 1) {
    const body = laboratory.ecs('DescribeInstances', { ...params, NextToken: token });
    found.push(...ids(body));
    token = String(body['NextToken']);
    if (token === '') return { found, pages };
  }
}

describe('the simulated DescribeInstances', () => {
  it('gives 10 entries when MaxResults is not set or less than 10, and 100 when it is greater than 100', () => {
    const laboratory = fleet(250);
    for (const [asked, given] of [['', 10], ['3', 10], ['50', 50], ['100', 100], ['999', 100]] as const) {
      expect(ids(laboratory.ecs('DescribeInstances', { MaxResults: asked }))).to.have.length(given);
    }
  });

  it('gives every instance exactly once over all pages, and no token after the last', () => {
    const { found, pages } = everyPage(fleet(250), { MaxResults: '100' });
    expect([found.length, new Set(found).size, pages]).to.deep.equal([250, 250, 3]);
  });

  it('gives no empty last page when the pages come out even', () => {
    expect(everyPage(fleet(200), { MaxResults: '100' }).pages).to.equal(2);
  });

  it('neither repeats nor skips an instance when others are released between pages', () => {
    const laboratory = fleet(30);
    const first = laboratory.ecs('DescribeInstances', {});
    laboratory.cloud.state.instances.remove(ids(first)[4]!);
    expect(ids(laboratory.ecs('DescribeInstances', { NextToken: String(first['NextToken']) }))[0]).to.equal('i-f-11');
  });

  it('takes InstanceIds as a JSON array of up to 100, and leaves out the unknown ones', () => {
    const laboratory = fleet(3);
    expect(ids(laboratory.ecs('DescribeInstances', { InstanceIds: '["i-f-2","i-9"]' }))).to.deep.equal(['i-f-2']);
    expect(laboratory.ecsCode('DescribeInstances', { InstanceIds: 'i-f-2' })).to.equal('InvalidInstanceIds.Malformed');
    expect(laboratory.ecsCode('DescribeInstances', { InstanceIds: JSON.stringify(Array.from({ length: 101 }, (_, i) => `i-${i}`)) })).to.equal('InvalidInstanceIds.Malformed');
  });

  it('ignores InstanceIds.N: the wrong encoding lists everything', () => {
    expect(ids(fleet(3).ecs('DescribeInstances', { 'InstanceIds.1': 'i-f-2' }))).to.have.length(3);
  });

  it('has a TotalCount that is meaningless with MaxResults and NextToken, and meant with PageNumber', () => {
    expect(fleet(30).ecs('DescribeInstances', { MaxResults: '50' })['TotalCount']).to.equal(0);
    expect(fleet(30).ecs('DescribeInstances', { PageNumber: '2', PageSize: '20' })).to.include({ TotalCount: 30, PageNumber: 2 });
  });

  it('sees at most 1,000 resources of a tag', () => {
    expect(everyPage(fleet(1005), { MaxResults: '100', 'Tag.1.Key': 'egress', 'Tag.1.Value': 'unified' }).found).to.have.length(1000);
  });

  it('filters by VPC, vSwitch, status, tag, billing, addresses, name with *, group and lock', () => {
    const laboratory = new Laboratory(world({ instances: {
      'i-a': { vSwitch: 'vsw-a', tags: { a: '1' }, publicIp: '47.98.1.1', privateIp: '10.0.1.8', name: 'web-a', locks: ['security'], securityGroups: ['sg-2'] },
      'i-b': { vSwitch: 'vsw-b', status: 'Stopped', billing: 'PrePaid', eip: 'eip-b' },
    }, eips: { 'eip-b': { ip: '47.98.1.2' } } }));
    const asked: readonly (readonly [Record<string, string>, string[]])[] = [
      [{ VpcId: 'vpc-1' }, ['i-a', 'i-b']], [{ VpcId: 'vpc-9' }, []], [{ VSwitchId: 'vsw-b' }, ['i-b']], [{ Status: 'Stopped' }, ['i-b']],
      [{ 'Tag.1.Key': 'a' }, ['i-a']], [{ 'Tag.1.Key': 'a', 'Tag.1.Value': '2' }, []], [{ InstanceChargeType: 'PrePaid' }, ['i-b']],
      [{ PublicIpAddresses: '["47.98.1.1"]' }, ['i-a']], [{ EipAddresses: '["47.98.1.2"]' }, ['i-b']], [{ PrivateIpAddresses: '["10.0.1.8"]' }, ['i-a']],
      [{ InstanceName: 'web-*' }, ['i-a']], [{ SecurityGroupId: 'sg-2' }, ['i-a']], [{ LockReason: 'security' }, ['i-a']], [{ ZoneId: 'cn-hangzhou-b' }, ['i-b']],
    ];
    for (const [params, wanted] of asked) expect(ids(laboratory.ecs('DescribeInstances', params)), JSON.stringify(params)).to.deep.equal(wanted);
  });

  it('matches nothing by what no instance here has', () => {
    expect(ids(fleet(2).ecs('DescribeInstances', { ImageId: 'img-1' }))).to.deep.equal([]);
    expect(ids(fleet(2).ecs('DescribeInstances', { IoOptimized: 'true' }))).to.have.length(2);
  });

  it('filters by the times of creation and expiry', () => {
    const laboratory = new Laboratory(world({ instances: { 'i-1': { vSwitch: 'vsw-a' }, 'i-2': { vSwitch: 'vsw-a', billing: 'PrePaid', expiresInHours: 48 } } }));
    const filtered = (Key: string, Value: string): string[] => ids(laboratory.ecs('DescribeInstances', { 'Filter.1.Key': Key, 'Filter.1.Value': Value }));
    expect(filtered('CreationStartTime', '2026-01-01T00:00Z')).to.have.length(2);
    expect(filtered('CreationStartTime', '2026-01-01T00:01Z')).to.deep.equal([]);
    expect(filtered('ExpiredEndTime', '2026-01-04T00:00Z')).to.deep.equal(['i-2']);
    expect(laboratory.ecsCode('DescribeInstances', { 'Filter.1.Key': 'Colour', 'Filter.1.Value': 'x' })).to.equal('InvalidParameter');
  });

  it('gives an empty Bandwidth where there is no EIP', () => {
    expect(fleet(1).shown('i-f-1')['EipAddress']).to.include({ AllocationId: '', Bandwidth: '' });
  });

  it('answers a dry run that passes with the code DryRunOperation', () => {
    expect(fleet(1).ecsCode('DescribeInstances', { DryRun: 'true' })).to.equal('DryRunOperation');
  });

  it('shows no second interface before it is attached', () => {
    const laboratory = new Laboratory(world({ instances: { 'i-1': { vSwitch: 'vsw-a' } }, networkInterfaces: { 'eni-1': { vSwitch: 'vsw-a' } } }));
    const shownIds = (): string[] => (laboratory.shown('i-1')['NetworkInterfaces'] as unknown as { NetworkInterface: { NetworkInterfaceId: string }[] }).NetworkInterface.map(({ NetworkInterfaceId }) => NetworkInterfaceId);
    laboratory.ecs('AttachNetworkInterface', { NetworkInterfaceId: 'eni-1', InstanceId: 'i-1' });
    expect(shownIds()).to.deep.equal(['eni-primary-1']);
    laboratory.pass(3000);
    expect(shownIds()).to.deep.equal(['eni-primary-1', 'eni-1']);
  });
});

describe('the other simulated listings', () => {
  it('give at most 500 network interfaces a page, and at least 10', () => {
    const laboratory = fleet(600);
    const size = (MaxResults: string): number => (laboratory.ecs('DescribeNetworkInterfaces', { MaxResults }) as { NetworkInterfaceSets: { NetworkInterfaceSet: object[] } }).NetworkInterfaceSets.NetworkInterfaceSet.length;
    expect([size('5'), size('500'), size('1000')]).to.deep.equal([10, 500, 500]);
  });

  it('take AllocationId as a comma list of at most 50', () => {
    const laboratory = new Laboratory(world({ eips: { e: { count: 3 } } }));
    expect(laboratory.vpc('DescribeEipAddresses', { AllocationId: 'e-1,e-3,e-9' })['TotalCount']).to.equal(2);
    expect(laboratory.vpcCode('DescribeEipAddresses', { AllocationId: Array.from({ length: 51 }, (_, i) => `e-${i}`).join(',') })).to.equal('InvalidParameter');
  });

  it('give EIPs by page number, at most 100 a page', () => {
    const laboratory = new Laboratory(world({ account: { eips: 200 }, eips: { e: { count: 120 } } }));
    const page = (PageNumber: string): number => (laboratory.vpc('DescribeEipAddresses', { PageSize: '100', PageNumber }) as { EipAddresses: { EipAddress: object[] } }).EipAddresses.EipAddress.length;
    expect([page('1'), page('2'), page('3')]).to.deep.equal([100, 21, 0]);
    expect(laboratory.vpcCode('DescribeEipAddresses', { PageSize: '101' })).to.equal('InvalidParameter');
  });

  it('find EIPs by holder, the type of which is EcsInstance unless it is given', () => {
    const laboratory = new Laboratory(world({ instances: { 'i-1': { vSwitch: 'vsw-a', eip: true } }, networkInterfaces: { 'eni-1': { vSwitch: 'vsw-a', eip: true } } }));
    const count = (params: Record<string, string>): unknown => laboratory.vpc('DescribeEipAddresses', params)['TotalCount'];
    expect(count({ AssociatedInstanceId: 'i-1' })).to.equal(1);
    expect(count({ AssociatedInstanceId: 'eni-1' })).to.equal(0);
    expect(count({ AssociatedInstanceId: 'eni-1', AssociatedInstanceType: 'NetworkInterface' })).to.equal(1);
  });

  it('take at most 50 NAT gateways, vSwitches, route tables, SNAT and DNAT entries a page', () => {
    const laboratory = fleet(1);
    const calls: readonly (readonly [string, Record<string, string>])[] = [
      ['DescribeNatGateways', {}], ['DescribeVSwitches', {}], ['DescribeVpcs', {}], ['DescribeRouteTableList', {}],
      ['DescribeSnatTableEntries', { NatGatewayId: 'ngw-1' }], ['DescribeForwardTableEntries', { NatGatewayId: 'ngw-1' }],
    ];
    for (const [action, params] of calls) {
      expect(laboratory.vpcCode(action, { ...params, PageSize: '50' }), action).to.equal('');
      expect(laboratory.vpcCode(action, { ...params, PageSize: '51' }), action).to.equal('InvalidParameter');
    }
  });

  it('say which route table a vSwitch has, and how many addresses it has left', () => {
    const laboratory = new Laboratory(world({ instances: { 'i-1': { vSwitch: 'vsw-a' } } }));
    const { VSwitches } = laboratory.vpc('DescribeVSwitches', { VSwitchId: 'vsw-a' }) as { VSwitches: { VSwitch: object[] } };
    expect(VSwitches.VSwitch[0]).to.deep.include({ AvailableIpAddressCount: 251, RouteTable: { RouteTableId: 'vtb-system-1', RouteTableType: 'System' } });
  });

  it('page routes by MaxResult, singular, and spell the list RouterTableListType', () => {
    const laboratory = fleet(1);
    const { RouterTableList } = laboratory.vpc('DescribeRouteTableList', { VpcId: 'vpc-1' }) as { RouterTableList: { RouterTableListType: { RouteTableId: string }[] } };
    const routes = laboratory.vpc('DescribeRouteEntryList', { RouteTableId: RouterTableList.RouterTableListType[0]!.RouteTableId, MaxResult: '1', DestinationCidrBlock: '0.0.0.0/0' });
    expect((routes as { RouteEntrys: { RouteEntry: object[] } }).RouteEntrys.RouteEntry[0]).to.deep.include({ DestinationCidrBlock: '0.0.0.0/0' });
    expect(laboratory.vpcCode('DescribeRouteEntryList', { RouteTableId: 'vtb-system-1', MaxResult: '101' })).to.equal('InvalidParameter');
  });

  it('give the instance types asked for, at most ten a call, with their number of interfaces', () => {
    const laboratory = fleet(1);
    const { InstanceTypes } = laboratory.ecs('DescribeInstanceTypes', { 'InstanceTypes.1': 'ecs.c6.large', RegionId: '' }) as { InstanceTypes: { InstanceType: object[] } };
    expect(InstanceTypes.InstanceType[0]).to.include({ InstanceTypeId: 'ecs.c6.large', EniQuantity: 2 });
    const many = laboratory.ecs('DescribeInstanceTypes', { MinimumEniQuantity: '3', MaximumCpuCoreCount: '2' }) as { InstanceTypes: { InstanceType: { InstanceTypeId: string }[] } };
    expect(many.InstanceTypes.InstanceType.map(({ InstanceTypeId }) => InstanceTypeId)).to.deep.equal(['ecs.g7.large']);
    expect(laboratory.ecsCode('DescribeInstanceTypes', Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`InstanceTypes.${i + 1}`, `t${i}`])))).to.equal('InvalidParameter');
  });

  it('tell basic security groups from advanced ones', () => {
    const { SecurityGroups } = fleet(1).ecs('DescribeSecurityGroups', { SecurityGroupIds: '["sg-enterprise"]' }) as { SecurityGroups: { SecurityGroup: object[] } };
    expect(SecurityGroups.SecurityGroup[0]).to.include({ SecurityGroupType: 'enterprise', ServiceManaged: false });
  });

  it('cost little over ten thousand instances: a complete listing in under two seconds', () => {
    const laboratory = fleet(10_000);
    const beganMs = performance.now();
    expect(everyPage(laboratory, { MaxResults: '100', VpcId: 'vpc-1' }).found).to.have.length(10_000);
    expect(performance.now() - beganMs).to.be.below(2000);
  });
});
