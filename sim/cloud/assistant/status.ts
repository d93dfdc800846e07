// DescribeCloudAssistantStatus: whether the agent of an instance can be given anything.

import type { Body, Call } from '../engine/call.ts';
import { ecsTime } from '../engine/clock.ts';
import { equals } from '../engine/filters.ts';
import { byIds, strictSize, tokenPage } from '../engine/paging.ts';
import { demand } from '../engine/refusal.ts';
import type { Instance } from '../state/entities.ts';

const OS: Readonly<Record<Instance['osType'], string>> = { linux: 'Linux', windows: 'Windows' };
/** The API documents none for InstanceId.N; as many as a page holds are known to work. */
const INSTANCES_MAX = 50;

/** An agent that does not run has no heartbeat; neither has one of an instance that does not run. */
const view = (nowMs: number) => ({ id, status, osType, guest }: Instance): object => {
  const alive = status === 'Running' && guest.agent;
  return {
    InstanceId: id, CloudAssistantStatus: String(alive), OSType: OS[osType], CloudAssistantVersion: guest.agent ? '2.2.3.857' : '',
    LastHeartbeatTime: alive ? ecsTime(nowMs) : '', LastInvokedTime: '', InvocationCount: 0, ActiveTaskCount: 0, SupportSessionManager: alive,
  };
};

/** "If InstanceId is set, [MaxResults] is ignored." Instances that do not exist are absent. */
export function describeCloudAssistantStatus({ state, parameters, nowMs }: Call): Body {
  const ids = parameters.list('InstanceId', 1000);
  demand(ids.length <= INSTANCES_MAX, 'InstanceIds.ExceedLimit');
  const condition = equals<Instance>(parameters, 'OSType', ({ osType }) => OS[osType]) ?? (() => true);
  const size = ids.length > 0 ? INSTANCES_MAX : strictSize(parameters, 'MaxResults', { least: 1, usual: 10, most: 50 });
  const page = tokenPage(ids.length > 0 ? byIds(state.instances, ids) : state.instances, size, parameters.text('NextToken'), condition);
  const InstanceCloudAssistantStatus = page.items.map(view(nowMs));
  return { PageNumber: 1, PageSize: size, TotalCount: page.items.length, NextToken: page.nextToken, InstanceCloudAssistantStatusSet: { InstanceCloudAssistantStatus } };
}
