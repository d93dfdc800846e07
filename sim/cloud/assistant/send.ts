// RunCommand and InvokeCommand: check what is to be run where, and begin a run on each instance (SDK; error tables of both pages). What
// is wrong with an instance's type is refused at once; that it does not run, or that its agent does not, shows in the result.

import type { Body, Call } from '../engine/call.ts';
import { demand, found } from '../engine/refusal.ts';
import type { Instance } from '../state/entities.ts';
import { keep, scriptOf } from './commands.ts';
import { valuesFor } from './content.ts';
import { deliver } from './delivery.ts';
import type { Script } from './entities.ts';

const INSTANCES_MAX = 100;
/** "A maximum of 10,000 entries of execution information can be retained": cut by a tenth, so that the cost per call stays constant. */
const KEPT_MAX = 10_000;

/** RepeatMode: only what happens once is simulated. */
const MODES: readonly string[] = ['Once', 'DryRun'];

/** "If any of the specified instances does not meet the conditions", the whole call is refused. */
function instancesOf({ state, parameters }: Call, { type }: Script): readonly Instance[] {
  const ids = parameters.list('InstanceId', 1000);
  demand(ids.length > 0, 'MissingParameter', 'The parameter instanceId is missing or empty.');
  demand(ids.length <= INSTANCES_MAX, 'InstanceIds.ExceedLimit');
  const instances = ids.map((id) => found(state.instances.get(id), 'InvalidInstance.NotFound'));
  const os = type === 'RunShellScript' ? 'linux' : 'windows';
  demand(instances.every(({ osType }) => osType === os), 'InvalidInstance.NotMatch');
  return instances;
}

/** The id of the run, or '' after a rehearsal. */
function send(call: Call, script: Script): string {
  const { state, parameters, nowMs } = call;
  const mode = parameters.text('RepeatMode') ?? 'Once';
  demand(MODES.includes(mode), 'InvalidRepeatMode.NotFound');
  const instances = instancesOf(call, script);
  const values = valuesFor(script, parameters);
  if (mode === 'DryRun') return '';
  const invokeId = state.nextId('t');
  const timeoutMs = (parameters.count('Timeout') ?? script.timeout) * 1000;
  forgetOldest(call);
  for (const { id: instanceId } of instances) {
    deliver(call, state.invocations.add({
      id: `${invokeId}/${instanceId}`, sequence: state.nextSequence(), invokeId, instanceId, script, parameters: values, timeoutMs, createdAtMs: nowMs,
      username: parameters.text('Username') ?? 'root', status: 'Pending', exitCode: undefined, output: '', dropped: 0, errorCode: '', errorInfo: '',
      startedAtMs: undefined, finishedAtMs: undefined, task: undefined,
    }));
  }
  return invokeId;
}

function forgetOldest({ state: { invocations } }: Call): void {
  if (invocations.size < KEPT_MAX) return;
  for (const { id } of invocations.all().slice(0, KEPT_MAX / 10)) invocations.remove(id);
}

/** Without KeepCommand the command is gone when it has run: it has an id, and DescribeCommands never shows it. */
export function runCommand(call: Call): Body {
  const { state, parameters } = call;
  const script = scriptOf(parameters, state.nextId('c'), 'PlainText');
  if (parameters.flag('KeepCommand') === true) keep(call, script);
  return { CommandId: script.commandId, InvokeId: send(call, script) };
}

export function invokeCommand(call: Call): Body {
  const { state, parameters } = call;
  const command = found(state.commands.get(parameters.required('CommandId')), 'InvalidCmdId.NotFound');
  const InvokeId = send(call, command);
  command.invokeTimes += 1;
  return { CommandId: command.id, InvokeId };
}
