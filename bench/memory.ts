// The memory that a large installation takes: a thousand resources that own ten instances each in one VPC, from the start, over the first look at
// everything, to the listings after it. The shape is that which the controller makes, tags included, so that nothing is left to be done.
import { readFileSync } from 'node:fs';
import { scheduler } from 'node:timers/promises';
import { parse, stringify } from 'yaml';
import { meddle } from '../sim/cloud/control/meddle.ts';
import { ResourceClient } from '../sim/demo/resource.ts';
import { openStage, type Stage } from '../sim/demo/stage.ts';
import { atMost, exactly, rounded, type Figure } from './figure.ts';
import { API_VERSION, fleetResource, listed } from './fleet.ts';
import { AssembledImage, type ImagedController } from './imaged-controller.ts';

const RESOURCES = 1_000;
const INSTANCES_EACH = 10;
const LISTINGS = 4;
const CLUSTER = 'bench';
const LOOK_EACH_MS = 2_000;
const SETTLE_MAX_MS = 300_000;
const LISTING_MAX_MS = 120_000;
const GOAL_MB = 300;
const IN_THE_WAY = 'what the controller takes without a fleet, 140 MB; 7 kB for each instance with its EIP, its ENI and its part of a resource; the SDK’s models of each page, which live until they are collected';

const numbers = Array.from({ length: RESOURCES }, (_, index) => index + 1);

/** bench/worlds/settled.yaml with a fleet for each resource. */
function world(): string {
  const settled = parse(readFileSync(new URL('worlds/settled.yaml', import.meta.url), 'utf8')) as { readonly eips: object };
  const place = (number: number): object => ({ vSwitch: number % 2 === 0 ? 'vsw-fleet-h' : 'vsw-fleet-i', securityGroups: ['sg-fleet'] });
  const each = (prefix: string, make: (number: number) => object): Record<string, object> =>
    Object.fromEntries(numbers.map((number) => [`${prefix}-${number}`, { count: INSTANCES_EACH, ...make(number) }]));
  return stringify({
    ...settled,
    eips: { ...settled.eips, ...each('eip', () => ({})) },
    instances: each('i', (number) => ({ ...place(number), tags: { fleet: `f${number}` } })),
    networkInterfaces: each('eni', (number) => ({ ...place(number), instance: `i-${number}-{n}`, eip: `eip-${number}-{n}` })),
  });
}

/** Every resource, applied, and all of its fleet tagged as its own. */
async function own({ cloud, kubernetesUrl }: Stage): Promise<void> {
  const client = new ResourceClient(kubernetesUrl, API_VERSION);
  for (const number of numbers) {
    const { spec, ...rest } = fleetResource(number, '1m');
    await client.apply({ ...rest, spec: { ...spec, instanceSelector: { tags: { fleet: `f${number}` } } } } as typeof rest);
  }
  for (const { metadata: { name, uid } } of await listed(kubernetesUrl)) {
    for (let member = 1; member <= INSTANCES_EACH; member += 1) {
      const [, number] = name.split('-');
      const id = `${number}-${String(member).padStart(String(INSTANCES_EACH).length, '0')}`;
      const tags = { 'egressunification.io/cluster': CLUSTER, 'egressunification.io/owner': uid, 'egressunification.io/instance': `i-${id}`, 'egressunification.io/eip': `eip-${id}` };
      for (const resource of [`eip-${id}`, `eni-${id}`]) meddle(cloud, { op: 'setTags', resource, tags });
    }
  }
}

async function until(controller: ImagedController, what: string, { holds, maxMs }: { readonly holds: () => boolean | Promise<boolean>; readonly maxMs: number }): Promise<void> {
  const beganMs = performance.now();
  while (!(await holds())) {
    if (!controller.running || performance.now() - beganMs > maxMs) throw new Error(`the controller ended, or took more than ${maxMs / 1_000} s, ${what}; its last words:\n${controller.logTail(20)}`);
    await scheduler.wait(LOOK_EACH_MS);
  }
}

/** One call of each listing, whichever page size. */
const listingsOf = ({ cloud }: Stage): number => cloud.log.since(0).filter(({ action }) => action === 'DescribeNatGateways').length;

async function settle(stage: Stage, controller: ImagedController): Promise<void> {
  const holds = async (): Promise<boolean> => (await listed(stage.kubernetesUrl)).every(({ status }) => status?.summary === `${INSTANCES_EACH}/${INSTANCES_EACH}`);
  await until(controller, 'to look at all instances', { holds, maxMs: SETTLE_MAX_MS });
  const before = listingsOf(stage);
  await until(controller, `for ${LISTINGS} listings more`, { holds: () => listingsOf(stage) >= before + LISTINGS, maxMs: LISTINGS * LISTING_MAX_MS });
}

/** Resident memory at its highest, and when all is settled. */
export async function memoryFigures(): Promise<readonly Figure[]> {
  const stage = await openStage({ world: world(), speed: 1 });
  try {
    await own(stage);
    using image = await AssembledImage.assemble();
    const controller = image.start(stage, ['--cluster-id', CLUSTER]);
    try {
      await settle(stage, controller);
      const what = `${RESOURCES} resources and ${RESOURCES * INSTANCES_EACH} instances`;
      return [
        exactly(`writes to the cloud, ${what} that are settled`, stage.cloud.log.since(0).filter(({ mutates }) => mutates).length, 0, 'writes'),
        atMost(`resident memory, ${what}, after ${LISTINGS} listings`, rounded(controller.memory), { unit: 'MB', floor: null, goal: GOAL_MB, inTheWay: IN_THE_WAY }),
        atMost(`resident memory at its highest, ${what}`, rounded(controller.memoryPeak), { unit: 'MB', floor: null, goal: GOAL_MB, inTheWay: IN_THE_WAY }),
      ];
    } finally {
      await controller.end();
    }
  } finally {
    await stage.close();
  }
}
