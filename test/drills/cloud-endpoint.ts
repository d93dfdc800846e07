// The cloud's endpoint breaks in every way while a fleet is being unified: resets, silence, HTML, half answers, answers after the
// deadline. Nobody may stay without address for longer than the breaks and the bound of the window force, and nothing is made twice.
import { setTimeout as pause } from 'node:timers/promises';
import { PATH, objectPath } from '../../src/adapters/kubernetes/api.ts';
import type { EgressUnificationStatus } from '../../src/api/egress-unification.ts';
import { eventually } from '../apiserver/kit/until.ts';
import { vpc, worldOf } from '../apiserver/kit/worlds.ts';
import { seconds } from './kit/drill.ts';
import type { Drill, Print } from './kit/drill.ts';
import { Scene } from './kit/scene.ts';
import { WindowWatch } from './kit/window-watch.ts';

const INSTANCES = 8;
const NAT_IP = '47.96.8.1';
/** A window that is older turns round (design section 3). */
const WINDOW_MS_MAX = 30_000;
const HANG_MS = 12_000;
const SETTLED_MS_MAX = 420_000;
const BREAKS_MAX = 22;
const NEXT_WINDOW_MS_MAX = 8_000;
const APART_MS = 2_000;
const ipOf = (index: number): string => `47.98.8.${index + 1}`;

const world = worldOf(vpc('fleet', {
  egressIp: NAT_IP,
  instances: Object.fromEntries(Array.from({ length: INSTANCES }, (_, index) => [`i-${index}`, { publicIp: ipOf(index), tags: { egress: 'unified' } }] as const)),
}));

interface Break {
  readonly what: string;
  readonly lastsMs: number;
  readonly begin: (scene: Scene) => Promise<void> | void;
}

const BREAKS: readonly Break[] = [
  { what: 'all connections reset', lastsMs: 0, begin: ({ toCloud }) => toCloud.reset() },
  { what: 'connections refused for 3 s', lastsMs: 3_000, begin: ({ toCloud }) => { toCloud.refuse(); toCloud.reset(); } },
  { what: 'four answers cut off after 300 bytes', lastsMs: 2_000, begin: ({ toCloud }) => toCloud.truncate({ afterBytes: 300, count: 4 }) },
  { what: 'two answers that end too early as if complete', lastsMs: 2_000, begin: ({ toCloud }) => toCloud.truncate({ afterBytes: 400, cut: 'end', count: 2 }) },
  { what: 'connections lost without a word', lastsMs: 0, begin: ({ toCloud }) => toCloud.lose() },
  { what: 'answers that never come for 3 s', lastsMs: 3_000, begin: ({ toCloud }) => toCloud.blackHole(['toClient']) },
  { what: `silence for ${HANG_MS / 1000} s, beyond the deadline`, lastsMs: HANG_MS, begin: ({ toCloud }) => toCloud.blackHole() },
  { what: 'six pages of HTML', lastsMs: 2_000, begin: ({ cloud }) => cloud.faults({ kind: 'html', count: 6 }) },
  { what: 'four answers lost after the effect', lastsMs: 2_000, begin: ({ cloud }) => cloud.faults({ kind: 'dropAnswer', phase: 'after', count: 4 }) },
  { what: 'a slow line: 400 ms and 20 kB/s', lastsMs: 5_000, begin: ({ toCloud }) => toCloud.slow({ latencyMs: 400, bytesPerSecond: 20_000 }) },
  { what: 'three answers after the deadline, with effect', lastsMs: 2_000, begin: ({ cloud }) => cloud.faults({ kind: 'delay', phase: 'after', delayMs: HANG_MS, count: 3 }) },
];

const NO_BREAK: Break = { what: 'nothing', lastsMs: 0, begin: () => undefined };

async function isUnified(scene: Scene): Promise<boolean> {
  const { status } = (await scene.direct.request({ method: 'GET', path: objectPath(PATH.egressUnifications, 'fleet') })) as { readonly status?: EgressUnificationStatus };
  return status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') ?? false;
}

/** Breaks one thing after another, each in a window if one comes soon, until the fleet is unified; gives how often. */
async function breakUntilUnified(scene: Scene, watch: WindowWatch, print: Print): Promise<number> {
  let breaks = 0;
  for (; breaks < BREAKS_MAX && !(await isUnified(scene)); breaks += 1) {
    const { what, lastsMs, begin } = BREAKS[breaks % BREAKS.length] ?? NO_BREAK;
    await eventually(() => { if (watch.open.length === 0) throw new Error('no window is open'); }, { timeoutMs: NEXT_WINDOW_MS_MAX, everyMs: 20 }).catch(() => undefined);
    const inWindow = watch.open.join(', ') || 'nobody';
    await begin(scene);
    await pause(lastsMs);
    scene.toCloud.heal();
    await scene.cloud.noFaults();
    print(`${what}, with ${inWindow} in the window; windows closed so far ${watch.spansMs.length}, the longest ${seconds(Math.max(0, ...watch.spansMs))} s`);
    await pause(APART_MS);
  }
  return breaks;
}

/** Who is not seen by the Internet as wished. */
async function strays(scene: Scene): Promise<readonly string[]> {
  const { instances } = await scene.cloud.world();
  return instances.filter(({ egressIps, inboundIps, id }) => egressIps.join() !== NAT_IP || inboundIps.join() !== ipOf(Number(id.slice(2)))).map(({ id }) => id);
}

/** Actions that changed something, those of which the answer was lost among them. */
async function effects(scene: Scene): Promise<readonly string[]> {
  return (await scene.cloud.calls()).filter(({ mutates, code }) => mutates && ['', 'dropped'].includes(code)).map(({ action }) => action);
}

async function run(print: Print): ReturnType<Drill['run']> {
  await using scene = await Scene.set({ world, speed: 1 });
  await scene.startController();
  const watch = new WindowWatch(scene.cloud);
  scene.endFirst(() => watch.end());
  const spec = { regionId: 'cn-hangzhou', vpcId: 'vpc-fleet', instanceSelector: { tags: { egress: 'unified' } }, rollout: { maxInProgress: 3 } };
  const beganMs = performance.now();
  await scene.direct.request({ method: 'POST', path: PATH.egressUnifications, body: { apiVersion: 'egressunification.io/v1alpha1', kind: 'EgressUnification', metadata: { name: 'fleet' }, spec } });
  await eventually(async () => { if ((await scene.cloud.writes()).length === 0) throw new Error('nothing has begun'); });
  const breaks = await breakUntilUnified(scene, watch, print);
  const healedAtMs = performance.now();
  await eventually(async () => { if (!(await isUnified(scene))) throw new Error('the fleet is not unified'); }, { timeoutMs: SETTLED_MS_MAX });
  await watch.end();
  const writes = await effects(scene);
  const count = (action: string): number => writes.filter((each) => each === action).length;
  const [creates, enis, stray] = [count('CreateNetworkInterface'), await scene.cloud.enis(), await strays(scene)];
  const longestMs = Math.max(0, ...watch.spansMs);
  print(`unified ${seconds(performance.now() - beganMs)} s after the start; writes: ${JSON.stringify(Object.fromEntries([...new Set(writes)].map((action) => [action, count(action)])))}`);
  const ok = longestMs <= WINDOW_MS_MAX + HANG_MS && watch.open.length === 0 && creates === INSTANCES && enis.length === INSTANCES && stray.length === 0 && count('ConvertNatPublicIpToEip') === INSTANCES;
  return {
    ok,
    figures: { recoveredAfterS: seconds(performance.now() - healedAtMs), breaks, windows: watch.spansMs.length, longestWindowS: seconds(longestMs), creates, writes: writes.length, writesNeeded: 6 * INSTANCES },
  };
}

export const drill: Drill = {
  name: 'cloud-endpoint',
  description: `the cloud's endpoint resets, hangs, answers HTML and halves in a roll-out; windows ≤ ${(WINDOW_MS_MAX + HANG_MS) / 1000} s, nothing made twice`,
  run,
};
