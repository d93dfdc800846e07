// A device on the way forgets every connection at once and tells nobody, as a NAT gateway or a failed-over load balancer does. The
// watch stays open and says nothing; what lies idle in the pool is dead as well. Twice: with nothing but the watch's own silence to
// tell it from a quiet one, and with a lease whose renewal has no answer.
import { setTimeout as pause } from 'node:timers/promises';
import { seconds } from './kit/drill.ts';
import type { Drill, Print } from './kit/drill.ts';
import { IN_TIME_MS } from './kit/pulse.ts';
import { Scene } from './kit/scene.ts';

const RECOVERED_MS_MAX = 75_000;
/** A renewal each 2 s, 4 s for its answer, the first wait after a failure. */
const WITH_LEASE_MS_MAX = 10_000;
const HEALTHY_MS = 12_000;

interface Silence {
  readonly healthyMs: number;
  readonly afterMs: number;
}

async function silence(leaderElect: boolean, print: Print): Promise<Silence> {
  await using scene = await Scene.set();
  await scene.startController({ flags: ['--leader-elect', String(leaderElect)] });
  const pulse = await scene.beginPulse();
  const beganMs = performance.now();
  await pause(HEALTHY_MS);
  const healthyMs = pulse.slowestMs(beganMs, performance.now() - IN_TIME_MS);
  const brokenAtMs = performance.now();
  scene.toKubernetes.lose();
  const { afterMs } = await pulse.recovery(brokenAtMs, 120_000);
  print(`${leaderElect ? 'with a lease' : 'without a lease'}: healthy, the slowest edit was seen after ${Math.round(healthyMs)} ms; half-open, all is seen again after ${seconds(afterMs)} s`);
  return { healthyMs, afterMs };
}

export const drill: Drill = {
  name: 'silent-watch',
  description: 'all connections to the API server are half-open for ever; all is seen again within 75 s, with a lease within 10 s',
  run: async (print) => {
    const [alone, leading] = [await silence(false, print), await silence(true, print)];
    const healthyMs = Math.max(alone.healthyMs, leading.healthyMs);
    const ok = alone.afterMs <= RECOVERED_MS_MAX && leading.afterMs <= WITH_LEASE_MS_MAX && healthyMs <= IN_TIME_MS;
    return { ok, figures: { recoveredAfterS: seconds(alone.afterMs), withLeaseS: seconds(leading.afterMs), healthySlowestMs: Math.round(healthyMs) } };
  },
};
