// Every connection is reset, again and again, by a network that is well the rest of the time: nobody may be blind for longer than it
// takes to open a new one. Measured twice: at a reflector in this process, which tells when it saw an edit, and at the controller as a
// process, which tells in a status; there a reset may also cut the writing, which then waits for its own turn. At last a storm.
import { setTimeout as pause } from 'node:timers/promises';
import { systemClock } from '../../src/adapters/clock.ts';
import { seconds } from './kit/drill.ts';
import type { Drill } from './kit/drill.ts';
import { IN_TIME_MS, Pulse } from './kit/pulse.ts';
import { read } from './kit/reading.ts';
import { Scene } from './kit/scene.ts';

const RESETS = 8;
/** A watch that lived for ten seconds was a good one. */
const APART_MS = 12_000;
const STORM = 10;
/** The controller's wait before it writes a status again, twice, and the next edit of the same resource. */
const ANSWERED_MS_MAX = 6_000;
const RECOVERED_MS_MAX = 12_000;

async function run(print: (line: string) => void): ReturnType<Drill['run']> {
  await using scene = await Scene.set();
  await scene.startController();
  const answered = await scene.beginPulse();
  const seen = new Pulse({ api: scene.direct, prefix: 'seen' });
  await seen.create();
  const reading = await read(await scene.plane.kubeconfig({ server: scene.toKubernetes.url }), systemClock, (change) => { if (change.type !== 'deleted') seen.saw(change.name, change.value.generation); });
  seen.begin();
  scene.endFirst(() => reading[Symbol.asyncDispose]());
  scene.endFirst(() => seen.end());
  await pause(APART_MS);
  const beganMs = performance.now();
  const slowestSince = (pulse: Pulse, sinceMs: number): number => Math.round(pulse.slowestMs(sinceMs - IN_TIME_MS, performance.now() - IN_TIME_MS));
  for (let number = 1; number <= RESETS; number += 1) {
    const resetAtMs = performance.now();
    scene.toKubernetes.reset();
    await pause(APART_MS);
    print(`reset ${number}: the slowest edit was seen after ${slowestSince(seen, resetAtMs)} ms, answered after ${slowestSince(answered, resetAtMs)} ms`);
  }
  const [seenMs, answeredMs, edits] = [slowestSince(seen, beganMs), slowestSince(answered, beganMs), seen.count(beganMs)];
  for (let number = 0; number < STORM; number += 1) {
    scene.toKubernetes.reset();
    await pause(1_000);
  }
  const stormOverAtMs = performance.now();
  const recoveries = await Promise.all([seen, answered].map((pulse) => pulse.recovery(stormOverAtMs, 90_000)));
  const afterStormMs = Math.max(...recoveries.map(({ afterMs }) => afterMs));
  print(`after a storm of ${STORM} resets in ${STORM} s all is seen and answered again within ${seconds(afterStormMs)} s`);
  const ok = seenMs <= IN_TIME_MS && answeredMs <= ANSWERED_MS_MAX && afterStormMs <= RECOVERED_MS_MAX;
  return { ok, figures: { recoveredAfterS: seconds(seenMs), edits, relists: reading.reflector.health().relists, answeredSlowestMs: answeredMs, afterStormS: seconds(afterStormMs) } };
}

export const drill: Drill = {
  name: 'reset-connections',
  description: 'all connections to the API server are reset 8 times in 96 s; no edit is seen later than 1 s',
  run,
};
