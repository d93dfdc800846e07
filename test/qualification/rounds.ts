// Unify, revert, and again, by the controller itself, until enough windows are measured; in one of them the controller is killed.
import type { EgressUnificationStatus } from '../../src/api/egress-unification.ts';
import { TAG } from '../../src/api/names.ts';
import type { EipId } from '../../src/core/ids.ts';
import type { ControlPlane } from './control-plane.ts';
import { Interrupted, until, type Lab } from './lab.ts';
import { CLUSTER_ID } from './names.ts';
import { Probe } from './probe.ts';
import { Watch, type Seen } from './watch.ts';

export interface RoundsOptions {
  readonly windows: number;
  readonly probePort?: number;
  /** Asked once, while everything is unified. */
  readonly whileUnified: () => Promise<void>;
}

const ROUND_MS = 1_800_000;
const PROBE_EVERY_MS = 250;

export class Rounds {
  readonly #lab: Lab;
  readonly #control: ControlPlane;
  readonly #options: RoundsOptions;
  readonly #watch: Watch;
  readonly #probes: ReadonlyMap<string, Probe>;
  /** Of this round, until their outages are known. */
  #seen: Seen[] = [];
  #killedIn: EipId | undefined;

  private constructor(lab: Lab, control: ControlPlane, options: RoundsOptions, ids: readonly EipId[]) {
    this.#lab = lab;
    this.#control = control;
    this.#options = options;
    this.#watch = new Watch({ cloud: lab.cloud, ids, everyMs: Math.min(lab.pollMs, 250), closed: (window) => void this.#seen.push(window) });
    const { probePort: port } = options;
    this.#probes = new Map(port === undefined ? [] : lab.book.trial.instances.map(({ publicIp }) => [publicIp, new Probe(publicIp, { port, everyMs: PROBE_EVERY_MS })]));
  }

  static async over(lab: Lab, control: ControlPlane, options: RoundsOptions): Promise<void> {
    const addresses = new Set(lab.book.trial.instances.map(({ publicIp }) => publicIp));
    const ids = (await lab.cloud.listEips()).filter(({ ip }) => addresses.has(ip)).map(({ id }) => id);
    await new Rounds(lab, control, options, ids).#all();
  }

  async #all(): Promise<void> {
    const running = [this.#watch, ...this.#probes.values()];
    for (const each of running) each.start();
    try {
      while (this.#isToGoOn()) await this.#round();
    } finally {
      for (const each of running) await each.stop();
    }
  }

  #isToGoOn(): boolean {
    const { windows, kill } = this.#lab.book.trial;
    return windows.length < this.#options.windows || kill === undefined;
  }

  async #round(): Promise<void> {
    const { book } = this.#lab;
    await this.#control.apply();
    if (book.trial.kill === undefined) await this.#killInWindow();
    await this.#until('unified', (status) => isReady(status));
    await this.#options.whileUnified();
    await this.#control.delete();
    await this.#until('reverted', (status) => status === undefined);
    this.#note();
    await this.#judgeRevert();
    this.#lab.say(`${book.trial.windows.length} of ${this.#options.windows} windows are measured`);
  }

  async #until(what: string, holds: (status: EgressUnificationStatus | undefined) => boolean): Promise<void> {
    const { interrupted } = this.#lab;
    const look = async (): Promise<EgressUnificationStatus | undefined> => {
      if (interrupted.aborted) throw new Interrupted('interrupted');
      const status = await this.#control.status();
      const stalled = status?.conditions?.find(({ type, status: is }) => type === 'Stalled' && is === 'True');
      if (stalled !== undefined && !holds(status)) throw new Error(`not ${what}: ${stalled.reason}: ${stalled.message}`);
      return status;
    };
    await until(this.#lab, look, holds, ROUND_MS);
  }

  async #killInWindow(): Promise<void> {
    const { book } = this.#lab;
    const open = await until({ pollMs: 10 }, async () => {
      if (this.#lab.interrupted.aborted) throw new Interrupted('interrupted');
      return [...this.#watch.open.keys()];
    }, (ids) => ids.length > 0, ROUND_MS);
    const killedMs = performance.now();
    await this.#control.kill();
    [this.#killedIn] = open;
    this.#control.restart();
    const restartedMs = performance.now();
    await until({ pollMs: 10 }, async () => this.#seen, (seen) => seen.some(({ eip }) => eip === this.#killedIn), ROUND_MS);
    const window = this.#seen.find(({ eip }) => eip === this.#killedIn);
    book.trial.kill = { publicIp: window?.publicIp ?? '', restartedAfterMs: Math.round(restartedMs - killedMs), boundAfterMs: Math.round((window?.closedMs ?? killedMs) - killedMs) };
    book.save();
    this.#lab.say(`killed in the window of ${book.trial.kill.publicIp}, started again, bound ${(book.trial.kill.boundAfterMs / 1000).toFixed(1)} s after the kill`);
  }

  #note(): void {
    const { book } = this.#lab;
    for (const window of this.#seen) {
      const { publicIp, to, openedMs, closedMs, eip } = window;
      const probeMs = this.#probes.get(publicIp)?.outageMs(openedMs, closedMs);
      const isFirstOfKilled = eip === this.#killedIn;
      if (isFirstOfKilled) this.#killedIn = undefined;
      book.trial.windows.push({
        instanceId: book.trial.instances.find((instance) => instance.publicIp === publicIp)?.id ?? '', publicIp, ms: Math.round(closedMs - openedMs),
        direction: to === 'instance' ? 'to the instance' : 'to the interface', ...(probeMs !== undefined && { probeMs: Math.round(probeMs) }), ...(isFirstOfKilled && { isKilled: true }),
      });
    }
    this.#seen = [];
    book.save();
  }

  /** Every EIP on its instance, and no mark of ours on anything. */
  async #judgeRevert(): Promise<void> {
    const { cloud, book, vpcId } = this.#lab;
    const [eips, enis] = await Promise.all([cloud.listEips(), cloud.listNetworkInterfaces(vpcId)]);
    const isHome = ({ id, publicIp }: (typeof book.trial.instances)[number]): boolean => eips.some(({ ip, binding, tags }) => ip === publicIp && binding?.id === id && tags[TAG.cluster] === undefined);
    const home = book.trial.instances.filter(isHome).map(({ publicIp }) => publicIp);
    const away = book.trial.instances.filter((instance) => !isHome(instance)).map(({ publicIp }) => publicIp);
    const left = enis.filter(({ tags }) => tags[TAG.cluster] === CLUSTER_ID && tags[TAG.instance] !== undefined).map(({ id }) => id);
    book.trial.revert = { home, away: [...away, ...left] };
    book.save();
  }
}

const isReady = (status: EgressUnificationStatus | undefined): boolean => status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') === true;
