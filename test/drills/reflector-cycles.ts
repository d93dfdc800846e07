// The reflector alone, broken in ten ways, three times each, with every resource changed while it cannot hear.
import { systemClock } from '../../src/adapters/clock.ts';
import { connect } from '../../src/adapters/kubernetes/connection.ts';
import { breakingProxy } from '../kit/breaking-proxy.ts';
import { ControlPlane } from './kit/control-plane.ts';
import { BREAKAGES, Cycles } from './kit/cycles.ts';
import { seconds } from './kit/drill.ts';
import type { Drill, Print } from './kit/drill.ts';

const TIMES = 3;
const FACTOR = 10;
const RECOVERED_MS_MAX = 75_000;

async function run(print: Print): ReturnType<Drill['run']> {
  await using ends = new AsyncDisposableStack();
  const plane = ends.adopt(await ControlPlane.start(), (each) => each.stop());
  const proxy = ends.adopt(await breakingProxy({ target: plane.url }), (each) => each.close());
  const direct = ends.adopt(await connect({ kubeconfig: await plane.kubeconfig(), clock: systemClock, userAgent: 'drill/1' }), (each) => each.close());
  const cycles = ends.use(await Cycles.begin({ direct, proxy, kubeconfig: await plane.kubeconfig({ server: proxy.url }), factor: FACTOR }));
  const slowest = new Map<string, number>();
  for (let time = 0; time < TIMES; time += 1) {
    for (const breakage of BREAKAGES) slowest.set(breakage.what, Math.max(slowest.get(breakage.what) ?? 0, await cycles.cycle(breakage)));
  }
  for (const [what, ms] of slowest) print(`${what}: all was seen after ${seconds(ms)} s at the latest`);
  const { relists, reconnects } = cycles.reading.reflector.health();
  for (const problem of cycles.order.problems) print(problem);
  const recoveredMs = Math.max(...slowest.values());
  return {
    ok: cycles.order.problems.length === 0 && recoveredMs <= RECOVERED_MS_MAX,
    figures: { recoveredAfterS: seconds(recoveredMs), cycles: TIMES * BREAKAGES.length, outOfOrder: cycles.order.problems.length, relists, reconnects },
  };
}

export const drill: Drill = {
  name: 'reflector-cycles',
  description: 'the reflector on a clock ten times faster: 30 cycles of ten breakages, all changed meanwhile; nothing is missed',
  run,
};
