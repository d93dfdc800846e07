// Which verdict of kstatus says the same as which of Argo CD's. Pure.
import type { ArgoVerdict } from './argo.ts';
import type { KstatusVerdict } from './kstatus.ts';

/**
 * kstatus has no word for what waits because somebody wants it to. Of its own, InProgress would keep Flux waiting until its timeout and Current would
 * be a lie, so a resource that is only observed, or whose canaries are to be looked at, is Stalled for the reason Observing or CanariesDone: Failed, at once, with a
 * message that says what would be done.
 */
const SAME: Readonly<Record<ArgoVerdict, readonly KstatusVerdict[]>> = {
  Healthy: ['Current'],
  Progressing: ['InProgress', 'Terminating'],
  Degraded: ['Failed'],
  Suspended: ['Failed'],
};

export const agree = (argo: ArgoVerdict, kstatus: KstatusVerdict): boolean => SAME[argo].includes(kstatus);
