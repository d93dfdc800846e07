// A thousand instances at once on the virtual clock, while somebody else calls AssociateEipAddress as well and eats half of the account's
// quota from the start. Nobody can know that beforehand: the first minute pays for learning it, the windows after it must not.
import { parse } from 'yaml';
import { percentile } from '../sim/demo/summary.ts';
import { Laboratory } from '../test/simulation/laboratory.ts';
import { atMost, exactly, type Figure } from './figure.ts';
import { fleetResource, worldOf } from './fleet.ts';

const INSTANCES = 1_000;
const QUOTA_PER_MINUTE = 120;
const EATEN_PER_MINUTE = QUOTA_PER_MINUTE / 2;
const MINUTE_MS = 60_000;
const SLACK_MS = 1_000;
const WALL_SHARE_MAX = 1.1;
const WITHIN_MS = 40 * MINUTE_MS;

/** Somebody else of the same account, evenly over each minute. What they ask for is refused, but counted: throttling comes first. */
function eatQuota(lab: Laboratory): void {
  const everyMs = MINUTE_MS / EATEN_PER_MINUTE;
  const bite = (): void => {
    lab.cloud.call({ product: 'vpc', action: 'AssociateEipAddress', params: { RegionId: 'cn-hangzhou', AllocationId: 'eip-of-somebody-else', InstanceId: 'i-of-somebody-else', ClientToken: `bite-${lab.clock.monotonic()}` } });
    lab.clock.after(everyMs, bite);
  };
  bite();
}

interface Window {
  /** From the first Unassociate sent to bound again, in ms. */
  readonly lengthMs: number;
  readonly openedMs: number;
}

/** The windows as the cloud's own log has them; `sentMs` before its effect a call was sent, `bindMs` after it the EIP is bound. */
function windowsOf(lab: Laboratory, sentMs: number, bindMs: number): Window[] {
  const opened = new Map<string, number>();
  const closed: Window[] = [];
  for (const { action, code, timeMs, parameters } of lab.cloud.log.since(0)) {
    const eip = parameters['AllocationId'] ?? '';
    const openedMs = opened.get(eip);
    if (code !== '') continue;
    if (action === 'UnassociateEipAddress' && openedMs === undefined) opened.set(eip, timeMs - sentMs);
    if (action !== 'AssociateEipAddress' || openedMs === undefined) continue;
    closed.push({ lengthMs: Math.round(timeMs + bindMs - openedMs), openedMs });
    opened.delete(eip);
  }
  return closed;
}

/** Unifies the fleet and says how long it took and how long each instance was in its window. */
export async function crowd(): Promise<readonly Figure[]> {
  const lab = new Laboratory(parse(worldOf('../sim/worlds/fleet.yaml', INSTANCES)));
  const [rttMs, unbindMs, bindMs] = (['rtt', 'unassociate', 'associate'] as const).map((name) => lab.cloud.latencyMs(name)) as [number, number, number];
  const beganMs = lab.clock.now();
  const { spec, metadata: { name } } = fleetResource(1, '5m');
  eatQuota(lab);
  lab.create(name, { ...spec });
  await lab.start();
  await lab.until(() => lab.ready(name) === 'True Unified', WITHIN_MS);
  const windows = windowsOf(lab, rttMs / 2, bindMs);
  const wallMs = Math.max(...windows.map(({ openedMs, lengthMs }) => openedMs + lengthMs)) - beganMs;
  const later = windows.filter(({ openedMs }) => openedMs - beganMs >= MINUTE_MS).map(({ lengthMs }) => lengthMs);
  const floorMs = rttMs + unbindMs + bindMs;
  const wallFloorS = ((Math.ceil(INSTANCES / EATEN_PER_MINUTE) - 1) * MINUTE_MS + rttMs / 2 + bindMs) / 1_000;
  const what = `${INSTANCES} instances at 100%, half of the Associate quota eaten by others`;
  return [
    exactly(`windows, ${what}`, windows.length, INSTANCES, 'windows'),
    atMost(`window p99 after the first minute, ${what}`, percentile(later, 0.99), { unit: 'ms', floor: floorMs, goal: floorMs + SLACK_MS }),
    atMost(`window p99 over all, ${what}`, percentile(windows.map(({ lengthMs }) => lengthMs), 0.99), { unit: 'ms', floor: floorMs, goal: 2 * MINUTE_MS }),
    atMost(`wall time, ${what}`, Math.round(wallMs / 100) / 10, { unit: 's', floor: wallFloorS, goal: Math.round(wallFloorS * WALL_SHARE_MAX) }),
  ];
}
