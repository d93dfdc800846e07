/** Every instance of one resource, judged on one complete listing, without a write: what `instances` prints. */
import type { EgressUnification } from '../api/egress-unification.ts';
import { reportedOf } from '../core/describe.ts';
import { NO_FENCES, outside } from '../core/fences.ts';
import { viewFrom } from '../core/inventory.ts';
import type { Reported } from '../core/status.ts';
import { CloudError } from '../ports/cloud-error.ts';
import type { Clock } from '../ports/runtime.ts';
import { judge } from './judge.ts';
import { findMembers, readSecurityGroups, type Surveyor } from './members.ts';
import { ResourceState } from './resource-state.ts';
import type { VpcBook } from './vpc-book.ts';

export interface SurveyInput extends Surveyor {
  readonly book: VpcBook;
  readonly clock: Clock;
}

/** Throws a CloudError if anything could not be read, or may not. */
export async function survey(input: SurveyInput, resource: EgressUnification): Promise<readonly Reported[]> {
  const fenced = outside(resource, input.options.fences ?? NO_FENCES);
  if (fenced) throw new CloudError(fenced.message, { kind: 'refused', code: '', action: '' });
  const state = new ResourceState(resource, input.book.of(resource.spec.regionId, resource.spec.vpcId));
  const inventory = await state.vpc.list(input.clock.monotonic());
  await readSecurityGroups(state);
  state.members = findMembers(input, state, inventory);
  return [...state.members.values()].map((member) => {
    const view = viewFrom(inventory, member.id, { instanceGone: false, goneEips: [] });
    return reportedOf(judge({ state, member, view, network: inventory.network, nowMs: input.clock.now() }), undefined);
  });
}
