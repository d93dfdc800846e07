/** What the queue and the fleet are like, for whoever scrapes: computed then and only then, from what the loop knows anyway. */
import type { Condition, EgressUnificationStatus, InstanceState } from '../api/egress-unification.ts';
import { INSTANCE_STATES } from '../api/status.ts';
import { REASONS, type Reason } from '../api/reasons.ts';
import type { Reported } from '../core/status.ts';
import { DIRECTIONS } from '../core/verification.ts';
import type { Read } from '../ports/metrics.ts';
import { loopOf, type Context } from './context.ts';
import { reportedOf } from './report.ts';
import type { ResourceState } from './resource-state.ts';
import type { QueuePulse } from './work-queue.ts';

const seconds = (ms: number): number => ms / 1_000;

export function readQueue({ waiting, working }: QueuePulse, read: Read): void {
  for (const name of ['resource', 'instance'] as const) {
    const busyMs = working.filter(({ key }) => loopOf(key) === name).map(({ ms }) => ms);
    read('workqueue_depth', { name }, waiting.filter((key) => loopOf(key) === name).length);
    read('workqueue_unfinished_work_seconds', { name }, seconds(busyMs.reduce((sum, ms) => sum + ms, 0)));
    read('workqueue_longest_running_processor_seconds', { name }, seconds(Math.max(0, ...busyMs)));
  }
}

export function readFleet(ctx: Context, states: readonly ResourceState[], read: Read): void {
  readConditions(ctx, read);
  readInstances(ctx, states, read);
  readPlaces(states, read);
  readAges(ctx, states, read);
  readOrphans(states, read);
}

const CONDITIONS = ['Ready', 'Reconciling', 'Stalled'] as const;

/** What is not said of Ready is unknown; the other two are said only while they are true. */
function statusOf(type: (typeof CONDITIONS)[number], { conditions = [] }: EgressUnificationStatus): Condition['status'] {
  return conditions.find((condition) => condition.type === type)?.status ?? (type === 'Ready' ? 'Unknown' : 'False');
}

function readConditions({ resources }: Context, read: Read): void {
  const all = resources.list();
  for (const condition of CONDITIONS) {
    const statuses = all.map(({ status }) => statusOf(condition, status));
    for (const status of ['True', 'False', 'Unknown'] as const) read('resources', { condition, status }, statuses.filter((each) => each === status).length);
  }
  const stalled = all.flatMap(({ status: { conditions = [] } }) => conditions.filter(({ type, status }) => type === 'Stalled' && status === 'True'));
  for (const [reason, some] of Map.groupBy(stalled, ({ reason: said }) => said)) if (isReason(reason)) read('resources_stalled', { reason }, some.length);
}

/** Another version may have written a word that this one does not know. */
const isReason = (word: string): word is Reason => Object.hasOwn(REASONS, word);

const FIELD_OF: Readonly<Record<InstanceState, keyof NonNullable<EgressUnificationStatus['instances']>>> = {
  Unified: 'unified', NothingToMove: 'nothingToMove', Progressing: 'progressing', InWindow: 'inWindow', Blocked: 'blocked', Degraded: 'degraded', Unknown: 'unknown',
};

/** Packets may say of what the cloud shows settled that it is not. */
const SETTLED: ReadonlySet<InstanceState> = new Set<InstanceState>(['Unified', 'NothingToMove']);

/** As the loop knows them; of a resource that it has not surveyed yet, as the status counts them. */
function readInstances({ resources }: Context, states: readonly ResourceState[], read: Read): void {
  const surveyed = states.filter((state) => state.surveyed);
  const reported = surveyed.flatMap(reportedOf);
  const known = new Set(surveyed.map(({ uid }) => uid));
  const unsurveyed = resources.list().filter(({ metadata }) => !known.has(metadata.uid)).map(({ status }) => status.instances ?? {});
  for (const state of INSTANCE_STATES) {
    const counted = unsurveyed.reduce((sum, instances) => sum + (instances[FIELD_OF[state]] ?? 0), 0);
    read('instances', { state }, reported.filter(({ verdict }) => verdict.state === state).length + counted);
  }
  const unsettled = Map.groupBy(reported.filter(({ verdict }) => !SETTLED.has(verdict.state)), ({ reason }): Reason => reason);
  for (const [reason, some] of unsettled) read('instances_unsettled', { reason }, some.length);
  readTests(reported, read);
}

function readTests(reported: readonly Reported[], read: Read): void {
  for (const direction of DIRECTIONS) {
    const verdicts = reported.flatMap(({ verdict: { move }, tests }) => ('settled' in move ? (tests?.[direction]?.verdict ?? []) : []));
    for (const [verdict, some] of Map.groupBy(verdicts, (each) => each)) read('instances_tested', { direction, verdict }, some.length);
  }
}

function readPlaces(states: readonly ResourceState[], read: Read): void {
  const living = states.filter(({ surveyed, vanished }) => surveyed && !vanished);
  read('disruptions_allowed', {}, living.reduce((sum, { rollout }) => sum + Math.max(0, rollout.placesMax - rollout.inUse), 0));
  read('instances_consuming_budget', {}, living.reduce((sum, { rollout }) => sum + rollout.inUse, 0));
}

function readAges({ clock }: Context, states: readonly ResourceState[], read: Read): void {
  const nowMs = clock.monotonic();
  const windows = states.flatMap((state) => [...state.memories()].flatMap(({ windowSinceMs }) => windowSinceMs ?? []));
  const listings = states.flatMap(({ vpc }) => vpc.listedMs ?? []);
  read('window_age_seconds', {}, seconds(Math.max(0, ...windows.map((sinceMs) => nowMs - sinceMs))));
  if (listings.length > 0) read('observation_age_seconds', {}, seconds(Math.max(...listings.map((atMs) => nowMs - atMs))));
}

/** VPCs of one region see the same EIPs. */
function readOrphans(states: readonly ResourceState[], read: Read): void {
  const ids = new Set(states.flatMap(({ vpc }) => vpc.orphans.ids));
  const eips = [...ids].filter((id) => id.startsWith('eip-')).length;
  read('orphans', { kind: 'eip' }, eips);
  read('orphans', { kind: 'network-interface' }, ids.size - eips);
}
