// TagResources, UntagResources, ListTagResources of both products (facts sections 2.12, 3.10).

import { expect } from 'chai';
import { Laboratory, world } from './kit.ts';

const lab = (): Laboratory => new Laboratory(world({ instances: { 'i-1': { vSwitch: 'vsw-a', eip: 'eip-1', tags: { a: '1' } } } }));
const eip = { ResourceType: 'EIP', 'ResourceId.1': 'eip-1' };
const tagsOf = (laboratory: Laboratory): Record<string, string> => Object.fromEntries(laboratory.cloud.state.eips.get('eip-1')!.tags);

describe('the simulated tags', () => {
  it('are set key by key, a key that is there getting the new value', () => {
    const laboratory = lab();
    laboratory.vpc('TagResources', { ...eip, 'Tag.1.Key': 'k', 'Tag.1.Value': 'old', 'Tag.2.Key': 'l', 'Tag.2.Value': '' });
    laboratory.vpc('TagResources', { ...eip, 'Tag.1.Key': 'k', 'Tag.1.Value': 'new' });
    expect(tagsOf(laboratory)).to.deep.equal({ k: 'new', l: '' });
  });

  it('are at most 20 on a resource', () => {
    const laboratory = lab();
    const twenty = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`Tag.${index + 1}.Key`, `k${index}`]));
    laboratory.vpc('TagResources', { ...eip, ...twenty });
    expect(laboratory.vpcCode('TagResources', { ...eip, 'Tag.1.Key': 'one-more' })).to.equal('QuotaExceed.Tags');
    expect(laboratory.vpcCode('TagResources', { ...eip, 'Tag.1.Key': 'k3', 'Tag.1.Value': 'changed' })).to.equal('');
  });

  it('are taken off by UntagResources in ECS and by UnTagResources in VPC', () => {
    const laboratory = lab();
    laboratory.vpc('TagResources', { ...eip, 'Tag.1.Key': 'k' });
    expect(laboratory.vpcCode('UntagResources', { ...eip, 'TagKey.1': 'k' })).to.equal('InvalidAction.NotFound');
    laboratory.vpc('UnTagResources', { ...eip, 'TagKey.1': 'k' });
    expect(tagsOf(laboratory)).to.deep.equal({});
    laboratory.ecs('UntagResources', { ResourceType: 'instance', 'ResourceId.1': 'i-1', All: 'true' });
    expect(laboratory.instance('i-1').tags).to.deep.equal({});
  });

  it('stand on resources that exist, of a type spelt as the product spells it', () => {
    expect(lab().vpcCode('TagResources', { ...eip, 'ResourceId.2': 'eip-9', 'Tag.1.Key': 'k' })).to.equal('InvalidResourceId.NotFound');
    expect(lab().ecsCode('TagResources', { ResourceType: 'INSTANCE', 'ResourceId.1': 'i-1', 'Tag.1.Key': 'k' })).to.equal('InvalidResourceType.NotFound');
  });

  it('are set on all resources of a call or on none', () => {
    const laboratory = lab();
    laboratory.vpcCode('TagResources', { ...eip, 'ResourceId.2': 'eip-9', 'Tag.1.Key': 'k' });
    expect(tagsOf(laboratory)).to.deep.equal({});
  });

  it('are set on at most 50 resources at a time', () => {
    const many = Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`ResourceId.${index + 1}`, 'eip-1']));
    expect(lab().vpcCode('TagResources', { ResourceType: 'EIP', ...many, 'Tag.1.Key': 'k' })).to.equal('NumberExceed.ResourceIds');
  });

  it('have keys that do not begin with aliyun or acs: and hold no URL', () => {
    for (const key of ['aliyunx', 'acs:x', 'http://x']) expect(lab().vpcCode('TagResources', { ...eip, 'Tag.1.Key': key })).to.equal('InvalidTagKey.Malformed');
  });

  it('are listed by resource or by tag', () => {
    const rows = (params: Record<string, string>): unknown => lab().ecs('ListTagResources', { ResourceType: 'instance', ...params })['TagResources'];
    const row = { TagKey: 'a', TagValue: '1', ResourceId: 'i-1', ResourceType: 'instance' };
    expect(rows({ 'ResourceId.1': 'i-1' })).to.deep.equal({ TagResource: [row] });
    expect(rows({ 'Tag.1.Key': 'a' })).to.deep.equal({ TagResource: [row] });
    expect(lab().ecsCode('ListTagResources', { ResourceType: 'instance' })).to.equal('MissingParameter');
  });
});
