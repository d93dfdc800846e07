/**
 * Whether a command can reach a guest at all, asked before one is sent: of up to fifty guests in one call. Only where the agent does not
 * answer the instance is looked at, which tells one that is stopped from one without an agent.
 */
import * as sdk from '@alicloud/ecs20140526';
import type { InstanceId } from '../../core/ids.ts';
import type { Cloud } from '../../ports/cloud.ts';
import type { GuestAnswer } from '../../ports/guests.ts';
import type { Clock } from '../../ports/runtime.ts';
import { Coalescer } from './looks.ts';
import { everyTokenPage } from './paging.ts';
import type { Region } from './region.ts';
import { text } from './translate/fields.ts';

/** Why nothing is sent to a guest. */
export type Unreachable = Extract<GuestAnswer, { ran: false }>;

interface Agent {
  readonly id: InstanceId;
  readonly alive: boolean;
  /** As the agent said it; '' where it never did. */
  readonly os: string;
}

/** The API documents no limit of InstanceId.N; a page holds so many. */
const AGENTS_MAX = 50;
const IDLE_MS = 35;
const WAIT_MAX_MS = 200;

async function readAgents({ regionId, clients, funnel }: Region, ids: readonly InstanceId[]): Promise<readonly Agent[]> {
  const action = 'DescribeCloudAssistantStatus';
  type Row = sdk.DescribeCloudAssistantStatusResponseBodyInstanceCloudAssistantStatusSetInstanceCloudAssistantStatus;
  const rows = await everyTokenPage({ action, idOf: (row: Row) => row.instanceId }, async (token) => {
    const request = new sdk.DescribeCloudAssistantStatusRequest({ regionId, instanceId: [...ids], ...(token !== undefined && { nextToken: token }) });
    const { instanceCloudAssistantStatusSet: set, nextToken } = await funnel.call({ product: 'ecs', action, send: () => clients.ecs.describeCloudAssistantStatus(request) });
    return { rows: set && (set.instanceCloudAssistantStatus ?? []), nextToken };
  });
  return rows.map((row) => ({ id: text(row.instanceId) as InstanceId, alive: row.cloudAssistantStatus === 'true', os: text(row.OSType) }));
}

export class GuestAgents {
  readonly #agents: Coalescer<InstanceId, Agent>;
  readonly #look: Cloud['describeInstances'];

  constructor(region: Region, { clock, describeInstances }: { readonly clock: Clock } & Pick<Cloud, 'describeInstances'>) {
    this.#agents = new Coalescer({ clock, batchMax: AGENTS_MAX, idleMs: () => IDLE_MS, waitMaxMs: WAIT_MAX_MS, fetch: (ids) => readAgents(region, ids) });
    this.#look = describeInstances;
  }

  /** undefined: a command can be sent. Rejects with CloudError. */
  async obstacle(id: InstanceId): Promise<Unreachable | undefined> {
    const [agent] = await this.#agents.ask([id]);
    if (agent && !['', 'Linux'].includes(agent.os)) return { ran: false, why: 'notLinux', message: `${id} runs ${agent.os}: our commands are for Linux` };
    if (agent?.alive) return undefined;
    const [instance] = await this.#look([id]);
    if (instance?.status === 'Running') return { ran: false, why: 'noAgent', message: `the agent of Cloud Assistant does not run in ${id}` };
    return { ran: false, why: 'notRunning', message: `${id} is ${instance?.status ?? 'not shown by the cloud'}` };
  }
}
