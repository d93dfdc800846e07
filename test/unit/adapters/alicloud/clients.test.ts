import { expect } from 'chai';
import * as ecs from '@alicloud/ecs20140526';
import { socketClients, transportClients, type ClientOptions, type WireAnswer, type WireCall } from '../../../../src/adapters/alicloud/clients.ts';
import { fixedKeys } from '../../../../src/adapters/alicloud/credentials.ts';

const options: ClientOptions = {
  regionId: 'cn-hangzhou', credentials: fixedKeys('test', { accessKeyId: 'id', accessKeySecret: 'secret' }), timeoutMs: 7000, userAgent: 'egress-unification/1',
  endpoints: { ecs: { protocol: 'http', host: '127.0.0.1:1' }, vpc: { protocol: 'https', host: 'vpc-vpc.cn-hangzhou.aliyuncs.com' } },
};

const thrownBy = async (work: Promise<unknown>): Promise<Record<string, unknown>> => {
  try {
    await work;
  } catch (error) {
    return error as Record<string, unknown>;
  }
  throw new Error('did not fail');
};

describe('the clients', () => {
  it('have both time-outs, because the shorter one counts, and no retries of their own', () => {
    const { ecs: ecsClient, vpc } = socketClients(options);
    for (const client of [ecsClient, vpc]) expect(client).to.include({ _connectTimeout: 7000, _readTimeout: 7000, _retryOptions: undefined, _network: undefined, _userAgent: 'egress-unification/1' });
    expect([ecsClient._endpoint, ecsClient._protocol, vpc._endpoint, vpc._protocol]).to.deep.equal(['127.0.0.1:1', 'http', 'vpc-vpc.cn-hangzhou.aliyuncs.com', 'https']);
  });

  it('over a transport send what the SDK flattens and cast what it answers', async () => {
    const calls: WireCall[] = [];
    const { ecs: client } = transportClients(options, async (call) => {
      calls.push(call);
      return { statusCode: 200, headers: {}, body: { RequestId: 'R', NetworkInterfaceId: 'eni-1', Unknown: 1 } };
    });
    const { body, statusCode } = await client.createNetworkInterface(new ecs.CreateNetworkInterfaceRequest({ regionId: 'cn-hangzhou', deleteOnRelease: true, securityGroupIds: ['sg-1', 'sg-2'], tag: [{ key: 'k', value: 'v' }] }));
    expect(calls).to.deep.equal([{ product: 'ecs', action: 'CreateNetworkInterface', query: { RegionId: 'cn-hangzhou', DeleteOnRelease: 'true', 'SecurityGroupIds.1': 'sg-1', 'SecurityGroupIds.2': 'sg-2', 'Tag.1.Key': 'k', 'Tag.1.Value': 'v' } }]);
    expect([statusCode, body!.networkInterfaceId, body!.requestId]).to.deep.equal([200, 'eni-1', 'R']);
  });

  it('over a transport fail as the SDK fails', async () => {
    const answers: WireAnswer[] = [
      { statusCode: 404, headers: {}, body: { RequestId: 'R', Code: 'InvalidEniId.NotFound', Message: 'none' } },
      { statusCode: 503, headers: {}, body: { RequestId: 'R', Code: 'ServiceUnavailable', Message: 'later' } },
      { statusCode: 400, headers: { 'x-acs-retry-after': '250' }, body: { RequestId: 'R', Code: 'Throttling.User', Message: 'slow' } },
      { statusCode: 502, headers: {}, body: '<html></html>' },
    ];
    const { ecs: client } = transportClients(options, async () => answers.shift()!);
    const fail = (): Promise<Record<string, unknown>> => thrownBy(client.deleteNetworkInterface(new ecs.DeleteNetworkInterfaceRequest({ regionId: 'cn-hangzhou', networkInterfaceId: 'eni-1' })));
    expect(await fail()).to.include({ name: 'ClientError', code: 'InvalidEniId.NotFound', statusCode: 404, requestId: 'R', message: 'InvalidEniId.NotFound: code: 404, none request id: R' });
    expect(await fail()).to.include({ name: 'ServerError', code: 'ServiceUnavailable', statusCode: 503 });
    expect(await fail()).to.include({ name: 'ThrottlingError', code: 'Throttling.User', retryAfter: 250 });
    expect(await fail()).to.include({ name: 'SyntaxError' });
  });
});
