// `plan` with a cluster: of a resource by its name, and of a file that is an edit of one; what it knows of nodes and of other resources, and
// that kubectl finds it as its plugin. It writes neither to the cloud nor to the cluster.
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { expect } from 'chai';
import type { Plan } from '../../src/cli/plan/plan.ts';
import { runCommand } from './environment/apiserver.ts';
import { ROOT } from './kit/child.ts';
import { KEYS, useStage } from './kit/stage.ts';
import { vpc, worldOf } from './kit/worlds.ts';

const WORLD = worldOf(vpc('plan', {
  egressIp: '47.96.1.1',
  instances: { 'i-one': { publicIp: '47.98.1.1', tags: { egress: 'unified' } }, 'i-node': { publicIp: '47.98.1.2', tags: { egress: 'unified' } }, 'i-other': { publicIp: '47.98.1.3' } },
}));
const SPEC = { vpcId: 'vpc-plan', instanceSelector: { tags: { egress: 'unified' } } };

describe('plan, with a cluster', () => {
  const stage = useStage({ world: WORLD, controller: false });
  const folder = mkdtempSync(join(tmpdir(), 'egress-unification-plugin-'));
  const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'plan-node' }, spec: { providerID: 'cn-hangzhou.i-node' } };

  before('a node and a resource are there', async () => {
    await stage().cluster.kubectl(['apply', '-f', '-'], JSON.stringify(node));
    await stage().cluster.apply('web', SPEC);
  });
  after('the node goes', async () => {
    rmSync(folder, { recursive: true });
    await stage().cluster.kubectl(['delete', 'node', 'plan-node']);
  });

  const planned = async (...args: readonly string[]): Promise<Plan> => {
    const { code, stdout, stderr } = await stage().run('plan', ...args, '-o', 'json');
    expect(code, stderr).to.equal(0);
    return JSON.parse(stdout) as Plan;
  };
  const endOf = ({ instances }: Plan): readonly unknown[] => instances.map(({ instanceId, then, blocked }) => [instanceId, then, blocked?.reason ?? '']);
  const fileOf = (name: string, spec: object): string => {
    const path = join(folder, `${name}.json`);
    writeFileSync(path, JSON.stringify({ apiVersion: 'egressunification.io/v1alpha1', kind: 'EgressUnification', metadata: { name }, spec: { regionId: 'cn-hangzhou', ...spec } }));
    return path;
  };

  it('knows the nodes of the cluster, and says so', async () => {
    const plan = await planned('web');
    expect(endOf(plan)).to.deep.equal([['i-node', 'Blocked', 'KubernetesNode'], ['i-one', 'Unified', '']]);
    expect(plan.unknown.join(), 'nothing of the cluster is unknown').not.to.match(/cluster-id|nodes|other EgressUnifications/);
  });

  it('of a file is that of an edit, where the resource lives', async () => {
    const plan = await planned('-f', fileOf('web', { ...SPEC, instanceSelector: { instanceIds: ['i-other'] }, mode: 'Observe' }));
    expect([endOf(plan), plan.mode]).to.deep.equal([[['i-other', 'Unified', '']], 'Observe']);
  });

  it('leaves to an older resource what is its own', async () => {
    const plan = await planned('-f', fileOf('newer', { ...SPEC, instanceSelector: { instanceIds: ['i-one', 'i-other'] } }));
    expect(endOf(plan)).to.deep.equal([['i-one', 'Blocked', 'OwnedByAnother'], ['i-other', 'Unified', '']]);
  });

  it('says in one line which resources there are', async () => {
    const { code, stderr } = await stage().run('plan', 'wbe');
    expect([code, stderr]).to.deep.equal([1, 'egress-unification: EgressUnification wbe does not exist; there are: web\n']);
  });

  it('is what kubectl egress runs, against the kubeconfig where kubectl looks for it', async () => {
    const { apiserver } = stage().cluster;
    symlinkSync(join(ROOT, 'src/main.ts'), join(folder, 'kubectl-egress'));
    const env = { ...KEYS, HOME: folder, PATH: [folder, dirname(process.execPath), '/usr/bin', '/bin'].join(delimiter), KUBECONFIG: apiserver.kubeconfigPath, EGRESS_CLOUD_ENDPOINT: stage().cloud.url };
    const kubectl = (...args: readonly string[]) => runCommand(join(apiserver.binaries, 'kubectl'), args, { env });
    const plan = await kubectl('egress', 'plan', 'web');
    expect(plan.code, plan.stderr).to.equal(0);
    expect(plan.stdout).to.match(/^i-one +Progressing +47\.98\.1\.1 +6 +once /m);
    const help = await kubectl('egress', 'plan', '--help');
    expect(help.stdout).to.include('Usage: kubectl egress plan').and.to.include('kubectl egress plan -f web.yaml');
    const nothing = await kubectl('egress');
    expect([nothing.code, nothing.stdout]).to.deep.equal([2, '']);
    expect(nothing.stderr).to.include('Usage: kubectl egress');
  });

  it('has written nothing, neither to the cloud nor to the cluster', async () => {
    expect(await stage().cloud.writes()).to.deep.equal([]);
    const { metadata, status } = await stage().cluster.get('web');
    expect([metadata.generation, metadata.finalizers, status]).to.deep.equal([1, undefined, { observedGeneration: -1 }]);
  });
});
