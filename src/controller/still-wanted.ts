/** The look is newer than the listing: nothing is begun on an instance that does not match the selector any more, until the set is made anew. */
import type { InstanceId } from '../core/ids.ts';
import { selects } from '../core/selection.ts';
import type { ResourceState } from './resource-state.ts';

export function isStillWanted(state: ResourceState, id: InstanceId): boolean {
  const { selected, target } = state.members.get(id) ?? {};
  const { view } = state.memory(id);
  return target?.goal !== 'unify' || selected !== true || view?.instance === undefined || selects(state.resource, view.instance);
}
