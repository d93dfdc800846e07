/**
 * What the work looks like from outside, in log lines and metrics; Events are for the users of a resource, these for whoever runs the controller.
 * One line for each change of state, never one for each look. Remembers what was told last; decides nothing.
 */
import type { EgressUnificationStatus, InstanceState } from '../api/egress-unification.ts';
import type { DriftKind, ErrorClass } from '../api/metrics.ts';
import type { Verdict } from '../core/situation.ts';
import type { StepKind } from '../core/step.ts';
import type { Reported } from '../core/status.ts';
import type { Context } from './context.ts';

type Telling = Pick<Context, 'log' | 'clock' | 'metrics'>;

/** What a pass came to: whether anything failed that was needed. */
export type PassResult = 'success' | 'error';

/** Of one instance. All times are monotonic ms. */
export class ToldOfInstance {
  state: InstanceState | undefined;
  /** The state, with its reason where only a person gets on. */
  line = '';
  sinceMs = 0;
  /** Others changed what was settled. */
  driftSinceMs: number | undefined;
  /** The EIP is being unbound, or is. `isCertain`: the cloud accepted that, or it was seen. */
  cut: { readonly sinceMs: number; readonly isCertain: boolean } | undefined;
  /** Of the last accepted step. */
  requestId: string | undefined;
}

/** Of one resource. */
export class ToldOfResource {
  line = '';
  sinceMs: number | undefined;
  /** The spec whose way to Ready is timed; undefined: it has come to its end. */
  wanted: { readonly generation: number; readonly sinceMs: number } | undefined;
  generation: number | undefined;
}

const NEEDS_SOMEBODY: ReadonlySet<InstanceState> = new Set<InstanceState>(['Blocked', 'Degraded']);

/** One line when an instance comes into another state; the first sight of one is no change, unless its window is open. */
export function tellState({ log, clock }: Telling, resource: string, told: ToldOfInstance, { verdict: { state, instanceId, publicIp }, reason, message }: Reported): void {
  const line = NEEDS_SOMEBODY.has(state) ? `${state} ${reason}` : state;
  if (line === told.line) return;
  const nowMs = clock.monotonic();
  const fields = { resource, instance: instanceId, from: told.state, to: state, reason, publicIp, note: message, ...(told.state !== undefined && { durationMs: Math.round(nowMs - told.sinceMs) }) };
  if (told.state === undefined && state !== 'InWindow') log.debug('instance state', fields);
  else log.info('instance state', fields);
  Object.assign(told, { state, line, sinceMs: nowMs });
}

/** The effect of an accepted step shows. */
export function tellEffect({ log, clock, metrics }: Telling, resource: string, told: ToldOfInstance, { step, instance, acceptedMs }: { step: StepKind; instance: string; acceptedMs: number }): void {
  const durationMs = clock.monotonic() - acceptedMs;
  metrics.observe('step_duration_seconds', { step }, durationMs / 1_000);
  log.info('step done', { resource, instance, step, requestId: told.requestId, durationMs: Math.round(durationMs) });
}

/** Follows how long an instance is not reached. `isDue`: the last step has had no effect yet. */
export function noteCut({ clock, metrics }: Telling, told: ToldOfInstance, { state, move }: Verdict, isDue: boolean): void {
  if (state === 'InWindow') told.cut = { sinceMs: told.cut?.sinceMs ?? clock.monotonic(), isCertain: true };
  // in transition, unseen or blocked it is not known to be bound again
  if (told.cut === undefined || isDue || state === 'InWindow' || !('do' in move || 'settled' in move)) return;
  if (told.cut.isCertain) metrics.observe('cutover_interruption_seconds', {}, (clock.monotonic() - told.cut.sinceMs) / 1_000);
  told.cut = undefined;
}

/** What differs, by how the sentences of the snapshot begin (src/core/snapshot.ts). */
const DRIFT: readonly (readonly [RegExp, DriftKind])[] = [
  [/^EIP \S+ is bound to/, 'binding'], [/^ENI \S+ is/, 'network-interface'], [/^security groups/, 'security-groups'], [/^link tags/, 'tags'],
  [/^static public IP/, 'public-ip'], [/^instance \S+ is/, 'instance'],
];

export const driftKindOf = (difference: string): DriftKind => DRIFT.find(([pattern]) => pattern.test(difference))?.[1] ?? 'other';

/** Others changed what was settled, in these ways; once for each kind. */
export function noteDrifted({ clock, metrics }: Telling, told: ToldOfInstance, differing: readonly string[]): void {
  for (const kind of new Set(differing.map(driftKindOf))) metrics.count('drift_detected_total', { kind });
  told.driftSinceMs ??= clock.monotonic();
}

/** It is settled; if it had drifted, it is mended. */
export function noteSettled({ clock, metrics }: Telling, told: ToldOfInstance): void {
  if (told.driftSinceMs !== undefined) metrics.observe('drift_age_seconds', {}, (clock.monotonic() - told.driftSinceMs) / 1_000);
  told.driftSinceMs = undefined;
}

export const countError = ({ metrics }: Telling, controller: 'resource' | 'instance', kind: ErrorClass): void => metrics.count('reconcile_errors_total', { controller, class: kind });

/** A spec is seen for the first time. `wasReady`: its resource was Ready before this process began. */
export function noteWanted({ clock }: Telling, told: ToldOfResource, generation: number, wasReady: boolean): void {
  if (told.generation === generation) return;
  told.generation = generation;
  told.wanted = wasReady ? undefined : { generation, sinceMs: clock.monotonic() };
}

/** One line when the status of Ready or its reason changes. */
export function tellStatus(ctx: Telling, resource: string, told: ToldOfResource, { conditions }: EgressUnificationStatus): void {
  const ready = conditions?.find(({ type }) => type === 'Ready');
  if (ready === undefined) return;
  const nowMs = ctx.clock.monotonic();
  if (ready.status === 'True') noteReady(ctx, told, nowMs);
  const line = `${ready.status} ${ready.reason}`;
  if (line === told.line) return;
  ctx.log.info('resource state', { resource, ready: ready.status, reason: ready.reason, note: ready.message, ...(told.sinceMs !== undefined && { durationMs: Math.round(nowMs - told.sinceMs) }) });
  Object.assign(told, { line, sinceMs: nowMs });
}

function noteReady({ metrics }: Telling, told: ToldOfResource, nowMs: number): void {
  if (told.wanted) metrics.observe('time_to_ready_seconds', {}, (nowMs - told.wanted.sinceMs) / 1_000);
  told.wanted = undefined;
}
