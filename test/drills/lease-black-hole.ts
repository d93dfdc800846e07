// The leader is cut off from the API server for longer than its renew deadline, while its way to the cloud is well: it has to end by
// itself, before anybody else may act, and the one that stands by takes over.
import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '../apiserver/kit/until.ts';
import { seconds } from './kit/drill.ts';
import type { Drill } from './kit/drill.ts';
import { Scene } from './kit/scene.ts';

const RENEW_DEADLINE_MS = 10_000;
const TAKEN_OVER_MS_MAX = 22_000;
const leads = /"message":"leading"/;

export const drill: Drill = {
  name: 'lease-black-hole',
  description: 'the leader is cut off from the API server: it ends within 10 s and a bit, the other leads within 22 s of the cut',
  run: async (print) => {
    await using scene = await Scene.set();
    const first = await scene.startController({ name: 'first' });
    const pulse = await scene.beginPulse();
    const second = await scene.startController({ name: 'second', kubeconfig: await scene.plane.kubeconfig() });
    await eventually(() => { if (!second.said.includes('standing by')) throw new Error(`the second does not stand by: ${second.said}`); });
    await pause(3_000);
    const cutAtMs = performance.now();
    scene.toKubernetes.blackHole();
    const { code } = await Promise.race([first.ended, pause(60_000, { code: 0 })]);
    const endedMs = performance.now() - cutAtMs;
    const ledTooSoon = leads.test(second.said);
    print(`the leader ended after ${seconds(endedMs)} s with exit code ${code}: ${first.said.trim().split('\n').at(-1) ?? ''}`);
    await eventually(() => { if (!leads.test(second.said)) throw new Error(`the second does not lead: ${second.said}`); }, { timeoutMs: 60_000, everyMs: 20 });
    const takenOverMs = performance.now() - cutAtMs;
    const { afterMs } = await pulse.recovery(cutAtMs, 60_000);
    print(`the other leads after ${seconds(takenOverMs)} s, and all edits are answered after ${seconds(afterMs)} s`);
    const ok = code === 1 && !ledTooSoon && endedMs <= RENEW_DEADLINE_MS + 1_000 && takenOverMs <= TAKEN_OVER_MS_MAX;
    return { ok, figures: { recoveredAfterS: seconds(afterMs), endedAfterS: seconds(endedMs), takenOverAfterS: seconds(takenOverMs), exitCode: code } };
  },
};
