// When a loop counts as stopped. Each limit is well beyond the longest that the loop may take when everything it speaks to fails slowly.
import type { Clock } from '../../ports/runtime.ts';
import type { ReflectorHealth } from '../kubernetes/reflector.ts';
import type { Check } from './vitals.ts';

/** A page of a list takes 10 s at most, the silence of a watch 70 s, the wait after a failure 60 s. */
const REFLECTOR_MAX_MS = 180_000;
/** A try for the lease takes 10 s at most, the wait between two a few seconds. */
const LEASE_MAX_MS = 60_000;
/** With all workers busy one of them ends within this; each of their calls takes 10 s at most. */
const QUEUE_MAX_MS = 300_000;
/** A listing of ten thousand instances from a cloud that takes seconds for each page. */
const WORKER_MAX_MS = 900_000;
/** A try to reach the API server takes 10 s at most, the pause 5 s. */
const START_MAX_MS = 120_000;

const seconds = (ms: number): string => `${Math.round(ms / 1_000)} s`;

const notLongerThan = (maxMs: number, ms: number, what: string): string | undefined => (ms <= maxMs ? undefined : `${what} for ${seconds(ms)}`);

/** A list and watch: it hears something, or tries again. */
export const reflectorLoop = (health: () => ReflectorHealth, clock: Clock): Check => () => {
  const { triedAtMs, lastEventAtMs = Number.NEGATIVE_INFINITY } = health();
  if (triedAtMs === undefined) return undefined;
  return notLongerThan(REFLECTOR_MAX_MS, clock.monotonic() - Math.max(triedAtMs, lastEventAtMs), 'nothing was heard from the API server and nothing was asked of it');
};

/** The tries for the lease; undefined: none was made yet, or none is due any more. */
export const leaseLoop = (triedAtMs: () => number | undefined, clock: Clock): Check => () => {
  const atMs = triedAtMs();
  return atMs === undefined ? undefined : notLongerThan(LEASE_MAX_MS, clock.monotonic() - atMs, 'the lease was neither renewed nor asked for');
};

/** How the work queue is doing. */
export interface QueuePulse {
  /** Keys that wait for a worker. */
  readonly waiting: readonly string[];
  /** For how long each is being worked on. */
  readonly working: readonly { readonly key: string; readonly ms: number }[];
  /** Since a key was last taken or done with. */
  readonly idleMs: number;
}

/** Workers take keys, and no worker stays with one. */
export const queueLoop = (pulse: () => QueuePulse): Check => () => {
  const { waiting, working, idleMs } = pulse();
  const stuck = waiting.length === 0 ? undefined : notLongerThan(QUEUE_MAX_MS, idleMs, `${waiting.length} keys wait and no worker took or ended one`);
  return stuck ?? working.map(({ key, ms }) => notLongerThan(WORKER_MAX_MS, ms, `a worker has been busy with ${key}`)).find((finding) => finding !== undefined);
};

/** The tries to reach the API server at the start. */
export const startLoop = (triedAtMs: () => number, clock: Clock): Check => () =>
  notLongerThan(START_MAX_MS, clock.monotonic() - triedAtMs(), 'the API server was not asked');
