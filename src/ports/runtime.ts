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

export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}
