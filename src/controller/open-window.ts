/** Whether an EIP is between two bindings as far as this process knows, or just being told to be. */
import type { InstanceId } from '../core/ids.ts';
import type { Context } from './context.ts';
import type { ResourceState } from './resource-state.ts';

/** The EIP is seen unbound, or an Unassociate is being sent or carried out. */
export function isWindow({ clock }: Pick<Context, 'clock'>, state: ResourceState, id: InstanceId): boolean {
  const { sending, sent, windowSinceMs } = state.memory(id);
  const isOpening = [sending, sent && clock.monotonic() < sent.untilMs ? sent.step : undefined].some((step) => step?.kind === 'unassociateEipAddress');
  return isOpening || windowSinceMs !== undefined || state.reported.get(id)?.verdict.state === 'InWindow';
}
