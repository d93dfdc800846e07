// EIPs: bound, unbound, allocated, released (facts sections 3.1-3.3, 5).

import { expect } from 'chai';
import type { WorldInput } from '../../../../sim/cloud/world/schema.ts';
import { Laboratory, world } from './kit.ts';

const lab = (extra: WorldInput = {}): Laboratory => new Laboratory(world({
  instances: { 'i-1': { vSwitch: 'vsw-a', eip: 'eip-1' }, 'i-2': { vSwitch: 'vsw-a' } },
  networkInterfaces: { 'eni-1': { vSwitch: 'vsw-a', instance: 'i-1', privateIp: '10.0.1.50' } },
  ...extra,
  eips: { 'eip-free': {}, ...extra.eips },
}));

const toEni = { AllocationId: 'eip-free', InstanceId: 'eni-1', InstanceType: 'NetworkInterface', PrivateIpAddress: '10.0.1.50' };
const toInstance = { AllocationId: 'eip-free', InstanceId: 'i-2' };

const associate = (laboratory: Laboratory, params: Record<string, string>): string => laboratory.vpcCode('AssociateEipAddress', params);
const unassociate = (laboratory: Laboratory, params: Record<string, string>): string => laboratory.vpcCode('UnassociateEipAddress', params);

describe('a simulated EIP, associated', () => {
  it('is Associating, then InUse', () => {
    const laboratory = lab();
    associate(laboratory, toEni);
    expect(laboratory.eip('eip-free')).to.deep.equal({ status: 'Associating', boundTo: 'eni-1' });
    laboratory.pass(2000);
    expect(laboratory.eip('eip-free')).to.deep.equal({ status: 'InUse', boundTo: 'eni-1' });
  });

  it('is bound to an ECS instance by default', () => {
    const laboratory = lab();
    expect(associate(laboratory, toInstance)).to.equal('');
    laboratory.pass(2000);
    expect(laboratory.shown('i-2')['EipAddress']).to.include({ AllocationId: 'eip-free', IsSupportUnassociate: true });
  });

  it('needs PrivateIpAddress when InstanceType is NetworkInterface', () => {
    expect(associate(lab(), { ...toEni, PrivateIpAddress: '' })).to.equal('MissingParameter');
    expect(associate(lab(), { ...toEni, PrivateIpAddress: '10.0.1.51' })).to.equal('InvalidParams.NotFound');
  });

  it('is shown with an empty PrivateIpAddress when bound to the primary address of a network interface', () => {
    const laboratory = lab();
    associate(laboratory, toEni);
    laboratory.pass(2000);
    const { EipAddresses } = laboratory.vpc('DescribeEipAddresses', { AllocationId: 'eip-free' }) as { EipAddresses: { EipAddress: object[] } };
    expect(EipAddresses.EipAddress[0]).to.include({ PrivateIpAddress: '', InstanceType: 'NetworkInterface', InstanceId: 'eni-1', Mode: 'NAT' });
  });

  it('may be bound in NAT mode to an attached network interface, in BINDED mode to a detached one only', () => {
    expect(associate(lab(), toEni)).to.equal('');
    expect(associate(lab(), { ...toEni, Mode: 'BINDED' })).to.equal('Eni.Attached');
  });

  it('does not support concurrent requests', () => {
    const laboratory = lab();
    associate(laboratory, toEni);
    expect(associate(laboratory, toEni)).to.equal('TaskConflict');
    laboratory.pass(1500);
    expect(associate(laboratory, toEni)).to.equal('IncorrectEipStatus');
    expect(unassociate(laboratory, { AllocationId: 'eip-free' })).to.equal('IncorrectEipStatus');
  });

  it('does not go to a target on which another is on its way', () => {
    const laboratory = lab({ eips: { 'eip-other': {} }, networkInterfaces: { 'eni-1': { vSwitch: 'vsw-a', privateIp: '10.0.1.50', secondaryIps: 1 } } });
    const second = laboratory.cloud.state.interfaces.get('eni-1')!.privateIps[1]!;
    for (const [first, other] of [[toInstance, {}], [toEni, { PrivateIpAddress: second }], [{ InstanceId: 'ngw-1', InstanceType: 'Nat' }, {}]] as const) {
      associate(laboratory, { ...first, AllocationId: 'eip-free' });
      expect(associate(laboratory, { ...first, ...other, AllocationId: 'eip-other' })).to.equal('TaskConflict');
      laboratory.pass(2000);
      laboratory.vpc('UnassociateEipAddress', { AllocationId: 'eip-free' });
      laboratory.pass(2000);
    }
  });

  it('must have been Available', () => {
    const laboratory = lab();
    expect(associate(laboratory, { AllocationId: 'eip-1', InstanceId: 'i-2' })).to.equal('IncorrectEipStatus');
    expect(associate(laboratory, { AllocationId: 'eip-1', InstanceId: 'i-1' })).to.equal('InvalidAssociation.Duplicated');
  });

  it('falls back to Available when the association fails', () => {
    const laboratory = lab();
    laboratory.cloud.faults.add({ action: 'AssociateEipAddress', kind: 'stepFails' });
    associate(laboratory, toEni);
    laboratory.pass(2000);
    expect(laboratory.eip('eip-free')).to.deep.equal({ status: 'Available', boundTo: '' });
  });

  it('allows as many on a network interface as that has private addresses', () => {
    const laboratory = lab({ networkInterfaces: { 'eni-1': { vSwitch: 'vsw-a', privateIp: '10.0.1.50', secondaryIps: 1, eip: 'eip-a' } }, eips: { 'eip-b': {} } });
    const second = laboratory.cloud.state.interfaces.get('eni-1')!.privateIps[1]!;
    expect(associate(laboratory, toEni)).to.equal('ResourceAlreadyAssociated.IpAddress');
    expect(associate(laboratory, { ...toEni, PrivateIpAddress: second })).to.equal('');
    laboratory.pass(2000);
    expect(associate(laboratory, { ...toEni, AllocationId: 'eip-b' })).to.equal('InvalidEip.EipQuotaExceeded');
  });

  const refusals: readonly (readonly [string, WorldInput, Record<string, string>, string])[] = [
    ['is refused when it does not exist', {}, { ...toEni, AllocationId: 'eip-9' }, 'InvalidAllocationId.NotFound'],
    ['is refused for an instance that does not exist', {}, { ...toInstance, InstanceId: 'i-9' }, 'InvalidInstanId.NotFound'],
    ['is refused for a network interface that does not exist', {}, { ...toEni, InstanceId: 'eni-9' }, 'InvalidNicOrVm.NotFound'],
    ['is refused for an instance that has a static public IP', { instances: { 'i-2': { vSwitch: 'vsw-a', publicIp: true } }, networkInterfaces: {} }, toInstance, 'EIP_CAN_NOT_ASSOCIATE_WITH_PUBLIC_IP'],
    ['is refused for an instance that has an EIP', { eips: { 'eip-free': {} } }, { ...toInstance, InstanceId: 'i-1' }, 'InvalidAssociation.Duplicated'],
    ['is refused for an instance that has a DNAT entry for all ports', { natGateways: { 'ngw-1': { vpc: 'vpc-1', eips: ['eip-nat'], dnat: { f: { externalIp: '47.96.1.1', instance: 'i-2' } } } } }, toInstance, 'BIND_INSTANCE_HAVE_PORTMAP_OR_BIND_EIP'],
    ['is refused for an instance that is neither Running nor Stopped', { instances: { 'i-2': { vSwitch: 'vsw-a', status: 'Stopping' } }, networkInterfaces: {} }, toInstance, 'IncorrectInstanceStatus'],
    ['is refused for an instance of the classic network', { instances: { 'i-2': { vSwitch: 'vsw-a', network: 'classic' } }, networkInterfaces: {} }, toInstance, 'OperationDenied'],
    ['is refused for the primary network interface', {}, { ...toEni, InstanceId: 'eni-primary-2', PrivateIpAddress: '10.0.1.2' }, 'InvalidInstanceType.ValueNotSupported'],
    ['is refused when financially locked', { eips: { 'eip-free': { locks: ['financial'] } } }, toInstance, 'Forbidden.FinancialLocked'],
    ['is refused when a cloud service manages it', { eips: { 'eip-free': { serviceManaged: true } } }, toInstance, 'OperationDenied.Unauthorized'],
    ['is refused in a VPC with an IPv4 gateway', { vpcs: { 'vpc-1': { cidr: '10.0.0.0/16', ipv4Gateway: true } } }, toInstance, 'OperationDenied.Ipv4GatewayExist'],
  ];
  for (const [sentence, extra, params, code] of refusals) it(sentence, () => expect(associate(lab(extra), params)).to.equal(code));

  it('is refused while the network interface is being attached', () => {
    const laboratory = lab({ networkInterfaces: { 'eni-1': { vSwitch: 'vsw-a', privateIp: '10.0.1.50' } } });
    laboratory.ecs('AttachNetworkInterface', { NetworkInterfaceId: 'eni-1', InstanceId: 'i-2' });
    expect(associate(laboratory, toEni)).to.equal('InvalidStatus.EniStatusNotSupport');
  });
});

describe('a simulated EIP, disassociated', () => {
  it('is Unassociating, then Available', () => {
    const laboratory = lab();
    unassociate(laboratory, { AllocationId: 'eip-1', InstanceId: 'i-1' });
    expect(laboratory.eip('eip-1')).to.deep.equal({ status: 'Unassociating', boundTo: 'i-1' });
    laboratory.pass(2000);
    expect(laboratory.eip('eip-1')).to.deep.equal({ status: 'Available', boundTo: '' });
  });

  it('leaves whatever it is bound to when no InstanceId is given', () => {
    const laboratory = lab({ networkInterfaces: { 'eni-1': { vSwitch: 'vsw-a', eip: 'eip-2' } } });
    expect(unassociate(laboratory, { AllocationId: 'eip-2' })).to.equal('');
  });

  it('stays when it is bound to something else than the InstanceId given', () => {
    const laboratory = lab();
    expect(unassociate(laboratory, { AllocationId: 'eip-1', InstanceId: 'i-2' })).to.equal('InvalidInstanId.NotFound');
    expect(laboratory.eip('eip-1')).to.deep.equal({ status: 'InUse', boundTo: 'i-1' });
  });

  it('needs the InstanceType of its holder: the default is EcsInstance', () => {
    const laboratory = lab({ networkInterfaces: { 'eni-1': { vSwitch: 'vsw-a', eip: 'eip-2' } } });
    expect(unassociate(laboratory, { AllocationId: 'eip-2', InstanceId: 'eni-1' })).to.equal('InvalidInstanceType.ValueNotSupported');
    expect(unassociate(laboratory, { AllocationId: 'eip-2', InstanceId: 'eni-1', InstanceType: 'NetworkInterface' })).to.equal('');
  });

  it('stays on a network interface that is being attached or detached', () => {
    const laboratory = lab({ networkInterfaces: { 'eni-1': { vSwitch: 'vsw-a', eip: 'eip-2' } } });
    laboratory.ecs('AttachNetworkInterface', { NetworkInterfaceId: 'eni-1', InstanceId: 'i-1' });
    expect(unassociate(laboratory, { AllocationId: 'eip-2' })).to.equal('InvalidStatus.EniStatusNotSupport');
  });

  it('must have been InUse', () => {
    expect(unassociate(lab(), { AllocationId: 'eip-free' })).to.equal('IncorrectEipStatus');
    expect(unassociate(lab(), { AllocationId: 'eip-9' })).to.equal('InvalidAllocationId.NotFound');
  });

  it('is refused while an SNAT entry uses it', () => {
    expect(unassociate(lab(), { AllocationId: 'eip-nat' })).to.equal('DependencyViolation.SnatEntry');
  });

  it('is refused while a DNAT entry uses it', () => {
    const gateway = { vpc: 'vpc-1', eips: ['eip-nat'], dnat: { f: { externalIp: '47.96.1.1', internalIp: '10.0.1.9' } } };
    expect(unassociate(lab({ natGateways: { 'ngw-1': gateway } }), { AllocationId: 'eip-nat' })).to.equal('InvalidIpStatus.HasBeenUsedByForwardEntry');
  });

  it('takes the entries of a NAT gateway with it when forced', () => {
    const laboratory = lab();
    expect(unassociate(laboratory, { AllocationId: 'eip-nat', Force: 'true' })).to.equal('');
    expect(laboratory.cloud.state.natGateways.get('ngw-1')!.snat.size).to.equal(0);
  });

  it('is refused when the instance does not support it', () => {
    expect(unassociate(lab({ instances: { 'i-1': { vSwitch: 'vsw-a', eip: 'eip-1', eipUnassociable: false } } }), { AllocationId: 'eip-1' })).to.equal('OperationDenied');
  });
});

describe('a simulated EIP on a network interface', () => {
  const withEip = (): Laboratory => lab({ networkInterfaces: { 'eni-1': { vSwitch: 'vsw-a', instance: 'i-1', eip: 'eip-2' } }, instances: { 'i-1': { vSwitch: 'vsw-a' }, 'i-2': { vSwitch: 'vsw-a' } } });

  it('migrates with the interface from one instance to another', () => {
    const laboratory = withEip();
    laboratory.ecs('DetachNetworkInterface', { NetworkInterfaceId: 'eni-1', InstanceId: 'i-1' });
    laboratory.pass(3000);
    laboratory.ecs('AttachNetworkInterface', { NetworkInterfaceId: 'eni-1', InstanceId: 'i-2' });
    laboratory.pass(3000);
    expect(laboratory.eip('eip-2')).to.deep.equal({ status: 'InUse', boundTo: 'eni-1' });
    expect([laboratory.instance('i-1').inboundIps, laboratory.instance('i-2').inboundIps.length]).to.deep.equal([[], 1]);
  });

  it('is not the EipAddress of the instance', () => {
    expect(withEip().shown('i-1')['EipAddress']).to.deep.equal({ AllocationId: '', IpAddress: '', InternetChargeType: '', Bandwidth: '' });
  });
});

describe('a simulated EIP, allocated and released', () => {
  it('is randomly allocated in the Available state', () => {
    const laboratory = lab();
    const { AllocationId } = laboratory.vpc('AllocateEipAddress', { Bandwidth: '10', InternetChargeType: 'PayByTraffic' });
    expect(laboratory.eip(String(AllocationId))).to.deep.equal({ status: 'Available', boundTo: '' });
  });

  it('counts against the quota of the account', () => {
    expect(lab({ account: { eips: 3 } }).vpcCode('AllocateEipAddress')).to.equal('QuotaExceeded.Eip');
  });

  it('pays by bandwidth when it is a subscription', () => {
    expect(lab().vpcCode('AllocateEipAddress', { InstanceChargeType: 'PrePaid', InternetChargeType: 'PayByTraffic' })).to.equal('InvalidParameter');
  });

  it('can be released in the Available state only, and then cannot be found', () => {
    const laboratory = lab();
    expect(laboratory.vpcCode('ReleaseEipAddress', { AllocationId: 'eip-1' })).to.equal('IncorrectEipStatus');
    laboratory.vpc('ReleaseEipAddress', { AllocationId: 'eip-free' });
    expect(laboratory.eip('eip-free').status).to.equal('Releasing');
    laboratory.pass(1000);
    expect(laboratory.vpc('DescribeEipAddresses', { AllocationId: 'eip-free' })['TotalCount']).to.equal(0);
  });

  it('cannot be released when it is a subscription', () => {
    expect(lab({ eips: { 'eip-free': { billing: 'PrePaid' } } }).vpcCode('ReleaseEipAddress', { AllocationId: 'eip-free' })).to.equal('OperationDenied');
  });
});
