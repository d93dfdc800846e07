// The main job, from one `kubectl apply` to a world in which it is done, and what a user sees of it.
import { expect } from 'chai';
import { useStage } from './kit/stage.ts';
import { eventually } from './kit/until.ts';
import { vpc, worldOf } from './kit/worlds.ts';

const NAT_IP = '47.96.1.1';
const SELECTED = { tags: { egress: 'unified' } };

const world = worldOf(
  vpc('shop', {
    egressIp: NAT_IP,
    instances: {
      'i-static': { publicIp: '47.98.1.1', ...SELECTED },
      'i-eip': { eip: 'eip-home', ...SELECTED },
      'i-none': { ...SELECTED },
      'i-other': { publicIp: '47.98.1.3' },
    },
    more: { eips: { 'eip-home': { ip: '47.98.1.2' } } },
  }),
);

describe('A fleet of three kinds of instances', () => {
  const stage = useStage({ world });

  it('leaves by the NAT gateway and stays reachable where it was, after one kubectl apply', async () => {
    await stage().cluster.apply('shop', { vpcId: 'vpc-shop', instanceSelector: { tags: { egress: 'unified' } } });
    await stage().untilStatus('shop', { type: 'Ready', reason: 'Unified' });
    await stage().expectSeen('i-static', { egress: [NAT_IP], inbound: ['47.98.1.1'] });
    await stage().expectSeen('i-eip', { egress: [NAT_IP], inbound: ['47.98.1.2'] });
    await stage().expectSeen('i-none', { egress: [NAT_IP], inbound: [] });
  });

  it('costs five writes for an instance with an EIP, six with a conversion, none for one without an address', async () => {
    const five = ['AssociateEipAddress', 'AttachNetworkInterface', 'CreateNetworkInterface', 'TagResources', 'UnassociateEipAddress'];
    expect([...(await stage().cloud.writes())].sort()).to.deep.equal([...five, ...five, 'ConvertNatPublicIpToEip'].sort());
  });

  it('does not include an instance that is not selected', async () => {
    await stage().expectSeen('i-other', { egress: ['47.98.1.3'], inbound: ['47.98.1.3'] });
    expect((await stage().cloud.see('i-other')).enis).to.deep.equal([]);
  });

  it('is summed up in the status', async () => {
    const { metadata, status } = await stage().cluster.get('shop');
    expect(metadata.finalizers).to.deep.equal(['egressunification.io/egress']);
    expect(status).to.deep.include({ summary: '3/3', egressPublicIps: [NAT_IP], natGatewayId: 'ngw-shop' });
    expect(status.instances).to.deep.include({ selected: 3, unified: 2, nothingToMove: 1, blocked: 0 });
    expect(status.conditions?.map(({ type }) => type)).to.deep.equal(['Ready']);
    expect(status.unsettled ?? []).to.deep.equal([]);
  });

  it('is summed up in the columns of kubectl get', async () => {
    const [titles = '', row = ''] = (await stage().cluster.kubectl(['get', 'egu'])).split('\n');
    expect(titles.split(/\s{2,}/).slice(0, 5)).to.deep.equal(['NAME', 'READY', 'UNIFIED', 'EGRESS IP', 'MODE']);
    expect(row).to.match(/^shop +True +3\/3 +\S*47\.96\.1\.1\S* +Enforce/);
  });

  it('is told in Events: converted, attached, moved', async () => {
    await eventually(async () => {
      const told = (await stage().cluster.events('shop')).map(({ reason, note }) => `${reason} ${/i-\w+/.exec(note)?.[0] ?? ''}`);
      expect(told).to.include.members(['Converted i-static', 'Attached i-static', 'Attached i-eip', 'Moved i-static', 'Moved i-eip']);
    });
  });

  it('is printed, instance by instance, by the command instances', async () => {
    const { code, stdout, stderr } = await stage().run('instances', 'shop');
    expect(code, stderr).to.equal(0);
    const rows = stdout.trimEnd().split('\n').map((line) => line.split(/\s{2,}/));
    expect(rows[0]).to.deep.equal(['INSTANCE', 'STATE', 'PUBLIC IP', 'EIP', 'ENI', 'REASON', 'MESSAGE']);
    expect(rows.slice(1).map(([id, state, ip]) => [id, state, ip])).to.deep.equal([['i-eip', 'Unified', '47.98.1.2'], ['i-none', 'NothingToMove', '-'], ['i-static', 'Unified', '47.98.1.1']]);
  });

  it('is printed as JSON for scripts', async () => {
    const { stdout } = await stage().run('instances', 'shop', '-o', 'json');
    const home = (JSON.parse(stdout) as Record<string, string>[]).find(({ instanceId }) => instanceId === 'i-eip');
    const [eni] = (await stage().cloud.see('i-eip')).enis;
    expect(home).to.deep.include({ state: 'Unified', publicIp: '47.98.1.2', eipId: 'eip-home', networkInterfaceId: eni?.id });
  });

  it('of a resource that does not exist is one line that names those that do', async () => {
    const { code, stderr } = await stage().run('instances', 'shopp');
    expect([code, stderr]).to.deep.equal([1, 'egress-unification: EgressUnification shopp does not exist; there are: shop\n']);
  });

  it('is left alone by a second pass: nothing is written to the cloud, nothing to the status', async () => {
    const witness = { vpcId: 'vpc-shop', mode: 'Observe', instanceSelector: { instanceIds: ['i-other'] } };
    await stage().cluster.apply('witness', witness);
    await stage().untilStatus('witness', { type: 'Stalled', reason: 'Observing' });
    await stage().killController();
    const [writes, before] = [await stage().cloud.writes(), await stage().cluster.get('shop')];
    const since = (await stage().cloud.calls()).length;
    stage().startController();
    // two statuses of the witness, the second two seconds after the first at the earliest: what the new process has to say of the fleet is said by then
    for (const checkInterval of ['10m', '20m']) {
      await stage().cluster.apply('witness', { ...witness, drift: { checkInterval } });
      await stage().untilStatus('witness', { type: 'Stalled', reason: 'Observing' });
    }
    expect((await stage().cloud.calls(since)).map(({ action }) => action)).to.include.members(['DescribeInstances', 'DescribeNetworkInterfaces', 'DescribeEipAddresses', 'DescribeSnatTableEntries']);
    expect(await stage().cloud.writes()).to.deep.equal(writes);
    expect((await stage().cluster.get('shop')).metadata.resourceVersion).to.equal(before.metadata.resourceVersion);
  });
});
