/**
 * When a VPC is listed anew for a resource, and what a failed listing means. The smallest checkInterval of the VPC counts for
 * all; reconcile-requested-at, an edit and a deletion ask for a listing begun after they were seen, the first two at most one per 30 s.
 */
import type { EgressUnification } from '../api/egress-unification.ts';
import { durationMs } from '../api/duration.ts';
import { ANNOTATION } from '../api/names.ts';
import type { Reason } from '../api/reasons.ts';
import type { Obstacle } from '../core/status.ts';
import { CloudError, type CloudErrorKind } from '../ports/cloud-error.ts';
import { inWords } from './cloud-words.ts';
import { backoffMs, type Context } from './context.ts';
import { specOf, type ResourceState } from './resource-state.ts';
import { countError } from './told.ts';

const REQUESTED_MIN_MS = 30_000;
/** A listing that failed is not tried again before; passes that fall due meanwhile use the last one. */
const LISTING_BACKOFF_MAX_MS = 60_000;
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
  const asOf = specOf(state.resource);
  if (state.specSeen?.asOf !== asOf) state.specSeen = { asOf, atMs: ctx.clock.monotonic() };
  const value = metadata.annotations[ANNOTATION.reconcileRequestedAt];
  if (value !== undefined && value !== status.lastHandledReconcileAt && state.requestSeen?.value !== value) {
    state.requestSeen = { value, atMs: ctx.clock.monotonic() };
    for (const memory of state.memories()) memory.startAnew();
  }
  if (metadata.deletionTimestamp !== undefined) state.deletionSeenMs ??= ctx.clock.monotonic();
}

/** Monotonic ms since when somebody waits for a listing: a request, or a spec that is not judged yet. */
const requestedMs = (state: ResourceState): number =>
  Math.max(openRequest(state) === undefined ? Number.NEGATIVE_INFINITY : (state.requestSeen?.atMs ?? 0), state.specSeen?.atMs ?? 0);

/** Monotonic ms after which a listing must have begun to serve the resource now. */
function sinceMs(ctx: Context, state: ResourceState): number {
  const nowMs = ctx.clock.monotonic();
  const routine = nowMs - intervalMs(ctx, state.resource) * DUE_SHARE;
  const never = Number.NEGATIVE_INFINITY;
  const asked = Math.max(requestedMs(state), state.deletionSeenMs ?? never);
  const listedMs = state.vpc.listedMs ?? never;
  if (asked <= listedMs || (state.deletionSeenMs === undefined && nowMs - state.vpc.requestedMs < REQUESTED_MIN_MS)) return routine;
  state.vpc.requestedMs = nowMs;
  return Math.max(routine, asked);
}

/** In how many ms the listing is due that the resource waits for, spread a little so that VPCs do not list in step. */
export function dueInMs(ctx: Context, state: ResourceState): number {
  const nowMs = ctx.clock.monotonic();
  if (state.refusal) return Math.ceil(Math.max(0, state.refusal.againMs - nowMs));
  const listedMs = state.vpc.listedMs ?? nowMs;
  const routine = listedMs + intervalMs(ctx, state.resource) * (DUE_SHARE + SPREAD_SHARE * ctx.random()) - nowMs;
  const dueMs = listedMs >= requestedMs(state) ? routine : Math.min(routine, state.vpc.requestedMs + REQUESTED_MIN_MS - nowMs);
  // whole milliseconds: a clock that cannot tell a fraction from nothing would run the same pass for ever
  return Math.ceil(Math.max(0, dueMs));
}

const REASON: Partial<Record<CloudErrorKind, Reason>> = { forbidden: 'CloudForbidden', notFound: 'VpcNotFound', refused: 'Refused' };

/** Lists if due. The obstacle says why nothing can be known; a passing failure is none while the last listing is young enough. */
export async function ensureListing(ctx: Context, state: ResourceState): Promise<Obstacle | undefined> {
  const { refusal } = state;
  if (refusal && ctx.clock.monotonic() < refusal.againMs) return obstacleOf(ctx, state, refusal.error);
  try {
    await state.vpc.list(sinceMs(ctx, state));
    state.failures = 0;
    state.refusal = undefined;
    return undefined;
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    state.failures += 1;
    countError(ctx, 'resource', error.detail.kind);
    const pauseMs = Math.max(error.detail.retryAfterMs ?? 0, backoffMs(ctx.random, state.failures, LISTING_BACKOFF_MAX_MS));
    state.refusal = { error, againMs: ctx.clock.monotonic() + pauseMs };
    ctx.log.warn('the VPC could not be listed', { resource: state.resource.metadata.name, vpc: state.vpc.vpcId, error: error.message });
    return obstacleOf(ctx, state, error);
  }
}

function obstacleOf(ctx: Context, state: ResourceState, error: CloudError): Obstacle | undefined {
  const reason = REASON[error.detail.kind];
  if (reason !== undefined) return { reason, message: inWords(error, reason), unknown: false };
  const ageMs = ctx.clock.monotonic() - (state.vpc.listedMs ?? Number.NEGATIVE_INFINITY);
  return ageMs < 2 * intervalMs(ctx, state.resource) ? undefined : { reason: 'CloudUnavailable', message: inWords(error, 'CloudUnavailable'), unknown: true };
}
