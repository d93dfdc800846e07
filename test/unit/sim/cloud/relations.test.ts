// Objects let go of each other completely: nothing stays counted, listed or reserved for what is gone.

import { expect } from 'chai';
import { meddle } from '../../../../sim/cloud/control/meddle.ts';
import type { WorldInput } from '../../../../sim/cloud/world/schema.ts';
import { Laboratory, world } from './kit.ts';

const lab = (extra: WorldInput = {}): Laboratory => new Laboratory(world({
  instances: { 'i-1': { vSwitch: 'vsw-a', eip: 'eip-1', securityGroups: ['sg-1'] }, 'i-2': { vSwitch: 'vsw-a' } },
  networkInterfaces: { 'eni-1': { vSwitch: 'vsw-a', instance: 'i-1', securityGroups: ['sg-1'], privateIp: '10.0.1.50' } },
  eips: { 'eip-1': { ip: '47.98.1.1' } },
  ...extra,
}));

const addressesIn = (laboratory: Laboratory, group: string): number => laboratory.cloud.state.securityGroups.get(group)!.addresses;

describe('in the simulated cloud', () => {
  it('an instance no longer has the EIP that was taken off it', () => {
    const laboratory = lab();
    laboratory.vpc('UnassociateEipAddress', { AllocationId: 'eip-1' });
    laboratory.pass(2000);
    laboratory.vpc('AssociateEipAddress', { AllocationId: 'eip-1', InstanceId: 'i-2' });
    laboratory.pass(2000);
    expect([laboratory.instance('i-1').eipIds, laboratory.instance('i-2').eipIds]).to.deep.equal([[], ['eip-1']]);
  });

  it('an instance no longer has the EIP that was released under it, and the address may be had again', () => {
    const laboratory = lab();
    meddle(laboratory.cloud, { op: 'releaseEip', eip: 'eip-1' });
    expect(laboratory.instance('i-1').eipIds).to.deep.equal([]);
    expect(laboratory.vpcCode('CreateSnatEntry', { SnatTableId: 'stb-1', SnatIp: '47.98.1.1', SourceVSwitchId: 'vsw-a' })).to.equal('InvalidSnatIp.NotFound');
    expect(laboratory.vpcCode('AllocateEipAddress', { IpAddress: '47.98.1.1' })).to.equal('');
    expect(laboratory.vpcCode('AllocateEipAddress', { IpAddress: '47.98.1.1' })).to.equal('InvalidIpAddress.AlreadyUsed');
  });

  it('an instance no longer has the interface that was deleted under it', () => {
    const laboratory = lab();
    meddle(laboratory.cloud, { op: 'deleteEni', eni: 'eni-1' });
    expect(laboratory.instance('i-1').networkInterfaceIds).to.deep.equal(['eni-primary-1']);
  });

  it('a security group counts the addresses of the interfaces that are in it, and no others', () => {
    const laboratory = lab();
    expect(addressesIn(laboratory, 'sg-1')).to.equal(2);
    laboratory.ecs('ModifyNetworkInterfaceAttribute', { NetworkInterfaceId: 'eni-1', 'SecurityGroupId.1': 'sg-2' });
    expect([addressesIn(laboratory, 'sg-1'), addressesIn(laboratory, 'sg-2')]).to.deep.equal([1, 1]);
    meddle(laboratory.cloud, { op: 'deleteEni', eni: 'eni-1' });
    expect([addressesIn(laboratory, 'sg-1'), addressesIn(laboratory, 'sg-2')]).to.deep.equal([1, 0]);
  });

  it('an address belongs to nobody when its holder is gone', () => {
    const laboratory = lab({ natGateways: { 'ngw-1': { vpc: 'vpc-1', eips: ['eip-nat'] } }, instances: { 'i-1': { vSwitch: 'vsw-a', privateIp: '10.0.1.9', eip: 'eip-1' } } });
    const entry = { SnatTableId: 'stb-1', SnatIp: '47.96.1.1', SourceCIDR: '10.0.1.9/32' };
    expect(laboratory.vpcCode('CreateSnatEntry', entry)).to.equal('Forbindden');
    meddle(laboratory.cloud, { op: 'releaseInstance', instance: 'i-1' });
    expect(laboratory.cloud.state.interfaceByAddress.size).to.equal(1);
    expect(laboratory.vpcCode('CreateSnatEntry', entry)).to.equal('');
  });

  it('an attachment that somebody ended by hand does not come true later', () => {
    const laboratory = lab({ networkInterfaces: { 'eni-1': { vSwitch: 'vsw-a' } } });
    laboratory.ecs('AttachNetworkInterface', { NetworkInterfaceId: 'eni-1', InstanceId: 'i-1' });
    meddle(laboratory.cloud, { op: 'detachEni', eni: 'eni-1' });
    laboratory.pass(10_000);
    expect(laboratory.nic('eni-1')).to.deep.equal({ status: 'Available', instanceId: '' });
  });

  it('a conversion that somebody crossed by hand does not come true later, and another may begin', () => {
    const laboratory = lab({ instances: { 'i-1': { vSwitch: 'vsw-a', publicIp: '47.98.1.9' } } });
    laboratory.ecs('ConvertNatPublicIpToEip', { InstanceId: 'i-1' });
    meddle(laboratory.cloud, { op: 'setInstance', instance: 'i-1', publicIp: true });
    laboratory.pass(10_000);
    expect(laboratory.instance('i-1').eipIds).to.deep.equal([]);
    laboratory.ecs('ConvertNatPublicIpToEip', { InstanceId: 'i-1' });
    laboratory.pass(2000);
    expect([laboratory.instance('i-1').eipIds.length, laboratory.cloud.state.eipsPromised]).to.deep.equal([1, 0]);
    meddle(laboratory.cloud, { op: 'releaseInstance', instance: 'i-1' });
    expect(laboratory.cloud.state.eipsPromised).to.equal(0);
  });
});
