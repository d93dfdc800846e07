// What others change by hand, all of it at once, and one annotation that asks for a look. Each change is found, told in an Event that
// says what differs, and mended where mending is the controller's business.
import { expect } from 'chai';
import type { MeddleRequest } from '../../sim/cloud/control/meddle.ts';
import { useStage } from './kit/stage.ts';
import type { Stage } from './kit/stage.ts';
import { eventually } from './kit/until.ts';
import { vpc, worldOf } from './kit/worlds.ts';

const NAT_IP = '47.96.1.1';
const unified = (eip: string): object => ({ eip, tags: { egress: 'unified' } });

/** Home EIPs eip-NAME of instances i-NAME, numbered in this order; two resources share their VPC, because what one may say is limited. */
const BROKEN = ['moved', 'detached', 'deleted'] as const;
const CHANGED = ['stripped', 'groups', 'released', 'stopped'] as const;
const NAMES = [...BROKEN, ...CHANGED] as const;
const ipOf = (name: string): string => `47.98.1.${NAMES.findIndex((each) => each === name) + 1}`;

const world = worldOf(
  vpc('mended', {
    egressIp: NAT_IP,
    instances: Object.fromEntries<object>([
      ...BROKEN.map((name) => [`i-${name}`, { eip: `eip-${name}`, tags: { egress: 'broken' } }] as const),
      ...CHANGED.map((name) => [`i-${name}`, { eip: `eip-${name}`, tags: { egress: 'changed' } }] as const),
    ]),
    more: {
      eips: Object.fromEntries(NAMES.map((name) => [`eip-${name}`, { ip: ipOf(name) }])),
      securityGroups: { 'sg-foreign': { vpc: 'vpc-mended' } },
    },
  }),
  vpc('taken', { egressIp: '47.96.2.1', instances: { 'i-taken': unified('eip-taken'), 'i-thief': {} }, more: { eips: { 'eip-taken': { ip: '47.98.2.1' } } } }),
  vpc('report', { egressIp: '47.96.6.1', instances: { 'i-report': unified('eip-report') }, more: { eips: { 'eip-report': { ip: '47.98.6.1' } } } }),
  vpc('watch', { egressIp: '47.96.7.1', instances: { 'i-watch': unified('eip-watch') }, more: { eips: { 'eip-watch': { ip: '47.98.7.1' } } } }),
  vpc('snat', { egressIp: '47.96.3.1', instances: { 'i-snat': unified('eip-snat') }, more: { eips: { 'eip-snat': { ip: '47.98.3.1' } } } }),
  vpc('swapped', {
    egressIp: '47.96.4.1',
    instances: { 'i-swapped': unified('eip-swapped') },
    more: { eips: { 'eip-swapped': { ip: '47.98.4.1' }, 'eip-next-swapped': { ip: '47.96.4.2' } } },
  }),
  vpc('pinned', {
    egressIp: '47.96.5.1',
    instances: { 'i-pinned': unified('eip-pinned') },
    more: { eips: { 'eip-pinned': { ip: '47.98.5.1' }, 'eip-next-pinned': { ip: '47.96.5.2' } } },
  }),
);

const RESOURCES: Readonly<Record<string, object>> = {
  broken: { vpcId: 'vpc-mended', instanceSelector: { tags: { egress: 'broken' } } },
  changed: { vpcId: 'vpc-mended', instanceSelector: { tags: { egress: 'changed' } } },
  report: { drift: { action: 'Report' } },
  taken: {}, watch: {}, snat: {}, swapped: {}, pinned: { egress: { publicIps: ['47.96.5.1'] } },
};

const eniOf = async (stage: Stage, id: string): Promise<string> => (await stage.cloud.see(id)).enis[0]?.id ?? expect.fail(`${id} has no ENI`);

async function everythingByHand(stage: Stage): Promise<readonly MeddleRequest[]> {
  const [detached, deleted, stripped, groups] = await Promise.all(['detached', 'deleted', 'stripped', 'groups'].map((name) => eniOf(stage, `i-${name}`)));
  return [
    { op: 'rebindEip', eip: 'eip-moved', to: 'i-moved' },
    { op: 'detachEni', eni: detached! },
    { op: 'deleteEni', eni: deleted! },
    { op: 'removeTags', resource: 'eip-stripped' },
    { op: 'removeTags', resource: stripped!, keys: ['egressunification.io/owner'] },
    { op: 'setSecurityGroups', resource: groups!, groups: ['sg-foreign'] },
    { op: 'releaseInstance', instance: 'i-released' },
    { op: 'stopInstance', instance: 'i-stopped' },
    { op: 'addInstance', instance: 'i-new', of: { vSwitch: 'vsw-mended', publicIp: '47.98.1.99', tags: { egress: 'changed' } } },
    { op: 'rebindEip', eip: 'eip-taken', to: 'i-thief' },
    { op: 'rebindEip', eip: 'eip-report', to: 'i-report' },
    { op: 'rebindEip', eip: 'eip-watch', to: 'i-watch' },
    { op: 'deleteSnatEntry', natGateway: 'ngw-snat', entry: 'snat-snat' },
    { op: 'swapNatEip', natGateway: 'ngw-swapped', from: 'eip-nat-swapped', to: 'eip-next-swapped' },
    { op: 'swapNatEip', natGateway: 'ngw-pinned', from: 'eip-nat-pinned', to: 'eip-next-pinned' },
  ];
}

describe('Drift', () => {
  const stage = useStage({ world });
  const enis: Record<string, string> = {};

  const expectTold = async (resource: string, ...parts: readonly (string | RegExp)[]): Promise<void> => {
    await eventually(async () => {
      const told = (await stage().cluster.events(resource)).map(({ type, reason, note }) => `${type} ${reason} ${note}`);
      const found = told.filter((line) => parts.every((part) => (typeof part === 'string' ? line.includes(part) : part.test(line))));
      expect(found, told.join('\n')).not.to.deep.equal([]);
    }, { timeoutMs: 5_000 });
  };

  before('eight fleets are unified, then everything is changed by hand, and a look is asked for', async function () {
    this.timeout(120_000);
    const names = Object.keys(RESOURCES);
    for (const name of names) {
      await stage().cluster.apply(name, { vpcId: `vpc-${name}`, instanceSelector: { tags: { egress: 'unified' } }, rollout: { maxInProgress: '100%' }, ...RESOURCES[name] });
    }
    for (const name of names) await stage().untilStatus(name, { type: 'Ready', reason: 'Unified' });
    for (const name of NAMES) enis[name] = await eniOf(stage(), `i-${name}`);
    await stage().cluster.resources.merge('watch', { spec: { mode: 'Observe' } });
    await stage().untilStatus('watch', { type: 'Ready', reason: 'Unified' });
    await stage().cloud.meddle(...(await everythingByHand(stage())));
    await Promise.all(names.map((name) => stage().look(name, 'now')));
  });

  it('is mended until all is well again', async () => {
    for (const name of ['broken', 'changed']) await stage().untilStatus(name, { type: 'Ready', reason: 'Unified' }, { timeoutMs: 60_000 });
    expect((await stage().cluster.get('broken')).status.summary).to.equal('3/3');
    await eventually(async () => expect((await stage().cluster.get('changed')).status.summary).to.equal('4/4'), { timeoutMs: 5_000 });
  });

  it('by an EIP moved back to its instance is mended', async () => {
    await stage().expectSeen('i-moved', { egress: [NAT_IP], inbound: [ipOf('moved')] });
    await expectTold('broken', 'Warning DriftDetected', 'EIP eip-moved is bound to i-moved, was eni-');
  });

  it('by a detached ENI is mended: it is attached again with the EIP on it', async () => {
    await stage().expectSeen('i-detached', { egress: [NAT_IP], inbound: [ipOf('detached')] });
    expect(await eniOf(stage(), 'i-detached')).to.equal(enis['detached']);
    await expectTold('broken', 'Warning DriftDetected', `ENI ${enis['detached']!} is Available, was InUse at i-detached`);
  });

  it('by a deleted ENI is mended: the EIP goes home, then to a new ENI', async () => {
    await stage().expectSeen('i-deleted', { egress: [NAT_IP], inbound: [ipOf('deleted')] });
    expect(await eniOf(stage(), 'i-deleted')).not.to.equal(enis['deleted']);
    await expectTold('broken', 'Warning DriftDetected', 'EIP eip-deleted is bound to nothing, was eni-');
  });

  it('by stripped tags is mended: EIP and ENI are tagged as before', async () => {
    const { metadata } = await stage().cluster.get('changed');
    const [eip, [eni]] = [await stage().cloud.eip(ipOf('stripped')), (await stage().cloud.see('i-stripped')).enis];
    for (const { tags } of [eip, eni!]) expect(tags).to.include({ 'egressunification.io/owner': metadata.uid, 'egressunification.io/instance': 'i-stripped', 'egressunification.io/eip': 'eip-stripped' });
    await expectTold('changed', 'Warning DriftDetected', 'link tags on EIP eip-stripped 0 of 4, was 4 of 4');
  });

  it('by other security groups is mended: the ENI follows the instance again', async () => {
    const { instance, enis: [eni] } = await stage().cloud.see('i-groups');
    expect(eni?.securityGroupIds).to.deep.equal(instance?.securityGroupIds);
    await expectTold('changed', 'Warning DriftDetected', `security groups of ENI ${enis['groups']!} sg-foreign, was`);
  });

  it('by a released instance leaves no ENI behind, and an EIP without our tags', async () => {
    const { boundTo, tags } = await stage().cloud.eip(ipOf('released'));
    expect([boundTo, tags]).to.deep.equal([null, {}]);
    expect((await stage().cloud.enis()).filter(({ id }) => id === enis['released'])).to.deep.equal([]);
    await expectTold('changed', 'Warning', 'i-released', /eip-released|47\.98\.1\.6/);
  });

  it('by a stopped instance is told, and its way stays as it is', async () => {
    expect((await stage().cloud.see('i-stopped')).instance?.network).to.deep.equal({ egressIps: [NAT_IP], inboundIps: [ipOf('stopped')] });
    await expectTold('changed', 'Warning DriftDetected', 'instance i-stopped is Stopped, was Running');
  });

  it('by a new instance that matches the tags is no drift: it is unified', async () => {
    await stage().expectSeen('i-new', { egress: [NAT_IP], inbound: ['47.98.1.99'] });
    await expectTold('changed', 'Normal InstanceSelected', 'i-new');
  });

  it('by an EIP that was given to another instance is told, and not taken back', async () => {
    await stage().untilStatus('taken', { type: 'Stalled', reason: 'InstancesBlocked' });
    await stage().expectSeen('i-thief', { egress: ['47.98.2.1'], inbound: ['47.98.2.1'] });
    expect((await stage().cluster.get('taken')).status.unsettled?.map(({ state, reason }) => [state, reason])).to.deep.equal([['Degraded', 'MovedElsewhere']]);
    await expectTold('taken', 'Warning DriftDetected', 'EIP eip-taken is bound to i-thief, was eni-');
  });

  it('is only told where the spec says so: Report', async () => {
    await stage().untilStatus('report', { type: 'Stalled', reason: 'InstancesBlocked' });
    await stage().expectSeen('i-report', { egress: ['47.98.6.1'], inbound: ['47.98.6.1'] });
    expect((await stage().cluster.get('report')).status.unsettled?.map(({ state, reason }) => [state, reason])).to.deep.equal([['Degraded', 'DriftReported']]);
    await expectTold('report', 'Warning DriftDetected', 'EIP eip-report is bound to i-report, was eni-');
  });

  it('is only told where the mode is Observe, with what would be done', async () => {
    await stage().untilStatus('watch', { type: 'Stalled', reason: 'Observing' });
    await stage().expectSeen('i-watch', { egress: ['47.98.7.1'], inbound: ['47.98.7.1'] });
    expect((await stage().cluster.get('watch')).status.unsettled?.[0]?.message).to.include('unassociate EIP eip-watch from i-watch');
    await expectTold('watch', 'Warning DriftDetected', 'EIP eip-watch is bound to i-watch, was eni-');
  });

  it('by a deleted SNAT entry is told with the call that mends it, and nothing is undone', async () => {
    await stage().untilStatus('snat', { type: 'Stalled', reason: 'InstancesBlocked' });
    await stage().expectSeen('i-snat', { egress: [], inbound: ['47.98.3.1'] });
    await expectTold('snat', 'Warning DriftDetected', 'The way out is gone, was 47.96.3.1');
    await expectTold('snat', 'Warning NoSnatEntry', 'CreateSnatEntry', 'SourceVSwitchId=vsw-snat');
  });

  it('by another EIP of the NAT gateway is told, and the status shows the new address', async () => {
    await stage().untilStatus('swapped', { type: 'Ready', reason: 'Unified' });
    await stage().expectSeen('i-swapped', { egress: ['47.96.4.2'], inbound: ['47.98.4.1'] });
    expect((await stage().cluster.get('swapped')).status.egressPublicIps).to.deep.equal(['47.96.4.2']);
    await expectTold('swapped', 'Warning DriftDetected', 'The way out is 47.96.4.2, was 47.96.4.1');
  });

  it('from the addresses that the spec names is told as such, and nothing is undone', async () => {
    await stage().untilStatus('pinned', { type: 'Stalled', reason: 'InstancesBlocked' });
    await stage().expectSeen('i-pinned', { egress: ['47.96.5.2'], inbound: ['47.98.5.1'] });
    expect((await stage().cluster.get('pinned')).status.unsettled?.map(({ state, reason }) => [state, reason])).to.deep.equal([['Degraded', 'EgressIpDiffers']]);
  });
});
