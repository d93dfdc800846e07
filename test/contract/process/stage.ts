// The controller as a process, between a simulated cloud and a simulated Kubernetes API, each behind a door that can refuse and quote. What
// the process says in any way can be gathered.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import { expect } from 'chai';
import { stringify } from 'yaml';
import { SimulatedCloud } from '../../../sim/cloud/engine/cloud.ts';
import { fastClock, machineTime } from '../../../sim/cloud/wire/clock.ts';
import { cloudServer } from '../../../sim/cloud/wire/server.ts';
import { buildState } from '../../../sim/cloud/world/build.ts';
import { checkWorld } from '../../../sim/cloud/world/parse.ts';
import { start, type RunningServer } from '../../../sim/kubernetes/server.ts';
import type { JsonObject } from '../../../sim/kubernetes/json.ts';
import { API_VERSION, PLURAL } from '../../../src/api/names.ts';
import type { EgressUnificationStatus } from '../../../src/api/egress-unification.ts';
import { Child } from '../../apiserver/kit/child.ts';
import { eventually } from '../../apiserver/kit/until.ts';
import { QuotingDoor } from '../../kit/quoting-door.ts';

const SPEED = 20;
const ROOT = resolve(import.meta.dirname, '../../..');

export interface StageOptions {
  readonly world: object;
  /** Shown to the API server. */
  readonly bearer?: string;
}

export interface ProcessOptions {
  readonly name?: string;
  readonly flags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Host → URL, for hosts that no flag leads elsewhere. */
  readonly elsewhere?: Readonly<Record<string, string>>;
}

/** One controller. */
export class Controller {
  readonly child: Child;

  constructor(child: Child) {
    this.child = child;
  }

  get said(): string {
    return this.child.said;
  }

  /** Waits until its server for the path listens, and asks it. */
  async ask(path: '/metrics' | '/livez' | '/readyz'): Promise<{ status: number; text: string }> {
    const line = new RegExp(String.raw`"message":"listening","serves":"[^"]*${path}[^"]*","address":"([^"]+)"`);
    const address = await eventually(() => line.exec(this.said)?.[1] ?? expect.fail(`${path} is not served: ${this.said.slice(-2_000)}`), { everyMs: 20 });
    const answer = await fetch(`http://${address}${path}`);
    return { status: answer.status, text: await answer.text() };
  }

  /** The samples whose lines begin so, without the prefix. */
  async samples(pattern: RegExp): Promise<readonly string[]> {
    const { text } = await this.ask('/metrics');
    return text.split('\n').map((line) => line.replace(/^egressunification_/, '')).filter((line) => pattern.test(line));
  }
}

export class Stage implements AsyncDisposable {
  readonly cloud: SimulatedCloud;
  readonly kubernetes: RunningServer;
  readonly cloudDoor: QuotingDoor;
  readonly kubernetesDoor: QuotingDoor;
  readonly folder: string;
  readonly kubeconfig: string;
  readonly #server: Server;
  readonly #controllers: Controller[] = [];

  private constructor(parts: Pick<Stage, 'cloud' | 'kubernetes' | 'cloudDoor' | 'kubernetesDoor' | 'folder' | 'kubeconfig'> & { server: Server }) {
    this.cloud = parts.cloud;
    this.kubernetes = parts.kubernetes;
    this.cloudDoor = parts.cloudDoor;
    this.kubernetesDoor = parts.kubernetesDoor;
    this.folder = parts.folder;
    this.kubeconfig = parts.kubeconfig;
    this.#server = parts.server;
  }

  static async open({ world, bearer = 'simulated' }: StageOptions): Promise<Stage> {
    const clock = fastClock(machineTime, SPEED);
    const cloud = new SimulatedCloud(buildState(checkWorld(world), clock.now()), { clock, random: Math.random });
    const server = cloudServer({ cloud, realNow: () => machineTime.now() }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const kubernetes = await start({ crds: [join(ROOT, 'crds')] });
    const cloudDoor = await QuotingDoor.open(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const kubernetesDoor = await QuotingDoor.open(kubernetes.url);
    const folder = await mkdtemp(join(tmpdir(), 'egress-unification-process-'));
    const kubeconfig = join(folder, 'kubeconfig');
    await writeFile(kubeconfig, kubeconfigOf(kubernetesDoor.url, bearer), { mode: 0o600 });
    return new Stage({ cloud, kubernetes, cloudDoor, kubernetesDoor, folder, kubeconfig, server });
  }

  /** Starts a controller; it shows itself on free ports. */
  controller({ name = 'controller-a', flags = [], env = {}, elsewhere = {} }: ProcessOptions = {}): Controller {
    const args = ['run', '--kubeconfig', this.kubeconfig, '--cloud-endpoint', this.cloudDoor.url, '--metrics-address', '127.0.0.1:0', '--health-address', '127.0.0.1:0', ...flags];
    const child = new Child(['--import', './test/contract/process/elsewhere.ts', 'src/main.ts', ...args], { HOSTNAME: name, ELSEWHERE: JSON.stringify(elsewhere), ...env });
    const controller = new Controller(child);
    this.#controllers.push(controller);
    return controller;
  }

  create(name: string, spec: JsonObject): void {
    const resource = this.kubernetes.store.resource(API_VERSION, PLURAL);
    this.kubernetes.store.create({ resource, namespace: undefined }, { apiVersion: API_VERSION, kind: 'EgressUnification', metadata: { name }, spec: { regionId: 'cn-hangzhou', ...spec } }, { fieldManager: 'user' });
  }

  patch(name: string, change: JsonObject): void {
    this.kubernetes.store.patch({ resource: this.kubernetes.store.resource(API_VERSION, PLURAL), namespace: undefined, name }, change);
  }

  delete(name: string): void {
    this.kubernetes.store.delete({ resource: this.kubernetes.store.resource(API_VERSION, PLURAL), namespace: undefined, name });
  }

  exists(name: string): boolean {
    return this.objects(API_VERSION, PLURAL).includes(`"name":"${name}"`);
  }

  status(name: string): EgressUnificationStatus {
    const { status = {} } = this.kubernetes.store.get({ resource: this.kubernetes.store.resource(API_VERSION, PLURAL), namespace: undefined, name }) as { status?: EgressUnificationStatus };
    return status;
  }

  ready(name: string): string {
    const ready = this.status(name).conditions?.find(({ type }) => type === 'Ready');
    return `${ready?.status ?? ''} ${ready?.reason ?? ''}`;
  }

  /** Everything of a kind, as text. */
  objects(apiVersion: string, plural: string): string {
    return JSON.stringify(this.kubernetes.store.list({ resource: this.kubernetes.store.resource(apiVersion, plural) }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { child } of this.#controllers) await child.end('SIGKILL');
    await this.cloudDoor[Symbol.asyncDispose]();
    await this.kubernetesDoor[Symbol.asyncDispose]();
    await this.kubernetes.close();
    this.#server.close();
    this.#server.closeAllConnections();
    await rm(this.folder, { recursive: true });
  }
}

const kubeconfigOf = (server: string, token: string): string => stringify({
  apiVersion: 'v1', kind: 'Config', 'current-context': 'here',
  clusters: [{ name: 'here', cluster: { server, 'insecure-skip-tls-verify': true } }],
  users: [{ name: 'here', user: { token } }],
  contexts: [{ name: 'here', context: { cluster: 'here', user: 'here' } }],
});
