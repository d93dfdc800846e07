// What users wish of instances: the oracle's own reading of a resource, on a page. Selected: forwards. Left the selection, or the resource is
// being deleted: backwards (Revert) or let go of (Retain). Nothing is begun in mode Observe, beyond maxInstances, or on the cluster's nodes.
import type { Instance } from '../../../../sim/cloud/state/entities.ts';
import type { KubernetesObject } from '../../../../sim/kubernetes/json.ts';

export interface Spec {
  readonly regionId: string;
  readonly vpcId: string;
  readonly instanceSelector: {
    readonly instanceIds?: readonly string[];
    readonly tags?: Readonly<Record<string, string>>;
    readonly vSwitchIds?: readonly string[];
    readonly maxInstances?: number;
    readonly includeKubernetesNodes?: boolean;
  };
  readonly egress?: { readonly natGatewayId?: string; readonly publicIps?: readonly string[] };
  readonly networkInterface?: { readonly securityGroupIds?: readonly string[] };
  readonly subscriptionBilling?: string;
  readonly mode?: string;
  readonly rollout?: { readonly maxInProgress?: number | string; readonly onFailure?: string };
  readonly verification?: { readonly inbound?: object; readonly egress?: object };
  readonly guestRouting?: string;
  readonly drift?: { readonly checkInterval?: string; readonly action?: string };
  readonly deletionPolicy?: string;
  readonly deselectionPolicy?: string;
}

export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  readonly observedGeneration?: number;
}

export interface Status {
  readonly observedGeneration?: number;
  readonly conditions?: readonly Condition[];
  readonly instances?: Readonly<Record<string, number>>;
  readonly unsettled?: readonly { readonly instanceId: string; readonly state: string; readonly reason: string }[];
}

export const specOf = (object: KubernetesObject): Spec => object['spec'] as unknown as Spec;
export const statusOf = (object: KubernetesObject): Status => (object['status'] ?? {}) as unknown as Status;
export const isEnding = ({ metadata }: KubernetesObject): boolean => metadata.deletionTimestamp !== undefined;

/** What a selector looks at; by the world's own record, or by what a replica has read. */
export interface Subject {
  readonly id: string;
  readonly vpcId: string;
  readonly vSwitchId: string;
  readonly tags: ReadonlyMap<string, string>;
}

/** What is given must all hold. */
export function matches({ vpcId, instanceSelector: { instanceIds, tags, vSwitchIds } }: Spec, subject: Subject): boolean {
  return (
    subject.vpcId === vpcId &&
    (instanceIds?.includes(subject.id) ?? true) &&
    (vSwitchIds?.includes(subject.vSwitchId) ?? true) &&
    Object.entries(tags ?? {}).every(([key, value]) => subject.tags.get(key) === value)
  );
}

export type Goal = 'unify' | 'revert' | 'release';

const POLICY: Readonly<Record<string, Goal>> = { Revert: 'revert', Retain: 'release' };

/** What the resource wishes of an instance that it selects, or that is its own and was selected. */
export function goalOf(object: KubernetesObject, isSelected: boolean): Goal {
  const spec = specOf(object);
  if (isEnding(object)) return POLICY[spec.deletionPolicy ?? 'Retain'] ?? 'release';
  return isSelected ? 'unify' : (POLICY[spec.deselectionPolicy ?? 'Retain'] ?? 'release');
}

/** Commands may read in guests, and only then. */
export const asksGuests = ({ verification, guestRouting = 'Ignore' }: Spec): boolean => verification?.egress !== undefined || guestRouting !== 'Ignore';

const UNIT_MS: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1_000 };

/** ms of a duration such as 1m or 1h30m. */
export function durationMs(text: string): number {
  return [...text.matchAll(/(\d+)([hms])/g)].reduce((sum, [, count, unit]) => sum + Number(count) * (UNIT_MS[unit ?? ''] ?? 0), 0);
}

export const intervalMs = (spec: Spec): number => durationMs(spec.drift?.checkInterval ?? '5m');

/** How many instances of so many selected may be in progress. */
export function placesOf({ rollout }: Spec, selected: number): number {
  const given = rollout?.maxInProgress ?? 1;
  if (typeof given === 'number') return Math.max(1, given);
  return Math.max(1, Math.ceil((Number.parseInt(given, 10) / 100) * selected));
}

export const selectedOf = (spec: Spec, instances: readonly Instance[]): readonly Instance[] => instances.filter((instance) => matches(spec, instance));
