// Two controllers as processes with the rights that they need and no others: one acts, the other takes over.
import { expect } from 'chai';
import { Child } from './kit/child.ts';
import { controllerIdentity } from './kit/role.ts';
import { KEYS, useStage } from './kit/stage.ts';
import { eventually } from './kit/until.ts';
import { vpc, worldOf } from './kit/worlds.ts';

const NAT_IP = '47.96.1.1';
const world = worldOf(vpc('pair', {
  egressIp: NAT_IP,
  instances: { 'i-first': { eip: 'eip-first' }, 'i-second': { eip: 'eip-second' } },
  more: { eips: { 'eip-first': { ip: '47.98.1.1' }, 'eip-second': { ip: '47.98.1.2' } } },
}));
/** World time; a second of the test. */
const HELD_BACK_MS = 20_000;
const LEASE = ['lease', 'egress-unification', '--namespace', 'kube-system'];

describe('Two replicas', function () {
  const stage = useStage({ world, controller: false });
  this.timeout(120_000);
  let kubeconfig = '';
  let leader: Child | undefined;
  let standby: Child | undefined;

  const shown = { EGRESS_METRICS_ADDRESS: '127.0.0.1:0', EGRESS_HEALTH_ADDRESS: '127.0.0.1:0' };
  const start = (name: string): Child => new Child(['src/main.ts', 'run', '--kubeconfig', kubeconfig, '--cloud-endpoint', stage().cloud.url], { ...KEYS, ...shown, HOSTNAME: name });
  /** Asks one for a path that it serves. */
  const ask = async (child: Child | undefined, path: string): Promise<{ status: number; text: string }> => {
    const [, address] = new RegExp(String.raw`"listening","serves":"[^"]*${path}[^"]*","address":"([^"]+)"`).exec(child?.said ?? '') ?? [];
    const answer = await fetch(`http://${address ?? 'nowhere'}${path}`);
    return { status: answer.status, text: await answer.text() };
  };
  const says = (child: Child | undefined, word: string, timeoutMs?: number): Promise<unknown> =>
    eventually(() => expect(child?.said).to.contain(word), { everyMs: 20, ...(timeoutMs !== undefined && { timeoutMs }) });
  const apply = (name: string): Promise<void> => stage().cluster.apply(name, { vpcId: 'vpc-pair', instanceSelector: { instanceIds: [`i-${name}`] } });
  const holder = (): Promise<string> => stage().cluster.kubectl(['get', ...LEASE, '-o', 'jsonpath={.spec.holderIdentity}']);

  before('two are started, one after the other', async () => {
    kubeconfig = await controllerIdentity(stage().cluster);
    leader = start('replica-a');
    await says(leader, 'leading');
    standby = start('replica-b');
    await says(standby, 'standing by');
  });

  after('both end', async () => {
    await leader?.end('SIGKILL');
    await standby?.end('SIGKILL');
    await stage().cluster.kubectl(['delete', '--ignore-not-found', ...LEASE]);
  });

  it('have one that acts, and the lease says which', async () => {
    await apply('first');
    await stage().untilStatus('first', { type: 'Ready' });
    await stage().expectSeen('i-first', { egress: [NAT_IP], inbound: ['47.98.1.1'] });
    expect(await holder()).to.match(/^replica-a_[0-9a-f]{16}$/);
    expect(standby?.said).not.to.contain('"message":"leading"');
  });

  it('are alive and ready both, and say which of them leads', async () => {
    for (const [child, role] of [[leader, 'leader'], [standby, 'standby']] as const) {
      await eventually(async () => expect(await ask(child, '/readyz')).to.deep.include({ status: 200 }).and.to.have.property('text').that.includes(`role: ${role}`));
      expect((await ask(child, '/livez')).status).to.equal(200);
      expect((await ask(child, '/metrics')).text).to.include(`\negressunification_leader ${role === 'leader' ? 1 : 0}\n`);
    }
    expect((await ask(leader, '/metrics')).text).to.include('egressunification_instances{state="Unified"} 1\n');
  });

  it('hand over at once when the one that acts is told to end in the window: it closes the window first', async () => {
    await stage().cloud.faults({ action: 'UnassociateEipAddress', kind: 'delay', delayMs: HELD_BACK_MS, count: 1 });
    const before = (await stage().cloud.calls()).at(-1)?.sequence ?? 0;
    await apply('second');
    await eventually(async () => expect(await stage().cloud.writes(before)).to.include('UnassociateEipAddress'), { everyMs: 20 });
    const ended = await leader?.end('SIGTERM');
    expect(ended?.code, ended?.stderr).to.equal(0);
    expect((await stage().cloud.writes(before)).at(-1)).to.equal('AssociateEipAddress');
    expect((await stage().cloud.eip('47.98.1.2')).boundTo).not.to.equal(null);
    await says(standby, '"message":"leading"', 5_000);
    await stage().untilStatus('second', { type: 'Ready' });
    expect([...(await stage().cloud.writes(before))].sort()).to.deep.equal(['AssociateEipAddress', 'AttachNetworkInterface', 'CreateNetworkInterface', 'TagResources', 'UnassociateEipAddress']);
  });

  it('end with an exit code that says so when somebody takes the lease away', async () => {
    await stage().cluster.kubectl(['patch', ...LEASE, '--type', 'merge', '--patch', '{"spec":{"holderIdentity":"somebody"}}']);
    const ended = await standby?.ended;
    expect(ended?.code).to.equal(1);
    expect(ended?.stderr).to.contain('somebody').and.to.contain('leadership is lost');
  });
});
