/** Why nothing can be done now by us, in words for the person who can. */
import { REASONS, type Reason } from '../api/reasons.ts';

export interface Problem {
  readonly reason: Reason;
  /** What was found, and what to do. */
  readonly message: string;
  /** It was unified and is not, or egress is not what was asked although nothing is left to move. */
  readonly degraded: boolean;
}

/** A problem whose message ends with the remedy of its reason. */
export function problem(reason: Reason, found: string, options: { degraded?: boolean; remedy?: string } = {}): Problem {
  return { reason, message: `${found}. ${options.remedy ?? REASONS[reason].remedy}`, degraded: options.degraded ?? false };
}
