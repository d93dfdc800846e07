/**
 * The finalizer: it comes after the first good read and before the first write, and goes when nothing of ours is left to do, as judged on a
 * listing begun after the deletion was seen. No window is ever left open.
 */
import { ANNOTATION, FINALIZER } from '../api/names.ts';
import type { Member } from '../core/selection.ts';
import type { Obstacle } from '../core/status.ts';
import { resourceKey, type Context } from './context.ts';
import { isWindow } from './open-window.ts';
import type { ResourceState } from './resource-state.ts';
import { isRemovalOverdue } from './watchdog.ts';
import { PRIORITY } from './work-queue.ts';

const FINALIZING_MS = 1_000;

export async function holdOrLetGo(ctx: Context, state: ResourceState, obstacle: Obstacle | undefined): Promise<void> {
  const { resource } = state;
  const held = resource.metadata.finalizers.includes(FINALIZER);
  if (resource.metadata.deletionTimestamp === undefined) {
    const begins = !ctx.options.observeOnly && resource.spec.mode === 'Enforce' && state.members.size > 0 && obstacle === undefined;
    if (begins && !held) await ctx.resources.addFinalizer(resource);
    return;
  }
  if (!held) return;
  if (isLetGo(ctx, state)) {
    sayWhatStays(ctx, state);
    await letGo(ctx, state);
  } else ctx.queue.addAfter(resourceKey(resource.metadata.name), FINALIZING_MS, PRIORITY.edit);
}

/** A failure that passes is no reason to let go of what was not seen. */
const UNSEEN_TRIES = 4;

/** Nothing can be read, perhaps never again: a person who abandons the resource is let go, unless a window is known to be open. */
export async function letGoUnseen(ctx: Context, state: ResourceState): Promise<void> {
  const { resource } = state;
  if (state.vpc.refusal && state.vpc.failures < UNSEEN_TRIES) return;
  const { metadata: { deletionTimestamp, finalizers } } = resource;
  if (deletionTimestamp === undefined || !finalizers.includes(FINALIZER) || !isAbandoned(state)) return;
  const inWindow = [...state.reported.values()].some(({ verdict }) => verdict.state === 'InWindow') || (resource.status.unsettled ?? []).some((entry) => entry.state === 'InWindow');
  if (inWindow) return;
  ctx.events.record(resource, { type: 'Warning', reason: 'LeftBehind', action: 'Finalize', note: 'Abandoned while the cloud could not be read: every EIP and ENI stays as it is and keeps its tags' });
  await letGo(ctx, state);
}

async function letGo({ resources, clock, log, metrics }: Context, { resource, deletionSeenMs }: ResourceState): Promise<void> {
  await resources.removeFinalizer(resource);
  const durationMs = clock.monotonic() - (deletionSeenMs ?? clock.monotonic());
  metrics.observe('deletion_seconds', {}, durationMs / 1_000);
  log.info('let go', { resource: resource.metadata.name, durationMs: Math.round(durationMs) });
}

export const isAbandoned = ({ resource, uid }: ResourceState): boolean => resource.metadata.annotations[ANNOTATION.abandon] === uid;

/** States in which nobody lets go, whatever is wished. */
const UNSAFE: ReadonlySet<string> = new Set(['InWindow', 'Unknown']);

/** Every member is done, by a view taken after the deletion was seen. No window is ever left open. */
function isLetGo(ctx: Context, state: ResourceState): boolean {
  const seenMs = state.deletionSeenMs ?? Number.POSITIVE_INFINITY;
  return (state.vpc.listedMs ?? 0) >= seenMs && [...state.members.values()].every((member) => isDone(ctx, state, member));
}

function isDone(ctx: Context, state: ResourceState, { id, target }: Member): boolean {
  const verdict = state.reported.get(id)?.verdict;
  if (verdict === undefined || UNSAFE.has(verdict.state) || isWindow(ctx, state, id)) return false;
  return isAbandoned(state) || 'settled' in verdict.move || (target.goal === 'release' ? isUntagRefused(state, id) : isRemovalOverdue(ctx, state, id));
}

/** Retain does not wait for the cloud: what it refuses to untag stays tagged. */
function isUntagRefused(state: ResourceState, id: Member['id']): boolean {
  const { overlay } = state.memory(id);
  return overlay?.stuck === true && overlay.reason !== 'Observing';
}

/** What could not be undone keeps its tags, so that it can be found; the user is told. */
function sayWhatStays(ctx: Context, state: ResourceState): void {
  const stays = [...state.reported.values()].filter(({ verdict }) => !('settled' in verdict.move));
  for (const { verdict, message } of stays) ctx.events.record(state.resource, { type: 'Warning', reason: 'LeftBehind', action: 'Finalize', note: `${verdict.instanceId} (EIP ${verdict.eipId ?? '-'}, ENI ${verdict.networkInterfaceId ?? '-'}) keeps its tags: ${message}` });
}
