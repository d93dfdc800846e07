// A simulated cloud as a process of its own, and its control API (docs/simulator.md): the world as it is, the calls that were made,
// what people do by hand, faults.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { LogEntry } from '../../../sim/cloud/engine/call-log.ts';
import type { FaultRequest } from '../../../sim/cloud/engine/faults.ts';
import type { MeddleRequest } from '../../../sim/cloud/control/meddle.ts';
import type { EipReport, InstanceReport, WorldReport } from '../../../sim/cloud/control/report.ts';
import { Child } from './child.ts';
import { eventually } from './until.ts';

/** A secondary network interface, as the world shows it. */
export interface EniReport {
  readonly id: string;
  readonly type: string;
  readonly status: string;
  readonly instanceId: string;
  readonly securityGroupIds: readonly string[];
  readonly eipIds: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
}

/** What can be seen of one instance from outside, and what hangs on it. */
export interface Sight {
  readonly instance: InstanceReport | undefined;
  /** Addresses that the Internet sees. */
  readonly egress: readonly string[];
  /** Addresses on which it is reached. */
  readonly inbound: readonly string[];
  /** Secondary interfaces attached to it. */
  readonly enis: readonly EniReport[];
}

/** A running simulated cloud. */
export class SimulatedCloud {
  readonly url: string;
  readonly #child: Child;
  readonly #folder: string;

  private constructor(url: string, child: Child, folder: string) {
    this.url = url;
    this.#child = child;
    this.#folder = folder;
  }

  /** `world` is what a world file holds; `speed` is how many times faster its time runs. */
  static async start(world: object, speed: number): Promise<SimulatedCloud> {
    const folder = await mkdtemp(join(tmpdir(), 'egress-unification-world-'));
    const file = join(folder, 'world.yaml');
    await writeFile(file, JSON.stringify(world));
    const child = new Child(['sim/cloud/main.ts', '--world', file, '--speed', String(speed)]);
    const url = await Promise.race([
      eventually(() => /listening on (\S+)/.exec(child.said)?.[1] ?? expect.fail(`the simulated cloud did not start: ${child.said}`), { everyMs: 20 }),
      child.ended.then(({ stderr }) => expect.fail(`the simulated cloud ended: ${stderr}`)),
    ]);
    return new SimulatedCloud(url, child, folder);
  }

  async stop(): Promise<void> {
    await this.#child.end('SIGKILL');
    await rm(this.#folder, { recursive: true });
  }

  world(): Promise<WorldReport> {
    return this.#control('GET', 'world') as Promise<WorldReport>;
  }

  /** What was answered after the call with this number. */
  calls(since = 0): Promise<readonly LogEntry[]> {
    return this.#control('GET', `calls?since=${since}`) as Promise<readonly LogEntry[]>;
  }

  /** Actions that changed something, in their order. */
  async writes(since = 0): Promise<readonly string[]> {
    return (await this.calls(since)).filter(({ mutates, code }) => mutates && code === '').map(({ action }) => action);
  }

  /** What people do in the console. */
  async meddle(...operations: readonly MeddleRequest[]): Promise<void> {
    await this.#control('POST', 'meddle', operations);
  }

  async faults(...faults: readonly FaultRequest[]): Promise<void> {
    await this.#control('POST', 'faults', faults);
  }

  async noFaults(): Promise<void> {
    await this.#control('DELETE', 'faults');
  }

  async see(id: string): Promise<Sight> {
    const world = await this.world();
    const instance = world.instances.find((each) => each.id === id);
    const enis = (world.networkInterfaces as readonly EniReport[]).filter((eni) => eni.instanceId === id && eni.type === 'Secondary');
    return { instance, egress: instance?.egressIps ?? [], inbound: instance?.inboundIps ?? [], enis };
  }

  async eip(ip: string): Promise<EipReport> {
    return (await this.world()).eips.find((eip) => eip.ip === ip) ?? expect.fail(`there is no EIP ${ip}`);
  }

  /** Secondary interfaces, wherever they hang. */
  async enis(): Promise<readonly EniReport[]> {
    return ((await this.world()).networkInterfaces as readonly EniReport[]).filter(({ type }) => type === 'Secondary');
  }

  async #control(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`${this.url}/_sim/${path}`, { method, ...(body !== undefined && { body: JSON.stringify(body) }) });
    const answer: unknown = await response.json();
    if (!response.ok) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`);
    return answer;
  }
}
