// The suite over the SDK as it is, on HTTP, against the simulated cloud on a free port.
import type { AddressInfo } from 'node:net';
import { SimulatedCloud } from '../../../sim/cloud/engine/cloud.ts';
import { fastClock, machineTime } from '../../../sim/cloud/wire/clock.ts';
import { cloudServer } from '../../../sim/cloud/wire/server.ts';
import { buildState } from '../../../sim/cloud/world/build.ts';
import { checkWorld } from '../../../sim/cloud/world/parse.ts';
import { createClouds } from '../../../src/adapters/alicloud/clouds.ts';
import { fixedKeys } from '../../../src/adapters/alicloud/credentials.ts';
import type { SentCall } from '../../../src/adapters/alicloud/funnel.ts';
import type { VpcId } from '../../../src/core/ids.ts';
import type { CloudUnderTest } from './bench.ts';
import { keptLog, seeded } from './recording.ts';
import { describeCloud } from './suite.ts';
import { ACCESS_KEY_ID, ACCESS_KEY_SECRET, contractWorld } from './world.ts';

const soon = { rtt: 0, attach: 20, detach: 20, delete: 20, associate: 20, unassociate: 20, convert: 20, snat: 20, release: 20, chargeType: 20, command: 20 };
const clock = { now: () => Date.now(), monotonic: () => performance.now(), after: (delayMs: number, task: () => void) => machineTime.after(delayMs, task) };

describeCloud('the SDK over HTTP', async () => {
  const sim = new SimulatedCloud(buildState(checkWorld(contractWorld(soon)), Date.now()), { clock: fastClock(machineTime, 1), random: seeded(7) });
  const server = cloudServer({ cloud: sim, realNow: () => Date.now() });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { log, lines } = keptLog();
  const sent: SentCall[] = [];
  const deadlineMs = 2000;
  const clouds = createClouds({
    credentials: fixedKeys('suite', { accessKeyId: ACCESS_KEY_ID, accessKeySecret: ACCESS_KEY_SECRET }), network: 'public',
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, clock, random: Math.random, log, deadlineMs, onCall: (call) => void sent.push(call),
  });
  return {
    clouds, sim, sent, logged: lines, regionId: 'cn-hangzhou', vpcId: 'vpc-1' as VpcId, deadlineMs, settle: (promise) => promise,
    stop: async () => {
      server.closeAllConnections();
      await new Promise<unknown>((resolve) => server.close(resolve));
    },
  } satisfies CloudUnderTest;
});
