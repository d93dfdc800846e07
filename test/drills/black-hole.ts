// The network to the API server drops every packet for 30 s, on old and new connections, and then goes on as if nothing had been.
// Without leader election: a leader that cannot renew its lease ends, which is a drill of its own.
import { setTimeout as pause } from 'node:timers/promises';
import { seconds } from './kit/drill.ts';
import type { Drill } from './kit/drill.ts';
import { Scene } from './kit/scene.ts';

const HOLE_MS = 30_000;
/** The longest wait after a failure, and a call that was sent into the hole just before its end. */
const RECOVERED_MS_MAX = 22_000;

export const drill: Drill = {
  name: 'black-hole',
  description: 'nothing reaches the API server for 30 s; then all edits are seen, the process never ended',
  run: async (print) => {
    await using scene = await Scene.set();
    const controller = await scene.startController({ flags: ['--leader-elect', 'false'] });
    const pulse = await scene.beginPulse();
    await pause(3_000);
    scene.toKubernetes.blackHole();
    await pause(HOLE_MS);
    const healedAtMs = performance.now();
    scene.toKubernetes.heal();
    const first = await pulse.recovery(healedAtMs, 90_000);
    print(`black hole of 30 s: all is seen again ${seconds(first.afterMs)} s after it healed`);
    scene.toKubernetes.blackHole();
    scene.toKubernetes.reset();
    await pause(HOLE_MS);
    const openAgainAtMs = performance.now();
    scene.toKubernetes.heal();
    const second = await pulse.recovery(openAgainAtMs, 90_000);
    print(`the same with every old connection reset: ${seconds(second.afterMs)} s after it healed`);
    const isAlive = await Promise.race([controller.ended.then(() => false), pause(0, true)]);
    const recoveredMs = Math.max(first.afterMs, second.afterMs);
    return { ok: isAlive && recoveredMs <= RECOVERED_MS_MAX, figures: { recoveredAfterS: seconds(recoveredMs), oldConnectionsLiveS: seconds(first.afterMs), oldConnectionsResetS: seconds(second.afterMs) } };
  },
};
