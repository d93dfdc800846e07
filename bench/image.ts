// What the image weighs, how soon a controller in it has said its first word about a resource, and the memory that it holds when there is nothing
// to do.
import { scheduler } from 'node:timers/promises';
import { bytesIn } from '../scripts/image/size.ts';
import { ResourceClient } from '../sim/demo/resource.ts';
import { openStage, type Stage } from '../sim/demo/stage.ts';
import { atMost, rounded, type Figure } from './figure.ts';
import { API_VERSION, fleetResource, worldOf } from './fleet.ts';
import { AssembledImage, type ImagedController } from './imaged-controller.ts';

const STARTS = 3;
const START_MAX_MS = 30_000;
/** As long as a person looks at `kubectl top`: what starting left behind is collected by then, or it is not. */
const IDLE_MS = 20_000;
const INSTANCES = 100;

const GOAL = { size: 160, start: 1, memory: 150 } as const;
const IN_THE_WAY = {
  size: 'node itself, 127 MB',
  start: 'reading and running 12 MB of program, most of it the SDKs; then the lease, and three round trips to the cloud of 80 ms each; and whoever else computes here',
  memory: 'node’s own program, 55 MB that all processes of a host share; classes and the text of the bundle',
} as const;

interface Start {
  readonly controller: ImagedController;
  /** Until the resource's status was written, and how much of that it computed. */
  readonly seconds: number;
  readonly computed: number;
}

/** Starts a controller about a new resource. */
async function timedStart(stage: Stage, image: AssembledImage, index: number): Promise<Start> {
  const resources = new ResourceClient(stage.kubernetesUrl, API_VERSION);
  const resource = fleetResource(index, '1h');
  await resources.apply(resource);
  const beganMs = performance.now();
  const controller = image.start(stage);
  // the API server's own default of a status says -1
  while (((await resources.status(resource.metadata.name)).observedGeneration ?? -1) < 1) {
    if (!controller.running || performance.now() - beganMs > START_MAX_MS) throw new Error('the controller said nothing about the resource');
    await scheduler.wait(5);
  }
  return { controller, seconds: (performance.now() - beganMs) / 1_000, computed: controller.computed };
}

/** Size, start and memory. */
export async function imageFigures(): Promise<readonly Figure[]> {
  const stage = await openStage({ world: worldOf('worlds/settled.yaml', INSTANCES), speed: 1 });
  try {
    using image = await AssembledImage.assemble();
    const starts: Start[] = [];
    for (let index = 1; index < STARTS; index += 1) {
      const started = await timedStart(stage, image, index);
      starts.push(started);
      await started.controller.end();
    }
    const last = await timedStart(stage, image, STARTS);
    starts.push(last);
    await scheduler.wait(IDLE_MS);
    const { memory } = last.controller;
    await last.controller.end();
    return [
      atMost('size of the image’s files', rounded(bytesIn(image.path) / 1e6), { unit: 'MB', floor: null, goal: GOAL.size, inTheWay: IN_THE_WAY.size }),
      atMost(`start to the first status written, best of ${STARTS}`, rounded(Math.min(...starts.map(({ seconds }) => seconds))), { unit: 's', floor: null, goal: GOAL.start, inTheWay: IN_THE_WAY.start }),
      atMost('of that computed, which other load does not change', rounded(Math.min(...starts.map(({ computed }) => computed))), { unit: 's', floor: null, goal: GOAL.start }),
      atMost(`resident memory with ${INSTANCES} settled instances, after ${IDLE_MS / 1_000} s of nothing to do`, rounded(memory), { unit: 'MB', floor: null, goal: GOAL.memory, inTheWay: IN_THE_WAY.memory }),
    ];
  } finally {
    await stage.close();
  }
}
