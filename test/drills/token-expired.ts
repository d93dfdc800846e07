// The controller's token stops being accepted, first while a new one is in the file already, then half a minute before it is: the
// first must cost nothing that anybody notices, the second must be over as soon as the file is right.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { seconds } from './kit/drill.ts';
import type { Drill, Print } from './kit/drill.ts';
import { ServiceAccount } from './kit/service-account.ts';
import type { Pulse } from './kit/pulse.ts';
import { Scene } from './kit/scene.ts';

const LATE_MS = 30_000;
/** The longest wait after a failure, and a status that is written again. */
const RECOVERED_MS_MAX = 15_000;
/** Nothing but a write that the reset cut, which waits for its own turn. */
const IN_TIME_ROTATED_MS_MAX = 6_000;

/** The old token dies, every connection with it; the new one is in the file from the start, or later. Gives ms from then on. */
async function rotate({ scene, account, file, pulse }: { scene: Scene; account: ServiceAccount; file: string; pulse: Pulse }, lateMs: number): Promise<number> {
  const next = await account.token();
  if (lateMs === 0) await writeFile(file, next);
  await account.revokeAllBut(next);
  scene.toKubernetes.reset();
  if (lateMs > 0) {
    await pause(lateMs);
    await writeFile(file, next);
  }
  const { afterMs } = await pulse.recovery(performance.now(), 90_000);
  return afterMs;
}

async function run(print: Print): ReturnType<Drill['run']> {
  await using scene = await Scene.set();
  const account = await ServiceAccount.create(scene.plane, 'controller');
  const file = join(scene.plane.folder, 'token');
  await writeFile(file, await account.token());
  const controller = await scene.startController({ kubeconfig: await scene.plane.kubeconfig({ server: scene.toKubernetes.url, tokenFile: file }), flags: ['--leader-elect', 'false'] });
  const pulse = await scene.beginPulse();
  await pause(12_000);
  const soonMs = await rotate({ scene, account, file, pulse }, 0);
  print(`the new token was in the file already: all is seen again after ${seconds(soonMs)} s`);
  await pause(12_000);
  const lateMs = await rotate({ scene, account, file, pulse }, LATE_MS);
  print(`the new token came ${seconds(LATE_MS)} s late: all is seen again ${seconds(lateMs)} s after it came`);
  const refusals = controller.said.match(/Unauthorized|401/g)?.length ?? 0;
  const isAlive = await Promise.race([controller.ended.then(() => false), pause(0, true)]);
  const ok = isAlive && refusals > 0 && soonMs <= IN_TIME_ROTATED_MS_MAX && lateMs <= RECOVERED_MS_MAX;
  return { ok, figures: { recoveredAfterS: seconds(lateMs), rotatedInTimeS: seconds(soonMs), refusals } };
}

export const drill: Drill = {
  name: 'token-expired',
  description: 'the token is refused (401), with its successor in the file or 30 s later; the process lives on and goes on',
  run,
};
