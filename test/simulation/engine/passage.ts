// How one call gets through, or does not, as the faults at its crossing have bent it. Data: the wires read it.
import type { Fault } from '../../../sim/cloud/engine/faults.ts';

/** Another delivery of the same bytes: so many ms after the first, or right after the next mutating call of anybody. */
export type Again = number | 'after the next write';

/** What an API server says instead of its own answer. */
export interface Refused {
  readonly status: number;
  readonly reason: string;
  readonly message: string;
  readonly retryAfterSeconds?: number;
}

export interface Passage {
  /** The process dies right before it sends, or right after the effect. */
  readonly crash?: 'before' | 'after';
  /** lost: vanishes, and the caller waits in vain; reset: the connection breaks at once; a number: arrives so many ms late. */
  readonly request?: 'lost' | 'reset' | number;
  /** The same for the answer: the effect is there. */
  readonly answer?: 'lost' | 'reset' | number;
  readonly again?: Again;
  /** What the simulated cloud makes of it. */
  readonly cloud?: Fault;
  /** A read shows the state of so many changes ago. */
  readonly staleBy?: number;
  /** A page whose token leads to itself. */
  readonly repeatsToken?: boolean;
  /** An API server's refusal; `late`: after the effect. */
  readonly refused?: Refused & { readonly late?: boolean };
  /** An answer that is no JSON: a proxy's page. */
  readonly page?: boolean;
}
