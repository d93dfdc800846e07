// The way to the API server is slow: first as a bad line is, on which everything has to go on; then so slow that no answer comes
// within any deadline, for half a minute.
import { setTimeout as pause } from 'node:timers/promises';
import { seconds } from './kit/drill.ts';
import type { Drill } from './kit/drill.ts';
import { Scene } from './kit/scene.ts';

const BAD_LINE = { latencyMs: 250, bytesPerSecond: 100_000 };
const BAD_LINE_FOR_MS = 20_000;
/** Until the edit is heard and the answer is written: some pieces after one another, each late. */
const ON_BAD_LINE_MS_MAX = 5_000;
const TOO_SLOW_MS = 12_000;
const TOO_SLOW_FOR_MS = 30_000;
/** What was under way when it ended is as late as everything was; then the longest wait after a failure. */
const RECOVERED_MS_MAX = 2 * TOO_SLOW_MS + 11_000;

export const drill: Drill = {
  name: 'slow-answers',
  description: '250 ms and 100 kB/s to the API server, then 30 s of answers 12 s late, beyond every deadline; all edits are seen',
  run: async (print) => {
    await using scene = await Scene.set();
    const controller = await scene.startController({ flags: ['--leader-elect', 'false'] });
    const pulse = await scene.beginPulse();
    await pause(3_000);
    const slowAtMs = performance.now();
    scene.toKubernetes.slow(BAD_LINE);
    await pause(BAD_LINE_FOR_MS);
    const slowestMs = pulse.slowestMs(slowAtMs, performance.now() - ON_BAD_LINE_MS_MAX);
    print(`on a bad line the slowest edit was seen after ${Math.round(slowestMs)} ms`);
    scene.toKubernetes.slow({ latencyMs: TOO_SLOW_MS });
    await pause(TOO_SLOW_FOR_MS);
    const healedAtMs = performance.now();
    scene.toKubernetes.heal();
    const { afterMs } = await pulse.recovery(healedAtMs, 90_000);
    print(`after 30 s of answers that were too late all is seen again within ${seconds(afterMs)} s`);
    const isAlive = await Promise.race([controller.ended.then(() => false), pause(0, true)]);
    const ok = isAlive && slowestMs <= ON_BAD_LINE_MS_MAX && afterMs <= RECOVERED_MS_MAX;
    return { ok, figures: { recoveredAfterS: seconds(afterMs), onBadLineSlowestMs: Math.round(slowestMs) } };
  },
};
