// The verdict of kstatus, by which Flux and others wait, on an object of a kind that it does not know by name: the generic rules of
// sigs.k8s.io/cli-utils/pkg/kstatus, first match wins. test/apiserver/health.test.ts holds it against the package itself. Pure.

/** What may be asked of an object that has a status in the way of Kubernetes. */
export interface Judged {
  readonly metadata: { readonly generation?: number; readonly deletionTimestamp?: string };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly conditions?: readonly { readonly type: string; readonly status: string; readonly reason?: string; readonly message?: string }[] | undefined;
  };
}

export const KSTATUS_VERDICTS = ['Current', 'InProgress', 'Failed', 'Terminating'] as const;
export type KstatusVerdict = (typeof KSTATUS_VERDICTS)[number];

/** What an object is by these rules. */
export function kstatusOf({ metadata, status = {} }: Judged): KstatusVerdict {
  if ((metadata.deletionTimestamp ?? '') !== '') return 'Terminating';
  const { observedGeneration, conditions = [] } = status;
  if (metadata.generation !== undefined && observedGeneration !== undefined && observedGeneration !== metadata.generation) return 'InProgress';
  return byConditions(conditions) ?? byReady(conditions) ?? 'Current';
}

type Conditions = NonNullable<NonNullable<Judged['status']>['conditions']>;

/** The first of the two that is true, in the order of the list. */
function byConditions(conditions: Conditions): KstatusVerdict | undefined {
  const first = conditions.find(({ type, status }) => status === 'True' && (type === 'Reconciling' || type === 'Stalled'));
  return first && (first.type === 'Reconciling' ? 'InProgress' : 'Failed');
}

function byReady(conditions: Conditions): KstatusVerdict | undefined {
  const said = conditions.find(({ type, status }) => type === 'Ready' && ['True', 'False', 'Unknown'].includes(status));
  return said && (said.status === 'True' ? 'Current' : 'InProgress');
}
