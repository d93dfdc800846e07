// DescribeInstanceAttribute and DescribeNetworkInterfaceAttribute: one object by its id (facts sections 2.2, 2.11).

import { expect } from 'chai';
import { Laboratory, world } from './kit.ts';

describe('the attribute calls', () => {
  const laboratory = (): Laboratory => new Laboratory(world({ instances: { 'i-1': { vSwitch: 'vsw-a', eip: 'eip-1' } }, eips: { 'eip-1': { ip: '47.98.1.1' } } }));

  it('show an instance without NetworkInterfaces, Tags and IsSupportUnassociate, and need no RegionId', () => {
    const { cloud } = laboratory();
    const { body } = cloud.call({ product: 'ecs', action: 'DescribeInstanceAttribute', params: { InstanceId: 'i-1' } });
    expect(body).to.have.property('InstanceId', 'i-1');
    expect(body).not.to.have.any.keys('NetworkInterfaces', 'Tags');
    expect(body).to.have.property('EipAddress').that.includes({ AllocationId: 'eip-1', IpAddress: '47.98.1.1' }).and.not.to.have.property('IsSupportUnassociate');
  });

  it('show a network interface as its listing does', () => {
    const lab = laboratory();
    const { NetworkInterfaceSets } = lab.ecs('DescribeNetworkInterfaces') as { NetworkInterfaceSets: { NetworkInterfaceSet: { NetworkInterfaceId: string }[] } };
    const [listed] = NetworkInterfaceSets.NetworkInterfaceSet;
    expect(lab.ecs('DescribeNetworkInterfaceAttribute', { NetworkInterfaceId: listed!.NetworkInterfaceId })).to.deep.include(listed);
  });

  it('refuse an id that does not exist', () => {
    const lab = laboratory();
    expect(lab.ecsCode('DescribeInstanceAttribute', { InstanceId: 'i-none' })).to.equal('InvalidInstanceId.NotFound');
    expect(lab.ecsCode('DescribeNetworkInterfaceAttribute', { NetworkInterfaceId: 'eni-none' })).to.equal('InvalidEniId.NotFound');
  });
});
