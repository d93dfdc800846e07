// What a running controller shows of itself, as a kubelet and a Prometheus see it.
import { createServer } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { METRICS, METRIC_PREFIX, PROCESS_METRICS, type Definition } from '../../../src/api/metrics.ts';
import { LOG_FIELDS } from '../../../src/ports/runtime.ts';
import { runToEnd } from '../../apiserver/kit/child.ts';
import { eventually } from '../../apiserver/kit/until.ts';
import { vpc, worldOf } from '../../apiserver/kit/worlds.ts';
import { Stage, type Controller } from './stage.ts';

const KEYS = { ALIBABA_CLOUD_ACCESS_KEY_ID: 'simulated-key', ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'simulated-secret' };
const TAGS = { tags: { egress: 'unified' } };
const world = worldOf(vpc('shop', { egressIp: '47.96.1.1', instances: { 'i-1': { eip: 'eip-1', ...TAGS }, 'i-2': { ...TAGS } }, more: { eips: { 'eip-1': { ip: '47.98.1.1' } } } }));
const DEFINITIONS: Readonly<Record<string, Definition>> = METRICS;

type LogLine = Readonly<Record<string, string | number | boolean>>;

/** name, labels of a line of /metrics. */
function seriesIn(text: string): { name: string; labels: Readonly<Record<string, string>> }[] {
  return text.split('\n').filter((line) => line.startsWith(METRIC_PREFIX)).map((line) => {
    const [, name = '', labels = ''] = /^(\w+)(?:\{(.*)\})? /.exec(line) ?? [];
    return { name: name.slice(METRIC_PREFIX.length), labels: Object.fromEntries([...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, label = '', value = '']) => [label, value])) };
  });
}

function problemsOf({ name, labels }: ReturnType<typeof seriesIn>[number]): string[] {
  const definition = DEFINITIONS[name] ?? DEFINITIONS[name.replace(/_(bucket|sum|count)$/, '')];
  if (definition === undefined) return [`${name} is not in the table`];
  const wrong = Object.entries(labels).filter(([label]) => label !== 'le').filter(([label, value]) => {
    const values = definition.labels[label];
    return values === undefined || (typeof values !== 'string' && !values.includes(value));
  });
  return wrong.map(([label, value]) => `${name} has ${label}="${value}"`);
}

describe('A controller', function () {
  this.timeout(60_000);
  let stage: Stage;
  let leader: Controller;
  before('one leads and has unified a fleet, one stands by', async () => {
    stage = await Stage.open({ world });
    stage.create('web', { vpcId: 'vpc-shop', instanceSelector: TAGS });
    leader = stage.controller({ env: KEYS });
    await eventually(() => expect(stage.ready('web'), leader.said.slice(-2_000)).to.equal('True Unified'));
  });
  after(() => stage[Symbol.asyncDispose]());

  const value = async (series: string): Promise<number> => {
    const [sample = ''] = await leader.samples(new RegExp(`^${series.replaceAll(/[{}"]/g, String.raw`\$&`)} `));
    return Number(sample.split(' ').at(-1));
  };

  it('shows every metric of the reference, and what is promised of the process', async () => {
    const { text } = await leader.ask('/metrics');
    const missing = [...Object.keys(METRICS).map((name) => `${METRIC_PREFIX}${name}`), ...Object.keys(PROCESS_METRICS)].filter((name) => !new RegExp(`^# TYPE ${name} `, 'm').test(text));
    expect(missing).to.deep.equal([]);
  });

  it('shows no series whose name, label or value is not in the table', async () => {
    const series = seriesIn((await leader.ask('/metrics')).text);
    expect(series.length).to.be.greaterThan(200);
    expect(series.flatMap(problemsOf)).to.deep.equal([]);
  });

  it('counts what it did', async () => {
    const expected: Readonly<Record<string, number>> = {
      'instances{state="Unified"}': 1, 'instances{state="NothingToMove"}': 1, 'instances{state="InWindow"}': 0, 'resources{condition="Ready",status="True"}': 1, 'resources{condition="Stalled",status="True"}': 0,
      'cutover_interruption_seconds_count': 1, 'time_to_ready_seconds_count': 1, 'cloud_requests_total{product="vpc",api="AssociateEipAddress",code="OK"}': 1, 'step_duration_seconds_count{step="attachNetworkInterface"}': 1,
      'disruptions_allowed': 1, 'instances_consuming_budget': 0, 'window_age_seconds': 0, 'leader': 1, 'reconcile_errors_total{controller="instance",class="bug"}': 0, 'cloud_budget{api="AssociateEipAddress"}': 120,
    };
    const found = Object.fromEntries(await Promise.all(Object.keys(expected).map(async (series) => [series, await value(series)] as const)));
    expect(found).to.deep.equal(expected);
    for (const busy of ['workqueue_adds_total{name="instance"}', 'reconcile_total{controller="resource",result="success"}', 'cutover_interruption_seconds_sum', 'observation_age_seconds']) expect(await value(busy), busy).to.be.greaterThan(0);
  });

  it('tells every change in one line with resource, instance, step, request and duration, and the whole set-up before the first write', () => {
    const lines = leader.said.trimEnd().split('\n').map((line) => JSON.parse(line) as LogLine);
    const strange = lines.flatMap((line) => Object.keys(line)).filter((field) => !['time', 'level', 'message', ...LOG_FIELDS].includes(field));
    expect(strange).to.deep.equal([]);
    const ofOne = lines.filter(({ instance }) => instance === 'i-1');
    expect(ofOne[0]).to.include({ message: 'first write', resource: 'web' });
    expect(JSON.parse(String(ofOne[0]?.['setup']))).to.deep.include({ instanceId: 'i-1', networkInterfaces: [] }).and.to.have.nested.property('eips[0]').that.includes({ id: 'eip-1', ip: '47.98.1.1', mode: 'NAT' });
    const steps = ['tagEip', 'createNetworkInterface', 'attachNetworkInterface', 'unassociateEipAddress', 'associateEipAddress'];
    for (const message of ['step', 'step done']) {
      const told = ofOne.filter(({ message: said }) => said === message).slice(0, steps.length);
      expect(told.map(({ step }) => step), message).to.deep.equal(steps);
      for (const { resource, requestId, durationMs } of told) expect([resource, typeof requestId, typeof durationMs]).to.deep.equal(['web', 'string', 'number']);
    }
    const states = ofOne.filter(({ message }) => message === 'instance state').slice(0, 2).map(({ from, to }) => `${String(from)} → ${String(to)}`);
    expect(states).to.deep.equal(['Progressing → InWindow', 'InWindow → Unified']);
    expect(lines.filter(({ message, resource }) => message === 'resource state' && resource === 'web').at(-1)).to.include({ ready: 'True', reason: 'Unified' });
  });

  it('counts what others do: an EIP moved by hand is drift until it is mended', async () => {
    const eip = stage.cloud.state.eips.all().find(({ ip }) => ip === '47.98.1.1');
    const { status, body } = stage.cloud.call({ product: 'vpc', action: 'UnassociateEipAddress', params: { RegionId: 'cn-hangzhou', AllocationId: eip?.id ?? '' } });
    expect(status, JSON.stringify(body)).to.equal(200);
    stage.patch('web', { metadata: { annotations: { 'egressunification.io/reconcile-requested-at': 'now' } } });
    await eventually(async () => expect(await value('drift_age_seconds_count')).to.equal(1));
    expect(await value('drift_detected_total{kind="binding"}')).to.equal(1);
    expect(await value('cutover_interruption_seconds_count')).to.equal(2);
    expect(leader.said).to.match(/"message":"instance state","resource":"web","instance":"i-1","from":"Unified","to":"InWindow"/);
  });

  it('that leads is alive and ready, and says that it leads', async () => {
    expect(await leader.ask('/readyz')).to.deep.include({ status: 200 }).and.to.have.property('text').that.includes('role: leader');
    expect(await leader.ask('/livez')).to.deep.include({ status: 200 }).and.to.have.property('text').that.matches(/^\[\+\]resources ok\n\[\+\]nodes ok\n\[\+\]lease ok\n\[\+\]work-queue ok\n/);
  });

  it('that stands by is alive and ready, says that it stands by, and shows nothing of the fleet', async () => {
    const standby = stage.controller({ name: 'controller-b', env: KEYS });
    await eventually(async () => expect(await standby.ask('/readyz')).to.deep.include({ status: 200 }));
    expect((await standby.ask('/readyz')).text).to.include('role: standby');
    expect((await standby.ask('/livez')).status).to.equal(200);
    expect(await standby.samples(/^(leader|instances|resources|window_age_seconds|disruptions_allowed)[{ ]/)).to.deep.equal(['leader 0']);
    expect(await standby.samples(/^watch_last_event_age_seconds\{collection="egressunifications"\}/)).to.have.length(1);
  });

  it('that waits for its API server is alive and not ready, and becomes ready when it is there', async () => {
    stage.kubernetesDoor.refuse = () => ({ status: 503, body: () => 'the gateway has no server' });
    const early = stage.controller({ name: 'controller-c', env: KEYS, flags: ['--leader-elect', 'false'] });
    await eventually(() => expect(early.said).to.include('the API server does not answer'), { everyMs: 20 });
    expect(await early.ask('/livez')).to.deep.equal({ status: 200, text: '[+]start ok\nrole: starting\nlivez check passed\n' });
    expect(await early.ask('/readyz')).to.deep.include({ status: 503 }).and.to.have.property('text').that.includes('[-]started failed: the process waits for the API server');
    stage.kubernetesDoor.refuse = () => undefined;
    await eventually(async () => expect((await early.ask('/readyz')).status).to.equal(200));
    await early.child.end('SIGKILL');
  });

  it('serves both on one port when both are told the same', async () => {
    const probe = createServer().listen(0, '127.0.0.1');
    await once(probe, 'listening');
    const address = `127.0.0.1:${(probe.address() as AddressInfo).port}`;
    probe.close();
    await once(probe, 'close');
    const one = stage.controller({ name: 'controller-d', env: KEYS, flags: ['--metrics-address', address, '--health-address', address] });
    const answers = await Promise.all((['/metrics', '/livez'] as const).map((path) => one.ask(path)));
    expect(answers.map(({ status }) => status)).to.deep.equal([200, 200]);
    await one.child.end('SIGKILL');
  });

  it('that finds its port taken ends with one line that names the flag', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const flags = ['--kubeconfig', stage.kubeconfig, '--health-address', `127.0.0.1:${(taken.address() as AddressInfo).port}`];
    const { code, stderr } = await runToEnd(['src/main.ts', 'run', ...flags], KEYS);
    taken.close();
    expect([code, stderr.trimEnd().split('\n').length], stderr).to.deep.equal([2, 1]);
    expect(stderr).to.match(/--health-address: cannot listen on 127\.0\.0\.1:\d+/);
  });
});
