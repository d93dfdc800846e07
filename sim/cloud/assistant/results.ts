// DescribeInvocationResults: what became of each run on each instance.

import type { Body, Call } from '../engine/call.ts';
import { ecsTime } from '../engine/clock.ts';
import { allOf, equals } from '../engine/filters.ts';
import { strictSize, tokenPage } from '../engine/paging.ts';
import { encoderOf } from './commands.ts';
import type { Invocation, InvocationStatus } from './entities.ts';

/** "Status of the record", coarser than that of the run. */
const RECORD: Readonly<Record<InvocationStatus, string>> = {
  Pending: 'Running', Running: 'Running', Success: 'Finished', Failed: 'Failed', Invalid: 'Failed', Aborted: 'Failed', Error: 'Failed', Timeout: 'Failed',
};

const timeOf = (ms: number | undefined): string => (ms === undefined ? '' : ecsTime(ms));

const view = (encode: (text: string) => string) => (run: Invocation): object => ({
  InvokeId: run.invokeId, CommandId: run.script.commandId, InstanceId: run.instanceId, Username: run.username, InvocationStatus: run.status,
  InvokeRecordStatus: RECORD[run.status], ...(run.exitCode !== undefined && { ExitCode: run.exitCode }), Output: encode(run.output), Dropped: run.dropped,
  ErrorCode: run.errorCode, ErrorInfo: run.errorInfo, Repeats: run.startedAtMs === undefined ? 0 : 1, StartTime: timeOf(run.startedAtMs),
  FinishedTime: timeOf(run.finishedAtMs), StopTime: '', Launcher: run.script.launcher, TerminationMode: 'Process', Tags: { Tag: [] },
});

/** An id that nobody knows is an empty list. Output comes Base64-encoded unless PlainText is asked for. */
export function describeInvocationResults({ state, parameters }: Call): Body {
  const condition = allOf<Invocation>([
    equals(parameters, 'InvokeId', ({ invokeId }) => invokeId), equals(parameters, 'InstanceId', ({ instanceId }) => instanceId),
    equals(parameters, 'CommandId', ({ script }) => script.commandId), equals(parameters, 'InvokeRecordStatus', ({ status }) => RECORD[status]),
  ]);
  const size = strictSize(parameters, 'MaxResults', { least: 1, usual: 10, most: 50 });
  const page = tokenPage(state.invocations, size, parameters.text('NextToken'), condition ?? (() => true));
  const InvocationResult = page.items.map(view(encoderOf(parameters)));
  return { Invocation: { InvocationResults: { InvocationResult }, PageNumber: 1, PageSize: size, TotalCount: state.invocations.size, NextToken: page.nextToken } };
}
