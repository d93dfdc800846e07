// A controller from the image's own files, as the user that it runs as and within the memory that its pod has; the rest of this machine lies around
// it, which costs nothing. Linux only: its memory is read from /proc.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { assembleImage } from '../scripts/image.ts';
import { UID } from '../scripts/image/places.ts';
import type { Stage } from '../sim/demo/stage.ts';
import { kubeconfigFor } from '../sim/kubernetes/kubeconfig.ts';
import { imageConfig } from '../test/apiserver/kit/dockerfile.ts';

/** Of /proc, on every Linux that node runs on. */
const TICKS_PER_SECOND = 100;
const DEPLOYMENT = resolve(import.meta.dirname, '../deploy/base/deployment.yaml');

/** The image's files in a folder of their own. */
export class AssembledImage implements Disposable {
  readonly path: string;
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
    this.path = join(folder, 'image');
  }

  static async assemble(): Promise<AssembledImage> {
    const image = new AssembledImage(mkdtempSync(join(tmpdir(), 'egress-unification-bench-')));
    await assembleImage(image.path);
    // whoever the controller runs as must get in
    chmodSync(image.#folder, 0o755);
    return image;
  }

  /** Starts a controller for the stage; `args` come after `run`. */
  start({ kubernetesUrl, cloudUrl }: Pick<Stage, 'kubernetesUrl' | 'cloudUrl'>, args: readonly string[] = []): ImagedController {
    const kubeconfig = join(this.#folder, 'kubeconfig');
    writeFileSync(kubeconfig, kubeconfigFor(kubernetesUrl));
    const { entrypoint, env: own } = imageConfig();
    const inImage = (word: string): string => (word.startsWith('/') ? join(this.path, word) : word);
    const env = {
      ...Object.fromEntries(Object.entries(own).map(([name, value]) => [name, inImage(value)])), EGRESS_METRICS_ADDRESS: '0', EGRESS_HEALTH_ADDRESS: '0',
      ALIBABA_CLOUD_ACCESS_KEY_ID: 'simulated-key', ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'simulated-secret',
    };
    const [node = '', ...rest] = [...entrypoint.map(inImage).map(asInThePod), 'run', '--kubeconfig', kubeconfig, '--cloud-endpoint', cloudUrl, ...args];
    // the compile cache is this user's alone
    const user = process.getuid?.() === 0 ? { uid: UID, gid: UID } : {};
    const logFile = join(this.#folder, 'controller.log');
    const log = openSync(logFile, 'w');
    const child = spawn(node, rest, { env, stdio: ['ignore', log, log], cwd: '/', ...user });
    closeSync(log);
    return new ImagedController(child, logFile);
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** V8 makes the heap a share of the container's memory, and collects the later the more it may have; here there is no container. */
function asInThePod(word: string): string {
  const [, percent] = /^--max-old-space-size-percentage=(\d+)$/.exec(word) ?? [];
  return percent === undefined ? word : `--max-old-space-size=${Math.floor((memoryLimit() * Number(percent)) / 100)}`;
}

/** MiB. */
function memoryLimit(): number {
  const { spec } = parse(readFileSync(DEPLOYMENT, 'utf8')) as { readonly spec: { readonly template: { readonly spec: { readonly containers: readonly { readonly resources: { readonly limits: { readonly memory: string } } }[] } } } };
  const [, mebibytes] = /^(\d+)Mi$/.exec(spec.template.spec.containers[0]?.resources.limits.memory ?? '') ?? [];
  if (mebibytes === undefined) throw new Error(`${DEPLOYMENT} has no limit of memory in Mi`);
  return Number(mebibytes);
}

export class ImagedController {
  readonly #child: ChildProcess;
  readonly #logFile: string;

  constructor(child: ChildProcess, logFile: string) {
    this.#child = child;
    this.#logFile = logFile;
  }

  /** Its last words, for whoever has to find out why. */
  logTail(lines: number): string {
    return readFileSync(this.#logFile, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  async end(): Promise<void> {
    if (!this.running) return;
    const end = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await end;
  }

  /** Seconds that it computed since it started, on whichever processor: the same however busy the machine is. */
  get computed(): number {
    const stat = readFileSync(`/proc/${this.#child.pid}/stat`, 'utf8');
    const [user, system] = stat.slice(stat.lastIndexOf(')') + 2).split(' ').slice(11, 13).map(Number) as [number, number];
    return (user + system) / TICKS_PER_SECOND;
  }

  /** MB that are resident now. */
  get memory(): number {
    return this.#megabytes('VmRSS');
  }

  /** MB that were resident at most since it started. */
  get memoryPeak(): number {
    return this.#megabytes('VmHWM');
  }

  #megabytes(field: 'VmRSS' | 'VmHWM'): number {
    const status = readFileSync(`/proc/${this.#child.pid}/status`, 'utf8');
    return (Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(status)?.[1]) * 1_024) / 1e6;
  }
}
