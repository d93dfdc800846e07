/** What every part of the loop is handed: ports, options, and the queue on which keys are put. */
import type { Fences } from '../core/fences.ts';
import type { Guests } from '../ports/guests.ts';
import type { Prober } from '../ports/prober.ts';
import type { Random, Clock, Log } from '../ports/runtime.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { ClusterNodes, Events, Resources } from '../ports/resources.ts';
import type { Verifier } from './verification/verifier.ts';
import type { VpcBook } from './vpc-book.ts';
import type { Windows } from './windows.ts';
import type { WorkQueue } from './work-queue.ts';

export interface ControllerOptions {
  /** Whose tags are ours: --cluster-id, default the UID of the namespace kube-system. */
  readonly clusterId: string;
  /** Nothing is begun; windows still close. */
  readonly observeOnly: boolean;
  readonly allowBillingChanges: boolean;
  /** None when not given. */
  readonly fences?: Fences;
}

export interface Context {
  readonly options: ControllerOptions;
  readonly resources: Resources;
  readonly events: Events;
  readonly nodes: ClusterNodes;
  readonly book: VpcBook;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly queue: WorkQueue;
  readonly windows: Windows;
  readonly verifier: Verifier;
  /** Connections from outside; undefined: none can be tried. */
  readonly prober: Prober | undefined;
  /** Of a region. undefined: --allow-guest-commands is not given. */
  readonly guests: ((regionId: string) => Guests) | undefined;
}

export const resourceKey = (name: string): string => `resource/${name}`;
export const instanceKey = (name: string, instance: string): string => `instance/${name}/${instance}`;

/** Which of the two loops a key belongs to, as metrics call it. */
export const loopOf = (key: string): 'resource' | 'instance' => (key.startsWith('resource/') ? 'resource' : 'instance');

/** Of a window; all windows of one resource have its UID before the slash. */
export const windowKey = (uid: string, instance: string): string => `${uid}/${instance}`;

/** Full jitter below, never above: what must happen within an interval happens within it. */
export const jittered = (random: Random, ms: number): number => ms * (0.9 + 0.1 * random());

/** 1 s, doubled per failure up to `maxMs`, with jitter. */
export const backoffMs = (random: Random, failures: number, maxMs: number): number => jittered(random, Math.min(maxMs, 1_000 * 2 ** Math.min(failures, 16)));
