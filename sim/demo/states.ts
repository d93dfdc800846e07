// What the resource's status says of each instance. The status lists only those that are not settled, so silence about a selected one
// means settled, once a status is there at all. Pure; it is shown to people and never decides whether the demo succeeded.
import type { Sighting } from './sighting.ts';
import { VPC_ID } from './story.ts';

export interface Status {
  readonly observedGeneration?: number;
  readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message: string }[];
  readonly unsettled?: readonly { readonly instanceId: string; readonly state: string; readonly reason: string; readonly message: string }[];
  readonly summary?: string;
  readonly lastHandledReconcileAt?: string;
}

export interface Said {
  readonly state: string;
  /** '' when there is nothing to explain. */
  readonly reason: string;
  readonly message: string;
}

/** What is said of one instance. */
export function saidOf({ id, vpcId, inboundIps }: Sighting, status: Status): Said {
  if (vpcId !== VPC_ID) return { state: 'NotSelected', reason: 'NotSelected', message: `it is in ${vpcId}; the resource is for ${VPC_ID}` };
  if (status.summary === undefined) return { state: 'Waiting', reason: 'Waiting', message: 'nothing is known yet' };
  const unsettled = status.unsettled?.find(({ instanceId }) => instanceId === id);
  if (unsettled) return unsettled;
  if (inboundIps.length === 0) return { state: 'NothingToMove', reason: 'NothingToMove', message: 'it has no public IP of its own and leaves by the NAT gateway' };
  return { state: 'Unified', reason: '', message: '' };
}

const isTrue = ({ conditions }: Status, type: string): boolean => conditions?.some((condition) => condition.type === type && condition.status === 'True') ?? false;

/** Whether the controller has nothing under way: all is settled, or what is not waits for people. */
export const isAtRest = (status: Status): boolean => status.summary !== undefined && !isTrue(status, 'Reconciling');
