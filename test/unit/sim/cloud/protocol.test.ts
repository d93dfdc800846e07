// What holds for every call: limits per minute, client tokens, permissions, regions, faults, the log (facts sections 4, 11).

import { expect } from 'chai';
import type { WorldInput } from '../../../../sim/cloud/world/schema.ts';
import { codeOf, Laboratory, world } from './kit.ts';

const lab = (extra: WorldInput = {}): Laboratory => new Laboratory(world({ instances: { 'i-1': { vSwitch: 'vsw-a', eip: 'eip-1' } }, ...extra }));
const off = { AllocationId: 'eip-1', InstanceId: 'i-1' };

describe('the simulated limits per minute', () => {
  it('throttle at minute T and open at minute T+1, whenever in T the calls came', () => {
    const laboratory = lab({ perMinute: { DescribeVpcs: 2 } });
    laboratory.pass(59_000);
    const codes = [1, 2, 3].map(() => laboratory.vpcCode('DescribeVpcs'));
    expect(codes).to.deep.equal(['', '', 'Throttling.User']);
    laboratory.pass(1000);
    expect(laboratory.vpcCode('DescribeVpcs')).to.equal('');
  });

  it('count each action by itself', () => {
    const laboratory = lab({ perMinute: { DescribeVpcs: 0 } });
    expect([laboratory.vpcCode('DescribeVpcs'), laboratory.vpcCode('DescribeVSwitches')]).to.deep.equal(['Throttling.User', '']);
  });

  it('are 120 for AssociateEipAddress unless the world says otherwise', () => {
    const laboratory = lab();
    const codes = Array.from({ length: 121 }, () => laboratory.vpcCode('AssociateEipAddress', { AllocationId: 'eip-9', InstanceId: 'i-1' }));
    expect([codes[119], codes[120]]).to.deep.equal(['InvalidAllocationId.NotFound', 'Throttling.User']);
  });
});

describe('the simulated client token', () => {
  it('gives the same answer to the same request', () => {
    const laboratory = lab();
    const first = laboratory.vpc('AllocateEipAddress', { ClientToken: 't' });
    const second = laboratory.vpc('AllocateEipAddress', { ClientToken: 't' });
    expect(second['AllocationId']).to.equal(first['AllocationId']);
    expect(laboratory.cloud.state.eips.size).to.equal(3);
  });

  it('is refused with other parameters', () => {
    const laboratory = lab();
    laboratory.vpc('AllocateEipAddress', { ClientToken: 't' });
    expect(laboratory.vpcCode('AllocateEipAddress', { ClientToken: 't', Bandwidth: '7' })).to.equal('IdempotentParameterMismatch');
  });

  it('is told to wait while the last request with it is processing, and answers the same when that is done', () => {
    const laboratory = lab();
    laboratory.vpc('UnassociateEipAddress', { ...off, ClientToken: 't' });
    expect(laboratory.vpcCode('UnassociateEipAddress', { ...off, ClientToken: 't' })).to.equal('LastTokenProcessing');
    laboratory.pass(2000);
    expect(laboratory.vpcCode('UnassociateEipAddress', { ...off, ClientToken: 't' })).to.equal('');
    expect(laboratory.eip('eip-1').status).to.equal('Available');
  });

  it('is not used up by a refused request', () => {
    const laboratory = lab({ account: { eips: 2 } });
    expect(laboratory.vpcCode('AllocateEipAddress', { ClientToken: 't' })).to.equal('QuotaExceeded.Eip');
    laboratory.cloud.state.account.eips = 3;
    expect(laboratory.vpcCode('AllocateEipAddress', { ClientToken: 't' })).to.equal('');
  });

  it('is forgotten after its lifetime', () => {
    const laboratory = lab({ clientTokenLifetimeMs: 1000 });
    const first = laboratory.vpc('AllocateEipAddress', { ClientToken: 't' });
    laboratory.pass(1001);
    expect(laboratory.vpc('AllocateEipAddress', { ClientToken: 't' })['AllocationId']).not.to.equal(first['AllocationId']);
  });
});

describe('a simulated call', () => {
  it('is refused for another region and without one', () => {
    expect(lab().vpcCode('DescribeVpcs', { RegionId: 'eu-central-1' })).to.equal('InvalidRegionId.NotFound');
    expect(lab().vpcCode('DescribeVpcs', { RegionId: '' })).to.equal('MissingParameter');
  });

  it('is refused when the action does not exist or belongs to the other product', () => {
    expect(lab().ecsCode('DescribeEipAddresses')).to.equal('InvalidAction.NotFound');
  });

  it('is refused to an identity that may not make it', () => {
    const laboratory = lab({ credentials: [{ accessKeyId: 'k', accessKeySecret: 's', deny: ['vpc:AssociateEipAddress'] }] });
    const call = (action: string): string => codeOf(laboratory.cloud.call({ product: 'vpc', action, params: { RegionId: 'cn-hangzhou', ...off }, accessKeyId: 'k' }));
    expect([call('AssociateEipAddress'), call('UnassociateEipAddress')]).to.deep.equal(['Forbidden.RAM', '']);
  });

  it('is refused with RequestId, HostId, Code and Message', () => {
    expect(Object.keys(lab().answer('vpc', 'ReleaseEipAddress', { AllocationId: 'x' }).body)).to.deep.equal(['RequestId', 'HostId', 'Code', 'Message']);
  });

  it('is logged with world time, parameters and code', () => {
    const laboratory = lab();
    laboratory.pass(5000);
    laboratory.vpcCode('ReleaseEipAddress', { AllocationId: 'x' });
    laboratory.vpc('DescribeVpcs');
    const [entry] = laboratory.cloud.log.since(0);
    expect(entry).to.include({ sequence: 1, timeMs: laboratory.clock.now(), product: 'vpc', action: 'ReleaseEipAddress', mutates: true, code: 'InvalidAllocationId.NotFound' });
    expect(entry!.parameters).to.deep.equal({ RegionId: 'cn-hangzhou', AllocationId: 'x' });
    expect(laboratory.cloud.log.since(1).map(({ action }) => action)).to.deep.equal(['DescribeVpcs']);
  });

  it('gives the same answers in two clouds of the same world', () => {
    const run = (): string => {
      const laboratory = lab();
      laboratory.vpc('UnassociateEipAddress', off);
      laboratory.pass(2000);
      laboratory.ecs('CreateNetworkInterface', { VSwitchId: 'vsw-a', SecurityGroupId: 'sg-1' });
      return JSON.stringify([laboratory.cloud.log.since(0), laboratory.ecs('DescribeNetworkInterfaces')]);
    };
    expect(run()).to.equal(run());
  });
});

describe('a simulated fault', () => {
  it('fails a call before its effect', () => {
    const laboratory = lab();
    laboratory.cloud.faults.add({ action: 'UnassociateEipAddress', kind: 'fail' });
    expect(laboratory.answer('vpc', 'UnassociateEipAddress', off)).to.include({ status: 503 });
    expect(laboratory.eip('eip-1').status).to.equal('InUse');
  });

  it('fails a call after its effect', () => {
    const laboratory = lab();
    laboratory.cloud.faults.add({ action: 'UnassociateEipAddress', kind: 'fail', code: 'InternalError', status: 500, phase: 'after' });
    expect(laboratory.vpcCode('UnassociateEipAddress', off)).to.equal('InternalError');
    expect(laboratory.eip('eip-1').status).to.equal('Unassociating');
  });

  it('drops the answer before or after the effect', () => {
    for (const [phase, status] of [['before', 'InUse'], ['after', 'Unassociating']] as const) {
      const laboratory = lab();
      laboratory.cloud.faults.add({ action: 'vpc:UnassociateEipAddress', kind: 'dropAnswer', phase });
      expect(laboratory.answer('vpc', 'UnassociateEipAddress', off).dropped).to.equal(true);
      expect(laboratory.eip('eip-1').status).to.equal(status);
    }
  });

  it('hits as many calls as asked, then none', () => {
    const laboratory = lab();
    laboratory.cloud.faults.add({ kind: 'html', count: 2 });
    expect([1, 2, 3].map(() => laboratory.vpcCode('DescribeVpcs'))).to.deep.equal(['html', 'html', '']);
    expect(laboratory.cloud.faults.pending()).to.deep.equal([]);
  });

  it('throttles with the time to wait in x-acs-retry-after when told to', () => {
    const laboratory = lab();
    laboratory.cloud.faults.add({ kind: 'throttle', retryAfterMs: 200 });
    expect(laboratory.answer('vpc', 'DescribeVpcs').headers).to.deep.equal({ 'x-acs-retry-after': '200' });
  });

  it('answers a creation without NetworkInterfaceId, before or after the interface exists', () => {
    for (const [phase, created] of [['before', 0], ['after', 1]] as const) {
      const laboratory = lab();
      laboratory.cloud.faults.add({ kind: 'emptyId', phase });
      expect(laboratory.ecs('CreateNetworkInterface', { VSwitchId: 'vsw-a', SecurityGroupId: 'sg-1' })['NetworkInterfaceId']).to.equal('');
      expect(laboratory.cloud.state.secondaryInterfaces).to.equal(created);
    }
  });

  it('shows none, half or twice of what a listing holds, with status 200', () => {
    const shown = (kind: 'emptyPage' | 'halfPage' | 'doublePage'): number => {
      const laboratory = lab({ instances: { i: { count: 4, vSwitch: 'vsw-a' } } });
      laboratory.cloud.faults.add({ action: 'DescribeInstances', kind });
      return (laboratory.ecs('DescribeInstances') as { Instances: { Instance: object[] } }).Instances.Instance.length;
    };
    expect([shown('emptyPage'), shown('halfPage'), shown('doublePage')]).to.deep.equal([0, 2, 8]);
  });

  it('makes a step take longer', () => {
    const laboratory = lab();
    laboratory.cloud.faults.add({ kind: 'stepHangs', delayMs: 10_000 });
    laboratory.vpc('UnassociateEipAddress', off);
    laboratory.pass(11_999);
    expect(laboratory.eip('eip-1').status).to.equal('Unassociating');
    laboratory.pass(1);
    expect(laboratory.eip('eip-1').status).to.equal('Available');
  });
});
