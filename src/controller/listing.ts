/**
 * When a VPC is listed anew for a resource, and what a failed listing means. The smallest checkInterval of the VPC counts for
 * all; reconcile-requested-at, an edit and a deletion ask for a listing begun after they were seen, requests at most one per 30 s and edits
 * one per 5 s.
 */
import type { EgressUnification } from '../api/egress-unification.ts';
import { durationMs } from '../api/duration.ts';
import { ANNOTATION } from '../api/names.ts';
import type { Reason } from '../api/reasons.ts';
import type { Obstacle } from '../core/status.ts';
import { CloudError, type CloudErrorKind } from '../ports/cloud-error.ts';
import { inWords } from './cloud-words.ts';
import { backoffMs, resourceKey, type Context } from './context.ts';
import type { ResourceState } from './resource-state.ts';
import { countError } from './told.ts';
import type { Vpc } from './vpc-book.ts';
import { PRIORITY } from './work-queue.ts';

const REQUESTED_MIN_MS = 30_000;
const EDITED_MIN_MS = 5_000;
/** A listing that failed is not tried again before; passes that fall due meanwhile use the last one. */
const LISTING_BACKOFF_MAX_MS = 60_000;
/** A listing is due a little before the interval is over, so that it is done within it. */
const DUE_SHARE = 0.9;
const SPREAD_SHARE = 0.05;

/** The schema refuses what is no duration, so the fallback is never asked for a resource of the cache. */
const checkIntervalMs = (text: string): number => durationMs(text) ?? 300_000;

/** The resources of its VPC. */
const sharing = (ctx: Context, { spec: { vpcId, regionId } }: EgressUnification): readonly EgressUnification[] =>
  ctx.resources.list().filter(({ spec }) => spec.vpcId === vpcId && spec.regionId === regionId);

export function intervalMs(ctx: Context, resource: EgressUnification): number {
  const wanted = [resource, ...sharing(ctx, resource)].map(({ spec }) => spec.drift.checkInterval);
  return Math.min(...[...new Set(wanted)].map(checkIntervalMs));
}

/** How long the last listing counts while no newer one succeeds. */
const validMs = (ctx: Context, resource: EgressUnification): number => 2 * intervalMs(ctx, resource);

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
    state.epoch += 1;
    for (const memory of state.memories()) memory.startAnew();
  }
  if (metadata.deletionTimestamp !== undefined) state.deletionSeenMs ??= ctx.clock.monotonic();
}

/** Somebody waits for a listing begun after `askedMs`, and not before `notBeforeMs` (monotonic). */
interface Wish {
  readonly askedMs: number;
  readonly notBeforeMs: number;
}

const NEVER_MS = Number.NEGATIVE_INFINITY;

/** The wishes that no listing has answered yet. */
function openWishes(state: ResourceState): readonly Wish[] {
  const { vpc: { listedMs = NEVER_MS, requestedMs, wantedMs }, requestSeen, specSeen, deletionSeenMs } = state;
  const wishes = [
    { askedMs: openRequest(state) === undefined ? undefined : requestSeen?.atMs, notBeforeMs: requestedMs + REQUESTED_MIN_MS },
    { askedMs: specSeen?.atMs, notBeforeMs: listedMs + EDITED_MIN_MS },
    { askedMs: deletionSeenMs, notBeforeMs: NEVER_MS },
    { askedMs: wantedMs, notBeforeMs: listedMs + EDITED_MIN_MS },
  ];
  return wishes.flatMap(({ askedMs, notBeforeMs }) => (askedMs !== undefined && askedMs > listedMs ? [{ askedMs, notBeforeMs }] : []));
}

/** Monotonic ms after which a listing must have begun to serve the resource now. */
function sinceMs(ctx: Context, state: ResourceState): number {
  const nowMs = ctx.clock.monotonic();
  const due = openWishes(state).filter(({ notBeforeMs }) => notBeforeMs <= nowMs);
  if (due.length > 0 && openRequest(state) !== undefined) state.vpc.requestedMs = nowMs;
  return Math.max(nowMs - intervalMs(ctx, state.resource) * DUE_SHARE, ...due.map(({ askedMs }) => askedMs));
}

/** In how many ms the listing is due that the resource waits for, spread a little so that VPCs do not list in step. */
export function dueInMs(ctx: Context, state: ResourceState): number {
  const nowMs = ctx.clock.monotonic();
  const { refusal, listedMs = nowMs } = state.vpc;
  const staleMs = listedMs + validMs(ctx, state.resource);
  // what is not seen is said as soon as the last listing is too old, not when the next is tried
  if (refusal) return Math.max(0, (staleMs > nowMs ? Math.min(refusal.againMs, staleMs) : refusal.againMs) - nowMs);
  const routineMs = listedMs + intervalMs(ctx, state.resource) * (DUE_SHARE + SPREAD_SHARE * ctx.random());
  return Math.max(0, Math.min(routineMs, ...openWishes(state).map(({ notBeforeMs }) => notBeforeMs)) - nowMs);
}

const REASON: Partial<Record<CloudErrorKind, Reason>> = { forbidden: 'CloudForbidden', notFound: 'VpcNotFound', refused: 'Refused' };

/** Lists if due. The obstacle says why nothing can be known; a passing failure is none while the last listing is young enough. */
export async function ensureListing(ctx: Context, state: ResourceState): Promise<Obstacle | undefined> {
  const { vpc } = state;
  if (vpc.refusal && ctx.clock.monotonic() < vpc.refusal.againMs) return obstacleOf(ctx, state, vpc.refusal.error);
  try {
    await vpc.list(sinceMs(ctx, state));
    if (vpc.failures > 0) callAll(ctx, state.resource);
    vpc.failures = 0;
    vpc.refusal = undefined;
    return undefined;
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    countError(ctx, 'resource', error.detail.kind);
    noteRefusal(ctx, vpc, error);
    ctx.log.warn('the VPC could not be listed', { resource: state.resource.metadata.name, vpc: state.vpc.vpcId, error: error.message });
    return obstacleOf(ctx, state, error);
  }
}

/** The VPC can be listed again: nobody waits for the end of a pause that was for all, and windows of all are known. */
function callAll(ctx: Context, resource: EgressUnification): void {
  for (const { metadata } of sharing(ctx, resource)) ctx.queue.add(resourceKey(metadata.name), PRIORITY.drift);
}

/** Once for all who waited for the listing. */
function noteRefusal(ctx: Context, vpc: Vpc, error: CloudError): void {
  if (vpc.refusal?.error === error) return;
  vpc.failures += 1;
  const pauseMs = Math.max(error.detail.retryAfterMs ?? 0, backoffMs(ctx.random, vpc.failures, LISTING_BACKOFF_MAX_MS));
  vpc.refusal = { error, againMs: ctx.clock.monotonic() + pauseMs };
}

function obstacleOf(ctx: Context, state: ResourceState, error: CloudError): Obstacle | undefined {
  const reason = REASON[error.detail.kind];
  if (reason !== undefined) return { reason, message: inWords(error, reason), unknown: false };
  const ageMs = ctx.clock.monotonic() - (state.vpc.listedMs ?? Number.NEGATIVE_INFINITY);
  return ageMs < validMs(ctx, state.resource) ? undefined : { reason: 'CloudUnavailable', message: inWords(error, 'CloudUnavailable'), unknown: true };
}
