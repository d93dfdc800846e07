// `restore` on the day when the cluster is gone: a controller has unified a fleet, Kubernetes and the controller are killed, and what is left
// is the cloud with its tags. What is claimed is what the simulated world shows.
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { parse } from 'yaml';
import { kubeconfigFor } from '../../../sim/kubernetes/kubeconfig.ts';
import { ROOT } from '../../apiserver/kit/child.ts';
import { SimulatedCloud } from '../../apiserver/kit/cloud.ts';
import { eventually } from '../../apiserver/kit/until.ts';
import { addresses, begin, Cluster, command, tagged } from './rig.ts';

const SPEED = 20;
const CLUSTER = 'cluster-that-was';
const VPC = ['--region', 'cn-hangzhou', '--vpc', 'vpc-demo'] as const;
const DEMO = { vpcId: 'vpc-demo', instanceSelector: { tags: { egress: 'unified' } }, rollout: { maxInProgress: '100%' } };
/** What the controller moved, with the address on which each was always reached. */
const MOVED = { 'i-eip': '47.98.1.3', 'i-half-done': '47.98.1.10', 'i-static': '47.98.1.1', 'i-static-too': '47.98.1.2', 'i-stopped': '47.98.1.7', 'i-subscription': '47.98.1.5' } as const;

const demoWorld = (): object => parse(readFileSync(join(ROOT, 'sim/worlds/demo.yaml'), 'utf8')) as object;

/** A fleet that a controller unified, and whose cluster is gone. */
async function unifiedAndWiped(work: (cluster: Cluster) => Promise<void> = async () => undefined): Promise<SimulatedCloud> {
  const cloud = await SimulatedCloud.start(demoWorld(), SPEED);
  const cluster = await Cluster.start(cloud, CLUSTER);
  await cluster.apply('demo', DEMO);
  expect((await cluster.untilQuiet('demo')).instances).to.include({ unified: 7, blocked: 3 });
  await work(cluster);
  await cluster.wipe();
  return cloud;
}

async function expectHome(cloud: SimulatedCloud, ids: readonly (keyof typeof MOVED)[]): Promise<void> {
  const seen = await addresses(cloud);
  for (const id of ids) expect(seen[id], id).to.deep.equal([MOVED[id]]);
}

/** EIPs that are bound to nothing, but for the one that nobody has. */
const darkEips = async (cloud: SimulatedCloud): Promise<readonly string[]> =>
  (await cloud.world()).eips.filter(({ boundTo, id }) => boundTo === null && id !== 'eip-spare').map(({ id }) => id);

const ALL = Object.keys(MOVED) as (keyof typeof MOVED)[];

describe('restore', function () {
  this.timeout(180_000);
  let cloud: SimulatedCloud;
  afterEach(() => cloud.stop());

  describe('of a fleet whose Kubernetes was wiped', () => {
    it('asks nobody where nobody sits at a terminal, and touches nothing without --yes', async () => {
      cloud = await unifiedAndWiped();
      const since = (await cloud.calls()).length;
      const { code, stdout, stderr } = await command(cloud, 'restore', ...VPC);
      expect({ code, stdout }).to.deep.equal({ code: 2, stdout: '' });
      expect(stderr).to.include('--yes');
      for (const [id, ip] of Object.entries(MOVED)) expect(stderr).to.match(new RegExp(`^${id} +${ip.replaceAll('.', '[.]')} `, 'm'));
      expect(await cloud.writes(since)).to.deep.equal([]);
    });

    it('brings every EIP home and leaves no tag and no ENI of ours, without touching anything else; and run again finds nothing to do', async () => {
      cloud = await unifiedAndWiped();
      const before = await addresses(cloud);
      expect(ALL.map((id) => before[id])).to.deep.equal(ALL.map(() => []));
      const { code, stdout, stderr } = await command(cloud, 'restore', ...VPC, '--yes', '--max-in-progress', '100%');
      expect(code, stderr).to.equal(0);
      await expectHome(cloud, ALL);
      expect(await tagged(cloud)).to.deep.equal([]);
      expect((await cloud.enis()).map(({ id }) => id).sort()).to.deep.equal(['eni-done', 'eni-half', 'eni-taken']);
      expect((await cloud.see('i-done')).inbound).to.deep.equal(['47.98.1.11']);
      for (const id of ALL) expect(stdout).to.match(new RegExp(`^${id} .* home\\b`, 'm'));
      expect(stdout).to.include('6 of 6 EIPs at home');
      expect(stderr).to.include(`Cluster ${CLUSTER}: its tags name 6 instances`).and.to.include('WARNING: this stops no controller');

      const since = (await cloud.calls()).length;
      const again = await command(cloud, 'restore', ...VPC, '--yes');
      expect([again.code, await cloud.writes(since)], again.stderr).to.deep.equal([0, []]);
      expect(again.stdout).to.include('Nothing to restore');
    });

    it('killed with -9 in the middle of a window, and run again, brings every EIP home all the same', async () => {
      cloud = await unifiedAndWiped();
      const first = begin(cloud, 'restore', ...VPC, '--yes');
      await eventually(async () => expect(await darkEips(cloud), first.said).to.have.length(1), { everyMs: 5, timeoutMs: 60_000 });
      await first.end('SIGKILL');
      expect(await darkEips(cloud), 'one is dark now').to.have.length(1);

      const since = (await cloud.calls()).length;
      const { code, stderr } = await command(cloud, 'restore', ...VPC, '--yes');
      expect(code, stderr).to.equal(0);
      const [firstWrite] = await cloud.writes(since);
      expect(firstWrite, 'the window closes first').to.equal('AssociateEipAddress');
      await expectHome(cloud, ALL);
      expect(await tagged(cloud)).to.deep.equal([]);
    });
  });

  describe('where the cluster is named', () => {
    it('does nothing beside a controller that renews its lease, and goes on when nobody renews it any more', async () => {
      cloud = await SimulatedCloud.start(demoWorld(), SPEED);
      const cluster = await Cluster.start(cloud, CLUSTER, { leaderElect: true });
      await cluster.apply('demo', DEMO);
      await cluster.untilQuiet('demo');
      const asked = ['restore', ...VPC, '--yes', '--max-in-progress', '100%', '--kubeconfig', cluster.kubeconfig] as const;
      const since = (await cloud.calls()).length;
      const beside = await command(cloud, ...asked);
      expect([beside.code, await cloud.writes(since)], beside.stderr).to.deep.equal([2, []]);
      expect(beside.stderr).to.match(/a controller acts, \S+ renews the lease/);

      await cluster.killController();
      const alone = await command(cloud, ...asked);
      await cluster.wipe();
      expect(alone.code, alone.stderr).to.equal(0);
      await expectHome(cloud, ALL);
    });

    it('goes on where it does not answer, and says so', async () => {
      cloud = await unifiedAndWiped();
      const folder = await mkdtemp(join(tmpdir(), 'egress-unification-restore-'));
      const kubeconfig = join(folder, 'kubeconfig');
      await writeFile(kubeconfig, kubeconfigFor('http://127.0.0.1:9'));
      const { code, stderr } = await command(cloud, 'restore', ...VPC, '--yes', '--instance', 'i-static', '--kubeconfig', kubeconfig);
      await rm(folder, { recursive: true });
      expect(code, stderr).to.equal(0);
      expect(stderr).to.include('The cluster does not say whether a controller runs');
      await expectHome(cloud, ['i-static']);
    });
  });

  describe('interrupted by SIGTERM', () => {
    it('in the middle of a window closes it, begins nothing more, and says what is home and what is not', async () => {
      cloud = await unifiedAndWiped();
      const run = begin(cloud, 'restore', ...VPC, '--yes');
      await eventually(async () => expect(await darkEips(cloud), run.said).to.have.length(1), { everyMs: 5, timeoutMs: 60_000 });
      const { code, stdout } = await run.end('SIGTERM');
      expect([code, await darkEips(cloud)]).to.deep.equal([1, []]);
      const shown = await addresses(cloud);
      const home = ALL.filter((id) => shown[id]?.length === 1);
      expect(home.length).to.be.within(1, ALL.length - 1);
      for (const id of ALL) expect(stdout).to.match(new RegExp(`^${id} .* ${home.includes(id) ? 'home' : 'NOT HOME'} `, 'm'));
      expect(stdout).to.include(`${home.length} of 6 EIPs at home`);
    });
  });

  describe('of what the tags only half say', () => {
    it('goes on past an instance that is held, takes the ENI for a witness where the EIP lost its tags, and leaves a released instance in peace', async () => {
      cloud = await unifiedAndWiped();
      await cloud.meddle(
        { op: 'setTags', resource: 'i-eip', tags: { 'egressunification.io/hold': 'somebody' } }, { op: 'removeTags', resource: 'eip-half' }, { op: 'releaseInstance', instance: 'i-static' },
      );
      const others = ALL.filter((id) => id !== 'i-eip' && id !== 'i-static');
      const run = begin(cloud, 'restore', ...VPC, '--yes', '--max-in-progress', '100%');
      // one is blocked for good, and that is waited for longer than a test waits
      await eventually(async () => expectHome(cloud, others), { timeoutMs: 60_000 });
      await eventually(() => expect(run.said).to.include('what is left is blocked'), { timeoutMs: 60_000 });
      const { code, stdout } = await run.end('SIGTERM');
      expect(code).to.equal(1);
      expect(stdout).to.match(/^i-eip .* NOT HOME +Held: /m);
      expect(await tagged(cloud)).to.include('eip-had');
      const { boundTo } = await cloud.eip('47.98.1.1');
      expect(boundTo, 'its home is gone').to.equal(null);
    });

    it('brings home what a resource that was deleted under Retain left behind, and only the instance that is named', async () => {
      cloud = await unifiedAndWiped((cluster) => cluster.delete('demo'));
      const { code, stdout, stderr } = await command(cloud, 'restore', ...VPC, '--yes', '--instance', 'i-static');
      expect(code, stderr).to.equal(0);
      const shown = await addresses(cloud);
      expect(ALL.filter((id) => shown[id]?.length === 1)).to.deep.equal(['i-static']);
      expect((await cloud.see('i-static')).enis).to.deep.equal([]);
      expect(stdout).to.include('1 of 1 EIP at home');
      expect((await cloud.eip(MOVED['i-static'])).tags).to.deep.equal({});
    });

    it('asks whose it is where two clusters have tagged, and leaves the other\'s alone', async () => {
      cloud = await unifiedAndWiped();
      const [other] = (await cloud.see('i-eip')).enis;
      const theirs = { 'egressunification.io/cluster': 'other' };
      await cloud.meddle({ op: 'setTags', resource: 'eip-had', tags: theirs }, { op: 'setTags', resource: other!.id, tags: theirs });
      const asked = await command(cloud, 'restore', ...VPC, '--yes');
      expect(asked.code).to.equal(2);
      expect(asked.stderr).to.include(`name 2 clusters (${CLUSTER}, other)`).and.to.include('--cluster-id');
      const { code, stderr } = await command(cloud, 'restore', ...VPC, '--yes', '--cluster-id', CLUSTER, '--max-in-progress', '100%');
      expect(code, stderr).to.equal(0);
      await expectHome(cloud, ALL.filter((id) => id !== 'i-eip'));
      expect([...await tagged(cloud)].sort()).to.deep.equal(['eip-had', other!.id].sort());
      expect((await addresses(cloud))['i-eip']).to.deep.equal([]);
    });
  });
});
