// What only the cloud can judge becomes a condition that names the remedy, with no write to the cloud; what a person holds stays.
import { expect } from 'chai';
import { NAT_IP, SPEC, THREE, allUnified, eipOf, eniOf, isReady, settledLaboratory, world } from './fixtures.ts';
import { Laboratory } from './laboratory.ts';

const stalledMessage = (lab: Laboratory): string => lab.resource('web').status.conditions?.find(({ type }) => type === 'Stalled')?.message ?? '';

async function stalled(lab: Laboratory, spec: object = {}): Promise<string> {
  lab.create('web', { ...SPEC, ...spec });
  await lab.start();
  await lab.until(() => stalledMessage(lab) !== '');
  await lab.clock.pass(60_000);
  return `${lab.ready('web')}: ${stalledMessage(lab)}`;
}

describe('what the controller says instead of acting', () => {
  const cases: Record<string, { readonly lab: () => Laboratory; readonly spec?: object; readonly says: RegExp }> = {
    'the VPC is unknown': { lab: () => new Laboratory(world(THREE)), spec: { vpcId: 'vpc-unknown' }, says: /False VpcNotFound: .*spec\.vpcId/ },
    'the VPC has no NAT gateway': { lab: () => new Laboratory({ ...world(THREE), natGateways: {} }), says: /False NoNatGateway: .*Create an Internet NAT gateway/ },
    'the NAT gateway named is not there': { lab: () => new Laboratory(world(THREE)), spec: { egress: { natGatewayId: 'ngw-other' } }, says: /False NoNatGateway: .*spec\.egress\.natGatewayId/ },
    'the VPC has several NAT gateways': {
      lab: () => new Laboratory({ ...world(THREE), natGateways: { ...world(THREE).natGateways, 'ngw-2': { vpc: 'vpc-1', vSwitch: 'vsw-1', eips: ['eip-nat-2'] } } }),
      says: /False SeveralNatGateways: .*spec\.egress\.natGatewayId/,
    },
    'no SNAT entry covers the instances': { lab: () => new Laboratory({ ...world(THREE), natGateways: { 'ngw-1': { vpc: 'vpc-1', vSwitch: 'vsw-1', eips: ['eip-nat'] } } }), says: /False InstancesBlocked: .*CreateSnatEntry SnatTableId=/ },
    'SNAT gives other addresses than wanted': { lab: () => new Laboratory(world(THREE)), spec: { egress: { publicIps: ['47.96.9.9'] } }, says: /False InstancesBlocked: .*gives 47\.96\.1\.1, wanted is 47\.96\.9\.9/ },
    'more instances are selected than allowed': { lab: () => new Laboratory(world(THREE)), spec: { instanceSelector: { tags: { egress: 'unified' }, maxInstances: 2 } }, says: /False TooManyInstances: .*raise maxInstances/ },
    'the credentials may not look': {
      lab: () => {
        const lab = new Laboratory(world(THREE));
        lab.cloud.faults.add({ action: 'DescribeNatGateways', kind: 'fail', code: 'Forbidden.RAM', status: 403, count: 1_000, phase: 'before' } as never);
        return lab;
      },
      says: /False CloudForbidden/,
    },
  };
  for (const [name, { lab: make, spec, says }] of Object.entries(cases)) {
    it(`says so and writes nothing when ${name}`, async () => {
      const lab = make();
      expect(await stalled(lab, spec)).to.match(says);
      expect(lab.mutatingCalls()).to.deep.equal([]);
    });
  }

  it('opens one window at most when Associate is forbidden, and takes the instance home as far as it can', async () => {
    const lab = new Laboratory(world(THREE));
    lab.create('web', { ...SPEC, rollout: { maxInProgress: '100%' } });
    lab.cloud.faults.add({ action: 'AssociateEipAddress', kind: 'fail', code: 'Forbidden.RAM', status: 403, count: 4, phase: 'before' } as never);
    await lab.start();
    await lab.until(() => lab.mutatingCalls().filter((action) => action === 'AssociateEipAddress').length >= 4);
    expect(lab.mutatingCalls().filter((action) => action === 'UnassociateEipAddress')).to.have.length(1);
    await lab.until(() => lab.unbound().join() === 'eip-nat-2');
  });

  it('writes nothing to what a person holds, and goes on when the hold is gone', async () => {
    const held = { ...THREE, 'i-a': { ...THREE['i-a'], tags: { egress: 'unified', 'egressunification.io/hold': 'by hand' } } };
    const lab = new Laboratory(world(held));
    lab.create('web', { ...SPEC, drift: { checkInterval: '1m' } });
    await lab.start();
    await lab.until(() => lab.ready('web') === 'False InstancesBlocked');
    expect(lab.seen('i-a')).to.equal('leaves by 47.98.1.1; reached on 47.98.1.1');
    lab.meddle({ op: 'removeTags', resource: 'i-a', keys: ['egressunification.io/hold'] });
    await lab.until(() => allUnified(lab));
  });

  it('tells of a change of the way out for all, and shows the new addresses', async () => {
    const lab = await settledLaboratory({ drift: { checkInterval: '1m' } });
    lab.meddle({ op: 'swapNatEip', natGateway: 'ngw-1', from: 'eip-nat', to: 'eip-nat-2' });
    await lab.clock.pass(70_000);
    expect(lab.events().join('\n')).to.match(/DriftDetected: The way out is 47\.96\.1\.2, was 47\.96\.1\.1/);
    expect(lab.resource('web').status.egressPublicIps).to.deep.equal(['47.96.1.2']);
  });

  it('follows the security groups of the instance', async () => {
    const lab = new Laboratory({ ...world(THREE), securityGroups: { 'sg-1': { vpc: 'vpc-1' }, 'sg-2': { vpc: 'vpc-1' } } });
    lab.create('web', { ...SPEC, drift: { checkInterval: '1m' } });
    await lab.start();
    await lab.until(() => isReady(lab));
    lab.meddle({ op: 'setSecurityGroups', resource: 'i-a', groups: ['sg-1', 'sg-2'] });
    await lab.clock.pass(70_000);
    const eni = lab.cloud.state.interfaces.get(eniOf(lab, 'i-a'));
    expect([...(eni?.securityGroupIds ?? [])].sort()).to.deep.equal(['sg-1', 'sg-2']);
    expect(lab.events().join('\n')).to.match(/security groups of i-a/);
  });

  it('tells of a stopped instance and changes nothing', async () => {
    const lab = await settledLaboratory({ drift: { checkInterval: '1m' } });
    const writes = lab.mutatingCalls().length;
    lab.meddle({ op: 'stopInstance', instance: 'i-a' });
    await lab.clock.pass(70_000);
    expect(lab.events().join('\n')).to.match(/instance i-a is Stopped, was Running/);
    expect(lab.mutatingCalls()).to.have.length(writes);
  });

  it('reports drift and mends nothing with drift.action Report', async () => {
    const lab = await settledLaboratory({ drift: { checkInterval: '1m', action: 'Report' } });
    const writes = lab.mutatingCalls().length;
    lab.meddle({ op: 'rebindEip', eip: eipOf(lab, 'i-a'), to: 'i-a' });
    await lab.clock.pass(200_000);
    expect(lab.mutatingCalls()).to.have.length(writes);
    expect(lab.resource('web').status.unsettled?.[0]?.reason).to.equal('DriftReported');
    expect(lab.seen('i-b')).to.equal(`leaves by ${NAT_IP}; reached on 47.98.1.2`);
  });

  it('holds an EIP that others move back twice in an hour', async () => {
    const lab = await settledLaboratory({ drift: { checkInterval: '1m' } });
    for (const round of [1, 2]) {
      lab.meddle({ op: 'rebindEip', eip: eipOf(lab, 'i-a'), to: 'i-a' });
      await lab.clock.pass(70_000);
      if (round === 1) await lab.until(() => isReady(lab));
    }
    await lab.until(() => lab.resource('web').status.unsettled?.[0]?.reason === 'FoughtOver');
    expect(lab.seen('i-a')).to.equal('leaves by 47.98.1.1; reached on 47.98.1.1');
  });

  it('begins nothing with --observe-only and closes a window that is open', async () => {
    const lab = new Laboratory(world(THREE));
    lab.create('web', SPEC);
    await lab.start();
    await lab.until(() => lab.mutatingCalls().includes('UnassociateEipAddress'));
    lab.kill();
    lab.observeOnly = true;
    await lab.start();
    await lab.until(() => lab.mutatingCalls().includes('AssociateEipAddress'));
    const writes = lab.mutatingCalls().length;
    await lab.clock.pass(600_000);
    expect(lab.mutatingCalls()).to.have.length(writes);
  });

  it('keeps the instance reachable on its ENI when the instance will not take its EIP back, and says so', async () => {
    const lab = await settledLaboratory({ deletionPolicy: 'Revert' });
    lab.cloud.faults.add({ action: 'AssociateEipAddress', kind: 'fail', code: 'BIND_INSTANCE_HAVE_PORTMAP_OR_BIND_EIP', status: 400, count: 1, phase: 'before' } as never);
    lab.delete('web');
    await lab.until(() => lab.resource('web').status.unsettled?.some(({ reason }) => reason === 'TurnedBack') === true);
    expect(lab.seen('i-a')).to.equal(`leaves by ${NAT_IP}; reached on 47.98.1.1`);
  });

  it('restores nobody when more than three leave the selection at once and no edit asked for it, until a person confirms', async () => {
    const names = ['1', '2', '3', '4', '5'];
    const lab = new Laboratory(world(Object.fromEntries(names.map((name) => [`i-${name}`, { vSwitch: 'vsw-1', publicIp: `47.98.2.${name}`, tags: { egress: 'unified' } }]))));
    lab.create('web', { ...SPEC, deselectionPolicy: 'Revert', rollout: { maxInProgress: '100%' }, drift: { checkInterval: '1m' } });
    await lab.start();
    await lab.until(() => isReady(lab));
    for (const name of names) lab.meddle({ op: 'removeTags', resource: `i-${name}`, keys: ['egress'] });
    await lab.until(() => lab.ready('web') === 'False BlastRadius');
    await lab.clock.pass(600_000);
    expect(lab.mutatingCalls()).to.have.length(30);
    lab.patch('web', { metadata: { annotations: { 'egressunification.io/confirm': '1' } } });
    await lab.until(() => names.every((name) => lab.seen(`i-${name}`) === `leaves by 47.98.2.${name}; reached on 47.98.2.${name}`));
  });

  it('restores everybody whom an edit of the selector lets go', async () => {
    const lab = await settledLaboratory({ deselectionPolicy: 'Revert' });
    lab.patch('web', { spec: { instanceSelector: { tags: { egress: 'other' } } } });
    await lab.until(() => lab.seen('i-a') === 'leaves by 47.98.1.1; reached on 47.98.1.1' && lab.seen('i-b') === 'leaves by 47.98.1.2; reached on 47.98.1.2');
  });

  it('sends an Attach that always falls back more and more rarely, and says that it comes to nothing', async () => {
    const lab = new Laboratory(world({ 'i-a': THREE['i-a'] }));
    lab.create('web', SPEC);
    lab.cloud.faults.add({ action: 'AttachNetworkInterface', kind: 'stepFails', count: 1_000, phase: 'after' } as never);
    await lab.start();
    await lab.until(() => lab.resource('web').status.unsettled?.[0]?.message.includes('came to nothing') === true);
    await lab.clock.pass(3_600_000);
    expect(lab.mutatingCalls().filter((action) => action === 'AttachNetworkInterface').length).to.be.within(4, 16);
    expect(lab.seen('i-a')).to.equal('leaves by 47.98.1.1; reached on 47.98.1.1');
  });
});
