// The result as data, one line for scripts. Calls and windows are those of the unification alone: the demo goes on to break things by
// hand, and what the mending costs is another matter.
import type { LogEntry } from '../cloud/engine/call-log.ts';
import type { Row } from './rows.ts';

export interface Costs {
  readonly mutatingCalls: number;
  readonly readCalls: number;
  /** World time. */
  readonly windowsMs: readonly number[];
}

export interface Summary extends Costs {
  readonly ok: boolean;
  readonly instances: readonly {
    readonly id: string;
    readonly state: string;
    readonly egressIp: string;
    readonly inboundIps: readonly string[];
    readonly reason: string;
  }[];
}

/** Counted by the cloud, refused calls included. */
export function costsOf(log: readonly LogEntry[], windowsMs: readonly number[]): Costs {
  const mutatingCalls = log.filter(({ mutates }) => mutates).length;
  return { mutatingCalls, readCalls: log.length - mutatingCalls, windowsMs };
}

export function summaryOf(ok: boolean, rows: readonly Row[], costs: Costs): Summary {
  const instances = rows.map(({ sighting: { id, egressIps, inboundIps }, said: { state, reason, message } }) => ({
    id, state, egressIp: egressIps.join(', '), inboundIps, reason: reason === '' ? '' : `${reason}: ${message}`,
  }));
  return { ok, instances, ...costs };
}

/** The value below which the share of all values lies, nearest rank; 0 of none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}
