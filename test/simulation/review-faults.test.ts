// What review found: one scenario for each fault of the cloud, of a person or of a quota that the controller once answered wrongly.
import { expect } from 'chai';
import type { CloudRequest } from '../../sim/cloud/engine/cloud.ts';
import { SPEC, THREE, eniOf, isReady, settledLaboratory, unified, world } from './fixtures.ts';
import { Laboratory } from './laboratory.ts';

const HOUR_MS = 3_600_000;
const ONE = { 'i-a': THREE['i-a'] };
const EIP_ALREADY = { vSwitch: 'vsw-1', eip: 'eip-own', tags: { egress: 'unified' } };

const callsOf = (lab: Laboratory, action: string): number => lab.cloud.log.since(0).filter((call) => call.action === action).length;

/** Every call that fits is refused, for ever. */
function refuse(lab: Laboratory, action: string, code: string, fits: (parameters: Readonly<Record<string, string>>) => boolean = () => true): void {
  const serve = lab.cloud.call.bind(lab.cloud);
  lab.cloud.call = (request: CloudRequest) => {
    if (request.action === action && fits(request.params)) lab.cloud.faults.add({ action, kind: 'fail', code, status: 403 });
    return serve(request);
  };
}

describe('what review found', () => {
  it('lists a VPC that cannot be read ever more rarely, not in a loop', async () => {
    const lab = await settledLaboratory({ drift: { checkInterval: '1m' } });
    lab.cloud.faults.add({ action: 'DescribeNatGateways', kind: 'fail', count: 100_000 });
    await lab.clock.pass(240_000);
    const before = callsOf(lab, 'DescribeNatGateways');
    await lab.clock.pass(600_000);
    expect(callsOf(lab, 'DescribeNatGateways') - before).to.be.within(9, 13);
    expect(lab.ready('web')).to.equal('Unknown CloudUnavailable');
    lab.cloud.faults.clear();
    await lab.until(() => isReady(lab), 70_000);
  });

  it('binds no EIP again that a person took off an instance on which nothing was begun', async () => {
    const lab = new Laboratory({ ...world({ 'i-a': EIP_ALREADY }), eips: { ...world({}).eips, 'eip-own': {} } });
    lab.meddle({ op: 'setNatGateway', natGateway: 'ngw-1', status: 'Modifying' });
    lab.create('web', { ...SPEC, mode: 'Observe' });
    await lab.start();
    await lab.clock.pass(20_000);
    lab.meddle({ op: 'unbindEip', eip: 'eip-own' });
    await lab.clock.pass(60_000);
    expect(lab.mutatingCalls()).to.deep.equal([]);
  });

  it('closes at once a window whose Associate fell back', async () => {
    const lab = new Laboratory(world(ONE));
    lab.create('web', SPEC);
    lab.cloud.faults.add({ action: 'AssociateEipAddress', kind: 'stepFails' });
    await lab.start();
    await lab.until(() => lab.mutatingCalls().includes('UnassociateEipAddress'));
    await lab.until(() => unified(lab, 'i-a', '47.98.1.1'), 10_000);
  });

  it('gives back the tokens of every Unassociate that was lost on its way', async () => {
    const lab = new Laboratory(world(ONE));
    lab.create('web', SPEC);
    lab.cloud.faults.add({ action: 'UnassociateEipAddress', kind: 'dropAnswer', phase: 'before', count: 70 });
    await lab.start();
    await lab.until(() => isReady(lab), 3 * HOUR_MS);
    expect(unified(lab, 'i-a', '47.98.1.1')).to.equal(true);
  });

  it('gives its place to the next when an instance is refused its first step', async () => {
    const lab = new Laboratory({ ...world({ ...ONE, 'i-b': EIP_ALREADY }), eips: { ...world({}).eips, 'eip-own': { ip: '47.98.1.2' } } });
    lab.create('web', SPEC);
    refuse(lab, 'ConvertNatPublicIpToEip', 'MaxEIPQuotaExceeded');
    await lab.start();
    await lab.until(() => unified(lab, 'i-b', '47.98.1.2'));
    expect(lab.seen('i-a')).to.equal('leaves by 47.98.1.1; reached on 47.98.1.1');
  });

  it('brings every other EIP home when one ENI will not go, and then lets go of the resource', async () => {
    const lab = await settledLaboratory({ deletionPolicy: 'Revert' });
    const stuck = eniOf(lab, 'i-a');
    refuse(lab, 'DetachNetworkInterface', 'InvalidOperation.InvalidEcsState', (parameters) => parameters['NetworkInterfaceId'] === stuck);
    lab.delete('web');
    await lab.until(() => !lab.exists('web'), 1_000_000);
    await lab.clock.pass(1_000);
    expect(['i-a', 'i-b'].map((id) => lab.seen(id))).to.deep.equal(['leaves by 47.98.1.1; reached on 47.98.1.1', 'leaves by 47.98.1.2; reached on 47.98.1.2']);
    expect(lab.events().join('\n')).to.match(/LeftBehind: i-a/);
    expect(lab.events().join('\n')).not.to.match(/DriftDetected/);
  });

  it('lets go of an abandoned resource although the cloud may not be read', async () => {
    const lab = await settledLaboratory();
    lab.cloud.faults.add({ action: 'DescribeNatGateways', kind: 'fail', code: 'Forbidden.RAM', status: 403, count: 100_000 });
    const { uid } = lab.resource('web').metadata;
    lab.delete('web');
    await lab.clock.pass(60_000);
    expect(lab.exists('web')).to.equal(true);
    lab.patch('web', { metadata: { annotations: { 'egressunification.io/abandon': uid } } });
    await lab.until(() => !lab.exists('web'));
    expect(unified(lab, 'i-a', '47.98.1.1')).to.equal(true);
  });

  it('deletes a second ENI of its own that nothing but a listing shows', async () => {
    const lab = await settledLaboratory({ drift: { checkInterval: '1m' } });
    const { tags, securityGroupIds } = lab.cloud.state.interfaces.get(eniOf(lab, 'i-a'))!;
    const pairs = [...tags].flatMap<[string, string]>(([key, value], index) => [[`Tag.${index + 1}.Key`, key], [`Tag.${index + 1}.Value`, value]]);
    const before = lab.cloud.state.interfaces.size;
    lab.cloud.call({ product: 'ecs', action: 'CreateNetworkInterface', params: { RegionId: 'cn-hangzhou', VSwitchId: 'vsw-1', SecurityGroupId: [...securityGroupIds][0]!, ...Object.fromEntries(pairs) } });
    expect(lab.cloud.state.interfaces.size).to.equal(before + 1);
    await lab.clock.pass(70_000);
    await lab.until(() => isReady(lab) && lab.cloud.state.interfaces.size === before);
  });

  it('tells of no change by hand when a listing does not show the instances', async () => {
    const lab = await settledLaboratory({ drift: { checkInterval: '1m' }, deselectionPolicy: 'Revert' });
    const writes = lab.mutatingCalls().length;
    lab.cloud.faults.add({ action: 'DescribeInstances', kind: 'emptyPage', count: 20 });
    await lab.clock.pass(600_000);
    expect(lab.events().filter((line) => line.startsWith('DriftDetected'))).to.deep.equal([]);
    expect(lab.mutatingCalls()).to.have.length(writes);
    expect(isReady(lab)).to.equal(true);
  });

  it('reverts as many at once as the percentage says, of those that go home', async () => {
    const lab = await settledLaboratory({ deletionPolicy: 'Revert', rollout: { maxInProgress: '100%' } });
    lab.delete('web');
    await lab.until(() => !lab.exists('web'), 18_000);
    expect(lab.seen('i-b')).to.equal('leaves by 47.98.1.2; reached on 47.98.1.2');
  });

  it('finds an unbound EIP by its status when it comes back and both tags are gone', async () => {
    const lab = new Laboratory(world(ONE));
    lab.create('web', SPEC);
    await lab.start();
    await lab.until(() => lab.mutatingCalls().includes('UnassociateEipAddress'));
    await lab.until(() => lab.resource('web').status.unsettled?.[0]?.networkInterfaceId !== undefined);
    lab.kill();
    const eip = lab.resource('web').status.unsettled?.[0]?.eipId ?? '';
    for (const resource of [eip, eniOf(lab, 'i-a')]) lab.meddle({ op: 'removeTags', resource });
    lab.meddle({ op: 'unbindEip', eip });
    await lab.clock.pass(3_000);
    await lab.start();
    await lab.until(() => lab.seen('i-a').endsWith('reached on 47.98.1.1'));
    expect(lab.unbound()).to.deep.equal(['eip-nat-2']);
  });
});
