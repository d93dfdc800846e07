// kill -9 of kube-apiserver, which comes back on the same port with the same etcd; the leader has to keep its lease.
import { setTimeout as pause } from 'node:timers/promises';
import { seconds } from './kit/drill.ts';
import type { Drill } from './kit/drill.ts';
import { Scene } from './kit/scene.ts';

const KILLS = 3;
const RECOVERED_MS_MAX = 15_000;

export const drill: Drill = {
  name: 'apiserver-killed',
  description: 'kube-apiserver is killed with -9 and started again, three times; all edits are seen, the leader leads on',
  run: async (print) => {
    await using scene = await Scene.set();
    const controller = await scene.startController();
    const pulse = await scene.beginPulse();
    const recoveries: number[] = [];
    for (let number = 1; number <= KILLS; number += 1) {
      await pause(5_000);
      const killedAtMs = performance.now();
      await scene.plane.kill();
      await scene.plane.startAgain();
      const readyAtMs = performance.now();
      const { afterMs } = await pulse.recovery(readyAtMs, 60_000);
      recoveries.push(afterMs);
      print(`kill ${number}: down for ${seconds(readyAtMs - killedAtMs)} s, all is seen again ${seconds(afterMs)} s after it was ready`);
    }
    const isAlive = await Promise.race([controller.ended.then(() => false), pause(0, true)]);
    const terms = controller.said.match(/"message":"leading"/g)?.length ?? 0;
    const recoveredMs = Math.max(...recoveries);
    return { ok: isAlive && terms === 1 && recoveredMs <= RECOVERED_MS_MAX, figures: { recoveredAfterS: seconds(recoveredMs), kills: KILLS, terms } };
  },
};
