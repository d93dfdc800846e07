// The controller starts while there is no API server. It waits and says so, and works once there is one.
import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '../apiserver/kit/until.ts';
import { seconds } from './kit/drill.ts';
import type { Drill } from './kit/drill.ts';
import { Pulse } from './kit/pulse.ts';
import { Scene } from './kit/scene.ts';

const DOWN_MS = 20_000;
const SAID_MS_MAX = 5_000;
const RECOVERED_MS_MAX = 15_000;

export const drill: Drill = {
  name: 'api-down-at-start',
  description: 'the controller starts 20 s before the API server does: it says so within 5 s, waits, and works within 15 s of its start',
  run: async (print) => {
    await using scene = await Scene.set();
    const pulse = new Pulse({ api: scene.direct });
    await pulse.create();
    await scene.plane.kill();
    const startedAtMs = performance.now();
    const controller = await scene.startController();
    const saidMs = await eventually(() => {
      if (!/"level":"warn".*ECONN/.test(controller.said)) throw new Error(`it does not say that the API server is down: ${controller.said}`);
      return performance.now() - startedAtMs;
    }, { timeoutMs: 15_000, everyMs: 20 });
    print(`it said after ${seconds(saidMs)} s: ${/.*"level":"warn".*/.exec(controller.said)?.[0] ?? ''}`);
    await pause(DOWN_MS - saidMs);
    await scene.plane.startAgain();
    const readyAtMs = performance.now();
    await eventually(async () => {
      const silent = await scene.unanswered();
      if (silent.length > 0) throw new Error(`nothing is said of ${silent.join(', ')}: ${controller.said.slice(-2000)}`);
    }, { timeoutMs: 60_000, everyMs: 50 });
    const afterMs = performance.now() - readyAtMs;
    print(`all is answered ${seconds(afterMs)} s after the API server was ready`);
    return { ok: saidMs <= SAID_MS_MAX && afterMs <= RECOVERED_MS_MAX, figures: { recoveredAfterS: seconds(afterMs), saidAfterS: seconds(saidMs) } };
  },
};
