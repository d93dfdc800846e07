// What it takes to unify a fleet from scratch: writes per instance, windows, reads; counted by the cloud and timed in its own time.
// Where windows are measured the cloud runs at real speed, because the controller's polls are in real time.
import { percentile } from '../sim/demo/summary.ts';
import { atMost, exactly, type Figure } from './figure.ts';
import { Fleet, worldOf } from './fleet.ts';

const FLEET = '../sim/worlds/fleet.yaml';
const UNIFY_MAX_MS = 120_000;
/** The goal for a window: its floor and one second. */
const WINDOW_SLACK_MS = 1_000;
const FAST = 10;
/** No more reads than writes: looks are shared by instances. */
const READS_EACH_MAX = 6;

interface Run {
  readonly writesEach: number;
  readonly readsEach: number;
  readonly windowsMs: readonly number[];
  readonly windowFloorMs: number;
}

async function unify(world: string, instances: number, speed: number): Promise<Run> {
  const fleet = await Fleet.open(world, speed);
  const { cloud, windows } = fleet.stage;
  try {
    await fleet.begin(1, '5m');
    await fleet.settled(UNIFY_MAX_MS);
    const log = cloud.log.since(0);
    const writes = log.filter(({ mutates }) => mutates).length;
    const windowFloorMs = cloud.latencyMs('rtt') + cloud.latencyMs('unassociate') + cloud.latencyMs('associate');
    if (windows.closedMs.length !== instances) throw new Error(`${windows.closedMs.length} windows for ${instances} instances`);
    return { writesEach: writes / instances, readsEach: (log.length - writes) / instances, windowsMs: windows.closedMs, windowFloorMs };
  } finally {
    await fleet.stage.close();
  }
}

/** Writes per instance: tag, create, attach, unassociate, associate; one more where a static address is converted first. */
export async function writesPerInstance(): Promise<readonly Figure[]> {
  const instances = 10;
  const hadEip = await unify(worldOf(FLEET, instances, { publicIp: undefined, eip: true }), instances, FAST);
  const converted = await unify(worldOf(FLEET, instances), instances, FAST);
  return [
    exactly('mutating calls per unified instance', hadEip.writesEach, 5, 'calls'),
    exactly('mutating calls per unified instance with a conversion', converted.writesEach, 6, 'calls'),
  ];
}

/** A hundred instances, all at once. */
export async function windows(): Promise<readonly Figure[]> {
  const instances = 100;
  const { windowsMs, windowFloorMs, writesEach, readsEach } = await unify(worldOf(FLEET, instances), instances, 1);
  const bounds = { unit: 'ms', floor: windowFloorMs, goal: windowFloorMs + WINDOW_SLACK_MS };
  return [
    atMost(`window p50, ${instances} instances at 100%`, percentile(windowsMs, 0.5), bounds),
    atMost(`window p99, ${instances} instances at 100%`, percentile(windowsMs, 0.99), bounds),
    exactly(`mutating calls per instance, ${instances} instances at 100%`, writesEach, 6, 'calls'),
    atMost(`reading calls per instance, ${instances} instances at 100%`, Math.round(readsEach * 100) / 100, { unit: 'calls', floor: null, goal: READS_EACH_MAX }),
  ];
}
