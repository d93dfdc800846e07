/**
 * When a VPC is listed anew for a resource, and what a failed listing means. The smallest checkInterval of the VPC counts for
 * all; reconcile-requested-at and deletion ask for a listing begun after they were seen, at most one per 30 s.
 */
import type { EgressUnification } from '../api/egress-unification.ts';
import { durationMs } from '../api/duration.ts';
import { ANNOTATION } from '../api/names.ts';
import type { Reason } from '../api/reasons.ts';
import type { Obstacle } from '../core/status.ts';
import { CloudError, type CloudErrorKind } from '../ports/cloud-error.ts';
import { inWords } from './cloud-words.ts';
import type { Context } from './context.ts';
import type { ResourceState } from './resource-state.ts';

const REQUESTED_MIN_MS = 30_000;
/** A listing is due a little before the interval is over, so that it is done within it. */
const DUE_SHARE = 0.9;
const SPREAD_SHARE = 0.05;

/** The schema refuses what is no duration, so the fallback is never asked for a resource of the cache. */
const checkIntervalMs = ({ spec }: EgressUnification): number => durationMs(spec.drift.checkInterval) ?? 300_000;

export function intervalMs(ctx: Context, resource: EgressUnification): number {
  const { vpcId, regionId } = resource.spec;
  const sharing = ctx.resources.list().filter(({ spec }) => spec.vpcId === vpcId && spec.regionId === regionId);
  return sharing.reduce((least, other) => Math.min(least, checkIntervalMs(other)), checkIntervalMs(resource));
}

/** The request that is not answered yet. */
export function openRequest({ resource, requestSeen }: ResourceState): string | undefined {
  const value = resource.metadata.annotations[ANNOTATION.reconcileRequestedAt];
  return value !== undefined && value !== resource.status.lastHandledReconcileAt && requestSeen?.value === value ? value : undefined;
}

export function noteRequests(ctx: Context, state: ResourceState): void {
  const { metadata, status } = state.resource;
  const value = metadata.annotations[ANNOTATION.reconcileRequestedAt];
  if (value !== undefined && value !== status.lastHandledReconcileAt && state.requestSeen?.value !== value) {
    state.requestSeen = { value, atMs: ctx.clock.monotonic() };
    for (const memory of state.memories()) memory.startAnew();
  }
  if (metadata.deletionTimestamp !== undefined) state.deletionSeenMs ??= ctx.clock.monotonic();
}

/** Monotonic ms after which a listing must have begun to serve the resource now. */
function sinceMs(ctx: Context, state: ResourceState): number {
  const nowMs = ctx.clock.monotonic();
  const routine = nowMs - intervalMs(ctx, state.resource) * DUE_SHARE;
  const asked = Math.max(openRequest(state) === undefined ? 0 : (state.requestSeen?.atMs ?? 0), state.deletionSeenMs ?? 0);
  const listedMs = state.vpc.listedMs ?? Number.NEGATIVE_INFINITY;
  if (asked <= listedMs || (state.deletionSeenMs === undefined && nowMs - state.vpc.requestedMs < REQUESTED_MIN_MS)) return routine;
  state.vpc.requestedMs = nowMs;
  return Math.max(routine, asked);
}

/** In how many ms the listing is due that the resource waits for, spread a little so that VPCs do not list in step. */
export function dueInMs(ctx: Context, state: ResourceState): number {
  const nowMs = ctx.clock.monotonic();
  const listedMs = state.vpc.listedMs ?? nowMs;
  const routine = listedMs + intervalMs(ctx, state.resource) * (DUE_SHARE + SPREAD_SHARE * ctx.random()) - nowMs;
  const isAnswered = openRequest(state) === undefined || listedMs >= (state.requestSeen?.atMs ?? 0);
  return Math.max(0, isAnswered ? routine : Math.min(routine, state.vpc.requestedMs + REQUESTED_MIN_MS - nowMs));
}

const REASON: Partial<Record<CloudErrorKind, Reason>> = { forbidden: 'CloudForbidden', notFound: 'VpcNotFound', refused: 'Refused' };

/** Lists if due. The obstacle says why nothing can be known; a passing failure is none while the last listing is young enough. */
export async function ensureListing(ctx: Context, state: ResourceState): Promise<Obstacle | undefined> {
  try {
    await state.vpc.list(sinceMs(ctx, state));
    state.failures = 0;
    return undefined;
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    state.failures += 1;
    ctx.log.warn('the VPC could not be listed', { resource: state.resource.metadata.name, vpc: state.vpc.vpcId, error: error.message });
    const reason = REASON[error.detail.kind];
    if (reason !== undefined) return { reason, message: inWords(error, reason), unknown: false };
    const ageMs = ctx.clock.monotonic() - (state.vpc.listedMs ?? Number.NEGATIVE_INFINITY);
    return ageMs < 2 * intervalMs(ctx, state.resource) ? undefined : { reason: 'CloudUnavailable', message: inWords(error, 'CloudUnavailable'), unknown: true };
  }
}
