// What the sentences of the suite are said about, and short ways to say them.
import type { SimulatedCloud } from '../../../sim/cloud/engine/cloud.ts';
import { CloudError, type CloudErrorDetail } from '../../../src/ports/cloud-error.ts';
import type { Cloud } from '../../../src/ports/cloud.ts';
import type { Guests } from '../../../src/ports/guests.ts';
import type { AlicloudClouds } from '../../../src/adapters/alicloud/clouds.ts';
import type { EipId, EniId, InstanceId, SecurityGroupId, VpcId, VSwitchId } from '../../../src/core/ids.ts';
import type { SentCall } from '../../../src/adapters/alicloud/funnel.ts';

/** An implementation that was started for one test. */
export interface CloudUnderTest {
  readonly clouds: AlicloudClouds;
  readonly regionId: string;
  readonly vpcId: VpcId;
  /** Waits for an answer; where time stands still by itself, lets it pass. */
  settle<T>(promise: Promise<T>): Promise<T>;
  /** The world behind it, where that can be looked into and spoilt. */
  readonly sim?: SimulatedCloud;
  /** Longest that a call may take. */
  readonly deadlineMs: number;
  /** Everything that was logged, one line each. */
  readonly logged: readonly string[];
  readonly sent: readonly SentCall[];
  stop(): Promise<void>;
}

export type Start = () => Promise<CloudUnderTest>;

export interface Bench {
  readonly under: CloudUnderTest;
  readonly cloud: Cloud;
  readonly guests: Guests;
  /** As `under.sim`; the test is skipped where there is none. */
  readonly sim: SimulatedCloud;
}

export const instanceId = (id: string): InstanceId => id as InstanceId;
export const eniId = (id: string): EniId => id as EniId;
export const eipId = (id: string): EipId => id as EipId;
export const vSwitchId = (id: string): VSwitchId => id as VSwitchId;
export const groupId = (id: string): SecurityGroupId => id as SecurityGroupId;

/** What a call failed with; fails the test when it did not fail, or with anything but a CloudError. */
export async function failureOf({ under }: Bench, call: Promise<unknown>): Promise<CloudErrorDetail> {
  const outcome = await under.settle(call.then((value) => ({ value }), (error: unknown) => ({ error })));
  if (!('error' in outcome)) throw new Error(`did not fail, but answered ${JSON.stringify(outcome.value)}`);
  if (!(outcome.error instanceof CloudError)) throw outcome.error;
  return outcome.error.detail;
}

/** Looks until what is seen is as it shall be. */
export async function until<T>({ under }: Bench, look: () => Promise<T>, holds: (seen: T) => boolean): Promise<T> {
  let seen = await under.settle(look());
  for (let looks = 1; !holds(seen); looks += 1) {
    if (looks > 300) throw new Error(`still ${JSON.stringify(seen)}`);
    seen = await under.settle(look());
  }
  return seen;
}

/** How often each action was called since a moment, as `{action: count}`. */
export async function callsDuring(bench: Bench, work: () => Promise<unknown>): Promise<Record<string, number>> {
  const before = bench.under.sent.length;
  await bench.under.settle(work());
  const counts: Record<string, number> = {};
  for (const { action } of bench.under.sent.slice(before)) counts[action] = (counts[action] ?? 0) + 1;
  return counts;
}
