// One run on one instance, from acceptance to its end: delivered after the world's latency "command" and within a minute, run by whoever
// runs commands in this world, ended by itself or by its time-out. Codes and sentences as the SDKs document ErrorCode and ErrorInfo.

import type { Call } from '../engine/call.ts';
import type { CloudState } from '../state/cloud-state.ts';
import { abandonTask } from '../state/relations.ts';
import { filledIn } from './content.ts';
import type { Invocation, InvocationStatus } from './entities.ts';
import { commandNameOf, type GuestHost, type GuestRun } from './executor.ts';

/** "The command must be delivered within 1 minute." */
const DELIVERY_MS = 60_000;
/** "Text that exceeds 24 KB is truncated." */
const OUTPUT_MAX = 24 * 1024;

const ERRORS = {
  InstanceReleased: ['Aborted', 'the instance has released when create task'],
  InstanceNotRunning: ['Aborted', 'the instance is not running when create task'],
  ClientNotRunning: ['Aborted', 'the aliyun service is not running on the instance'],
  DeliveryTimeout: ['Aborted', 'the command delivery has been timeout'],
  ExecutionTimeout: ['Timeout', 'the command execution has been timeout'],
  ExecutionException: ['Error', 'the command execution got an exception'],
  ExitCodeNonzero: ['Failed', 'the command execution exit code is not zero'],
} as const satisfies Record<string, readonly [InvocationStatus, string]>;

type ErrorCode = keyof typeof ERRORS;

interface Runs {
  readonly state: CloudState;
  readonly guests: GuestHost;
}

/** Why the agent cannot be given anything; undefined when it can. */
function obstacle(state: CloudState, instanceId: string): ErrorCode | undefined {
  const instance = state.instances.get(instanceId);
  if (!instance) return 'InstanceReleased';
  if (instance.status !== 'Running') return 'InstanceNotRunning';
  return instance.guest.agent ? undefined : 'ClientNotRunning';
}

function fail({ guests }: Runs, invocation: Invocation, code: ErrorCode, info?: string): void {
  const [status, sentence] = ERRORS[code];
  Object.assign(invocation, { status, errorCode: code, errorInfo: info ?? sentence, finishedAtMs: guests.now() });
}

function end(runs: Runs, invocation: Invocation, { exitCode, output }: GuestRun): void {
  const bytes = Buffer.from(output);
  Object.assign(invocation, { exitCode, output: bytes.subarray(0, OUTPUT_MAX).toString(), dropped: Math.max(0, bytes.length - OUTPUT_MAX) });
  if (exitCode !== 0) return fail(runs, invocation, 'ExitCodeNonzero');
  Object.assign(invocation, { status: 'Success', finishedAtMs: runs.guests.now() });
}

/** What comes after the time-out is not looked at. */
function start(runs: Runs, invocation: Invocation): void {
  const { state, guests } = runs;
  const { instanceId, script, parameters, timeoutMs } = invocation;
  const problem = obstacle(state, instanceId);
  if (problem) return fail(runs, invocation, problem);
  Object.assign(invocation, { status: 'Running', startedAtMs: guests.now() });
  const text = filledIn(script.content, parameters);
  const run = guests.run(instanceId, { name: commandNameOf(text), script: text, parameters, timeoutMs });
  if (!(run instanceof Promise)) return end(runs, invocation, run);
  const cancel = guests.later(timeoutMs, 'command timed out', () => { if (invocation.status === 'Running') fail(runs, invocation, 'ExecutionTimeout'); });
  const finish = (bring: () => void): void => {
    cancel();
    if (invocation.status === 'Running') guests.befall('command ended', bring);
  };
  run.then((ended) => finish(() => end(runs, invocation, ended)), (error: unknown) => finish(() => fail(runs, invocation, 'ExecutionException', error instanceof Error ? error.message : String(error))));
}

/** Sets the run on its way. */
export function deliver(call: Call, invocation: Invocation): void {
  const runs: Runs = { state: call.state, guests: call.guests };
  const cancel = call.guests.later(DELIVERY_MS, 'command not delivered', () => {
    if (invocation.status !== 'Pending') return;
    abandonTask(invocation);
    fail(runs, invocation, 'DeliveryTimeout');
  });
  call.begin(invocation, {
    latency: 'command',
    complete: () => { cancel(); start(runs, invocation); },
    fail: () => { cancel(); fail(runs, invocation, 'ClientNotRunning'); },
  });
}
