// The life of a secondary network interface (facts sections 2.6-2.11).

import { expect } from 'chai';
import type { WorldInput } from '../../../../sim/cloud/world/schema.ts';
import { Laboratory, world } from './kit.ts';

const lab = (extra: WorldInput = {}): Laboratory => new Laboratory(world({ instances: { 'i-1': { vSwitch: 'vsw-a', securityGroups: ['sg-1'] } }, ...extra }));

const create = (laboratory: Laboratory, params: Record<string, string> = {}): string =>
  String(laboratory.ecs('CreateNetworkInterface', { VSwitchId: 'vsw-a', SecurityGroupId: 'sg-1', ...params })['NetworkInterfaceId']);

const createCode = (laboratory: Laboratory, params: Record<string, string>): string =>
  laboratory.ecsCode('CreateNetworkInterface', { VSwitchId: 'vsw-a', SecurityGroupId: 'sg-1', ...params });

const on = (laboratory: Laboratory, action: string, eni: string, instance = 'i-1'): string =>
  laboratory.ecsCode(action, { NetworkInterfaceId: eni, InstanceId: instance });

function attached(laboratory: Laboratory): string {
  const eni = create(laboratory);
  on(laboratory, 'AttachNetworkInterface', eni);
  laboratory.pass(3000);
  return eni;
}

describe('a simulated network interface, created', () => {
  it('is in the Available state and can be attached immediately', () => {
    const laboratory = lab();
    const eni = create(laboratory);
    expect(laboratory.nic(eni)).to.deep.equal({ status: 'Available', instanceId: '' });
    expect(on(laboratory, 'AttachNetworkInterface', eni)).to.equal('');
  });

  it('carries the tags of the creating call from its birth', () => {
    const laboratory = lab();
    create(laboratory, { 'Tag.1.Key': 'egressunification.io/instance', 'Tag.1.Value': 'i-1' });
    const found = laboratory.ecs('DescribeNetworkInterfaces', { 'Tag.1.Key': 'egressunification.io/instance' }) as { NetworkInterfaceSets: { NetworkInterfaceSet: { Tags: object }[] } };
    expect(found.NetworkInterfaceSets.NetworkInterfaceSet[0]!.Tags).to.deep.equal({ Tag: [{ TagKey: 'egressunification.io/instance', TagValue: 'i-1' }] });
  });

  it('gets an idle private IP address of its vSwitch, the wanted one if that is idle', () => {
    const laboratory = lab();
    const asked = laboratory.ecs('CreateNetworkInterface', { VSwitchId: 'vsw-a', SecurityGroupId: 'sg-1', PrimaryIpAddress: '10.0.1.77' });
    expect(asked['PrivateIpAddress']).to.equal('10.0.1.77');
    expect(createCode(laboratory, { PrimaryIpAddress: '10.0.1.77' })).to.equal('InvalidIp.IpRepeated');
    expect(createCode(laboratory, { PrimaryIpAddress: '10.0.2.1' })).to.equal('InvalidVSwitchId.IpInvalid');
    expect(createCode(laboratory, { PrimaryIpAddress: '10.0.1.255' })).to.equal('InvalidVSwitchId.IpInvalid');
  });

  it('replays its creation for the same token, even when it has been deleted since', () => {
    const laboratory = lab();
    const eni = create(laboratory, { ClientToken: 't' });
    expect(create(laboratory, { ClientToken: 't' })).to.equal(eni);
    laboratory.ecs('DeleteNetworkInterface', { NetworkInterfaceId: eni });
    laboratory.pass(1000);
    expect(create(laboratory, { ClientToken: 't' })).to.equal(eni);
    expect(laboratory.nic(eni)).to.equal(undefined);
  });

  const refusals: readonly (readonly [string, Record<string, string>, string])[] = [
    ['is refused without a security group', { SecurityGroupId: '' }, 'MissingParameter'],
    ['takes SecurityGroupId or SecurityGroupIds.N, not both', { 'SecurityGroupIds.1': 'sg-1' }, 'InvalidParameter'],
    ['is refused in a vSwitch that does not exist', { VSwitchId: 'vsw-9' }, 'InvalidVSwitchId.NotFound'],
    ['is refused with a security group that does not exist', { SecurityGroupId: 'sg-9' }, 'InvalidSecurityGroupId.NotFound'],
    ['cannot mix basic and advanced security groups', { SecurityGroupId: '', 'SecurityGroupIds.1': 'sg-1', 'SecurityGroupIds.2': 'sg-enterprise' }, 'InvalidSecurityGroup.InvalidNetworkType'],
    ['has a name of 2 to 128 characters', { NetworkInterfaceName: 'x' }, 'InvalidParameter'],
    ['has a token of at most 64 ASCII characters', { ClientToken: 'x'.repeat(65) }, 'InvalidParameter'],
    ['has no tag key that starts with acs:', { 'Tag.1.Key': 'acs:x' }, 'InvalidTagKey.Malformed'],
  ];
  for (const [sentence, params, code] of refusals) it(sentence, () => expect(createCode(lab(), params)).to.equal(code));

  it('cannot join more than five security groups', () => {
    const groups = Object.fromEntries(['a', 'b', 'c', 'd', 'e', 'f'].map((name) => [`sg-${name}`, { vpc: 'vpc-1' }]));
    const params = Object.fromEntries(Object.keys(groups).map((id, index) => [`SecurityGroupIds.${index + 1}`, id]));
    expect(createCode(lab({ securityGroups: { ...world().securityGroups, ...groups } }), { SecurityGroupId: '', ...params })).to.equal('SecurityGroupInstanceLimitExceed');
  });

  it('cannot join a security group of another VPC', () => {
    const laboratory = lab({ vpcs: { ...world().vpcs, 'vpc-2': { cidr: '10.1.0.0/16' } }, securityGroups: { ...world().securityGroups, 'sg-far': { vpc: 'vpc-2' } } });
    expect(createCode(laboratory, { SecurityGroupId: 'sg-far' })).to.equal('InvalidOperation.VpcMismatch');
  });

  it('cannot join a basic security group that holds all the private addresses it may', () => {
    expect(createCode(lab({ account: { addressesPerNormalGroup: 1 } }), {})).to.equal('SecurityGroupInstanceLimitExceed');
  });

  it('is refused when the vSwitch has no address left', () => {
    const laboratory = lab({ vSwitches: { 'vsw-a': { vpc: 'vpc-1', cidr: '10.0.1.0/24', availableAddresses: 1 } } });
    create(laboratory);
    expect(createCode(laboratory, {})).to.equal('InvalidVSwitchId.IpNotEnough');
  });

  it('is refused beyond the quota of the account', () => {
    const laboratory = lab({ account: { networkInterfaces: 1 } });
    create(laboratory);
    expect(createCode(laboratory, {})).to.equal('MaxEniCountExceeded');
  });
});

describe('a simulated network interface, attached', () => {
  it('is Attaching, then InUse', () => {
    const laboratory = lab();
    const eni = create(laboratory);
    on(laboratory, 'AttachNetworkInterface', eni);
    expect(laboratory.nic(eni)).to.deep.equal({ status: 'Attaching', instanceId: 'i-1' });
    laboratory.pass(3000);
    expect(laboratory.nic(eni)).to.deep.equal({ status: 'InUse', instanceId: 'i-1' });
  });

  it('is Available again when the attachment failed', () => {
    const laboratory = lab();
    const eni = create(laboratory);
    laboratory.cloud.faults.add({ action: 'AttachNetworkInterface', kind: 'stepFails' });
    on(laboratory, 'AttachNetworkInterface', eni);
    laboratory.pass(3000);
    expect(laboratory.nic(eni)).to.deep.equal({ status: 'Available', instanceId: '' });
    expect(laboratory.instance('i-1').networkInterfaceIds).to.have.length(1);
  });

  it('must have been in the Available state', () => {
    const laboratory = lab();
    expect(on(laboratory, 'AttachNetworkInterface', attached(laboratory))).to.equal('InvalidOperation.InvalidEniState');
  });

  it('must be in the same zone as the instance', () => {
    const laboratory = lab();
    expect(on(laboratory, 'AttachNetworkInterface', create(laboratory, { VSwitchId: 'vsw-b' }))).to.equal('InvalidOperation.AvailabilityZoneMismatch');
  });

  it('may be in another vSwitch of the zone', () => {
    const laboratory = lab({ vSwitches: { ...world().vSwitches, 'vsw-c': { vpc: 'vpc-1', zone: 'cn-hangzhou-a', cidr: '10.0.3.0/24' } } });
    expect(on(laboratory, 'AttachNetworkInterface', create(laboratory, { VSwitchId: 'vsw-c' }))).to.equal('');
  });

  it('requires the instance to be Running or Stopped', () => {
    const laboratory = lab({ instances: { 'i-1': { vSwitch: 'vsw-a', status: 'Starting' } } });
    expect(on(laboratory, 'AttachNetworkInterface', create(laboratory))).to.equal('InvalidOperation.InvalidEcsState');
  });

  it('counts against the EniQuantity of the instance type, the primary included', () => {
    const laboratory = lab({ instances: { 'i-1': { vSwitch: 'vsw-a', type: 'ecs.c6.large' } } });
    attached(laboratory);
    expect(on(laboratory, 'AttachNetworkInterface', create(laboratory))).to.equal('EniPerInstanceLimitExceeded');
  });

  it('requires some instance types to be Stopped', () => {
    const running = lab({ instances: { 'i-1': { vSwitch: 'vsw-a', type: 'ecs.t6-c1m1.large' } } });
    expect(on(running, 'AttachNetworkInterface', create(running))).to.equal('InvalidOperation.HotPlugNotSupport');
    const stopped = lab({ instances: { 'i-1': { vSwitch: 'vsw-a', type: 'ecs.t6-c1m1.large', status: 'Stopped' } } });
    expect(on(stopped, 'AttachNetworkInterface', create(stopped))).to.equal('');
  });

  it('is refused for what does not exist', () => {
    const laboratory = lab();
    expect(on(laboratory, 'AttachNetworkInterface', 'eni-9')).to.equal('InvalidEniId.NotFound');
    expect(on(laboratory, 'AttachNetworkInterface', create(laboratory), 'i-9')).to.equal('InvalidEcsId.NotFound');
  });

  it('cannot be deleted', () => {
    const laboratory = lab();
    expect(laboratory.ecsCode('DeleteNetworkInterface', { NetworkInterfaceId: attached(laboratory) })).to.equal('InvalidOperation.InvalidEniState');
  });
});

describe('a simulated network interface, detached', () => {
  it('is Detaching, then Available, and its address stays its own', () => {
    const laboratory = lab();
    const eni = attached(laboratory);
    on(laboratory, 'DetachNetworkInterface', eni);
    expect(laboratory.nic(eni)!.status).to.equal('Detaching');
    laboratory.pass(3000);
    expect(laboratory.nic(eni)).to.deep.equal({ status: 'Available', instanceId: '' });
  });

  it('may be asked again while it stays in the Detaching state for an extended period', () => {
    const laboratory = lab();
    const eni = attached(laboratory);
    laboratory.cloud.faults.add({ action: 'DetachNetworkInterface', kind: 'stepHangs' });
    on(laboratory, 'DetachNetworkInterface', eni);
    laboratory.pass(600_000);
    expect(laboratory.nic(eni)!.status).to.equal('Detaching');
    expect(on(laboratory, 'DetachNetworkInterface', eni)).to.equal('');
    laboratory.pass(3000);
    expect(laboratory.nic(eni)!.status).to.equal('Available');
  });

  it('cannot be the primary interface of an instance', () => {
    expect(on(lab(), 'DetachNetworkInterface', 'eni-primary-1')).to.equal('InvalidOperation.DetachPrimaryEniNotAllowed');
  });

  it('must be attached to the instance that is named', () => {
    const laboratory = lab({ instances: { 'i-1': { vSwitch: 'vsw-a' }, 'i-2': { vSwitch: 'vsw-a' } } });
    expect(on(laboratory, 'DetachNetworkInterface', attached(laboratory), 'i-2')).to.equal('InvalidParameter.EniNotBelongEcs');
    expect(on(laboratory, 'DetachNetworkInterface', create(laboratory))).to.equal('InvalidOperation.InvalidEniState');
  });

  it('belongs to a cloud service and is left alone when it is service-managed', () => {
    const laboratory = lab({ networkInterfaces: { 'eni-pod': { vSwitch: 'vsw-a', instance: 'i-1', serviceManaged: true } } });
    expect(on(laboratory, 'DetachNetworkInterface', 'eni-pod')).to.equal('InvalidOperation.EniServiceManaged');
  });
});

describe('a simulated network interface, deleted', () => {
  it('is Deleting, then cannot be found, and its private address is idle again', () => {
    const laboratory = lab();
    const eni = create(laboratory, { PrimaryIpAddress: '10.0.1.50' });
    laboratory.ecs('DeleteNetworkInterface', { NetworkInterfaceId: eni });
    expect(laboratory.nic(eni)!.status).to.equal('Deleting');
    laboratory.pass(1000);
    expect(laboratory.ecsCode('DeleteNetworkInterface', { NetworkInterfaceId: eni })).to.equal('InvalidEniId.NotFound');
    expect(createCode(laboratory, { PrimaryIpAddress: '10.0.1.50' })).to.equal('');
  });

  it('leaves its EIP Available', () => {
    const laboratory = lab({ networkInterfaces: { 'eni-1': { vSwitch: 'vsw-a', eip: 'eip-1' } } });
    laboratory.ecs('DeleteNetworkInterface', { NetworkInterfaceId: 'eni-1' });
    laboratory.pass(1000);
    expect(laboratory.eip('eip-1')).to.deep.equal({ status: 'Available', boundTo: '' });
  });
});

describe('the attributes of a simulated network interface', () => {
  it('change at once: the security groups given replace the former ones', () => {
    const laboratory = lab();
    const eni = create(laboratory);
    laboratory.ecs('ModifyNetworkInterfaceAttribute', { NetworkInterfaceId: eni, 'SecurityGroupId.1': 'sg-2' });
    expect(laboratory.cloud.state.interfaces.get(eni)!.securityGroupIds).to.deep.equal(['sg-2']);
    expect(laboratory.cloud.state.securityGroups.get('sg-1')!.addresses).to.equal(1);
  });

  it('keep to groups of one type', () => {
    const laboratory = lab();
    const params = { NetworkInterfaceId: create(laboratory), 'SecurityGroupId.1': 'sg-2', 'SecurityGroupId.2': 'sg-enterprise' };
    expect(laboratory.ecsCode('ModifyNetworkInterfaceAttribute', params)).to.equal('InvalidSecurityGroup.InvalidNetworkType');
  });
});
