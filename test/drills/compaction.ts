// etcd is compacted while the controller is cut off, so the version from which its watch would go on is forgotten: the server says
// 410, and only a new list helps. Without the server's own cache, which would still remember.
import { setTimeout as pause } from 'node:timers/promises';
import { seconds } from './kit/drill.ts';
import type { Drill } from './kit/drill.ts';
import { Scene } from './kit/scene.ts';

const CUT_OFF_MS = 4_000;
const ROUNDS = 5;
/** Two waits after failures; writes that were cut off may wait for their own turn. */
const RECOVERED_MS_MAX = 6_000;

export const drill: Drill = {
  name: 'compaction',
  description: 'etcd forgets the version of the watch while the controller is cut off, five times; the 410 leads to a new list at once',
  run: async (print) => {
    await using scene = await Scene.set({ flags: ['--watch-cache=false'] });
    const controller = await scene.startController({ flags: ['--log-level', 'debug'] });
    const pulse = await scene.beginPulse();
    const recoveries: number[] = [];
    for (let round = 1; round <= ROUNDS; round += 1) {
      await pause(12_000);
      scene.toKubernetes.blackHole();
      scene.toKubernetes.reset();
      await pause(CUT_OFF_MS);
      await scene.plane.compact();
      const healedAtMs = performance.now();
      scene.toKubernetes.heal();
      const { afterMs } = await pulse.recovery(healedAtMs, 60_000);
      recoveries.push(afterMs);
      print(`compaction ${round}: all is seen again after ${seconds(afterMs)} s`);
    }
    const forgotten = controller.said.match(/watch is too old/g)?.length ?? 0;
    const recoveredMs = Math.max(...recoveries);
    return { ok: forgotten >= ROUNDS && recoveredMs <= RECOVERED_MS_MAX, figures: { recoveredAfterS: seconds(recoveredMs), rounds: ROUNDS, forgotten } };
  },
};
