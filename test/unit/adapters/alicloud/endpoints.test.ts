import ecsModule from '@alicloud/ecs20140526';
import { $OpenApiUtil } from '@alicloud/openapi-core';
import vpcModule from '@alicloud/vpc20160428';
import { expect } from 'chai';
import fc from 'fast-check';
import { endpointOf, EndpointProblem, isRegionId, parseEndpoint, stsHost } from '../../../../src/adapters/alicloud/endpoints.ts';

const config = new $OpenApiUtil.Config({ accessKeyId: 'k', accessKeySecret: 's', regionId: 'cn-hangzhou' });
const clients = { ecs: new ecsModule.default(config), vpc: new vpcModule.default(config) };
const allowed = /^(ecs|vpc|sts)(-vpc)?(\.[a-z0-9-]+)?\.aliyuncs\.com$|^ecs-[a-z0-9-]+\.aliyuncs\.com$/;

describe('endpoints', () => {
  for (const product of ['ecs', 'vpc'] as const) {
    const map = clients[product]._endpointMap;
    it(`on the public network are those of the SDK's own map, as far as they may be shown credentials (${product})`, () => {
      expect(Object.keys(map)).to.have.length.above(30);
      const ours = Object.keys(map).filter((region) => allowed.test(map[region]!));
      expect(ours).to.include('cn-hangzhou');
      for (const region of ours) expect(endpointOf(product, region, 'public'), region).to.deep.equal({ protocol: 'https', host: map[region] });
    });
  }

  it('of other regions carry product and region', () => {
    expect(endpointOf('ecs', 'ap-southeast-1', 'public').host).to.equal('ecs.ap-southeast-1.aliyuncs.com');
    expect(endpointOf('vpc', 'us-east-1', 'public').host).to.equal('vpc.us-east-1.aliyuncs.com');
  });

  it('on the VPC network are named so in every region, also where the SDK would ignore the wish', () => {
    expect(endpointOf('ecs', 'cn-hangzhou', 'vpc').host).to.equal('ecs-vpc.cn-hangzhou.aliyuncs.com');
    expect(endpointOf('vpc', 'cn-hangzhou', 'vpc').host).to.equal('vpc-vpc.cn-hangzhou.aliyuncs.com');
  });

  it('of the token service are central without a region and regional with one', () => {
    expect(stsHost(undefined, 'vpc')).to.equal('sts.aliyuncs.com');
    expect(stsHost('cn-beijing', 'public')).to.equal('sts.cn-beijing.aliyuncs.com');
    expect(stsHost('cn-beijing', 'vpc')).to.equal('sts-vpc.cn-beijing.aliyuncs.com');
    expect(() => stsHost('evil.example/', 'vpc')).to.throw(EndpointProblem);
  });

  it('are hosts of the cloud whatever the region is called, or none at all', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[a-z]{2}-[a-z0-9./@:-]{1,20}$/)), fc.constantFrom('ecs', 'vpc'), fc.constantFrom('vpc', 'public'), (region, product, network) => {
      if (isRegionId(region)) expect(endpointOf(product, region, network).host).to.match(allowed);
      else expect(() => endpointOf(product, region, network)).to.throw(EndpointProblem);
    }));
  });

  it('given by a URL are taken as they are', () => {
    expect(parseEndpoint('http://127.0.0.1:8931')).to.deep.equal({ protocol: 'http', host: '127.0.0.1:8931' });
    expect(parseEndpoint('https://gateway.example/')).to.deep.equal({ protocol: 'https', host: 'gateway.example' });
    expect(parseEndpoint('http://[::1]:80')).to.deep.equal({ protocol: 'http', host: '[::1]:80' });
  });

  it('given by anything but a bare http or https URL are refused', () => {
    for (const text of ['', '127.0.0.1:8931', 'ftp://host', 'http://', 'http://host/path', 'http://host?x=1', 'http://user:secret@host', 'http://ho st', 'http://host:99999']) {
      expect(() => parseEndpoint(text), text).to.throw(EndpointProblem);
    }
  });
});
