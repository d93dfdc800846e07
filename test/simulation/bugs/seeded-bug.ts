// What a seeded bug is: a mistake that a controller of this family has made, as a change of our own source that brings it back. The suite
// must catch each of them; one that it does not catch shows that the simulated world is too kind or that its judge is blind.

/**
 * The mistakes to bring back, one line for each that is known from the field (section 2.5 of the fault model), and after them what our own
 * design forbids most strictly.
 */
export const LINES = {
  byName: 'match by name instead of UID (a resource deleted and re-created)',
  partialList: 'a partial or empty list taken as "nothing there"',
  collectorRace: 'garbage collection racing creation',
  detachDelete: 'restart between detach and delete leaks the ENI',
  attachFails: 'create-then-attach fails and leaks',
  fellBack: 'attach that fell back to Available taken as success',
  newToken: 'new client token per retry',
  sameToken: 'same token with other parameters',
  unguarded: 'Unassociate without InstanceId moves what somebody else just moved',
  wrongEip: 'wrong EIP chosen when the NAT gateway has several',
  leakedEip: 'EIP leaked on delete',
  conditions: 'a conditions list overwritten whole',
  existence: 'existence checked instead of state',
  released: 'releasing an address that we did not allocate',
  lostLease: 'acting after the lease was lost',
  stableGate: 'stable-state gate that also blocks the correction of an error state',
  equalHash: 'spec edit ignored because the hash is equal',
  finalizerGone: 'finalizer removed although clean-up failed',
  finalizerEarly: 'finalizer added before credentials were proved',
  ownStale: 'reconciling on own stale cache right after a write',
  relist: 'relist triggers cloud calls for unchanged objects',
  fanOut: 'one throttled batch fans its error out to all callers at once',
  perpetual: 'perpetual diff on a field that the server rewrites',
  readyKept: 'Ready=True kept while observation fails',
  cutEarly: 'static public IP cut before the SNAT entry is Available',
  chargeType: 'ModifyInstanceChargeType sent without a charge type (it defaults to PrePaid)',
  ownDesign: 'what the design forbids',
} as const;
export type Line = keyof typeof LINES;

/** One place of the source: `find` stands exactly once in the file. */
export interface Patch {
  /** From the root of the repository. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** Where a bug is looked for first. What is not given may be anything. */
export interface Showing {
  /** Short name of a scenario: 'S6'. */
  readonly scenario?: string;
  /** How the name of the fault begins; '' for a run without faults. */
  readonly fault?: string;
  /** How the verb of the disturbed call begins. */
  readonly verb?: string;
  readonly standby?: boolean;
  /** A second fault, at one of the `within` calls after the first. */
  readonly then?: { readonly fault: string; readonly within: number };
}

export interface SeededBug {
  /** In kebab-case; unique. */
  readonly name: string;
  readonly line: Line;
  /** Where it happened in the field, as far as is known; otherwise what makes it likely here. */
  readonly seenIn: string;
  readonly patches: readonly Patch[];
  /** Invariants of which at least one should say it. */
  readonly expected: readonly string[];
  readonly shows: readonly Showing[];
  /** Where the structure of the code makes the very bug impossible: why, and why this is the nearest. */
  readonly nearest?: string;
}
