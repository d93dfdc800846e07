// What no schema can know and only the cloud can judge: it becomes a condition that names the remedy, and nothing is written.
import { expect } from 'chai';
import { useStage } from './kit/stage.ts';
import { eventually } from './kit/until.ts';
import { vpc, worldOf } from './kit/worlds.ts';

const fleet = (name: string): Readonly<Record<string, object>> => ({ [`i-${name}`]: { publicIp: true, tags: { egress: 'unified' } } });

const world = worldOf(
  vpc('several', { egressIp: '47.96.1.1', instances: fleet('several'), more: { natGateways: { 'ngw-another': { vpc: 'vpc-several', defaultRoute: false } } } }),
  vpc('nosnat', { egressIp: '47.96.2.1', instances: { ...fleet('nosnat'), 'i-isolated': {} }, snat: {} }),
  vpc('many', { egressIp: '47.96.3.1', instances: { 'i-many-1': { publicIp: true }, 'i-many-2': { publicIp: true } } }),
  vpc('other', { egressIp: '47.96.4.1', instances: fleet('other') }),
  vpc('groups', { egressIp: '47.96.6.1', instances: fleet('groups') }),
  vpc('bandwidth', { egressIp: '47.96.5.1', instances: { 'i-bandwidth': { publicIp: true, billing: 'PrePaid', bandwidthBilling: 'PayByBandwidth', tags: { egress: 'unified' } } } }),
);

const SELECTOR = { instanceSelector: { tags: { egress: 'unified' } } };

interface Judged {
  readonly what: string;
  readonly name: string;
  readonly spec: object;
  readonly reason: string;
  /** What the message of the condition contains. */
  readonly says: readonly string[];
}

const JUDGED: readonly Judged[] = [
  { what: 'an unknown VPC', name: 'unknown', spec: { vpcId: 'vpc-unknown', ...SELECTOR }, reason: 'VpcNotFound', says: ['vpc-unknown', 'Check spec.regionId and spec.vpcId'] },
  { what: 'several NAT gateways', name: 'several', spec: { vpcId: 'vpc-several', ...SELECTOR }, reason: 'SeveralNatGateways', says: ['ngw-another', 'ngw-several', 'spec.egress.natGatewayId'] },
  { what: 'a NAT gateway that is not there', name: 'named', spec: { vpcId: 'vpc-other', egress: { natGatewayId: 'ngw-nowhere' }, ...SELECTOR }, reason: 'NoNatGateway', says: ['ngw-nowhere', 'spec.egress.natGatewayId'] },
  { what: 'no SNAT entry', name: 'nosnat', spec: { vpcId: 'vpc-nosnat', ...SELECTOR }, reason: 'InstancesBlocked', says: ['CreateSnatEntry', 'SourceVSwitchId=vsw-nosnat', 'i-isolated'] },
  { what: 'more instances than the guard admits', name: 'many', spec: { vpcId: 'vpc-many', instanceSelector: { vSwitchIds: ['vsw-many'], maxInstances: 1 } }, reason: 'TooManyInstances', says: ['2 instances', 'maxInstances'] },
  { what: 'a subscription by bandwidth', name: 'bandwidth', spec: { vpcId: 'vpc-bandwidth', ...SELECTOR }, reason: 'InstancesBlocked', says: ['i-bandwidth', 'NetworkChargeType=PayByTraffic'] },
  { what: 'security groups that are not there', name: 'groups', spec: { vpcId: 'vpc-groups', networkInterface: { securityGroupIds: ['sg-nowhere'] }, ...SELECTOR }, reason: 'InstancesBlocked', says: ['sg-nowhere', 'spec.networkInterface.securityGroupIds'] },
];

describe('What only the cloud can judge', () => {
  const stage = useStage({ world });

  for (const { what, name, spec, reason, says } of JUDGED) {
    it(`is a condition that names the remedy: ${what}`, async () => {
      await stage().cluster.apply(name, spec);
      await stage().untilStatus(name, { type: 'Stalled', reason });
      const { status } = await stage().cluster.get(name);
      const message = status.conditions?.find(({ type }) => type === 'Stalled')?.message ?? '';
      for (const part of says) expect(message).to.include(part);
      expect(status.conditions?.find(({ type }) => type === 'Ready')?.status).to.equal('False');
    });
  }

  it('is never tried out on the cloud', async () => {
    expect((await stage().cloud.calls()).filter(({ mutates }) => mutates).map(({ action }) => action)).to.deep.equal([]);
  });

  it('does not touch an instance', async () => {
    for (const { id, publicIp, egressIps, inboundIps } of (await stage().cloud.world()).instances) {
      if (publicIp !== '') expect({ egressIps, inboundIps }, id).to.deep.equal({ egressIps: [publicIp], inboundIps: [publicIp] });
    }
  });
});

describe('A forbidden action', () => {
  const stage = useStage({ world: worldOf(vpc('other', { egressIp: '47.96.4.1', instances: fleet('other') })), controller: false });
  const forbid = (action: string): Promise<void> => stage().cloud.faults({ action, kind: 'fail', code: 'Forbidden.RAM', status: 403, count: 1000 });

  afterEach('everything is allowed again', async () => {
    await stage().killController();
    await stage().cloud.noFaults();
    await stage().cluster.clear();
  });

  it('of reading is a condition that names it, with no write', async () => {
    await forbid('DescribeSnatTableEntries');
    stage().startController();
    await stage().cluster.apply('other', { vpcId: 'vpc-other', ...SELECTOR });
    await stage().untilStatus('other', { type: 'Stalled', reason: 'CloudForbidden' });
    expect((await stage().cluster.get('other')).status.conditions?.[0]?.message).to.include('DescribeSnatTableEntries');
    expect((await stage().cloud.calls()).filter(({ mutates }) => mutates)).to.deep.equal([]);
  });

  it('of writing is a reason that names it, and the instance stays as it was', async () => {
    await forbid('ConvertNatPublicIpToEip');
    stage().startController();
    await stage().cluster.apply('other', { vpcId: 'vpc-other', ...SELECTOR });
    await stage().untilStatus('other', { type: 'Stalled', reason: 'InstancesBlocked' });
    const [entry] = (await stage().cluster.get('other')).status.unsettled ?? [];
    expect(entry).to.include({ instanceId: 'i-other', state: 'Blocked', reason: 'Forbidden' });
    expect(entry?.message).to.include('ConvertNatPublicIpToEip');
    expect(await stage().cloud.writes()).to.deep.equal([]);
  });

  it('of binding, found out in the window, leaves the instance reachable where it was', async () => {
    await forbid('AssociateEipAddress');
    stage().startController();
    await stage().cluster.apply('other', { vpcId: 'vpc-other', ...SELECTOR });
    await eventually(async () => expect(await stage().cloud.writes()).to.include('UnassociateEipAddress'));
    await eventually(async () => expect((await stage().cloud.calls()).filter(({ action, code }) => action === 'AssociateEipAddress' && code !== '').length).to.be.greaterThan(1));
    await stage().cloud.noFaults();
    await eventually(async () => {
      const { instance, inbound } = await stage().cloud.see('i-other');
      expect(inbound, stage().log.slice(-1000)).to.have.length(1);
      expect(instance?.egressIps).to.have.length(1);
    });
  });
});
