// What a pass over a settled fleet costs, whether one resource or a hundred select it: the calls of one listing, and no write, neither to the
// cloud nor to a status. The pass is the one that falls due by itself after the shortest check interval.
import { exactly, type Figure } from './figure.ts';
import { Fleet, worldOf } from './fleet.ts';
import { idleFloor } from './idle-floor.ts';
import { worldOfVpc } from './world-view.ts';

const CHECK_INTERVAL = '1m';
/** The first pass with a hundred resources and a thousand instances, everything on two cores. */
const SETTLE_MAX_MS = 90_000;
const PASS_MAX_MS = 80_000;
/** Read once per process and not once per pass. */
const ONCE: readonly string[] = ['DescribeInstanceTypes', 'DescribeSecurityGroups'];
const SIZES = [10, 100, 1_000];
const RESOURCES = [1, 100];

async function idlePass(instances: number, resources: number): Promise<readonly Figure[]> {
  const fleet = await Fleet.open(worldOf('worlds/settled.yaml', instances), 1);
  try {
    await fleet.begin(resources, CHECK_INTERVAL);
    await fleet.settled(SETTLE_MAX_MS);
    return await nextPass(fleet, `${instances} instances, ${resources} resource${resources === 1 ? '' : 's'}`);
  } finally {
    await fleet.stage.close();
  }
}

async function nextPass(fleet: Fleet, name: string): Promise<readonly Figure[]> {
  const { cloud } = fleet.stage;
  const before = await versions(fleet);
  const sequence = cloud.log.since(0).at(-1)?.sequence ?? 0;
  await fleet.until(() => cloud.log.since(sequence).length > 0 && fleet.isQuiet(), PASS_MAX_MS);
  const calls = cloud.log.since(sequence).filter(({ action }) => !ONCE.includes(action));
  const after = await versions(fleet);
  const statusWrites = [...after].filter(([resource, version]) => before.get(resource) !== version).length;
  return [
    exactly(`calls of an idle pass, ${name}`, calls.length, idleFloor(worldOfVpc(cloud.state, 'vpc-fleet')), 'calls'),
    exactly(`writes of an idle pass to cloud and status, ${name}`, calls.filter(({ mutates }) => mutates).length + statusWrites, 0, 'writes'),
  ];
}

const versions = async (fleet: Fleet): Promise<ReadonlyMap<string, string>> =>
  new Map((await fleet.list()).map(({ metadata }) => [metadata.name, metadata.resourceVersion]));

/** All sizes side by side: each spends its time waiting for the check interval. */
export async function idlePasses(): Promise<readonly Figure[]> {
  const runs = SIZES.flatMap((instances) => RESOURCES.map((resources) => idlePass(instances, resources)));
  const ended = await Promise.allSettled(runs);
  return ended.flatMap((end) => {
    if (end.status === 'rejected') throw end.reason;
    return end.value;
  });
}
