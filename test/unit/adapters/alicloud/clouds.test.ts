import { expect } from 'chai';
import { createClouds, type CloudOptions } from '../../../../src/adapters/alicloud/clouds.ts';
import type { WireCall } from '../../../../src/adapters/alicloud/clients.ts';
import { fixedKeys } from '../../../../src/adapters/alicloud/credentials.ts';
import { EndpointProblem } from '../../../../src/adapters/alicloud/endpoints.ts';
import type { EipId, EniId, InstanceId } from '../../../../src/core/ids.ts';
import type { Clouds } from '../../../../src/ports/cloud.ts';
import { CloudError } from '../../../../src/ports/cloud-error.ts';
import { keptLog, seeded } from '../../../contract/cloud/recording.ts';
import { VirtualClock } from '../../../kit/virtual-clock.ts';

describe('the clouds', () => {
  let clock: VirtualClock;
  let calls: (WireCall & { readonly atMs: number })[];
  beforeEach(() => {
    clock = new VirtualClock();
    calls = [];
  });

  const cloudsWith = (more: Partial<CloudOptions> = {}): Clouds => createClouds({
    credentials: fixedKeys('test', { accessKeyId: 'id', accessKeySecret: 'secret' }), network: 'vpc', clock, random: seeded(1), log: keptLog().log,
    transport: async (call) => {
      calls.push({ ...call, atMs: clock.monotonic() });
      return { statusCode: 200, headers: {}, body: { RequestId: 'R', Instances: { Instance: [] }, NetworkInterfaceId: 'eni-1' } };
    },
    ...more,
  });

  it('share the limits of the account among regions', async () => {
    const clouds = cloudsWith({ perMinute: { UnassociateEipAddress: 1 } });
    const unassociate = (region: string): Promise<unknown> =>
      clouds(region).perform.unassociateEipAddress({ kind: 'unassociateEipAddress', eip: 'eip-1' as EipId, from: { kind: 'networkInterface', id: 'eni-1' as EniId, privateIp: '10.0.0.1' } });
    await clock.settle(unassociate('cn-hangzhou'));
    const second: unknown = await clock.settle(unassociate('cn-beijing').catch((error: unknown) => error));
    expect(second).to.be.instanceOf(CloudError).and.to.have.nested.property('detail.kind', 'throttled');
  });

  it('gather looks for longer when tokens run short, but for open windows', async () => {
    const cloud = cloudsWith({ perMinute: { DescribeInstances: 8 } })('cn-hangzhou');
    const waits: number[] = [];
    for (const urgent of [false, false, false, false, false, false, true]) {
      const askedAtMs = clock.monotonic();
      await clock.settle(cloud.describeInstances(['i-1' as InstanceId], urgent));
      waits.push(calls.at(-1)!.atMs - askedAtMs);
    }
    expect(waits).to.deep.equal([35, 35, 35, 35, 35, 200, 35]);
  });

  it('say in so many words what has a default, and name both ends of every binding', async () => {
    const { perform } = cloudsWith()('cn-hangzhou');
    const eip = 'eip-1' as EipId;
    const there = { kind: 'networkInterface', id: 'eni-1' as EniId, privateIp: '10.0.0.1' } as const;
    const here = { kind: 'instance', id: 'i-1' as InstanceId } as const;
    await clock.settle(perform.createNetworkInterface({ kind: 'createNetworkInterface', instance: here.id, eip, vSwitch: 'vsw-1' as never, securityGroups: ['sg-1' as never], name: 'n', tags: { a: 'b' }, token: 't' }));
    await clock.settle(perform.modifyInstanceChargeType({ kind: 'modifyInstanceChargeType', instance: here.id, to: 'PostPaid', token: 't' }));
    for (const holder of [there, here]) {
      await clock.settle(perform.associateEipAddress({ kind: 'associateEipAddress', eip, to: holder }));
      await clock.settle(perform.unassociateEipAddress({ kind: 'unassociateEipAddress', eip, from: holder }));
    }
    const parameters = calls.map(({ action, query }) => {
      const { ClientToken: token, RegionId: region, ...rest } = query;
      expect([region, token !== undefined && token.length <= 64]).to.deep.equal(['cn-hangzhou', true]);
      return [action, rest];
    });
    const eni = { AllocationId: 'eip-1', InstanceId: 'eni-1', InstanceType: 'NetworkInterface', PrivateIpAddress: '10.0.0.1' };
    const instance = { AllocationId: 'eip-1', InstanceId: 'i-1', InstanceType: 'EcsInstance' };
    expect(parameters).to.deep.equal([
      ['CreateNetworkInterface', { VSwitchId: 'vsw-1', 'SecurityGroupIds.1': 'sg-1', NetworkInterfaceName: 'n', 'Tag.1.Key': 'a', 'Tag.1.Value': 'b', DeleteOnRelease: 'true' }],
      ['ModifyInstanceChargeType', { InstanceIds: '["i-1"]', InstanceChargeType: 'PostPaid', AutoPay: 'true' }],
      ['AssociateEipAddress', { ...eni, Mode: 'NAT' }], ['UnassociateEipAddress', eni], ['AssociateEipAddress', instance], ['UnassociateEipAddress', instance],
    ]);
    expect(new Set(calls.slice(2).map(({ query }) => query['ClientToken'])).size).to.equal(4);
  });

  it('send no step of a process that does not lead, in any region', async () => {
    const clouds = cloudsWith({ mayAct: () => false });
    for (const region of ['cn-hangzhou', 'cn-beijing']) {
      const detach = clouds(region).perform.detachNetworkInterface({ kind: 'detachNetworkInterface', networkInterface: 'eni-1' as EniId, instance: 'i-1' as InstanceId });
      expect(await clock.settle(detach.catch((error: unknown) => error))).to.have.nested.property('detail.kind', 'unavailable');
      await clock.settle(clouds(region).describeInstances(['i-1' as InstanceId]));
    }
    expect(calls.map(({ action }) => action)).to.deep.equal(['DescribeInstances', 'DescribeInstances']);
  });

  it('refuse an endpoint that is no URL before anything is called', () => {
    expect(() => cloudsWith({ endpoint: 'cloud.example:80/path' })).to.throw(EndpointProblem);
  });
});
