// What the image weighs, how soon a controller in it has said its first word about a resource, and the memory that it holds when there is nothing
// to do. The image's own files run, as the user that it runs as; the rest of this machine lies around them, which costs nothing.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scheduler } from 'node:timers/promises';
import { assembleImage } from '../scripts/image.ts';
import { UID } from '../scripts/image/places.ts';
import { bytesIn } from '../scripts/image/size.ts';
import { ResourceClient } from '../sim/demo/resource.ts';
import { openStage, type Stage } from '../sim/demo/stage.ts';
import { kubeconfigFor } from '../sim/kubernetes/kubeconfig.ts';
import { imageConfig } from '../test/apiserver/kit/dockerfile.ts';
import { atMost, type Figure } from './figure.ts';
import { fleetResource, worldOf } from './fleet.ts';

const STARTS = 3;
const START_MAX_MS = 30_000;
/** As long as a person looks at `kubectl top`: what starting left behind is collected by then, or it is not. */
const IDLE_MS = 20_000;
const INSTANCES = 100;

const GOAL = { size: 160, start: 1, memory: 150 } as const;

class Trial {
  readonly #stage: Stage;
  readonly #image: string;
  readonly #kubeconfig: string;

  constructor(stage: Stage, image: string, kubeconfig: string) {
    this.#stage = stage;
    this.#image = image;
    this.#kubeconfig = kubeconfig;
  }

  /** Starts a controller about a new resource; gives it and the seconds until the resource's status was written. */
  async start(index: number): Promise<{ readonly child: ChildProcess; readonly seconds: number }> {
    const resources = new ResourceClient(this.#stage.kubernetesUrl, 'egressunification.io/v1alpha1');
    const resource = fleetResource(index, '1h');
    await resources.apply(resource);
    const beganMs = performance.now();
    const child = this.#spawn();
    while (Object.keys(await resources.status(resource.metadata.name)).length === 0) {
      if (child.exitCode !== null || performance.now() - beganMs > START_MAX_MS) throw new Error('the controller said nothing about the resource');
      await scheduler.wait(5);
    }
    return { child, seconds: (performance.now() - beganMs) / 1_000 };
  }

  #spawn(): ChildProcess {
    const { entrypoint, env: own } = imageConfig();
    const inImage = (word: string): string => (word.startsWith('/') ? join(this.#image, word) : word);
    const env = {
      ...Object.fromEntries(Object.entries(own).map(([name, value]) => [name, inImage(value)])), EGRESS_METRICS_ADDRESS: '0', EGRESS_HEALTH_ADDRESS: '0',
      ALIBABA_CLOUD_ACCESS_KEY_ID: 'simulated-key', ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'simulated-secret',
    };
    const [node, ...args] = [...entrypoint.map(inImage), 'run', '--kubeconfig', this.#kubeconfig, '--cloud-endpoint', this.#stage.cloudUrl];
    // the compile cache is this user's alone
    const user = process.getuid?.() === 0 ? { uid: UID, gid: UID } : {};
    return spawn(node, args, { env, stdio: 'ignore', cwd: '/', ...user });
  }
}

async function ended(child: ChildProcess): Promise<void> {
  const end = once(child, 'exit');
  child.kill('SIGTERM');
  await end;
}

const megabytesOf = (child: ChildProcess): number => Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) * 1_024 / 1e6;

/** Size, start and memory. Linux only. */
export async function imageFigures(): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'egress-unification-bench-'));
  const [image, kubeconfig] = [join(folder, 'image'), join(folder, 'kubeconfig')];
  const stage = await openStage({ world: worldOf('worlds/settled.yaml', INSTANCES), speed: 1 });
  try {
    await assembleImage(image);
    writeFileSync(kubeconfig, kubeconfigFor(stage.kubernetesUrl));
    chmodSync(folder, 0o755);
    const trial = new Trial(stage, image, kubeconfig);
    const seconds: number[] = [];
    for (let index = 1; index < STARTS; index += 1) {
      const started = await trial.start(index);
      seconds.push(started.seconds);
      await ended(started.child);
    }
    const last = await trial.start(STARTS);
    await scheduler.wait(IDLE_MS);
    const memory = megabytesOf(last.child);
    await ended(last.child);
    return [
      atMost('size of the image’s files', rounded(bytesIn(image) / 1e6), { unit: 'MB', floor: null, goal: GOAL.size }),
      atMost(`start to the first status written, best of ${STARTS}`, rounded(Math.min(...seconds, last.seconds)), { unit: 's', floor: null, goal: GOAL.start }),
      atMost(`resident memory with ${INSTANCES} settled instances, after ${IDLE_MS / 1_000} s of nothing to do`, rounded(memory), { unit: 'MB', floor: null, goal: GOAL.memory }),
    ];
  } finally {
    await stage.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const rounded = (value: number): number => Math.round(value * 100) / 100;
