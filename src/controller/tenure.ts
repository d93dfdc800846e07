/**
 * The life of one replica: stand by with warm caches, lead, stand down. It ends when leadership is lost, and then nothing more may be
 * sent, or when it is told to end, and then it leaves no window open and hands over at once. Knows nothing of processes and signals.
 */
import type { Leadership } from '../ports/leadership.ts';
import type { Clock, Log } from '../ports/runtime.ts';
import type { Controller } from './controller.ts';

/** Longest that open windows are closed for, with the lease still renewed (of 60 s that Kubernetes gives). */
const DRAIN_MAX_MS = 45_000;
/** Longest that what was sent is waited for after that: every call ends within this. */
const ANSWERS_MAX_MS = 10_000;

export interface Tenure {
  readonly leadership: Leadership;
  readonly controller: Pick<Controller, 'standBy' | 'start' | 'drain' | 'stop'>;
  /** Aborted when the process is told to end. */
  readonly ended: AbortSignal;
  readonly clock: Clock;
  readonly log: Log;
}

/** `lost`: end the process at once, with an exit code that says so. */
export type TenureEnd = 'stood down' | 'lost';

/** For a process that has no rivals. */
export const unrivalled = (): Leadership => ({ acquire: async () => undefined, mayAct: () => true, lost: new Promise(() => undefined), release: async () => undefined });

/** Runs until it is told to end or leadership is lost. Never rejects for what the cloud or the API server says. */
export async function serve(tenure: Tenure): Promise<TenureEnd> {
  const { leadership, controller, ended, log } = tenure;
  const over = aborted(ended);
  // it rejects only when the controller is stopped before the first list
  controller.standBy().catch(() => undefined);
  try {
    await leadership.acquire(ended);
  } catch (error) {
    if (!ended.aborted) throw error;
    return standDown(tenure);
  }
  log.info('leading');
  controller.start().catch(() => undefined);
  if ((await Promise.race([over, leadership.lost.then(() => 'lost' as const)])) === 'lost') return lose(tenure);
  log.info('standing down: nothing is begun any more, open windows are closed');
  if ((await Promise.race([controller.drain(DRAIN_MAX_MS), leadership.lost.then(() => 'lost' as const)])) === 'lost') return lose(tenure);
  return standDown(tenure);
}

/** Nothing is waited for: somebody else may act already. */
function lose({ controller, log }: Tenure): TenureEnd {
  log.error('leadership is lost: nothing more is sent');
  void controller.stop();
  return 'lost';
}

async function standDown({ leadership, controller, clock, log }: Tenure): Promise<TenureEnd> {
  const tooLong = Promise.withResolvers<undefined>();
  const cancel = clock.after(ANSWERS_MAX_MS, () => tooLong.resolve(undefined));
  await Promise.race([controller.stop(), tooLong.promise]);
  cancel();
  await leadership.release();
  log.info('stood down');
  return 'stood down';
}

const aborted = (signal: AbortSignal): Promise<'ended'> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve('ended');
    else signal.addEventListener('abort', () => resolve('ended'), { once: true });
  });
