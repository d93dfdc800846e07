// The names under which the product is known to Kubernetes and to the cloud. They are stored in clusters and on cloud objects,
// so a name here never changes its meaning; a new meaning gets a new name.

export const GROUP = 'egressunification.io';
export const VERSION = 'v1alpha1';
export const API_VERSION = `${GROUP}/${VERSION}` as const;
export const KIND = 'EgressUnification';
export const PLURAL = 'egressunifications';
export const SINGULAR = 'egressunification';
export const SHORT_NAME = 'egu';

/** Present from before the first write to the cloud until every EIP is where the deletion policy wants it. */
export const FINALIZER = `${GROUP}/egress` as const;

/** Annotations that a person sets on a resource; the controller reads them and never writes them. */
export const ANNOTATION = {
  /** Any new value asks for a complete look at once; `status.lastHandledReconcileAt` answers with the same value. */
  reconcileRequestedAt: `${GROUP}/reconcile-requested-at`,
  /** The resource's own UID: close what is open, then let go and list what stays behind. */
  abandon: `${GROUP}/abandon`,
  /** A cluster id whose tags this resource may take over. */
  adoptFrom: `${GROUP}/adopt-from`,
  /** The generation for which restores, detaches and deletes beyond the blast radius are wanted. */
  confirm: `${GROUP}/confirm`,
  /** The generation whose canaries were looked at and found well: the rollout goes on. */
  continue: `${GROUP}/continue`,
} as const;

/** Tag keys on EIPs and ENIs: the journal from which every process reads what belongs together. */
export const TAG = {
  /** The id of the cluster whose controller made the link. */
  cluster: `${GROUP}/cluster`,
  /** UID of the resource that owns the link; absent after Retain. */
  owner: `${GROUP}/owner`,
  /** The instance that the EIP belongs to. */
  instance: `${GROUP}/instance`,
  /** The home EIP of the instance. */
  eip: `${GROUP}/eip`,
  /** Stops every write except closing a window: `<generation>.<reason>` by the controller, anything else by a person. */
  hold: `${GROUP}/hold`,
} as const;

/** Tells Terway, the container network of Alibaba Cloud, that an ENI is not for pods. */
export const TERWAY_EXCLUDED_TAG = { key: 'terway.alibabacloud.com/excluded', value: 'true' } as const;
