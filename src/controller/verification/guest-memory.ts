/** What the controller remembers of one guest. All of it may be lost at any moment: it is read anew. Times are monotonic ms. */
import type { GuestReading } from '../../core/guest.ts';

export class GuestMemory {
  /** The last reading, of the ENI with this MAC address. */
  reading: { readonly of: GuestReading; readonly mac: string; readonly startedMs: number } | undefined;
  /** The MAC address of the ENI for which a reading was asked last. */
  askedOf: string | undefined;
  /** It is on the list of the verifier. */
  isDue = false;
  /** The time of acceptance of the last step in the guest for which a reading was asked. */
  askedSinceMs = Number.NEGATIVE_INFINITY;
  /** Readings in a row that did not say ready. */
  fruitless = 0;
}
