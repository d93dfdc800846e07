// A lab: a simulated cloud whose data plane is this machine's kernel. After every event of the cloud the kernel is made what the new state
// wants, before the next event and before anybody is answered. In lockstep, the cloud also stands still after every change of what
// packets could show, until packets have been asked and compared with the verdict.
import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { scheduler } from 'node:timers/promises';
import { meddle, type MeddleRequest } from '../sim/cloud/control/meddle.ts';
import { SimulatedCloud } from '../sim/cloud/engine/cloud.ts';
import type { CloudState } from '../sim/cloud/state/cloud-state.ts';
import type { Instance } from '../sim/cloud/state/entities.ts';
import { machineTime } from '../sim/cloud/wire/clock.ts';
import { cloudServer } from '../sim/cloud/wire/server.ts';
import { buildState } from '../sim/cloud/world/build.ts';
import { parseWorld } from '../sim/cloud/world/parse.ts';
import { ControllerProcess } from '../sim/demo/stage.ts';
import { kubeconfigFor } from '../sim/kubernetes/kubeconfig.ts';
import { start } from '../sim/kubernetes/server.ts';
import { differences } from './comparer.ts';
import type { GuestCalls, Ran } from './guests/calls.ts';
import { bootGuest, readGuest } from './guests/guest.ts';
import { Kernel } from './network/kernel.ts';
import { wantedOf, type Wanted } from './network/wanted.ts';
import { Metadata } from './router/metadata.ts';
import { Gate } from './run/gate.ts';
import type { Remote } from './run/remote.ts';
import type { Site } from './site.ts';
import { Windows } from './windows.ts';

const ROOT = join(import.meta.dirname, '..');

export interface LabOptions {
  readonly site: Site;
  /** Tells the labs of a run apart. */
  readonly name: string;
  /** The world file's text. */
  readonly world: string;
  /** The cloud waits after every change until verdict and kernel have been compared. */
  readonly lockstep: boolean;
  readonly print: (line: string) => void;
  /** Further flags of the controller. */
  readonly flags?: readonly string[];
}

/** Everything that packets, or the verdict, may depend on. */
const keyOf = (wanted: Wanted, state: CloudState): string => JSON.stringify([
  wanted,
  state.eips.all().map(({ id, status, binding }) => [id, status, binding]),
  state.interfaces.all().map(({ id, status, instanceId }) => [id, status, instanceId]),
  state.natGateways.all().map(({ id, status, businessStatus, snat }) => [id, status, businessStatus, snat.all().map((entry) => [entry.id, entry.status])]),
]);

export class Lab implements AsyncDisposable {
  readonly cloud: SimulatedCloud;
  readonly site: Site;
  readonly windows = new Windows();
  readonly guests = new Map<string, Remote<GuestCalls>>();
  /** Comparisons made, and what they found. */
  statesCompared = 0;
  readonly disagreements: string[] = [];
  readonly #options: LabOptions;
  readonly #kernel: Kernel;
  readonly #gate: Gate;
  readonly #metadata: Metadata;
  readonly #folder: string;
  readonly #endings: (() => Promise<unknown>)[] = [];
  #controller: ControllerProcess | undefined;
  #kubernetesUrl = '';
  #key = '';
  #booting: Promise<unknown> = Promise.resolve();
  #comparing: Promise<void> | undefined;
  #closed = false;
  /** Commands in guests that are under way: what they have made of a guest is not known before they end. */
  readonly #running = new Set<Promise<unknown>>();

  private constructor(options: LabOptions) {
    const { site, name, world } = options;
    this.#options = options;
    this.site = site;
    this.#folder = join(site.folder, name);
    this.#kernel = new Kernel(`${site.prefix}${name}-`, site.namespace);
    this.#metadata = new Metadata((vpcId) => this.#kernel.routerNamespace(vpcId));
    this.#gate = new Gate(() => this.#look());
    const state = buildState(parseWorld(world), this.#gate.now());
    this.cloud = new SimulatedCloud(state, { clock: this.#gate, random: Math.random, guests: async (id, { name: command, script, timeoutMs }) => this.execute(id, command, script, timeoutMs) });
  }

  static async open(options: LabOptions): Promise<Lab> {
    const lab = new Lab(options);
    try {
      await lab.#begin();
      return lab;
    } catch (error) {
      await lab[Symbol.asyncDispose]();
      throw error;
    }
  }

  get state(): CloudState {
    return this.cloud.state;
  }

  get kubernetesUrl(): string {
    return this.#kubernetesUrl;
  }

  get controller(): ControllerProcess {
    if (this.#controller === undefined) throw new Error('the lab is not open');
    return this.#controller;
  }

  instance(id: string): Instance {
    const instance = this.state.instances.get(id);
    if (instance === undefined) throw new Error(`there is no instance ${id}`);
    return instance;
  }

  guest(id: string): Remote<GuestCalls> {
    const guest = this.guests.get(id);
    if (guest === undefined) throw new Error(`${id} does not run`);
    return guest;
  }

  /** What a human does in the console. */
  meddle(wish: MeddleRequest): void {
    meddle(this.cloud, wish);
    this.#look();
  }

  /** Runs a script in a guest; what it has made of the guest is known to the verdict afterwards. */
  async execute(instanceId: string, name: string, script: string, timeoutMs: number): Promise<Ran> {
    if (this.instance(instanceId).guest.refusesScripts) return { exitCode: 126, output: 'Permission denied\n' };
    const running = this.guest(instanceId).ask('run', { name, script, timeoutMs });
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
      this.reread(instanceId);
    }
  }

  /** Reads what a guest has become, by a command or by a timer of its own. */
  reread(instanceId: string): void {
    if (this.#closed) return;
    const instance = this.instance(instanceId);
    const newest = [...instance.interfaces].findLast(({ type, status }) => type === 'Secondary' && status === 'InUse');
    instance.guest = readGuest(this.#kernel.namespaceOf(instanceId), instance, newest === undefined ? '' : this.#kernel.deviceOf(instanceId, newest.id));
    this.#look();
  }

  /** Compares once, now. The cloud stands still meanwhile. */
  async compare(): Promise<readonly string[]> {
    await this.#comparing;
    await this.#booting;
    this.#gate.shut();
    this.#comparing = this.#compareOnce();
    await this.#comparing;
    return this.disagreements;
  }

  /** Looks until something holds. Throws when it takes too long, or when the controller ends. */
  async until(what: string, holds: () => boolean | Promise<boolean>, { timeoutMs = 60_000, everyMs = 100 } = {}): Promise<void> {
    const endMs = machineTime.now() + timeoutMs;
    while (!(await holds())) {
      if (machineTime.now() > endMs) throw new Error(`not within ${timeoutMs / 1_000} s: ${what}\n${this.controller.logTail(6)}`);
      await scheduler.wait(everyMs);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    this.#gate.open();
    for (const end of this.#endings.toReversed()) await end();
    await this.#comparing;
    await Promise.all([...this.guests.values()].map((guest) => guest.end()));
    await this.#metadata.end();
    this.#kernel.clear();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #begin(): Promise<void> {
    mkdirSync(this.#folder, { recursive: true });
    this.#look();
    await this.#booting;
    const server = cloudServer({ cloud: this.cloud, realNow: () => machineTime.now() }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    this.#endings.push(async () => {
      server.close();
      server.closeAllConnections();
    });
    const kubernetes = await start({ crds: [join(ROOT, 'crds')] });
    this.#endings.push(() => kubernetes.close());
    this.#kubernetesUrl = kubernetes.url;
    const kubeconfig = join(this.#folder, 'kubeconfig');
    writeFileSync(kubeconfig, kubeconfigFor(kubernetes.url), { mode: 0o600 });
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const controller = new ControllerProcess(['--kubeconfig', kubeconfig, '--cloud-endpoint', url, '--leader-elect', 'false', ...(this.#options.flags ?? [])], join(this.#folder, 'controller.log'));
    this.#controller = controller;
    this.#endings.push(() => controller.end('SIGTERM'));
    if (this.#options.lockstep) await this.compare();
  }

  /** The kernel follows the cloud. */
  #look(): void {
    if (this.#closed) return;
    const { state } = this;
    const wanted = wantedOf(state);
    const key = keyOf(wanted, state);
    if (key === this.#key) return;
    const first = this.#key === '';
    this.#key = key;
    const { booted, halted } = this.#kernel.apply(wanted);
    this.windows.look(state, this.#gate.now());
    this.#booting = Promise.all([this.#booting, this.#metadata.tell(state), ...halted.map((id) => this.#halt(id)), ...booted.map((id) => this.#boot(id))]);
    if (!this.#options.lockstep || first) return;
    this.#gate.shut();
    this.#comparing = this.#booting.then(() => this.#compareOnce());
  }

  async #boot(id: string): Promise<void> {
    const folder = join(this.#folder, 'guests', id);
    mkdirSync(folder, { recursive: true });
    this.guests.set(id, await bootGuest(this.#kernel.namespaceOf(id), id, { folder, hosts: this.site.hosts, ca: this.site.ca, systemd: this.instance(id).guest.systemd }));
  }

  async #halt(id: string): Promise<void> {
    const guest = this.guests.get(id);
    this.guests.delete(id);
    await guest?.end();
  }

  async #compareOnce(): Promise<void> {
    await Promise.allSettled(this.#running);
    const found = await differences({ state: this.state, internet: this.site.internet, guests: this.guests });
    this.statesCompared += 1;
    this.disagreements.push(...found);
    for (const line of found) this.#options.print(`DISAGREEMENT ${line}`);
    this.#gate.open();
  }
}
