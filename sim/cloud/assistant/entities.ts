// What Cloud Assistant keeps: commands that can be invoked, and what became of each run of one on one instance.

import type { Busy } from '../state/entities.ts';
import type { Entry } from '../state/registry.ts';

export type CommandType = 'RunShellScript' | 'RunPowerShellScript' | 'RunBatScript';

/** What is run. */
export interface Script {
  readonly commandId: string;
  readonly name: string;
  readonly type: CommandType;
  /** Not encoded. */
  readonly content: string;
  readonly enableParameter: boolean;
  /** Seconds. */
  readonly timeout: number;
  readonly launcher: string;
}

/** A script that was kept, to be invoked by its id. */
export interface Command extends Entry, Script {
  readonly description: string;
  readonly workingDir: string;
  readonly createdAtMs: number;
  invokeTimes: number;
}

/**
 * Pending: being checked or delivered · Invalid: not for this guest · Aborted: could not be delivered within a minute · Running ·
 * Success: ended with 0 · Failed: ended with another code · Error: could not go on · Timeout.
 */
export type InvocationStatus = 'Pending' | 'Invalid' | 'Aborted' | 'Running' | 'Success' | 'Failed' | 'Error' | 'Timeout';

/** One run on one instance. Its id is `invokeId/instanceId`. */
export interface Invocation extends Entry, Busy {
  readonly invokeId: string;
  readonly instanceId: string;
  readonly script: Script;
  /** The values that are filled in, by name. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly username: string;
  readonly createdAtMs: number;
  status: InvocationStatus;
  exitCode: number | undefined;
  output: string;
  /** Bytes of output that were not kept. */
  dropped: number;
  errorCode: string;
  errorInfo: string;
  startedAtMs: number | undefined;
  finishedAtMs: number | undefined;
}
