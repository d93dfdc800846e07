// ConvertNatPublicIpToEip and ModifyInstanceChargeType (facts sections 2.3, 2.4).

import { expect } from 'chai';
import type { WorldInput } from '../../../../sim/cloud/world/schema.ts';
import { Laboratory, world } from './kit.ts';

type Wish = NonNullable<WorldInput['instances']>[string];

const base = { vSwitch: 'vsw-a', publicIp: '47.98.1.1' } as const;

const lab = (wish: Partial<Wish> = {}, extra: WorldInput = {}): Laboratory => new Laboratory(world({ ...extra, instances: { 'i-1': { ...base, ...wish } } }));

const convert = (laboratory: Laboratory): string => laboratory.ecsCode('ConvertNatPublicIpToEip', { InstanceId: 'i-1' });

describe('the simulated conversion of a static public IP', () => {
  it('preserves the public IP address', () => {
    const laboratory = lab();
    convert(laboratory);
    laboratory.pass(2000);
    expect(laboratory.shown('i-1')['EipAddress']).to.include({ IpAddress: '47.98.1.1' });
    expect(laboratory.shown('i-1')['PublicIpAddress']).to.deep.equal({ IpAddress: [] });
  });

  it('answers a RequestId and nothing else', () => {
    expect(Object.keys(lab().ecs('ConvertNatPublicIpToEip', { InstanceId: 'i-1' }))).to.deep.equal(['RequestId']);
  });

  it('shows the EIP after a delay only, and interrupts nothing in between', () => {
    const laboratory = lab();
    convert(laboratory);
    laboratory.pass(1999);
    expect(laboratory.shown('i-1')['PublicIpAddress']).to.deep.equal({ IpAddress: ['47.98.1.1'] });
    expect(laboratory.instance('i-1').inboundIps).to.deep.equal(['47.98.1.1']);
    laboratory.pass(1);
    expect(laboratory.instance('i-1').inboundIps).to.deep.equal(['47.98.1.1']);
    expect(laboratory.instance('i-1').eipIds).to.have.length(1);
  });

  it('can be found by AssociatedInstanceId and by EipAddress afterwards', () => {
    const laboratory = lab();
    convert(laboratory);
    laboratory.pass(2000);
    expect(laboratory.vpc('DescribeEipAddresses', { AssociatedInstanceId: 'i-1' })['TotalCount']).to.equal(1);
    expect(laboratory.vpc('DescribeEipAddresses', { EipAddress: '47.98.1.1' })['TotalCount']).to.equal(1);
  });

  const refusals: readonly (readonly [string, Partial<Wish>, string])[] = [
    ['requires the instance to be in the Stopped or Running state', { status: 'Starting' }, 'IncorrectInstanceStatus'],
    ['requires that no EIP is attached to the instance', { publicIp: undefined, eip: true }, 'OperationDenied'],
    ['requires a public IP address to convert', { publicIp: undefined }, 'InvalidInstance.IpAddressMissing'],
    ['requires that the instance has no pending configuration change', { pendingChange: true }, 'InvalidInstanceId.PlanedChange'],
    ['requires that the public bandwidth is not 0 Mbit/s', { bandwidthMbps: 0 }, 'InvalidInstance.ZeroBandwidth'],
    ['requires pay-by-traffic of subscription instances', { billing: 'PrePaid', bandwidthBilling: 'PayByBandwidth' }, 'InvalidInternetChargeType.ValueNotSupported'],
    ['requires that a subscription does not expire within 24 hours', { billing: 'PrePaid', expiresInHours: 23 }, 'InvalidEndTime.OperateNotSupport'],
    ['is refused for an instance locked for security reasons', { locks: ['security'] }, 'InstanceLockedForSecurity'],
    ['accepts a subscription that pays by traffic', { billing: 'PrePaid' }, ''],
    ['accepts a pay-as-you-go instance that pays by bandwidth', { bandwidthBilling: 'PayByBandwidth' }, ''],
    ['accepts a stopped instance', { status: 'Stopped' }, ''],
  ];
  for (const [sentence, wish, code] of refusals) it(sentence, () => expect(convert(lab(wish))).to.equal(code));

  it('consumes EIP quota, conversions under way included', () => {
    const laboratory = new Laboratory(world({ account: { eips: 2 }, instances: { 'i-1': base, 'i-2': { vSwitch: 'vsw-a', publicIp: true } } }));
    expect(convert(laboratory)).to.equal('');
    expect(laboratory.ecsCode('ConvertNatPublicIpToEip', { InstanceId: 'i-2' })).to.equal('MaxEIPQuotaExceeded');
    laboratory.pass(2000);
    expect(laboratory.ecsCode('ConvertNatPublicIpToEip', { InstanceId: 'i-2' })).to.equal('MaxEIPQuotaExceeded');
  });

  it('fails the second time, while under way and after it', () => {
    const laboratory = lab();
    convert(laboratory);
    expect(convert(laboratory)).to.equal('IncorrectInstanceStatus');
    laboratory.pass(2000);
    expect(convert(laboratory)).to.equal('OperationDenied');
  });

  it('does not know an instance that is not there', () => {
    expect(lab().ecsCode('ConvertNatPublicIpToEip', { InstanceId: 'i-9' })).to.equal('InvalidInstanceId.NotFound');
  });
});

describe('the simulated change of the billing method', () => {
  const change = (laboratory: Laboratory, params: Record<string, string> = { InstanceChargeType: 'PostPaid' }): string =>
    laboratory.ecsCode('ModifyInstanceChargeType', { InstanceIds: '["i-1"]', ...params });

  it('takes effect after a while', () => {
    const laboratory = lab({ billing: 'PrePaid' });
    change(laboratory);
    expect(laboratory.instance('i-1').chargeType).to.equal('PrePaid');
    laboratory.pass(5000);
    expect(laboratory.instance('i-1').chargeType).to.equal('PostPaid');
  });

  it('buys a subscription when InstanceChargeType is forgotten: its default value is PrePaid', () => {
    const laboratory = lab();
    change(laboratory, {});
    laboratory.pass(5000);
    expect(laboratory.instance('i-1').chargeType).to.equal('PrePaid');
  });

  it('keeps the refunded vCPU hours of a month within their quota', () => {
    expect(change(lab({ billing: 'PrePaid', type: 'ecs.g7.xlarge', expiresInHours: 60 * 24 }))).to.equal('QuotaExceed.RufundVcpu');
    expect(change(lab({ billing: 'PrePaid', expiresInHours: 60 * 24 }))).to.equal('');
  });

  it('refuses a second order while one is processed', () => {
    const laboratory = lab({ billing: 'PrePaid' });
    change(laboratory);
    expect(change(laboratory)).to.equal('InstanceHasProcessingConvertOrder');
  });

  it('does nothing when DryRun is true, and says that it would', () => {
    const laboratory = lab({ billing: 'PrePaid' });
    expect(change(laboratory, { InstanceChargeType: 'PostPaid', DryRun: 'true' })).to.equal('DryRunOperation');
    laboratory.pass(5000);
    expect(laboratory.instance('i-1').chargeType).to.equal('PrePaid');
  });
});
