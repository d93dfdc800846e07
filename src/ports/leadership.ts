/**
 * One actor among replicas. Whoever holds the lease may change the cloud; the question is asked synchronously right before each
 * mutating call is sent, against the monotonic clock, so that a process that slept finds out before it acts.
 */
export interface Leadership {
  /** Resolves once this process leads; stands by until then. Rejects only when `signal` is aborted. */
  acquire(signal: AbortSignal): Promise<void>;
  /** Whether a mutating call may be sent at this very moment: the lease was renewed less than the renew deadline ago. */
  mayAct(): boolean;
  /** Resolves when the lease could not be renewed in time, or was found in other hands; never after `release`. */
  readonly lost: Promise<void>;
  /** Stops renewing and gives the lease up, so that a successor need not wait for it to expire. Never throws. */
  release(): Promise<void>;
}
