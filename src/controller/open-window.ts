/** Whether an EIP is between two bindings as far as this process knows, or just being told to be. */
import type { InstanceId } from '../core/ids.ts';
import type { Step } from '../core/step.ts';
import type { Context } from './context.ts';
import type { InstanceMemory } from './memory.ts';
import type { ResourceState } from './resource-state.ts';

/** The EIP is seen unbound, or an Unassociate is being sent or carried out, or was and nothing was seen of it yet. */
export function isWindow({ clock }: Pick<Context, 'clock'>, state: ResourceState, id: InstanceId): boolean {
  const { sending, windowSinceMs } = state.memory(id);
  return isUnassociate(sending) || isUnseen(state.memory(id), clock.monotonic()) || windowSinceMs !== undefined || state.reported.get(id)?.verdict.state === 'InWindow';
}

const isUnassociate = (step: Step | undefined): boolean => step?.kind === 'unassociateEipAddress';

const isUnseen = ({ sent, lookedMs = Number.NEGATIVE_INFINITY }: InstanceMemory, nowMs: number): boolean =>
  sent !== undefined && isUnassociate(sent.step) && (nowMs < sent.untilMs || lookedMs < sent.atMs);
