// The unmodified SDK clients against the server over HTTP: signatures, encodings, casting of every answer, errors, broken answers.

import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import ecsModule, * as ecs from '@alicloud/ecs20140526';
import vpcModule, * as vpc from '@alicloud/vpc20160428';
import { $OpenApiUtil } from '@alicloud/openapi-core';
import { RuntimeOptions } from '@darabonba/typescript';
import { expect } from 'chai';
import { SimulatedCloud } from '../../../../sim/cloud/engine/cloud.ts';
import { fastClock, machineTime } from '../../../../sim/cloud/wire/clock.ts';
import { cloudServer } from '../../../../sim/cloud/wire/server.ts';
import { buildState } from '../../../../sim/cloud/world/build.ts';
import { checkWorld } from '../../../../sim/cloud/world/parse.ts';
import { world } from './kit.ts';

// CommonJS packages: the client class is the default export inside the default export.
const EcsClient = ecsModule.default;
const VpcClient = vpcModule.default;

const regionId = 'cn-hangzhou';
const noDelay = { rtt: 0, attach: 0, detach: 0, delete: 0, associate: 0, unassociate: 0, convert: 0, snat: 0, release: 0, chargeType: 0 };

describe('the unmodified SDK on the simulated cloud', () => {
  let server: Server;
  let cloud: SimulatedCloud;
  let realNow = (): number => Date.now();

  beforeEach(async () => {
    realNow = () => Date.now();
    const state = buildState(checkWorld(world({
      latenciesMs: noDelay,
      credentials: [{ accessKeyId: 'key', accessKeySecret: 'secret' }, { accessKeyId: 'sts', accessKeySecret: 'secret', securityToken: 'token' }],
      instances: { 'i-1': { vSwitch: 'vsw-a', publicIp: '47.98.1.1', securityGroups: ['sg-1'], locks: [], tags: { 'unify me': 'é+*~()\'!' } } },
      natGateways: { 'ngw-1': { vpc: 'vpc-1', eips: ['eip-nat', 'eip-d'], snat: { s: { vSwitch: 'vsw-a', ips: ['47.96.1.1'] } }, dnat: { d: { externalIp: '47.96.1.2', internalIp: '10.0.1.200', externalPort: '80', internalPort: '80', protocol: 'TCP' } } } },
      eips: { 'eip-d': { ip: '47.96.1.2' } },
    })), machineTime.now());
    cloud = new SimulatedCloud(state, { clock: fastClock(machineTime, 1), random: () => 0.5 });
    server = cloudServer({ cloud, realNow: () => realNow() });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });

  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const config = (overrides: object = {}): $OpenApiUtil.Config => new $OpenApiUtil.Config({
    accessKeyId: 'key', accessKeySecret: 'secret', regionId, protocol: 'http', connectTimeout: 5000, readTimeout: 5000,
    endpoint: `127.0.0.1:${(server.address() as AddressInfo).port}`, ...overrides,
  });
  const ecsClient = (overrides: object = {}): InstanceType<typeof EcsClient> => new EcsClient(config(overrides));
  const vpcClient = (): InstanceType<typeof VpcClient> => new VpcClient(config());

  async function codeOf(call: Promise<unknown>): Promise<string> {
    try {
      await call;
      return '';
    } catch (error) {
      const { code, name } = error as { readonly code?: string; readonly name: string };
      return code ?? name;
    }
  }

  it('goes through the six steps of the procedure', async () => {
    await ecsClient().convertNatPublicIpToEip(new ecs.ConvertNatPublicIpToEipRequest({ regionId, instanceId: 'i-1' }));
    const { body } = await ecsClient().describeInstances(new ecs.DescribeInstancesRequest({ regionId, instanceIds: JSON.stringify(['i-1']) }));
    const allocationId = body!.instances!.instance![0]!.eipAddress!.allocationId!;
    await vpcClient().tagResources(new vpc.TagResourcesRequest({ regionId, resourceType: 'EIP', resourceId: [allocationId], tag: [{ key: 'a', value: 'b' }] }));
    const created = await ecsClient().createNetworkInterface(new ecs.CreateNetworkInterfaceRequest({
      regionId, vSwitchId: 'vsw-a', securityGroupIds: ['sg-1', 'sg-2'], deleteOnRelease: true, clientToken: 't', tag: [{ key: 'a', value: 'b' }],
    }));
    const networkInterfaceId = created.body!.networkInterfaceId!;
    await ecsClient().attachNetworkInterface(new ecs.AttachNetworkInterfaceRequest({ regionId, networkInterfaceId, instanceId: 'i-1' }));
    await vpcClient().unassociateEipAddress(new vpc.UnassociateEipAddressRequest({ regionId, allocationId, instanceId: 'i-1', instanceType: 'EcsInstance' }));
    await vpcClient().associateEipAddress(new vpc.AssociateEipAddressRequest({
      regionId, allocationId, instanceId: networkInterfaceId, instanceType: 'NetworkInterface', privateIpAddress: created.body!.privateIpAddress!, mode: 'NAT',
    }));
    const eips = await vpcClient().describeEipAddresses(new vpc.DescribeEipAddressesRequest({ regionId, allocationId }));
    expect(eips.body!.eipAddresses!.eipAddress![0]).to.include({ status: 'InUse', instanceId: networkInterfaceId, instanceType: 'NetworkInterface', ipAddress: '47.98.1.1' });
  });

  it('casts every Describe answer, field by field', async () => {
    const request = { regionId };
    const [instances, types, interfaces, groups, ecsTags] = await Promise.all([
      ecsClient().describeInstances(new ecs.DescribeInstancesRequest({ ...request, tag: [{ key: 'unify me', value: 'é+*~()\'!' }] })),
      ecsClient().describeInstanceTypes(new ecs.DescribeInstanceTypesRequest({ instanceTypes: ['ecs.g7.large'] })),
      ecsClient().describeNetworkInterfaces(new ecs.DescribeNetworkInterfacesRequest({ ...request, type: 'Primary', maxResults: 500 })),
      ecsClient().describeSecurityGroups(new ecs.DescribeSecurityGroupsRequest({ ...request, securityGroupIds: '["sg-1"]' })),
      ecsClient().listTagResources(new ecs.ListTagResourcesRequest({ ...request, resourceType: 'instance', resourceId: ['i-1'] })),
    ]);
    const instance = instances.body!.instances!.instance![0]!;
    expect(instance.publicIpAddress!.ipAddress).to.deep.equal(['47.98.1.1']);
    expect(instance.eipAddress!.bandwidth).to.be.NaN;
    expect(instance.networkInterfaces!.networkInterface![0]).to.include({ type: 'Primary', primaryIpAddress: '10.0.1.1' });
    expect(types.body!.instanceTypes!.instanceType![0]!.eniQuantity).to.equal(3);
    expect(interfaces.body!.networkInterfaceSets!.networkInterfaceSet![0]).to.include({ status: 'InUse', instanceId: 'i-1', serviceManaged: false });
    expect(groups.body!.securityGroups!.securityGroup![0]!.securityGroupType).to.equal('normal');
    expect(ecsTags.body!.tagResources!.tagResource![0]!.tagKey).to.equal('unify me');
    const [gateways, snat, dnat, vSwitches, vpcs, tables, routes] = await Promise.all([
      vpcClient().describeNatGateways(new vpc.DescribeNatGatewaysRequest({ ...request, vpcId: 'vpc-1' })),
      vpcClient().describeSnatTableEntries(new vpc.DescribeSnatTableEntriesRequest({ ...request, natGatewayId: 'ngw-1' })),
      vpcClient().describeForwardTableEntries(new vpc.DescribeForwardTableEntriesRequest({ ...request, natGatewayId: 'ngw-1' })),
      vpcClient().describeVSwitches(new vpc.DescribeVSwitchesRequest({ ...request, vSwitchId: 'vsw-a' })),
      vpcClient().describeVpcs(new vpc.DescribeVpcsRequest({ ...request, vpcId: 'vpc-1' })),
      vpcClient().describeRouteTableList(new vpc.DescribeRouteTableListRequest({ ...request, vpcId: 'vpc-1' })),
      vpcClient().describeRouteEntryList(new vpc.DescribeRouteEntryListRequest({ ...request, routeTableId: 'vtb-system-1', nextHopType: 'NatGateway', maxResult: 100 })),
    ]);
    const gateway = gateways.body!.natGateways!.natGateway![0]!;
    expect(gateway).to.include({ status: 'Available', networkType: 'internet', businessStatus: 'Normal', natType: 'Enhanced' });
    expect(gateway.ipLists!.ipList!.map(({ ipAddress, usingStatus }) => [ipAddress, usingStatus])).to.deep.equal([['47.96.1.1', 'UsedBySnatTable'], ['47.96.1.2', 'UsedByForwardTable']]);
    expect(snat.body!.snatTableEntries!.snatTableEntry![0]).to.include({ sourceVSwitchId: 'vsw-a', sourceCIDR: '10.0.1.0/24', snatIp: '47.96.1.1', status: 'Available' });
    expect(dnat.body!.forwardTableEntries!.forwardTableEntry![0]).to.include({ internalIp: '10.0.1.200', externalPort: '80' });
    expect(vSwitches.body!.vSwitches!.vSwitch![0]).to.include({ zoneId: 'cn-hangzhou-a', availableIpAddressCount: 251 });
    expect(vpcs.body!.vpcs!.vpc![0]!.natGatewayIds!.natGatewayIds).to.deep.equal(['ngw-1']);
    expect(tables.body!.routerTableList!.routerTableListType![0]!.vSwitchIds!.vSwitchId).to.deep.equal(['vsw-a', 'vsw-b']);
    expect(routes.body!.routeEntrys!.routeEntry![0]!.nextHops!.nextHop![0]).to.include({ nextHopType: 'NatGateway', nextHopId: 'ngw-1' });
  });

  it('sees refusals as errors with code, status and request id', async () => {
    const error = await vpcClient().releaseEipAddress(new vpc.ReleaseEipAddressRequest({ regionId, allocationId: 'eip-9' })).then(() => undefined, (reason: unknown) => reason as Record<string, unknown>);
    expect(error).to.include({ code: 'InvalidAllocationId.NotFound', statusCode: 404, name: 'ClientError' });
    expect(error!['requestId']).to.match(/^[0-9A-F-]{36}$/);
  });

  it('sees throttling as such, with the time to wait', async () => {
    cloud.faults.add({ kind: 'throttle', retryAfterMs: 200 });
    const error = await ecsClient().describeInstances(new ecs.DescribeInstancesRequest({ regionId })).then(() => undefined, (reason: unknown) => reason as Record<string, unknown>);
    expect(error).to.include({ code: 'Throttling.User', name: 'ThrottlingError', retryAfter: 200 });
  });

  it('is refused with a wrong secret, an unknown key and a wrong token', async () => {
    const list = (overrides: object): Promise<unknown> => ecsClient(overrides).describeInstances(new ecs.DescribeInstancesRequest({ regionId }));
    expect(await codeOf(list({ accessKeySecret: 'wrong' }))).to.equal('SignatureDoesNotMatch');
    expect(await codeOf(list({ accessKeyId: 'nobody' }))).to.equal('InvalidAccessKeyId.NotFound');
    expect(await codeOf(list({ accessKeyId: 'sts', securityToken: 'other' }))).to.equal('InvalidSecurityToken.MismatchWithAccessKey');
    expect(await codeOf(list({ accessKeyId: 'sts', securityToken: 'token' }))).to.equal('');
  });

  it('is refused when its clock is more than 15 minutes off, however fast the world runs', async () => {
    realNow = () => Date.now() + 15 * 60_000 + 5000;
    expect(await codeOf(ecsClient().describeInstances(new ecs.DescribeInstancesRequest({ regionId })))).to.equal('IllegalTimestamp');
  });

  it('may use GET', async () => {
    const params = new $OpenApiUtil.Params({ action: 'DescribeVpcs', version: '2016-04-28', style: 'RPC', method: 'GET', pathname: '/', protocol: 'http', authType: 'AK', reqBodyType: 'formData', bodyType: 'json' });
    const answer = await vpcClient().callApi(params, new $OpenApiUtil.OpenApiRequest({ query: { RegionId: regionId } }), new RuntimeOptions({})) as { body: { TotalCount: number } };
    expect(answer.body.TotalCount).to.equal(1);
  });

  it('meets dropped connections and pages that are no JSON', async () => {
    cloud.faults.add({ action: 'DescribeVpcs', kind: 'dropAnswer' });
    cloud.faults.add({ action: 'DescribeVpcs', kind: 'html' });
    const list = (): Promise<unknown> => vpcClient().describeVpcs(new vpc.DescribeVpcsRequest({ regionId }));
    expect([await codeOf(list()), await codeOf(list()), await codeOf(list())]).to.deep.equal(['ECONNRESET', 'SyntaxError', '']);
  });

  it('finds the control API beside it, without a signature', async () => {
    const { port } = server.address() as AddressInfo;
    await vpcClient().describeVpcs(new vpc.DescribeVpcsRequest({ regionId }));
    const calls = await (await fetch(`http://127.0.0.1:${port}/_sim/calls?since=0`)).json() as { action: string; accessKeyId: string }[];
    expect(calls[0]).to.include({ action: 'DescribeVpcs', accessKeyId: 'key' });
  });
});
