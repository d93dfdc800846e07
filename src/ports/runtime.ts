/** Time, chance and speech, so that nothing above the adapters touches Node's own; a simulation supplies its own. */

export interface Clock {
  /** Wall time in ms since the epoch; may jump. Only for what people read (conditions, events). */
  now(): number;
  /** Monotonic ms from an arbitrary origin; every age and deadline is measured on it. */
  monotonic(): number;
  /** Runs `task` once after `delayMs` (clamped to what timers can hold); the result cancels it. */
  after(delayMs: number, task: () => void): () => void;
}

/** Uniform in [0, 1). */
export type Random = () => number;

/**
 * Everything that a line may say besides its message. A field that is not here does not compile and is not written: what is not thought
 * of cannot tell a secret.
 */
export const LOG_FIELDS = [
  // what it is about
  'resource', 'instance', 'instances', 'ids', 'vpc', 'regionId', 'collection', 'name', 'key', 'lease', 'clusterId', 'server', 'address', 'path',
  // what was done
  'action', 'product', 'step', 'doing', 'requestId', 'durationMs', 'outcome', 'setup', 'type', 'note',
  // what it is like now
  'from', 'to', 'reason', 'ready', 'publicIp', 'holder', 'version', 'observeOnly', 'leaderElect', 'signal', 'serves',
  // what went wrong
  'error', 'kind', 'code', 'why', 'problems', 'failures', 'retryInMs',
] as const;
export type LogField = (typeof LOG_FIELDS)[number];
export type LogFields = Readonly<Partial<Record<LogField, string | number | boolean | undefined>>>;

export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}
