// Refusals that need no story: a world, a call, the code. Those with one stand with their story in the other files.

import { expect } from 'chai';
import type { WorldInput } from '../../../../sim/cloud/world/schema.ts';
import { Laboratory, world } from './kit.ts';

type Row = readonly [sentence: string, call: string, params: Record<string, string>, code: string, extra?: WorldInput];

const nic = { NetworkInterfaceId: 'eni-1' };
const onInstance = { ...nic, InstanceId: 'i-1' };
const create = { VSwitchId: 'vsw-a', SecurityGroupId: 'sg-1' };
const change = { InstanceIds: '["i-1"]', InstanceChargeType: 'PostPaid' };
const toEni = { AllocationId: 'eip-free', InstanceId: 'eni-1', InstanceType: 'NetworkInterface', PrivateIpAddress: '10.0.1.50' };
const toNat = { AllocationId: 'eip-free', InstanceId: 'ngw-1', InstanceType: 'Nat' };
const snat = { SnatTableId: 'stb-1', SnatIp: '47.96.1.1', SourceVSwitchId: 'vsw-a' };
const eipTags = { ResourceType: 'EIP', 'ResourceId.1': 'eip-free' };
const only = (instance: Partial<NonNullable<WorldInput['instances']>[string]>): WorldInput => ({ instances: { 'i-1': { vSwitch: 'vsw-a', ...instance } } });
const managed: WorldInput = { networkInterfaces: { 'eni-1': { vSwitch: 'vsw-a', privateIp: '10.0.1.50', serviceManaged: true } } };
const gateway = (wish: object): WorldInput => ({ natGateways: { 'ngw-1': { vpc: 'vpc-1', eips: ['eip-nat'], ...wish } } });
const farVpc: WorldInput = { vpcs: { 'vpc-1': { cidr: '10.0.0.0/16' }, 'vpc-2': { cidr: '10.1.0.0/16' } } };
const vSwitches = { 'vsw-a': { vpc: 'vpc-1', cidr: '10.0.1.0/24' }, 'vsw-b': { vpc: 'vpc-1', cidr: '10.0.2.0/24' }, 'vsw-far': { vpc: 'vpc-2', cidr: '10.1.1.0/24' } };

const rows: readonly Row[] = [
  ['attaching to an instance that is locked', 'ecs AttachNetworkInterface', onInstance, 'InstanceLockedForSecurity', only({ locks: ['security'] })],
  ['attaching an interface that a cloud service manages', 'ecs AttachNetworkInterface', onInstance, 'InvalidOperation.EniServiceManaged', managed],
  ['attaching a primary interface', 'ecs AttachNetworkInterface', { ...onInstance, NetworkInterfaceId: 'eni-primary-1' }, 'InvalidOperation.InvalidEniType'],
  ['attaching to an instance of another VPC', 'ecs AttachNetworkInterface', onInstance, 'InvalidOperation.VpcMismatch', { ...farVpc, vSwitches, instances: { 'i-1': { vSwitch: 'vsw-far' } } }],
  ['deleting an interface that a cloud service manages', 'ecs DeleteNetworkInterface', nic, 'InvalidOperation.EniServiceManaged', managed],
  ['deleting a primary interface', 'ecs DeleteNetworkInterface', { NetworkInterfaceId: 'eni-primary-1' }, 'InvalidOperation.InvalidEniType'],
  ['creating an interface of another type than Secondary', 'ecs CreateNetworkInterface', { ...create, InstanceType: 'Trunk' }, 'InvalidParameter'],
  ['creating an interface with a description of one character', 'ecs CreateNetworkInterface', { ...create, Description: 'x' }, 'InvalidParameter'],
  ['creating an interface with a DeleteOnRelease that is no boolean', 'ecs CreateNetworkInterface', { ...create, DeleteOnRelease: 'yes' }, 'InvalidParameter'],
  ['creating an interface with more than 20 tags', 'ecs CreateNetworkInterface', { ...create, ...Object.fromEntries(Array.from({ length: 21 }, (_, i) => [`Tag.${i + 1}.Key`, `k${i}`])) }, 'NumberExceed.Tags'],
  ['modifying an interface that a cloud service manages', 'ecs ModifyNetworkInterfaceAttribute', nic, 'InvalidOperation.EniServiceManaged', managed],
  ['modifying the groups of a primary interface', 'ecs ModifyNetworkInterfaceAttribute', { NetworkInterfaceId: 'eni-primary-1', 'SecurityGroupId.1': 'sg-2' }, 'InvalidOperation.InvalidEniType'],
  ['changing the billing to something that does not exist', 'ecs ModifyInstanceChargeType', { ...change, InstanceChargeType: 'Free' }, 'InvalidParameter'],
  ['changing the billing of an instance that is starting', 'ecs ModifyInstanceChargeType', change, 'InvalidStatus.ValueNotSupported', only({ status: 'Starting' })],
  ['changing the billing of an expired instance', 'ecs ModifyInstanceChargeType', change, 'ExpiredInstance', only({ billing: 'PrePaid', expiresInHours: -1 })],
  ['making a subscription of an instance with a release time', 'ecs ModifyInstanceChargeType', { InstanceIds: '["i-1"]' }, 'ReleaseTimeHaveBeenSet', only({ autoReleaseTime: '2026-02-01T00:00Z' })],
  ['changing the billing of more than 20 instances', 'ecs ModifyInstanceChargeType', { InstanceIds: JSON.stringify(Array.from({ length: 21 }, () => 'i-1')) }, 'InvalidInstanceIds.Malformed'],
  ['a page size that is no number', 'vpc DescribeVpcs', { PageSize: 'all' }, 'InvalidParameter'],
  ['a number of results that is no number', 'ecs DescribeInstances', { MaxResults: 'all' }, 'InvalidParameter'],
  ['page number 0', 'vpc DescribeVpcs', { PageNumber: '0' }, 'InvalidParameter'],
  ['a token that no answer gave', 'ecs DescribeInstances', { NextToken: 'x' }, 'InvalidParameter'],
  ['a token of tags that no answer gave', 'vpc ListTagResources', { ...eipTags, NextToken: 'x' }, 'InvalidParameter'],
  ['tagging nothing', 'vpc TagResources', { ResourceType: 'EIP', 'Tag.1.Key': 'k' }, 'MissingParameter'],
  ['tagging with nothing', 'vpc TagResources', eipTags, 'MissingParameter'],
  ['untagging without keys and without All', 'vpc UnTagResources', eipTags, 'MissingParameter'],
  ['allocating more than 200 Mbit/s by traffic', 'vpc AllocateEipAddress', { InternetChargeType: 'PayByTraffic', Bandwidth: '201' }, 'InvalidParameter'],
  ['allocating an address that is in use', 'vpc AllocateEipAddress', { IpAddress: '47.96.1.1' }, 'InvalidIpAddress.AlreadyUsed'],
  ['releasing an EIP that a cloud service manages', 'vpc ReleaseEipAddress', { AllocationId: 'eip-free' }, 'OperationDenied.Unauthorized', { eips: { 'eip-free': { serviceManaged: true } } }],
  ['disassociating an EIP that is financially locked', 'vpc UnassociateEipAddress', { AllocationId: 'eip-1' }, 'Forbidden.FinancialLocked', { eips: { 'eip-1': { boundTo: 'i-1', locks: ['financial'] } } }],
  ['disassociating from another private address than the EIP is on', 'vpc UnassociateEipAddress', { AllocationId: 'eip-1', PrivateIpAddress: '10.0.1.99' }, 'InvalidParams.NotFound', { eips: { 'eip-1': { boundTo: 'i-1' } } }],
  ['disassociating from an instance that is starting', 'vpc UnassociateEipAddress', { AllocationId: 'eip-1' }, 'IncorrectInstanceStatus', only({ eip: 'eip-1', status: 'Starting' })],
  ['disassociating a cut-through EIP from an attached interface', 'vpc UnassociateEipAddress', { AllocationId: 'eip-1' }, 'Eni.Attached', { networkInterfaces: { 'eni-1': { vSwitch: 'vsw-a', instance: 'i-1', eip: 'eip-1' } }, eips: { 'eip-1': { mode: 'BINDED' } } }],
  ['associating with an interface that a cloud service manages', 'vpc AssociateEipAddress', toEni, 'OperationDenied.Unauthorized', managed],
  ['associating with an interface of an instance that is starting', 'vpc AssociateEipAddress', toEni, 'InvalidStatus.EcsStatusNotSupport', { ...only({ status: 'Starting' }), networkInterfaces: { 'eni-1': { vSwitch: 'vsw-a', instance: 'i-1', privateIp: '10.0.1.50' } } }],
  ['associating in a mode that is not for everybody', 'vpc AssociateEipAddress', { ...toEni, Mode: 'MULTI_BINDED' }, 'Mode.NotSupport'],
  ['associating with a kind of target that is not known', 'vpc AssociateEipAddress', { ...toEni, InstanceType: 'HaVip' }, 'InvalidInstanceType.ValueNotSupported'],
  ['associating with a VPC NAT gateway', 'vpc AssociateEipAddress', toNat, 'InvalidInstanceType.ValueNotSupported', gateway({ eips: [], type: 'intranet' })],
  ['associating with a NAT gateway that is being changed', 'vpc AssociateEipAddress', toNat, 'IncorrectStatus.NatGateway', gateway({ status: 'Modifying' })],
  ['associating more EIPs with a NAT gateway than it may have', 'vpc AssociateEipAddress', toNat, 'InvalidEip.EipQuotaExceeded', { account: { eipsPerGateway: 1 } }],
  ['an SNAT entry on a gateway that is being changed', 'vpc CreateSnatEntry', snat, 'IncorrectStatus.NATGW', gateway({ status: 'Modifying' })],
  ['an SNAT entry with more EIPs than it may have', 'vpc CreateSnatEntry', snat, 'SNAT_IP_POOL_COUNT_TOO_MANY', { account: { eipsPerSnatEntry: 0 } }],
  ['an SNAT entry with an affinity that is neither 0 nor 1', 'vpc CreateSnatEntry', { ...snat, EipAffinity: '2' }, 'InvalidParameter'],
  ['an SNAT entry for a vSwitch of another VPC', 'vpc CreateSnatEntry', { ...snat, SourceVSwitchId: 'vsw-far' }, 'InvalidVSwitchId.NotFound', { ...farVpc, vSwitches }],
];

describe('the simulated cloud refuses', () => {
  for (const [sentence, call, params, code, extra = {}] of rows) {
    it(sentence, () => {
      const laboratory = new Laboratory(world({
        instances: { 'i-1': { vSwitch: 'vsw-a' } },
        networkInterfaces: { 'eni-1': { vSwitch: 'vsw-a', privateIp: '10.0.1.50' } },
        ...extra,
        eips: { 'eip-free': {}, ...extra.eips },
      }));
      const [product, action] = call.split(' ') as ['ecs' | 'vpc', string];
      expect(product === 'ecs' ? laboratory.ecsCode(action, params) : laboratory.vpcCode(action, params)).to.equal(code);
    });
  }
});
