// The stage: a simulated cloud and a Kubernetes API, both in this process and on free ports of this machine, and the controller
// always as a process of its own. Whatever way this process ends, the controller ends with it and the kubeconfig is removed.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { SimulatedCloud } from '../cloud/engine/cloud.ts';
import { fastClock, machineTime } from '../cloud/wire/clock.ts';
import { cloudServer } from '../cloud/wire/server.ts';
import { buildState } from '../cloud/world/build.ts';
import { parseWorld } from '../cloud/world/parse.ts';
import { kubeconfigFor } from '../kubernetes/kubeconfig.ts';
import { start } from '../kubernetes/server.ts';
import { WindowWatch, watched } from './windows.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const STOP_TIMEOUT_MS = 3_000;

/** What must not outlive this process, whichever way it ends. */
const leftovers = new Set<() => void>();
process.once('exit', () => {
  for (const clear of leftovers) clear();
});

export interface Stage {
  readonly cloud: SimulatedCloud;
  readonly windows: WindowWatch;
  readonly kubernetesUrl: string;
  readonly cloudUrl: string;
  readonly controller: ControllerProcess;
  close(): Promise<void>;
}

/** The controller as users run it; starts and ends as often as one likes. */
export class ControllerProcess {
  readonly #args: readonly string[];
  readonly #logFile: string;
  #child: ChildProcess | undefined;

  constructor(args: readonly string[], logFile: string) {
    this.#args = args;
    this.#logFile = logFile;
  }

  /** Only what is meant for it reaches it: no credentials and no flags of whoever looks on. */
  start(): void {
    const log = openSync(this.#logFile, 'a');
    const { PATH, HOME } = process.env;
    const env = { PATH, HOME, EGRESS_METRICS_ADDRESS: '0', EGRESS_HEALTH_ADDRESS: '0', ALIBABA_CLOUD_ACCESS_KEY_ID: 'simulated-key', ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'simulated-secret' };
    this.#child = spawn(process.execPath, [join(ROOT, 'src/main.ts'), 'run', ...this.#args], { cwd: ROOT, env, stdio: ['ignore', log, log] });
    closeSync(log);
  }

  get running(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Resolves when it has ended; what does not end in time is killed. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const child = this.#child;
    if (child === undefined || !this.running) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await ended;
    clearTimeout(timer);
  }

  killNow(): void {
    this.#child?.kill('SIGKILL');
  }

  /** What it logged last, for whoever has to find out why. */
  logTail(lines: number): string {
    return readFileSync(this.#logFile, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
  }
}

export interface StageOptions {
  /** The world file's text. */
  readonly world: string;
  /** How many times faster than this machine's time the world runs. */
  readonly speed: number;
}

/** Sets everything up but starts no controller. Throws a WorldProblem for a world that makes no sense. */
export async function openStage({ world, speed }: StageOptions): Promise<Stage> {
  const directory = mkdtempSync(join(tmpdir(), 'egress-unification-stage-'));
  const { cloud, windows } = openCloud(world, speed);
  const server = cloudServer({ cloud, realNow: () => machineTime.now() }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const kubernetes = await start({ crds: [join(ROOT, 'crds')] });
  const kubeconfig = join(directory, 'kubeconfig');
  writeFileSync(kubeconfig, kubeconfigFor(kubernetes.url), { mode: 0o600 });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const controller = new ControllerProcess(['--kubeconfig', kubeconfig, '--cloud-endpoint', url, '--leader-elect', 'false'], join(directory, 'controller.log'));
  const clear = (): void => {
    controller.killNow();
    rmSync(directory, { recursive: true, force: true });
  };
  leftovers.add(clear);
  const close = async (): Promise<void> => {
    await controller.end('SIGTERM');
    await kubernetes.close();
    server.close();
    server.closeAllConnections();
    clear();
    leftovers.delete(clear);
  };
  return { cloud, windows, kubernetesUrl: kubernetes.url, cloudUrl: url, controller, close };
}

function openCloud(world: string, speed: number): { cloud: SimulatedCloud; windows: WindowWatch } {
  const clock = fastClock(machineTime, speed);
  const state = buildState(parseWorld(world), clock.now());
  const windows = new WindowWatch(leastOf(state.latenciesMs.rtt) / 2);
  const cloud = new SimulatedCloud(state, { clock: watched(clock, () => windows.look(state.eips.all(), clock.now())), random: Math.random });
  return { cloud, windows };
}

const leastOf = (latency: number | readonly [number, number]): number => (typeof latency === 'number' ? latency : latency[0]);
