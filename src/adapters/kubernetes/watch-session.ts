// One watch from its opening to its end, under a timer: a stream that says nothing for 70 s, though the server promised a bookmark
// each minute, is dead, whatever its connection says. A quiet collection of a quiet cluster looks the same (the server has no newer
// version to put into a bookmark), so the remedy is a list, which tells the one from the other. After the end no line is taken, even if the transport still has some.
import type { Clock } from '../../ports/runtime.ts';
import { ApiError } from './errors.ts';
import type { ListWatch } from './list-watch.ts';

const INACTIVITY_MS = 70_000;

/** Nothing came for INACTIVITY_MS. */
export class SilentWatch extends ApiError {}

/** A watch under way. */
export interface WatchSession {
  /** Resolves when the server ended the stream or `stop` was called; rejects with whatever else ended it, be it `take`. */
  readonly ended: Promise<void>;
  stop(): void;
}

/** Opens a watch; `take` gets each line, and what it throws ends the watch. */
export function openWatchSession(
  { listWatch, clock }: { readonly listWatch: ListWatch; readonly clock: Clock },
  from: { readonly resourceVersion: string; readonly timeoutSeconds: number },
  take: (line: string) => void,
): WatchSession {
  const abort = new AbortController();
  const cut = Promise.withResolvers<undefined>();
  let disarm: () => void = () => undefined;
  const arm = (): void => {
    disarm();
    disarm = clock.after(INACTIVITY_MS, () => cut.reject(new SilentWatch(`the watch was silent for ${INACTIVITY_MS / 1000} s`, { kind: 'unavailable', httpStatus: 0 })));
  };
  const onLine = (line: string): void => {
    if (abort.signal.aborted) return;
    arm();
    try {
      take(line);
    } catch (error) {
      cut.reject(error);
      abort.abort();
    }
  };
  const follow = async (): Promise<void> => {
    arm();
    try {
      await Promise.race([cut.promise, listWatch.watch(from, onLine, abort.signal)]);
    } finally {
      disarm();
      abort.abort();
    }
  };
  const stop = (): void => {
    cut.resolve(undefined);
    abort.abort();
  };
  return { ended: follow(), stop };
}
