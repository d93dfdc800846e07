// A fleet of any size on the stage of the demo: the controller as its own process, resources applied over HTTP, and the wait until
// nothing moves any more. Time here is real time; the cloud's is the stage's.
import { readFileSync } from 'node:fs';
import { scheduler } from 'node:timers/promises';
import { parse, stringify } from 'yaml';
import { ResourceClient, type Manifest } from '../sim/demo/resource.ts';
import { openStage, type Stage } from '../sim/demo/stage.ts';
import { isAtRest, type Status } from '../sim/demo/states.ts';

export const API_VERSION = 'egressunification.io/v1alpha1';
const LOOK_EACH_MS = 500;
/** Nothing was asked of the cloud for so long: the pass is over. */
const QUIET_MS = 4_000;

type Template = Record<string, unknown>;
type Templates = Record<string, Template>;

/** The world file with every template at `count`; `change` replaces fields of the instances. */
export function worldOf(file: string, count: number, change: Template = {}): string {
  const world = parse(readFileSync(new URL(file, import.meta.url), 'utf8')) as { readonly instances: Templates; readonly networkInterfaces?: Templates };
  for (const template of Object.values(world.instances)) Object.assign(template, { count }, change);
  for (const template of Object.values(world.networkInterfaces ?? {})) Object.assign(template, { count });
  return stringify(world);
}

/** The resource number `index` for the fleet. */
export const fleetResource = (index: number, checkInterval: string): Manifest & { readonly spec: object } => ({
  apiVersion: API_VERSION,
  metadata: { name: `fleet-${index}` },
  ...{ kind: 'EgressUnification' },
  spec: {
    regionId: 'cn-hangzhou', vpcId: 'vpc-fleet', instanceSelector: { tags: { egress: 'unified' } },
    rollout: { maxInProgress: '100%' }, drift: { checkInterval },
  },
});

interface Listed {
  readonly metadata: { readonly name: string; readonly uid: string; readonly resourceVersion: string };
  readonly status?: Status;
}

/** All resources. */
export async function listed(kubernetesUrl: string): Promise<readonly Listed[]> {
  const response = await fetch(`${kubernetesUrl}/apis/${API_VERSION}/egressunifications`);
  return ((await response.json()) as { readonly items: readonly Listed[] }).items;
}

export class Fleet {
  readonly stage: Stage;
  readonly #resources: ResourceClient;

  private constructor(stage: Stage) {
    this.stage = stage;
    this.#resources = new ResourceClient(stage.kubernetesUrl, API_VERSION);
  }

  static async open(world: string, speed: number): Promise<Fleet> {
    return new Fleet(await openStage({ world, speed }));
  }

  /** Applies `resources` resources that all select the whole fleet, and starts the controller. */
  async begin(resources: number, checkInterval: string): Promise<void> {
    for (let index = 1; index <= resources; index += 1) await this.#resources.apply(fleetResource(index, checkInterval));
    this.stage.controller.start();
  }

  list(): Promise<readonly Listed[]> {
    return listed(this.stage.kubernetesUrl);
  }

  /** Until every resource is at rest, no window is open and the cloud was not asked anything for a while. */
  async settled(timeoutMs: number): Promise<void> {
    await this.until(async () => this.stage.windows.open === 0 && this.isQuiet() && (await this.list()).every(({ status }) => isAtRest(status ?? {})), timeoutMs);
  }

  isQuiet(): boolean {
    const { cloud } = this.stage;
    const last = cloud.log.since(0).at(-1);
    return last !== undefined && cloud.clock.now() - last.timeMs >= QUIET_MS;
  }

  /** Looks until it holds. Throws with the controller's last words when it takes too long or the controller ended. */
  async until(holds: () => boolean | Promise<boolean>, timeoutMs: number): Promise<void> {
    const beganMs = performance.now();
    while (!(await holds())) {
      const { controller } = this.stage;
      if (!controller.running || performance.now() - beganMs > timeoutMs) throw new Error(`it did not get there within ${timeoutMs / 1_000} s; the controller's last words:\n${controller.logTail(5)}`);
      await scheduler.wait(LOOK_EACH_MS);
    }
  }
}
