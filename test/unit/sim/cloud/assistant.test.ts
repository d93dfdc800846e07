// Cloud Assistant of the simulated cloud: what it takes, what it refuses, and what becomes of a run.

import { expect } from 'chai';
import { meddle } from '../../../../sim/cloud/control/meddle.ts';
import { command, one, ours, resultOf } from './assistant-kit.ts';
import { codeOf, Laboratory, type Json } from './kit.ts';

describe('the simulated Cloud Assistant', () => {
  it('runs a command some time after it took it, and tells its output plain or in Base64', () => {
    const lab = new Laboratory(one());
    const { InvokeId, CommandId } = lab.ecs('RunCommand', command('egress', { services: 'https://echo.example' }));
    expect([String(InvokeId).slice(0, 2), String(CommandId).slice(0, 2)]).to.deep.equal(['t-', 'c-']);
    expect(resultOf(lab, InvokeId)).to.include({ InvocationStatus: 'Pending', Output: '' });
    lab.pass(1500);
    expect(resultOf(lab, InvokeId)).to.include({ InvocationStatus: 'Success', ExitCode: 0, Output: '{"address":"47.96.1.1","service":"https://echo.example"}\n' });
    expect(Buffer.from(resultOf(lab, InvokeId, {})!.Output, 'base64').toString()).to.equal('{"address":"47.96.1.1","service":"https://echo.example"}\n');
    expect(resultOf(lab, 't-none')).to.equal(undefined);
  });

  it('keeps a command that was created, by name and id, and invokes it with the values given', () => {
    const lab = new Laboratory(one());
    const create = { Name: 'egress-1', Type: 'RunShellScript', CommandContent: ours('egress', "services='{{ services }}'"), EnableParameter: 'true', ClientToken: 'token-1' };
    const { CommandId } = lab.ecs('CreateCommand', create);
    expect(lab.ecs('CreateCommand', create)).to.include({ CommandId });
    const list = (params: Record<string, string>): readonly Json[] => (lab.ecs('DescribeCommands', params) as unknown as { Commands: { Command: Json[] } }).Commands.Command;
    expect(list({ Name: 'egress-*' })).to.have.lengthOf(1);
    expect(list({ Name: 'egress' })).to.have.lengthOf(0);
    expect(list({ Name: 'egress-1', ContentEncoding: 'PlainText' })[0]).to.deep.include({ CommandId, EnableParameter: true, ParameterNames: { ParameterName: ['services'] }, CommandContent: Buffer.from(create.CommandContent, 'base64').toString() });
    const { InvokeId } = lab.ecs('InvokeCommand', { CommandId: String(CommandId), 'InstanceId.1': 'i-a', Parameters: '{"services":"https://echo.example"}' });
    lab.pass(1500);
    expect(resultOf(lab, InvokeId)).to.include({ InvocationStatus: 'Success' });
  });

  it('keeps nothing of a command that is run once', () => {
    const lab = new Laboratory(one());
    lab.ecs('RunCommand', command('egress'));
    lab.pass(5000);
    expect(lab.ecs('DescribeCommands')).to.deep.include({ Commands: { Command: [] } });
  });

  it('runs a command once however often its token comes', () => {
    const lab = new Laboratory(one());
    const first = lab.ecs('RunCommand', { ...command('egress'), ClientToken: 'token-1' });
    lab.pass(1500);
    expect(lab.ecs('RunCommand', { ...command('egress'), ClientToken: 'token-1' })).to.include({ InvokeId: first['InvokeId'] });
    expect(lab.ecsCode('RunCommand', { ...command('routing-check'), ClientToken: 'token-1' })).to.equal('IdempotentParameterMismatch');
    expect(lab.cloud.state.invocations.size).to.equal(1);
  });

  const REFUSALS: readonly (readonly [string, Record<string, string>, string])[] = [
    ['an instance that does not exist', { 'InstanceId.1': 'i-none' }, 'InvalidInstance.NotFound'],
    ['a shell script for Windows', { 'InstanceId.1': 'i-w' }, 'InvalidInstance.NotMatch'],
    ['no instance', { 'InstanceId.1': '' }, 'MissingParameter'],
    ['a type that it does not know', { Type: 'RunPython' }, 'InvalidCmdType.NotFound'],
    ['content that is no Base64', { CommandContent: 'é' }, 'CmdContent.DecodeError'],
    ['content above 24 KB', { CommandContent: Buffer.alloc(18_433, 'x').toString('base64') }, 'CmdContent.ExceedLimit'],
    ['parameters that are no object', { Parameters: '[]' }, 'InvalidParameter.Parameters'],
    ['parameters where they are switched off', { EnableParameter: 'false', Parameters: '{"a":"b"}' }, 'Parameter.Disabled'],
    ['a parameter that the command does not have', { Parameters: '{"other":"b"}' }, 'Parameter.NotMatched'],
    ['a value that is no text', { Parameters: '{"a":1}' }, 'ParameterType.NotSupported'],
    ['more than ten parameters', { Parameters: JSON.stringify(Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`p${index}`, '']))) }, 'ParameterCount.ExceedLimit'],
    ['a schedule', { RepeatMode: 'EveryReboot' }, 'InvalidRepeatMode.NotFound'],
  ];
  for (const [what, params, code] of REFUSALS) {
    it(`refuses ${what}, and runs nothing`, () => {
      const lab = new Laboratory(one());
      expect(lab.ecsCode('RunCommand', { ...command('egress', { a: 'b' }), ...params })).to.equal(code);
      expect(lab.cloud.state.invocations.size).to.equal(0);
    });
  }

  it('refuses an id that no command has, and a command more than the quota', () => {
    const lab = new Laboratory(one({}, { account: { commands: 0 } }));
    expect(lab.ecsCode('InvokeCommand', { CommandId: 'c-none', 'InstanceId.1': 'i-a' })).to.equal('InvalidCmdId.NotFound');
    expect(lab.ecsCode('CreateCommand', { Name: 'x', Type: 'RunShellScript', CommandContent: ours('egress') })).to.equal('CmdCount.ExceedQuota');
  });

  it('refuses whom RAM forbids it, and more calls than a minute has', () => {
    const lab = new Laboratory(one({}, { credentials: [{ accessKeyId: 'k', accessKeySecret: 's', deny: ['ecs:RunCommand'] }], perMinute: { RunCommand: 1 } }));
    const call = { product: 'ecs', action: 'RunCommand', params: { RegionId: 'cn-hangzhou', ...command('egress') } } as const;
    expect(codeOf(lab.cloud.call({ ...call, accessKeyId: 'k' }))).to.equal('Forbidden.RAM');
    expect(codeOf(lab.cloud.call(call))).to.equal('Throttling.User');
  });

  it('rehearses without running', () => {
    const lab = new Laboratory(one());
    expect(lab.ecs('RunCommand', { ...command('routing-undo'), RepeatMode: 'DryRun' })).to.include({ InvokeId: '' });
    expect(lab.cloud.state.invocations.size).to.equal(0);
  });

  const ABORTED: readonly (readonly [string, (lab: Laboratory) => void, string])[] = [
    ['an instance that does not run', (lab) => meddle(lab.cloud, { op: 'stopInstance', instance: 'i-a' }), 'InstanceNotRunning'],
    ['an agent that does not run', (lab) => meddle(lab.cloud, { op: 'setInstance', instance: 'i-a', guest: { agent: false } }), 'ClientNotRunning'],
    ['an instance that is released meanwhile', (lab) => meddle(lab.cloud, { op: 'releaseInstance', instance: 'i-a' }), 'InstanceReleased'],
  ];
  for (const [what, happen, code] of ABORTED) {
    it(`aborts what it cannot deliver: ${what}`, () => {
      const lab = new Laboratory(one());
      const { InvokeId } = lab.ecs('RunCommand', command('egress'));
      happen(lab);
      lab.pass(1500);
      expect(resultOf(lab, InvokeId)).to.include({ InvocationStatus: 'Aborted', ErrorCode: code }).and.not.to.have.property('ExitCode');
    });
  }

  it('gives up a delivery that hangs after a minute', () => {
    const lab = new Laboratory(one());
    lab.cloud.faults.add({ action: 'RunCommand', kind: 'stepHangs' });
    const { InvokeId } = lab.ecs('RunCommand', command('egress'));
    lab.pass(59_999);
    expect(resultOf(lab, InvokeId)).to.include({ InvocationStatus: 'Pending' });
    lab.pass(1);
    expect(resultOf(lab, InvokeId)).to.include({ InvocationStatus: 'Aborted', ErrorCode: 'DeliveryTimeout' });
  });

  it('says whose agent can be given something', () => {
    const lab = new Laboratory(one({ agent: false }));
    meddle(lab.cloud, { op: 'addInstance', instance: 'i-b', of: { vSwitch: 'vsw-a', status: 'Stopped' } });
    const body = lab.ecs('DescribeCloudAssistantStatus', { 'InstanceId.1': 'i-a', 'InstanceId.2': 'i-w', 'InstanceId.3': 'i-b', 'InstanceId.4': 'i-none' });
    const rows = (body as unknown as { InstanceCloudAssistantStatusSet: { InstanceCloudAssistantStatus: Json[] } }).InstanceCloudAssistantStatusSet.InstanceCloudAssistantStatus;
    expect(rows.map(({ InstanceId, CloudAssistantStatus, OSType }) => [InstanceId, CloudAssistantStatus, OSType])).to.deep.equal([['i-a', 'false', 'Linux'], ['i-w', 'true', 'Windows'], ['i-b', 'false', 'Linux']]);
  });
});
