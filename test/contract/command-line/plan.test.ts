// `plan` from a file, as a process of its own, without a cluster: that it writes nothing, and that what it foretells is what the controller
// then does, call by call, and what the world then shows.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { parse } from 'yaml';
import type { Plan } from '../../../src/cli/plan/plan.ts';
import type { StepKind } from '../../../src/core/step.ts';
import { ROOT } from '../../apiserver/kit/child.ts';
import type { Ended } from '../../apiserver/kit/child.ts';
import { SimulatedCloud } from '../../apiserver/kit/cloud.ts';
import { Cluster, command, KEYS } from './rig.ts';

const SPEED = 20;
const CLUSTER = 'cluster-1';

/** The cloud's call for each kind of step; both products call tagging alike. */
const ACTION: Readonly<Record<StepKind, string>> = {
  convertNatPublicIpToEip: 'ConvertNatPublicIpToEip', modifyInstanceChargeType: 'ModifyInstanceChargeType', tagEip: 'TagResources', untagEip: 'UnTagResources',
  tagNetworkInterface: 'TagResources', untagNetworkInterface: 'UntagResources', createNetworkInterface: 'CreateNetworkInterface',
  attachNetworkInterface: 'AttachNetworkInterface', detachNetworkInterface: 'DetachNetworkInterface', deleteNetworkInterface: 'DeleteNetworkInterface',
  modifyNetworkInterfaceAttribute: 'ModifyNetworkInterfaceAttribute', unassociateEipAddress: 'UnassociateEipAddress', associateEipAddress: 'AssociateEipAddress',
  configureGuestRouting: 'InvokeCommand', confirmGuestRouting: 'InvokeCommand', undoGuestRouting: 'InvokeCommand',
};

const foretold = ({ instances }: Plan): string[] => instances.flatMap(({ steps }) => steps.map(({ kind }) => ACTION[kind]));

const manifest = (spec: object): string => JSON.stringify({ apiVersion: 'egressunification.io/v1alpha1', kind: 'EgressUnification', metadata: { name: 'demo' }, spec: { regionId: 'cn-hangzhou', ...spec } });

describe('plan -f', function () {
  this.timeout(120_000);
  const folder = mkdtempSync(join(tmpdir(), 'egress-unification-plan-'));
  let cloud: SimulatedCloud;
  let file = '';

  const start = async (world: string): Promise<void> => { cloud = await SimulatedCloud.start(parse(readFileSync(join(ROOT, `sim/worlds/${world}.yaml`), 'utf8')) as object, SPEED); };
  const write = (text: string): void => {
    file = join(folder, 'resource.yaml');
    writeFileSync(file, text);
  };
  const plan = (...args: readonly string[]): Promise<Ended> => command(cloud, 'plan', '-f', file, ...args);
  const planned = async (...args: readonly string[]): Promise<Plan> => {
    const { code, stdout, stderr } = await plan('-o', 'json', ...args);
    expect(code, stderr).to.equal(0);
    return JSON.parse(stdout) as Plan;
  };

  after(() => rmSync(folder, { recursive: true }));

  describe('of one instance with a static public IP', () => {
    const spec = { vpcId: 'vpc-procedure', instanceSelector: { instanceIds: ['i-one'] } };
    before(() => start('procedure'));
    after(() => cloud.stop());

    it('foretells the calls that the controller then makes, in their order, and where the instance then leaves', async () => {
      write(manifest(spec));
      const { instances: [instance], partners } = await planned();
      expect([instance!.then, instance!.interrupts, instance!.leavesBy]).to.deep.equal(['Unified', true, { now: ['47.98.1.1'], then: ['47.96.1.1'] }]);
      expect(partners).to.deep.equal({ mustBeTold: ['47.96.1.1'], seeNoMore: ['47.98.1.1'] });
      expect(await cloud.writes()).to.deep.equal([]);

      const cluster = await Cluster.start(cloud, CLUSTER);
      await cluster.apply('demo', spec);
      await cluster.untilQuiet('demo');
      await cluster.wipe();
      expect(await cloud.writes()).to.deep.equal(instance!.steps.map(({ kind }) => ACTION[kind]));
      expect((await cloud.see('i-one')).egress).to.deep.equal(instance!.leavesBy.then);
    });

    it('then finds nothing left but to take the tags over for a resource that is not that one, and without the cluster\'s id another\'s tags', async () => {
      const known = await planned('--cluster-id', CLUSTER);
      expect(foretold(known)).to.deep.equal(['TagResources', 'TagResources']);
      expect([known.instances[0]!.then, known.instances[0]!.interrupts, known.cost.eipConfigurationFees, known.partners.mustBeTold]).to.deep.equal(['Unified', false, { now: 1, then: 1 }, []]);
      const unknown = await planned();
      expect([unknown.instances[0]!.blocked?.reason, unknown.unknown.some((line) => line.includes('--cluster-id'))]).to.deep.equal(['ForeignCluster', true]);
    });
  });

  describe('of one instance of every kind', () => {
    const spec = { vpcId: 'vpc-demo', instanceSelector: { tags: { egress: 'unified' } }, rollout: { maxInProgress: '100%' } };
    before(() => start('demo'));
    after(() => cloud.stop());

    it('says for people what is done, interrupted, paid, blocked and to be told', async () => {
      write(manifest({ ...spec, rollout: { maxInProgress: 2 } }));
      const { code, stdout, stderr } = await plan('--eip-hourly-fee', '0.02CNY');
      expect([code, stderr]).to.deep.equal([0, '']);
      for (const line of [
        /^i-static +Progressing +47\.98\.1\.1 +6 +once +47\.98\.1\.1 -> 47\.96\.1\.1 +unified$/m, /^i-private +NothingToMove +- +0 +no +47\.96\.1\.1 +nothing to move$/m,
        /^11 instances: 7 unified, 1 nothing to move, 3 BLOCKED$/m, /^2 instances at a time/m, / {4}1\. convert the static public IP of i-static to an EIP$/m,
        /^ {2}i-bandwidth {2}SubscriptionByBandwidth: .*PayByTraffic/m, /^ {2}i-held {2}Held: /m, /^ {2}i-no-slot {2}NoEniSlot: /m,
        /^Interruption, once for each of 6 instances:$/m, /inbound .* 4\.1 s at least/, /TCP after 900 s, UDP after 60 s/,
        /configuration fees of EIPs on ENIs: 1 now, 7 then$/m, /6 fees more: 87\.60 CNY a month/, /^Partners must allow, before the first instance is moved: 47\.96\.1\.1$/m,
        /which instances are nodes of the cluster/,
      ]) expect(stdout).to.match(line);
      expect(await cloud.writes()).to.deep.equal([]);
    });

    it('calls what it does not know unknown', async () => {
      const { stdout } = await plan();
      expect(stdout).to.match(/6 fees more: unknown: the price depends on the region/);
    });

    it('foretells the calls that the controller then makes for all of them, and how each of them ends', async () => {
      write(manifest(spec));
      const told = await planned();
      const cluster = await Cluster.start(cloud, CLUSTER);
      await cluster.apply('demo', spec);
      const { instances, unsettled = [] } = await cluster.untilQuiet('demo');
      await cluster.wipe();
      expect([...(await cloud.writes())].sort()).to.deep.equal(foretold(told).sort());
      const count = (then: string): number => told.instances.filter((instance) => instance.then === then).length;
      expect({ unified: count('Unified'), nothingToMove: count('NothingToMove'), blocked: count('Blocked') }).to.deep.equal({ unified: instances!.unified, nothingToMove: instances!.nothingToMove, blocked: instances!.blocked });
      const blocked = told.instances.flatMap(({ instanceId, blocked: said }) => (said ? [[instanceId, said.reason, said.message]] : []));
      expect(unsettled.map(({ instanceId, reason, message }) => [instanceId, reason, message]).sort()).to.deep.equal(blocked.sort());
      // as the network alone would have it: one of them is stopped
      for (const { instanceId, leavesBy } of told.instances) expect((await cloud.see(instanceId)).instance!.network.egressIps, instanceId).to.deep.equal(leavesBy.then);
    });
  });

  describe('of what cannot be planned', () => {
    const spec = { vpcId: 'vpc-procedure', instanceSelector: { tags: { egress: 'unified' } } };
    before(() => start('procedure'));
    after(() => cloud.stop());

    const says = ({ code, stdout, stderr }: Ended, exitCode: number, words: string): void => {
      expect({ code, stdout, lines: stderr.trimEnd().split('\n').length }, stderr).to.deep.equal({ code: exitCode, stdout: '', lines: 1 });
      expect(stderr).to.include(words);
    };

    it('says that a file is not there', async () => {
      file = join(folder, 'not-there.yaml');
      says(await plan(), 2, 'not-there.yaml cannot be read: ENOENT');
    });

    it('names the field that is wrong', async () => {
      write(manifest({ ...spec, rollout: { maxInProgress: 0 } }));
      says(await plan(), 2, 'spec.rollout.maxInProgress: write a whole number');
    });

    it('refuses what the fences keep out, without reading it', async () => {
      write(manifest(spec));
      const since = (await cloud.calls()).length;
      says(await plan('--allow-vpc', 'vpc-other'), 1, 'VPC vpc-procedure is none of --allow-vpc vpc-other');
      expect(await cloud.calls(since)).to.deep.equal([]);
    });

    it('says what stands in the way of the resource as a whole', async () => {
      write(manifest({ ...spec, instanceSelector: { ...spec.instanceSelector, maxInstances: 2 } }));
      const { obstacle, instances } = await planned();
      expect([obstacle?.reason, instances.length]).to.deep.equal(['TooManyInstances', 3]);
      expect((await plan()).stdout).to.match(/^NOTHING IS BEGUN: TooManyInstances: 3 instances are selected/m);
    });

    it('says that the VPC is not there', async () => {
      write(manifest({ ...spec, vpcId: 'vpc-nowhere' }));
      expect((await planned()).obstacle?.reason).to.equal('VpcNotFound');
    });

    it('reads standard input', () => {
      const { status, stdout, stderr } = spawnSync(process.execPath, ['src/main.ts', 'plan', '-f', '-', '-o', 'json', '--cloud-endpoint', cloud.url], { cwd: ROOT, env: { ...KEYS }, input: manifest(spec), encoding: 'utf8' });
      expect([status, (JSON.parse(stdout) as Plan).instances.length], stderr).to.deep.equal([0, 3]);
    });

    it('says so when nobody may read the cloud', async () => {
      write(manifest(spec));
      await cloud.faults({ action: 'DescribeInstances', kind: 'fail', code: 'Forbidden.RAM', status: 403, count: 5 });
      const ended = await plan();
      await cloud.noFaults();
      says(ended, 1, 'Forbidden.RAM');
    });
  });
});
