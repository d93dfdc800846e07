// What the adapters and the process can say of themselves when somebody scrapes.
import type { Readings } from '../../ports/metrics.ts';
import type { Clock } from '../../ports/runtime.ts';
import type { ReflectorHealth } from '../kubernetes/reflector.ts';

/** Of a collection that is watched. */
export const watchReadings = (collection: 'egressunifications' | 'nodes', health: () => ReflectorHealth, clock: Clock): Readings => (read) => {
  const { reconnects, relists, lastEventAtMs } = health();
  read('watch_reconnects_total', { collection }, reconnects);
  read('watch_relists_total', { collection }, relists);
  if (lastEventAtMs !== undefined) read('watch_last_event_age_seconds', { collection }, (clock.monotonic() - lastEventAtMs) / 1_000);
};

/** What runs, and whether it leads. */
export const processReadings = (version: string, leads: () => boolean): Readings => (read) => {
  read('build_info', { version, node_version: process.version }, 1);
  read('leader', {}, Number(leads()));
};

/** Of the limits that the cloud is believed to have. */
export const budgetReadings = (budgets: () => ReadonlyMap<string, number>): Readings => (read) => {
  for (const [api, perMinute] of budgets()) read('cloud_budget', { api }, perMinute);
};
