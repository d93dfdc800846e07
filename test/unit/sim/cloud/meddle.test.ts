// What a human does in the console: immediate, and nobody asks the cloud's conditions.

import { expect } from 'chai';
import { answerControl } from '../../../../sim/cloud/control/http.ts';
import { meddle, type MeddleRequest } from '../../../../sim/cloud/control/meddle.ts';
import type { WorldInput } from '../../../../sim/cloud/world/schema.ts';
import { Laboratory, world } from './kit.ts';

const lab = (extra: WorldInput = {}): Laboratory => new Laboratory(world({
  instances: { 'i-1': { vSwitch: 'vsw-a', eip: 'eip-1', securityGroups: ['sg-1'] }, 'i-2': { vSwitch: 'vsw-a' } },
  networkInterfaces: { 'eni-1': { vSwitch: 'vsw-a', instance: 'i-1', eip: 'eip-2', deleteOnRelease: true }, 'eni-2': { vSwitch: 'vsw-a', instance: 'i-1' } },
  eips: { 'eip-1': { ip: '47.98.1.1' }, 'eip-2': { ip: '47.98.1.2' }, 'eip-3': { ip: '47.98.1.3' } },
  ...extra,
}));

const after = (request: MeddleRequest, laboratory = lab()): Laboratory => {
  meddle(laboratory.cloud, request);
  return laboratory;
};

describe('meddling with the simulated cloud', () => {
  it('moves an EIP at once', () => {
    expect(after({ op: 'rebindEip', eip: 'eip-1', to: 'i-2' }).eip('eip-1')).to.deep.equal({ status: 'InUse', boundTo: 'i-2' });
    expect(after({ op: 'unbindEip', eip: 'eip-1' }).eip('eip-1')).to.deep.equal({ status: 'Available', boundTo: '' });
  });

  it('ends what was under way', () => {
    const laboratory = lab();
    laboratory.vpc('UnassociateEipAddress', { AllocationId: 'eip-1' });
    after({ op: 'rebindEip', eip: 'eip-1', to: 'i-2' }, laboratory);
    laboratory.pass(10_000);
    expect(laboratory.eip('eip-1')).to.deep.equal({ status: 'InUse', boundTo: 'i-2' });
  });

  it('releases an EIP, so that it cannot be found', () => {
    expect(after({ op: 'releaseEip', eip: 'eip-1' }).vpc('DescribeEipAddresses', { AllocationId: 'eip-1' })['TotalCount']).to.equal(0);
  });

  it('detaches an interface with its EIP, and deletes one from under it', () => {
    const detached = after({ op: 'detachEni', eni: 'eni-1' });
    expect([detached.nic('eni-1'), detached.eip('eip-2').boundTo]).to.deep.equal([{ status: 'Available', instanceId: '' }, 'eni-1']);
    expect(after({ op: 'deleteEni', eni: 'eni-1' }).eip('eip-2')).to.deep.equal({ status: 'Available', boundTo: '' });
  });

  it('releases an instance: its EIP becomes Available, interfaces go with it if they are told to, the others become Available', () => {
    const laboratory = after({ op: 'releaseInstance', instance: 'i-1' });
    expect(laboratory.eip('eip-1')).to.deep.equal({ status: 'Available', boundTo: '' });
    expect(laboratory.eip('eip-2')).to.deep.equal({ status: 'Available', boundTo: '' });
    expect([laboratory.nic('eni-1'), laboratory.nic('eni-2')]).to.deep.equal([undefined, { status: 'Available', instanceId: '' }]);
    expect(laboratory.ecs('DescribeInstances', { InstanceIds: '["i-1"]' })['Instances']).to.deep.equal({ Instance: [] });
  });

  it('gives back the EIP promised to an instance that is released while its address is converted', () => {
    const laboratory = lab({ instances: { 'i-1': { vSwitch: 'vsw-a', publicIp: true } } });
    laboratory.ecs('ConvertNatPublicIpToEip', { InstanceId: 'i-1' });
    after({ op: 'releaseInstance', instance: 'i-1' }, laboratory);
    laboratory.pass(10_000);
    expect([laboratory.cloud.state.eipsPromised, laboratory.cloud.state.eips.size]).to.deep.equal([0, 4]);
  });

  it('stops and starts an instance', () => {
    const laboratory = after({ op: 'stopInstance', instance: 'i-1' });
    expect(laboratory.instance('i-1').inboundIps).to.deep.equal([]);
    expect(after({ op: 'startInstance', instance: 'i-1' }, laboratory).instance('i-1').inboundIps).to.have.length(2);
  });

  it('adds an instance as a world file would', () => {
    const laboratory = after({ op: 'addInstance', instance: 'i-new', of: { vSwitch: 'vsw-a', publicIp: '47.98.1.9', tags: { a: 'b' } } });
    expect(laboratory.instance('i-new')).to.deep.include({ publicIp: '47.98.1.9', tags: { a: 'b' }, egressIps: ['47.98.1.9'] });
  });

  it('takes away and gives back the way out', () => {
    const laboratory = after({ op: 'deleteSnatEntry', natGateway: 'ngw-1', entry: 'snat-all' });
    expect(laboratory.instance('i-2').egressIps).to.deep.equal([]);
    after({ op: 'addSnatEntry', natGateway: 'ngw-1', entry: 'snat-new', vSwitch: 'vsw-a' }, laboratory);
    expect(laboratory.instance('i-2').egressIps).to.deep.equal(['47.96.1.1']);
    after({ op: 'swapNatEip', natGateway: 'ngw-1', from: 'eip-nat', to: 'eip-3' }, laboratory);
    expect([laboratory.instance('i-2').egressIps, laboratory.eip('eip-nat').status]).to.deep.equal([['47.98.1.3'], 'Available']);
    after({ op: 'setDefaultRoute', routeTable: 'vtb-system-1', natGateway: null }, laboratory);
    expect(laboratory.instance('i-2').egressIps).to.deep.equal([]);
  });

  it('sets and strips tags, groups and locks', () => {
    const laboratory = after({ op: 'setTags', resource: 'eip-1', tags: { a: 'b', c: 'd' } });
    after({ op: 'removeTags', resource: 'eip-1', keys: ['a'] }, laboratory);
    after({ op: 'setSecurityGroups', resource: 'i-1', groups: ['sg-2'] }, laboratory);
    after({ op: 'setInstance', instance: 'i-1', locks: ['security'], publicIp: true }, laboratory);
    expect(Object.fromEntries(laboratory.cloud.state.eips.get('eip-1')!.tags)).to.deep.equal({ c: 'd' });
    expect(laboratory.instance('i-1')).to.deep.include({ securityGroupIds: ['sg-2'], locks: ['security'] });
    expect(laboratory.instance('i-1').publicIp).not.to.equal('');
  });

  it('changes quotas, limits and latencies of the world', () => {
    const laboratory = after({ op: 'setWorld', account: { eips: 0 }, perMinute: { DescribeVpcs: 0 }, latenciesMs: { unassociate: [10, 20] } });
    expect([laboratory.vpcCode('AllocateEipAddress'), laboratory.vpcCode('DescribeVpcs')]).to.deep.equal(['QuotaExceeded.Eip', 'Throttling.User']);
    laboratory.vpc('UnassociateEipAddress', { AllocationId: 'eip-1' });
    laboratory.pass(15);
    expect(laboratory.eip('eip-1').status).to.equal('Available');
  });
});

describe('the control API', () => {
  const ask = (laboratory: Laboratory, method: string, path: string, body: unknown = ''): { status: number; body: unknown } =>
    answerControl(laboratory.cloud, { method, path, query: new URLSearchParams(), headers: {}, body: Buffer.from(JSON.stringify(body)) });

  it('reports every instance with its verdict', () => {
    const { body } = ask(lab(), 'GET', '/_sim/world') as { body: { instances: object[] } };
    expect(body.instances[1]).to.deep.include({ id: 'i-2', egressIps: ['47.96.1.1'], inboundIps: [] });
  });

  it('takes one wish or several', () => {
    const laboratory = lab();
    expect(ask(laboratory, 'POST', '/_sim/meddle', [{ op: 'unbindEip', eip: 'eip-1' }, { op: 'unbindEip', eip: 'eip-2' }]).status).to.equal(200);
    expect([laboratory.eip('eip-1').status, laboratory.eip('eip-2').status]).to.deep.equal(['Available', 'Available']);
  });

  it('says what is wrong with a wish', () => {
    expect(ask(lab(), 'POST', '/_sim/meddle', { op: 'unbindEip', eip: 'eip-9' })).to.deep.equal({ status: 400, body: { error: 'there is no EIP eip-9' } });
    expect(ask(lab(), 'POST', '/_sim/meddle', { op: 'unbindEip' }).status).to.equal(400);
    expect(ask(lab(), 'POST', '/_sim/meddle', { op: 'setWorld', account: { x: 1 } })).to.deep.include({ status: 400 });
    expect(ask(lab(), 'POST', '/_sim/meddle', { op: 'detachEni', eni: 'eni-primary-1' })).to.deep.include({ status: 400 });
    expect(ask(lab(), 'GET', '/_sim/nothing').status).to.equal(404);
  });

  it('arms faults and clears them', () => {
    const laboratory = lab();
    ask(laboratory, 'POST', '/_sim/faults', { action: 'DescribeVpcs', kind: 'fail', count: 2 });
    expect(laboratory.vpcCode('DescribeVpcs')).to.equal('ServiceUnavailable');
    ask(laboratory, 'DELETE', '/_sim/faults');
    expect(laboratory.vpcCode('DescribeVpcs')).to.equal('');
    expect(ask(laboratory, 'POST', '/_sim/faults', { kind: 'nonsense' }).status).to.equal(400);
  });
});
