// spec.rollout: how many instances are changed at once, and what must have gone well before the next ones are.
import { z } from 'zod';
import { choice, countOrPercent, durationBetween } from './fields.ts';

const count = (most: number, description: string) =>
  z.int({ error: `write a whole number from 0 to ${most}` }).min(0, { error: `write a whole number from 0 to ${most}` }).max(most, { error: `write a whole number from 0 to ${most}` }).meta({ description });

export const ROLLOUT = z
  .object({
    maxInProgress: countOrPercent(10_000, 'How many instances may be between their first write and settled at once: a number, or a percentage of the selected instances, rounded up. An instance that is blocked half-way keeps its place, so that with 1 the rollout stops at the first that fails.').default(1),
    canary: count(100, 'So many instances go first. Once they are settled and soaked nothing further is begun until the annotation egressunification.io/continue names the generation of the spec. 0: no pause.').default(0),
    soak: durationBetween('0s', '24h', 'How long an instance keeps its place in the rollout after it is settled, and after spec.verification has passed where it is given.').default('0s'),
    failureBudget: count(10_000, 'How many instances may fail spec.verification before nothing further is begun and the resource is Stalled. 0: the first failure stops the rollout.').default(0),
    onFailure: choice(['Report', 'Restore'], 'What happens to an instance that fails spec.verification after its cut-over. Report: it stays as it is and is said to be Degraded. Restore: its EIP goes back to it, and is held there until the spec is edited or egressunification.io/reconcile-requested-at changes.').default('Report'),
  })
  .meta({ description: 'How many instances are changed at the same time, and what must have gone well before others are.' });
