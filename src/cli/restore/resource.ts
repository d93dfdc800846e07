/** The resource that a restoration lets the controller see: one that is being deleted under Revert, and owns all that is to come home. */
import { parseEgressUnification, type EgressUnification } from '../../api/egress-unification.ts';
import { API_VERSION, FINALIZER, KIND, TAG } from '../../api/names.ts';
import type { Uid } from '../../core/ids.ts';
import type { RestoreRequest } from '../command-line.ts';
import { UsageProblem } from '../usage-problem.ts';

/** In the tags of the cloud only where the tags of an EIP were lost and are written anew from those of its ENI. */
export const OWNER = 'restore' as Uid;

export function restorationOf({ regionId, vpcId, maxInProgress }: RestoreRequest, clusterId: string, now: string): EgressUnification {
  const parsed = parseEgressUnification({
    apiVersion: API_VERSION,
    kind: KIND,
    metadata: { name: 'restore', uid: OWNER, generation: 1, creationTimestamp: now, deletionTimestamp: now, finalizers: [FINALIZER] },
    // a resource that is being deleted selects nobody; the least interval lets what is blocked be tried again soonest
    spec: { regionId, vpcId, instanceSelector: { tags: { [TAG.cluster]: clusterId } }, rollout: { maxInProgress }, deletionPolicy: 'Revert', drift: { checkInterval: '1m' } },
  });
  if (!parsed.ok) throw new UsageProblem(parsed.problems.join('; '));
  return parsed.resource;
}
