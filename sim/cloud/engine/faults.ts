// Faults that somebody asked for: each spoils the next calls of one action in one way, first asked first used. `phase` says whether
// the spoiling comes instead of the effect ('before') or after it ('after'); the step faults spoil what an accepted call began.

import { z } from 'zod';

export const faultSchema = z.strictObject({
  /** An action such as `AssociateEipAddress`, one product's (`vpc:TagResources`), or `*`. */
  action: z.string().min(1).default('*'),
  /** How many calls it spoils. */
  count: z.int().min(1).default(1),
  /**
   * fail: an error answer · delay: a late answer · throttle: Throttling.User · dropAnswer: the connection breaks · html: a gateway's
   * page instead of JSON · emptyId: an answer without NetworkInterfaceId · emptyPage, halfPage, doublePage: a listing that shows none,
   * half, or twice of what is there, with status 200 · stepFails: the asynchronous operation falls back · stepHangs: it takes delayMs
   * longer, or for ever when that is 0.
   */
  kind: z.enum(['fail', 'delay', 'throttle', 'dropAnswer', 'html', 'emptyId', 'emptyPage', 'halfPage', 'doublePage', 'stepFails', 'stepHangs']),
  code: z.string().min(1).default('ServiceUnavailable'),
  status: z.int().min(400).max(599).optional(),
  phase: z.enum(['before', 'after']).default('before'),
  delayMs: z.int().min(0).default(0),
  /** Sent as x-acs-retry-after with throttle. */
  retryAfterMs: z.int().min(0).optional(),
});

export type Fault = z.infer<typeof faultSchema>;
export type FaultRequest = z.input<typeof faultSchema>;

interface Armed {
  readonly fault: Fault;
  left: number;
}

export class Faults {
  #armed: Armed[] = [];

  add(request: FaultRequest): void {
    const fault = faultSchema.parse(request);
    this.#armed.push({ fault, left: fault.count });
  }

  clear(): void {
    this.#armed = [];
  }

  /** What is still to come. */
  pending(): readonly (Fault & { readonly left: number })[] {
    return this.#armed.map(({ fault, left }) => ({ ...fault, left }));
  }

  /** The fault that spoils this call, used up by one. */
  take(product: string, action: string): Fault | undefined {
    if (this.#armed.length === 0) return undefined;
    const names = ['*', action, `${product}:${action}`];
    const armed = this.#armed.find(({ fault }) => names.includes(fault.action));
    if (!armed) return undefined;
    armed.left -= 1;
    if (armed.left === 0) this.#armed = this.#armed.filter((other) => other !== armed);
    return armed.fault;
  }
}
