// An end for a call that might have none. One controller and one timer for each call and nothing combined with longer-lived
// signals, which leak (facts: AbortSignal.any); both are let go of when the call is over.
import type { Clock } from '../../ports/runtime.ts';

/** When a call is to end at the latest. */
export interface Deadline {
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** Gives the call up earlier. */
  readonly signal: AbortSignal | undefined;
}

/** Runs the task; rejects when the time is over or the signal says so, even if the task takes no notice of its own signal. */
export async function withDeadline<T>({ clock, timeoutMs, signal }: Deadline, task: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const abort = new AbortController();
  const cut = Promise.withResolvers<never>();
  const end = (reason: string): void => {
    const error = new Error(reason);
    cut.reject(error);
    abort.abort(error);
  };
  const leave = (): void => end('the call was given up');
  const cancel = clock.after(timeoutMs, () => end(`no answer within ${timeoutMs / 1000} s`));
  signal?.addEventListener('abort', leave, { once: true });
  try {
    if (signal?.aborted === true) leave();
    return await Promise.race([cut.promise, task(abort.signal)]);
  } finally {
    cancel();
    signal?.removeEventListener('abort', leave);
  }
}
