// Commands in guests: that they run once, with the values given, and what is said when they cannot.
import { expect } from 'chai';
import { meddle } from '../../../sim/cloud/control/meddle.ts';
import type { GuestCommand, GuestRequest } from '../../../src/ports/guests.ts';
import { callsDuring, failureOf, instanceId, type Bench } from './bench.ts';
import type { OnBench } from './suite.ts';

const egress = (instance = 'i-home'): GuestRequest => ({ instance: instanceId(instance), command: 'egress', parameters: { services: 'https://echo.example' } });

/** About the interface that i-home has. */
function routing({ sim }: Bench, command: Exclude<GuestCommand, 'egress'>): GuestRequest {
  const { mac, privateIps } = sim.state.interfaces.get('eni-here')!;
  const dryRun = command === 'routing-configure' ? { dryRun: 'no' } : {};
  return { instance: instanceId('i-home'), command, parameters: { mac, address: privateIps[0]!, ...dryRun } };
}

const commandsSent = ({ sim }: Bench): readonly string[] => sim.log.since(0).filter(({ action }) => /^(Run|Invoke)Command$/.test(action)).map(({ action }) => action);

export function describeGuests(onBench: OnBench): void {
  describe('a command in a guest', () => {
    it('is run with the values given, and its output is the answer', async function () {
      const bench = onBench(this);
      const { under, guests } = bench;
      expect(commandsSent(bench)).to.deep.equal([]);
      expect(await under.settle(guests.run(egress()))).to.deep.equal({ ran: true, exitCode: 0, output: '{"address":"47.98.1.2","service":"https://echo.example"}\n' });
      const { parameters } = bench.sim.log.since(0).find(({ action }) => action === 'RunCommand')!;
      expect(parameters).to.include({ KeepCommand: 'false', EnableParameter: 'true', ContentEncoding: 'Base64', Parameters: '{"services":"https://echo.example"}' });
      expect(bench.sim.state.commands.size).to.equal(0);
    });

    it('costs one write, and one look at the agent for all that are asked at once', async function () {
      const bench = onBench(this);
      expect(bench.sim.state.instances.size).to.be.above(2);
      const counts = await callsDuring(bench, () => Promise.all(['i-home', 'i-open', 'i-bare'].map((id) => bench.guests.run(egress(id)))));
      expect(counts).to.include({ DescribeCloudAssistantStatus: 1, DescribeCommands: 1, RunCommand: 3 }).and.not.to.have.any.keys('DescribeInstances', 'InvokeCommand');
    });

    it('that ends with an exit code is told with it', async function () {
      const bench = onBench(this);
      meddle(bench.sim, { op: 'setInstance', instance: 'i-home', guest: { systemd: false } });
      expect(await bench.under.settle(bench.guests.run(routing(bench, 'routing-configure')))).to.deep.equal({ ran: true, exitCode: 1, output: '{"done":false,"problem":"this guest has no systemd"}\n' });
    });

    it('that is begun has been accepted, and its effect shows in the guest', async function () {
      const bench = onBench(this);
      const { under, guests, sim } = bench;
      meddle(sim, { op: 'setInstance', instance: 'i-home', guest: { sourceRouting: false } });
      const read = async (): Promise<unknown> => {
        const answer = await under.settle(guests.run(routing(bench, 'routing-check')));
        return answer.ran ? JSON.parse(answer.output) : answer;
      };
      expect(await read()).to.include({ sourceRouting: false, managed: false });
      for (const [command, shown] of [['routing-configure', { sourceRouting: true, armed: true }], ['routing-confirm', { managed: true, armed: false }], ['routing-undo', { sourceRouting: false, managed: false }]] as const) {
        await under.settle(guests.begin(routing(bench, command)));
        await under.settle(guests.run(egress()));
        expect(await read(), command).to.include(shown);
      }
    });

    it('is not sent where the agent cannot take it', async function () {
      const bench = onBench(this);
      const { sim, under, guests } = bench;
      meddle(sim, { op: 'setInstance', instance: 'i-home', guest: { agent: false } });
      meddle(sim, { op: 'stopInstance', instance: 'i-open' });
      meddle(sim, { op: 'addInstance', instance: 'i-windows', of: { vSwitch: 'vsw-a', os: 'windows' } });
      const answers = await Promise.all(['i-home', 'i-open', 'i-windows', 'i-none'].map((id) => under.settle(guests.run(egress(id)))));
      expect(answers.map((answer) => (answer.ran ? 'ran' : answer.why))).to.deep.equal(['noAgent', 'notRunning', 'notLinux', 'notRunning']);
      expect(commandsSent(bench)).to.deep.equal([]);
    });

    it('that the agent lost on the way is not told as run', async function () {
      const bench = onBench(this);
      bench.sim.faults.add({ action: 'RunCommand', kind: 'stepFails' });
      expect(await bench.under.settle(bench.guests.run(egress()))).to.include({ ran: false, why: 'noAgent' });
    });

    it('that may not be run is forbidden', async function () {
      const bench = onBench(this);
      for (const action of ['DescribeCloudAssistantStatus', 'RunCommand', 'DescribeInvocationResults']) {
        bench.sim.faults.add({ action, kind: 'fail', code: 'Forbidden.RAM', status: 403 });
        expect(await bench.under.settle(bench.guests.run(egress())), action).to.include({ ran: false, why: 'forbidden' });
      }
    });

    it('that the cloud refuses for the state of the instance is not running, and nothing is retried', async function () {
      const bench = onBench(this);
      bench.sim.faults.add({ action: 'RunCommand', kind: 'fail', code: 'InvalidInstance.NotMatch', status: 403 });
      expect(await bench.under.settle(bench.guests.run(egress()))).to.include({ ran: false, why: 'notRunning' });
      expect(commandsSent(bench)).to.deep.equal(['RunCommand']);
    });

    it('waits for its turn where it is run, and says at once when it is due where it is begun', async function () {
      const bench = onBench(this);
      bench.sim.faults.add({ action: 'RunCommand', kind: 'throttle', retryAfterMs: 1500 });
      expect(await bench.under.settle(bench.guests.run(egress()))).to.include({ ran: true });
      expect(commandsSent(bench)).to.have.lengthOf(2);
      bench.sim.faults.add({ action: 'RunCommand', kind: 'throttle', retryAfterMs: 1500 });
      expect(await failureOf(bench, bench.guests.begin(routing(bench, 'routing-undo')))).to.include({ kind: 'throttled', retryAfterMs: 1500 });
    });

    it('whose sending broke is ambiguous where it is begun, and unread where it is run', async function () {
      const bench = onBench(this);
      bench.sim.faults.add({ action: 'RunCommand', kind: 'dropAnswer', phase: 'after', count: 2 });
      expect(await failureOf(bench, bench.guests.begin(routing(bench, 'routing-undo')))).to.include({ kind: 'ambiguous' });
      expect(await bench.under.settle(bench.guests.run(egress()))).to.include({ ran: false, why: 'failed' });
      expect(commandsSent(bench)).to.have.lengthOf(2);
    });

    it('is looked for again when a look at its result broke', async function () {
      const bench = onBench(this);
      bench.sim.faults.add({ action: 'DescribeInvocationResults', kind: 'html' });
      expect(await bench.under.settle(bench.guests.run(egress()))).to.include({ ran: true });
    });

    it('is not sent with a value that its script must not get', async function () {
      const bench = onBench(this);
      const { under, guests } = bench;
      const bad: readonly Readonly<Record<string, string>>[] = [
        { services: "https://echo.example';reboot;'" }, { services: 'http://echo.example' }, { services: 'https://echo.example,' }, { services: 'https://echo.example/{{x}}' }, {}, { services: 'https://echo.example', more: 'x' },
      ];
      for (const parameters of bad) expect(await under.settle(guests.run({ ...egress(), parameters })), JSON.stringify(parameters)).to.include({ ran: false, why: 'failed' });
      const { parameters } = routing(bench, 'routing-undo');
      for (const wrong of [{ mac: '00:16:3E:00:00:01' }, { address: '10.0.0.256' }, { address: '$(reboot)' }]) {
        expect(await failureOf(bench, guests.begin({ ...routing(bench, 'routing-undo'), parameters: { ...parameters, ...wrong } }))).to.include({ kind: 'refused' });
      }
      expect(commandsSent(bench)).to.deep.equal([]);
    });
  });

  describe('registered commands', () => {
    it('are invoked by their ids, and their text is not sent', async function () {
      const bench = onBench(this);
      const { under, sim } = bench;
      const before = await under.settle(under.clouds.guestCommands.list(under.regionId));
      expect(before.map(({ commandId }) => commandId)).to.deep.equal(['', '', '', '', '']);
      expect(sim.state.commands.size).to.equal(0);
      const registered = await under.settle(under.clouds.guestCommands.register(under.regionId));
      expect(registered.map(({ name, commandId }) => [name.replace(/[0-9a-f]{12}$/, '…'), sim.state.commands.get(commandId)?.name === name])).to.deep.equal(
        ['egress', 'routing-check', 'routing-configure', 'routing-confirm', 'routing-undo'].map((name) => [`egressunification-${name}-…`, true]),
      );
      expect(await under.settle(bench.guests.run(egress()))).to.include({ ran: true, exitCode: 0 });
      await under.settle(bench.guests.begin(routing(bench, 'routing-undo')));
      expect(commandsSent(bench)).to.deep.equal(['InvokeCommand', 'InvokeCommand']);
    });

    it('are registered once, however often that is asked', async function () {
      const { under, sim } = onBench(this);
      expect(sim.state.commands.size).to.equal(0);
      const first = await under.settle(under.clouds.guestCommands.register(under.regionId));
      expect(await under.settle(under.clouds.guestCommands.register(under.regionId))).to.deep.equal(first);
      expect(sim.state.commands.size).to.equal(5);
    });

    it('that have our name and something else in them are neither used nor taken for registered', async function () {
      const bench = onBench(this);
      const { under, sim } = bench;
      const registered = await under.settle(under.clouds.guestCommands.register(under.regionId));
      const [{ commandId, name }] = registered as [(typeof registered)[number]];
      const command = sim.state.commands.get(commandId)!;
      for (const changed of [{ content: `${command.content}\nreboot\n` }, { launcher: 'sh -c reboot' }, { enableParameter: false }, { type: 'RunBatScript' as const }]) {
        sim.state.commands.remove(commandId);
        sim.state.commands.add({ ...command, ...changed });
        const [now] = await under.settle(under.clouds.guestCommands.list(under.regionId));
        expect(now, Object.keys(changed)[0]).to.deep.include({ name, commandId: '', foreign: [commandId] });
      }
      expect(await under.settle(bench.guests.run(egress()))).to.include({ ran: true });
      expect(commandsSent(bench)).to.deep.equal(['RunCommand']);
    });

    it('that are deleted are looked for anew after the first refusal', async function () {
      const bench = onBench(this);
      const { under, sim } = bench;
      const [egressCommand] = await under.settle(under.clouds.guestCommands.register(under.regionId));
      await under.settle(bench.guests.run(egress()));
      sim.state.commands.remove(egressCommand!.commandId);
      expect(await under.settle(bench.guests.run(egress()))).to.include({ ran: false, why: 'failed' });
      expect(await under.settle(bench.guests.run(egress()))).to.include({ ran: true });
      expect(commandsSent(bench)).to.deep.equal(['InvokeCommand', 'InvokeCommand', 'RunCommand']);
    });
  });
}
