// Every status that can be made: of each thing that may stand in the way of the whole, and of each mixture of states of instances, in
// each mode, living and being deleted, seen and not yet seen. Statuses that differ in numbers and words only count once.
import { INSTANCE_STATES } from '../../../src/api/status.ts';
import { REASONS, type Reason } from '../../../src/api/reasons.ts';
import type { EgressUnification, EgressUnificationStatus, InstanceState } from '../../../src/api/egress-unification.ts';
import { statusOf, type Obstacle, type Reported } from '../../../src/core/status.ts';
import type { Judged } from '../../../scripts/health/kstatus.ts';
import { I1 } from '../../kit/cloud.ts';
import { aResource } from '../../kit/resource.ts';

const ALL_REASONS = Object.keys(REASONS) as readonly Reason[];
const NOW = '2026-11-25T12:00:00Z';

const reportedIn = (state: InstanceState, reason: Reason): Reported => ({ verdict: { instanceId: I1, state, move: { settled: 'Unified' }, underWay: false }, reason, message: `it is ${state}` });

const obstacles = (): readonly (Obstacle | undefined)[] =>
  [undefined, ...ALL_REASONS.flatMap((reason): Obstacle[] => [
    { reason, message: 'in the way', unknown: false }, { reason, message: 'in the way', unknown: true }, { reason, message: 'in the way', unknown: false, passing: true },
  ])];

/** Every set of states, each state once, and for those that are stuck the reason of a mode and another. */
const mixtures = (): readonly (readonly Reported[])[] =>
  Array.from({ length: 2 ** INSTANCE_STATES.length }, (_, bits) => INSTANCE_STATES.filter((_state, at) => (bits & (1 << at)) !== 0))
    .flatMap((states: readonly InstanceState[]) => (['Observing', 'NoEniSlot'] as const).map((reason) => states.map((state) => reportedIn(state, reason))));

function* statuses(resource: EgressUnification): Generator<EgressUnificationStatus> {
  const input = { resource, surveyed: true, egressPublicIps: [], now: NOW };
  for (const observing of [true, false]) {
    for (const reported of mixtures()) yield statusOf({ ...input, reported, observing });
    for (const obstacle of obstacles()) yield statusOf({ ...input, reported: [], observing, ...(obstacle && { obstacle }) });
  }
}

/** What the API server could hold. */
export function* everyStatus(): Generator<Judged> {
  for (const deletionTimestamp of [undefined, NOW]) {
    const metadata = { generation: 3, finalizers: ['egressunification.io/egress'], ...(deletionTimestamp && { deletionTimestamp }) };
    for (const status of statuses(aResource({ metadata }))) for (const observedGeneration of [3, 2, -1]) yield { metadata, status: { ...status, observedGeneration } };
    yield { metadata, status: { observedGeneration: -1 } };
  }
}
