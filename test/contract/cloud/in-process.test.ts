// The suite over the SDK without sockets: what it would send goes to the simulated cloud in process, on a virtual clock.
import { SimulatedCloud } from '../../../sim/cloud/engine/cloud.ts';
import { buildState } from '../../../sim/cloud/world/build.ts';
import { checkWorld } from '../../../sim/cloud/world/parse.ts';
import type { Transport } from '../../../src/adapters/alicloud/clients.ts';
import { createClouds } from '../../../src/adapters/alicloud/clouds.ts';
import { fixedKeys } from '../../../src/adapters/alicloud/credentials.ts';
import type { SentCall } from '../../../src/adapters/alicloud/funnel.ts';
import type { VpcId } from '../../../src/core/ids.ts';
import type { CloudUnderTest } from './bench.ts';
import { keptLog, seeded } from './recording.ts';
import { describeCloud } from './suite.ts';
import { VirtualClock } from '../../kit/virtual-clock.ts';
import { ACCESS_KEY_ID, ACCESS_KEY_SECRET, contractWorld } from './world.ts';

/** Half of the round trip before the effect and half after it, as on the wire. */
const over = (sim: SimulatedCloud, clock: VirtualClock): Transport => ({ product, action, query }) => new Promise((resolve, reject) => {
  const halfMs = sim.latencyMs('rtt') / 2;
  clock.after(halfMs, () => {
    const answer = sim.call({ product, action, params: query, accessKeyId: ACCESS_KEY_ID });
    clock.after(halfMs + answer.delayMs, () => {
      if (answer.dropped) reject(Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }));
      else resolve({ statusCode: answer.status, headers: answer.headers, body: answer.body });
    });
  });
});

describeCloud('the SDK in process, on a virtual clock', async () => {
  const clock = new VirtualClock();
  const sim = new SimulatedCloud(buildState(checkWorld(contractWorld({})), clock.now()), { clock, random: seeded(7) });
  const { log, lines } = keptLog();
  const sent: SentCall[] = [];
  const clouds = createClouds({
    credentials: fixedKeys('suite', { accessKeyId: ACCESS_KEY_ID, accessKeySecret: ACCESS_KEY_SECRET }), network: 'vpc', clock, random: seeded(11), log,
    transport: over(sim, clock), onCall: (call) => void sent.push(call),
  });
  return {
    clouds, sim, sent, logged: lines, regionId: 'cn-hangzhou', vpcId: 'vpc-1' as VpcId, deadlineMs: 10_000,
    settle: (promise) => clock.settle(promise), stop: async () => undefined,
  } satisfies CloudUnderTest;
});
