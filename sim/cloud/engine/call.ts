// What an action gets to work with, and the table row that describes an action.

import type { GuestHost } from '../assistant/executor.ts';
import type { CloudState, LatencyName } from '../state/cloud-state.ts';
import type { Busy, Task } from '../state/entities.ts';
import type { Parameters } from './parameters.ts';

export type Product = 'ecs' | 'vpc';
export type Body = Readonly<Record<string, unknown>>;

export interface AsyncStep {
  readonly latency: LatencyName;
  /** What the operation brings about when its time has come. */
  readonly complete: () => void;
  /** Where it falls back to when it fails on the way. */
  readonly fail: () => void;
}

export interface Call {
  readonly state: CloudState;
  readonly parameters: Parameters;
  readonly nowMs: number;
  readonly requestId: string;
  /** Starts an asynchronous operation on `holder`, replacing the one under way there. */
  begin(holder: Busy, step: AsyncStep): Task;
  /** Where commands in guests run. */
  readonly guests: GuestHost;
  /** Refuses with DryRunOperation if the call is a dry run; an action calls it between its checks and its effect. */
  endDryRun(): void;
}

export interface Action {
  readonly product: Product;
  readonly name: string;
  readonly mutates: boolean;
  /** Whether the API takes a ClientToken (facts section 4). */
  readonly clientToken?: boolean;
  /** Whether the call works without RegionId. */
  readonly regionless?: boolean;
  readonly run: (call: Call) => Body;
}
