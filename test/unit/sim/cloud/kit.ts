// A simulated cloud in process on a virtual clock, and short ways to call it. Time passes only by `pass`.

import { SimulatedCloud } from '../../../../sim/cloud/engine/cloud.ts';
import type { Answer } from '../../../../sim/cloud/engine/outcome.ts';
import type { CloudClock } from '../../../../sim/cloud/engine/clock.ts';
import { instanceReport, type InstanceReport } from '../../../../sim/cloud/control/report.ts';
import { buildState } from '../../../../sim/cloud/world/build.ts';
import { checkWorld } from '../../../../sim/cloud/world/parse.ts';
import type { WorldInput } from '../../../../sim/cloud/world/schema.ts';

/** The whole minute at which every test begins. */
export const startMs = Date.UTC(2026, 0, 1);

export class VirtualClock implements CloudClock {
  #nowMs = startMs;
  #order = 0;
  #due: { readonly atMs: number; readonly order: number; readonly action: () => void }[] = [];

  now(): number {
    return this.#nowMs;
  }

  after(delayMs: number, action: () => void): () => void {
    this.#order += 1;
    const entry = { atMs: this.#nowMs + delayMs, order: this.#order, action };
    this.#due.push(entry);
    return () => { this.#due = this.#due.filter((other) => other !== entry); };
  }

  /** Lets time pass, running what falls due in its order. */
  pass(ms: number): void {
    const endMs = this.#nowMs + ms;
    for (;;) {
      const [next] = this.#due.filter(({ atMs }) => atMs <= endMs).sort((a, b) => a.atMs - b.atMs || a.order - b.order);
      if (!next) break;
      this.#due = this.#due.filter((other) => other !== next);
      this.#nowMs = next.atMs;
      next.action();
    }
    this.#nowMs = endMs;
  }
}

/** Plain JSON of an answer, to look into without types. */
export type Json = Readonly<Record<string, unknown>>;

export class Laboratory {
  readonly clock = new VirtualClock();
  readonly cloud: SimulatedCloud;

  constructor(world: WorldInput, random: () => number = () => 0.5) {
    this.cloud = new SimulatedCloud(buildState(checkWorld(world), startMs), { clock: this.clock, random });
  }

  answer(product: 'ecs' | 'vpc', action: string, params: Record<string, string> = {}): Answer {
    return this.cloud.call({ product, action, params: { RegionId: 'cn-hangzhou', ...params } });
  }

  ecs(action: string, params: Record<string, string> = {}): Json {
    return this.#body('ecs', action, params);
  }

  vpc(action: string, params: Record<string, string> = {}): Json {
    return this.#body('vpc', action, params);
  }

  /** The code with which the call is refused; '' when it is not. */
  ecsCode(action: string, params: Record<string, string> = {}): string {
    return codeOf(this.answer('ecs', action, params));
  }

  vpcCode(action: string, params: Record<string, string> = {}): string {
    return codeOf(this.answer('vpc', action, params));
  }

  pass(ms: number): void {
    this.clock.pass(ms);
  }

  instance(id: string): InstanceReport {
    return instanceReport(this.cloud.state, this.cloud.state.instances.get(id)!);
  }

  /** DescribeInstances of one. */
  shown(id: string): Record<string, never> {
    const body = this.ecs('DescribeInstances', { InstanceIds: JSON.stringify([id]) }) as { Instances: { Instance: Record<string, never>[] } };
    return body.Instances.Instance[0]!;
  }

  eip(id: string): { readonly status: string; readonly boundTo: string } {
    const eip = this.cloud.state.eips.get(id)!;
    return { status: eip.status, boundTo: eip.binding?.id ?? '' };
  }

  nic(id: string): { readonly status: string; readonly instanceId: string } | undefined {
    const nic = this.cloud.state.interfaces.get(id);
    return nic && { status: nic.status, instanceId: nic.instanceId };
  }

  #body(product: 'ecs' | 'vpc', action: string, params: Record<string, string>): Json {
    const answer = this.answer(product, action, params);
    if (answer.status !== 200) throw new Error(`${action}: ${codeOf(answer)}`);
    return answer.body as Json;
  }
}

export function codeOf({ status, body }: Answer): string {
  return status === 200 ? '' : typeof body === 'string' ? 'html' : String(body['Code']);
}

/** One VPC, two zones, a NAT gateway whose SNAT entry covers everything; instances and the rest are the test's. */
export const world = (extra: WorldInput = {}): WorldInput => ({
  vpcs: { 'vpc-1': { cidr: '10.0.0.0/16' } },
  vSwitches: {
    'vsw-a': { vpc: 'vpc-1', zone: 'cn-hangzhou-a', cidr: '10.0.1.0/24' },
    'vsw-b': { vpc: 'vpc-1', zone: 'cn-hangzhou-b', cidr: '10.0.2.0/24' },
  },
  natGateways: { 'ngw-1': { vpc: 'vpc-1', eips: ['eip-nat'], snat: { 'snat-all': { cidr: '10.0.0.0/16' } } } },
  securityGroups: { 'sg-1': { vpc: 'vpc-1' }, 'sg-2': { vpc: 'vpc-1' }, 'sg-enterprise': { vpc: 'vpc-1', type: 'enterprise' } },
  ...extra,
  eips: { 'eip-nat': { ip: '47.96.1.1' }, ...extra.eips },
});
