// Guests of the simulated cloud: how the model answers our commands, and what is made of an executor that is given instead.

import { expect } from 'chai';
import { SimulatedCloud } from '../../../../sim/cloud/engine/cloud.ts';
import type { GuestExecutor, GuestScript } from '../../../../sim/cloud/assistant/executor.ts';
import { meddle } from '../../../../sim/cloud/control/meddle.ts';
import { buildState } from '../../../../sim/cloud/world/build.ts';
import { checkWorld } from '../../../../sim/cloud/world/parse.ts';
import { about, command, one, ours, printed, resultOf } from './assistant-kit.ts';
import { Laboratory, startMs, VirtualClock, type Json } from './kit.ts';

describe('a guest of the simulated cloud', () => {
  it('shows the address that the Internet sees, or why no service told it', () => {
    const lab = new Laboratory(one({}, { echoServices: { 'https://slow.example': 'slow', 'https://page.example': 'html', 'https://liar.example': '9.9.9.9' } }));
    expect(printed(lab, 'egress', { services: 'https://slow.example,https://true.example' })).to.deep.equal({ address: '47.96.1.1', service: 'https://true.example' });
    expect(printed(lab, 'egress', { services: 'https://liar.example' })).to.deep.equal({ address: '9.9.9.9', service: 'https://liar.example' });
    expect(printed(lab, 'egress', { services: 'https://slow.example,https://page.example' })).to.deep.equal({ address: '', problems: ['https://slow.example: did not answer in time', 'https://page.example: answered without an address'] });
    meddle(lab.cloud, { op: 'setNatGateway', natGateway: 'ngw-1', status: 'Deleting' });
    expect(printed(lab, 'egress', { services: 'https://true.example' })).to.deep.equal({ address: '', problems: ['https://true.example: could not be reached'] });
  });

  it('gives itself away when it also leaves by the second interface', () => {
    const lab = new Laboratory(one({ equalMetric: true }));
    expect(printed(lab, 'egress', { services: 'https://true.example' })['address']).to.equal('47.98.1.1');
    expect(printed(lab, 'routing-check', about(lab))['defaultRoute']).to.equal('both');
  });

  it('says what its routing lacks', () => {
    const lab = new Laboratory(one({ sourceRouting: false, rpFilter: 1 }));
    const ready = { interface: 'eth1', up: true, address: true, defaultRoute: 'primary', rpFilter: 1, managed: false, armed: false, systemd: true };
    expect(printed(lab, 'routing-check', about(lab))).to.deep.equal({ ...ready, sourceRouting: false });
    expect(printed(lab, 'routing-check', { ...about(lab), address: '10.0.1.250' })['address']).to.equal(false);
    expect(printed(lab, 'routing-check', { ...about(lab), mac: '00:16:3e:ff:ff:ff' })).to.include({ interface: '', up: false, address: false });
  });

  it('is reached once it is configured, and stays so when that is confirmed', () => {
    const lab = new Laboratory(one({ secondNic: 'manual', sourceRouting: false }));
    expect(lab.instance('i-a').inboundIps).to.deep.equal([]);
    expect(printed(lab, 'routing-configure', { ...about(lab), dryRun: 'yes' })).to.include({ done: true, changed: false });
    expect(lab.instance('i-a').inboundIps).to.deep.equal([]);
    expect(printed(lab, 'routing-configure', { ...about(lab), dryRun: 'no' })).to.include({ done: true, changed: true });
    expect(lab.instance('i-a').inboundIps).to.deep.equal(['47.98.1.1']);
    expect(printed(lab, 'routing-check', about(lab))).to.include({ sourceRouting: true, managed: true, armed: true });
    expect(printed(lab, 'routing-confirm', about(lab))).to.deep.equal({ done: true, changed: true });
    lab.pass(200_000);
    expect(printed(lab, 'routing-check', about(lab))).to.include({ sourceRouting: true, managed: true, armed: false });
    expect(printed(lab, 'routing-configure', { ...about(lab), dryRun: 'no' })).to.include({ done: true, changed: false });
    expect(printed(lab, 'routing-undo', about(lab))).to.deep.equal({ done: true, changed: true });
    expect(lab.instance('i-a').inboundIps).to.deep.equal([]);
    expect(printed(lab, 'routing-undo', about(lab))).to.deep.equal({ done: true, changed: false });
  });

  it('takes back what nobody confirmed within 120 s', () => {
    const lab = new Laboratory(one({ sourceRouting: false }));
    const { InvokeId } = lab.ecs('RunCommand', command('routing-configure', { ...about(lab), dryRun: 'no' }));
    lab.pass(1500 + 119_999);
    expect([resultOf(lab, InvokeId)!.InvocationStatus, lab.instance('i-a').guest.armed]).to.deep.equal(['Success', true]);
    lab.pass(1);
    expect(printed(lab, 'routing-check', about(lab))).to.include({ sourceRouting: false, managed: false, armed: false });
    expect(printed(lab, 'routing-confirm', about(lab))).to.include({ done: false });
  });

  it('without systemd, or that refuses scripts, fails with an exit code', () => {
    const bare = new Laboratory(one({ systemd: false }));
    const first = bare.ecs('RunCommand', command('routing-configure', { ...about(bare), dryRun: 'no' }));
    const refusing = new Laboratory(one({ refusesScripts: true }));
    const second = refusing.ecs('RunCommand', command('egress'));
    for (const lab of [bare, refusing]) lab.pass(1500);
    expect(resultOf(bare, first['InvokeId'])).to.include({ InvocationStatus: 'Failed', ExitCode: 1, ErrorCode: 'ExitCodeNonzero', Output: '{"done":false,"problem":"this guest has no systemd"}\n' });
    expect(resultOf(refusing, second['InvokeId'])).to.include({ InvocationStatus: 'Failed', ExitCode: 126 });
  });
});

describe('an executor that is given to the simulated cloud', () => {
  const start = (guests: GuestExecutor): { readonly cloud: SimulatedCloud; readonly clock: VirtualClock; readonly run: (text: string) => unknown } => {
    const clock = new VirtualClock();
    const cloud = new SimulatedCloud(buildState(checkWorld(one()), startMs), { clock, random: () => 0.5, guests });
    const run = (text: string): unknown => (cloud.call({ product: 'ecs', action: 'RunCommand', params: { RegionId: 'cn-hangzhou', ...command('egress', { who: 'you' }), CommandContent: ours('egress', text) } }).body as Json)['InvokeId'];
    return { cloud, clock, run };
  };
  const settled = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

  it('gets the script with its parameters filled in, and its answer is the result', async () => {
    const given: (GuestScript & { readonly instanceId: string })[] = [];
    const { cloud, clock, run } = start((instanceId, script) => {
      given.push({ instanceId, ...script });
      return Promise.resolve({ exitCode: 3, output: 'x'.repeat(30_000) });
    });
    const id = run("echo '{{who}}{{ WHO }}'");
    clock.pass(1500);
    expect(resultOf(cloud, id)).to.include({ InvocationStatus: 'Running' });
    await settled();
    expect(given).to.deep.equal([{ instanceId: 'i-a', name: 'egress', timeoutMs: 60_000, parameters: { who: 'you' }, script: "#!/bin/sh\n# egressunification.io/guest-command: egress\necho 'youyou'" }]);
    expect(resultOf(cloud, id)).to.include({ InvocationStatus: 'Failed', ExitCode: 3, Output: 'x'.repeat(24 * 1024), Dropped: 30_000 - 24 * 1024 });
  });

  it('that fails makes the run an error', async () => {
    const { cloud, clock, run } = start(() => Promise.reject(new Error('the namespace is gone')));
    const id = run("'{{who}}'");
    clock.pass(1500);
    await settled();
    expect(resultOf(cloud, id)).to.include({ InvocationStatus: 'Error', ErrorCode: 'ExecutionException', ErrorInfo: 'the namespace is gone' });
  });

  it('that takes too long is not waited for', async () => {
    let answer: (run: { exitCode: number; output: string }) => void = () => undefined;
    const { cloud, clock, run } = start(() => new Promise((resolve) => { answer = resolve; }));
    const id = run("'{{who}}'");
    clock.pass(61_500);
    expect(resultOf(cloud, id)).to.include({ InvocationStatus: 'Timeout', ErrorCode: 'ExecutionTimeout' });
    answer({ exitCode: 0, output: 'late' });
    await settled();
    expect(resultOf(cloud, id)).to.include({ InvocationStatus: 'Timeout', Output: '' });
  });
});
