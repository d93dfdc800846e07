/**
 * The breaker against accidents of selection (design section 5): restores, detaches and deletes that no edit and no deletion
 * asked for, when more than max(3, 10 %) of them fall due on one listing, are not begun until a person confirms.
 */
import { ANNOTATION } from '../api/names.ts';
import type { InstanceId } from '../core/ids.ts';
import type { Member } from '../core/selection.ts';
import type { Verdict } from '../core/situation.ts';
import type { Obstacle } from '../core/status.ts';
import type { ResourceState } from './resource-state.ts';

const ALWAYS_ALLOWED = 3;
const SHARE_ALLOWED = 0.1;
const REMOVALS: ReadonlySet<string> = new Set(['detachNetworkInterface', 'deleteNetworkInterface']);

/** Notes who left the selection without an edit. After a restart an edit that status has seen counts as long carried out. */
export function noteUnasked(state: ResourceState, next: ReadonlyMap<InstanceId, Member>): void {
  const first = state.members.size === 0;
  const edited = state.edited || (first && state.resource.status.observedGeneration !== state.generation);
  for (const { id, selected } of next.values()) {
    if (selected) state.unasked.delete(id);
    else if (!edited && (first || state.members.get(id)?.selected === true)) state.unasked.add(id);
  }
  state.edited = false;
}

function isUnaskedFor(state: ResourceState, { instanceId, move }: Verdict): boolean {
  const goal = state.members.get(instanceId)?.target.goal;
  if (!('do' in move) || move.phase === 'close' || state.resource.metadata.deletionTimestamp !== undefined) return false;
  return goal === 'revert' ? state.unasked.has(instanceId) : goal === 'unify' && move.phase !== 'takeOff' && REMOVALS.has(move.do.kind);
}

/** Trips or lifts the breaker on the verdicts of a pass; those that it lets go again are tried anew. */
export function noteBlast(state: ResourceState, verdicts: readonly Verdict[]): void {
  const due = verdicts.filter((verdict) => isUnaskedFor(state, verdict)).map(({ instanceId }) => instanceId);
  const allowed = Math.max(ALWAYS_ALLOWED, Math.ceil(state.members.size * SHARE_ALLOWED));
  const confirmed = state.resource.metadata.annotations[ANNOTATION.confirm] === String(state.generation);
  const tripped = due.length > allowed && !confirmed;
  if (!tripped) for (const id of state.blast) state.memory(id).startAnew();
  state.blast = new Set(tripped ? due : []);
}

/** What stands in the way while the breaker is tripped. */
export function blastObstacle({ blast, generation }: ResourceState): Obstacle | undefined {
  if (blast.size === 0) return undefined;
  const ids = [...blast].sort();
  const message = `${ids.length} instances are to be restored or stripped of an ENI at once, and no edit asked for it: ${ids.slice(0, 50).join(', ')}. If that is meant, annotate the resource ${ANNOTATION.confirm}=${generation}`;
  return { reason: 'BlastRadius', message, unknown: false };
}
