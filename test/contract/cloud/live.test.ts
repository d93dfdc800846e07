// The suite on the live cloud, where EGRESS_LIVE_REGION, EGRESS_LIVE_VPC and keys are in the environment; EGRESS_LIVE_ENDPOINT sends it
// elsewhere. It reads, and writes only to the network interface that it makes itself and deletes again; in a VPC without instances even that is skipped.
import { readFile } from 'node:fs/promises';
import { createClouds } from '../../../src/adapters/alicloud/clouds.ts';
import { chooseCredentials } from '../../../src/adapters/alicloud/credentials.ts';
import type { SentCall } from '../../../src/adapters/alicloud/funnel.ts';
import type { VpcId } from '../../../src/core/ids.ts';
import { machineTime } from '../../../sim/cloud/wire/clock.ts';
import type { CloudUnderTest } from './bench.ts';
import { keptLog } from './recording.ts';
import { describeCloud } from './suite.ts';

const clock = { now: () => Date.now(), monotonic: () => performance.now(), after: (delayMs: number, task: () => void) => machineTime.after(delayMs, task) };

const { EGRESS_LIVE_REGION: regionId, EGRESS_LIVE_VPC: vpcId } = process.env;
const endpoint = process.env['EGRESS_LIVE_ENDPOINT'];
const network = process.env['EGRESS_LIVE_NETWORK'] === 'vpc' ? 'vpc' : 'public';

async function startLive(region: string, vpc: string): Promise<CloudUnderTest> {
  const credentials = await chooseCredentials({ kind: 'auto', env: process.env, network, clock, readText: (path) => readFile(path, 'utf8') });
  const { log, lines } = keptLog();
  const sent: SentCall[] = [];
  const clouds = createClouds({ credentials, network, clock, random: Math.random, log, onCall: (call) => void sent.push(call), ...(endpoint !== undefined && { endpoint }) });
  return { clouds, sent, logged: lines, regionId: region, vpcId: vpc as VpcId, deadlineMs: 10_000, settle: (promise) => promise, stop: async () => undefined };
}

describeCloud('the live cloud', regionId && vpcId ? () => startLive(regionId, vpcId) : { skipped: 'EGRESS_LIVE_REGION and EGRESS_LIVE_VPC are not set' });
