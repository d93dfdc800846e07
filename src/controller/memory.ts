/**
 * What the controller remembers of one instance between looks. All of it may be lost at any moment: it delays, it never
 * decides what is true.
 */
import type { Overlay } from '../core/describe.ts';
import type { EipId, EniId } from '../core/ids.ts';
import type { TurnBack, View } from '../core/situation.ts';
import type { Snapshot } from '../core/snapshot.ts';
import type { Step } from '../core/step.ts';
import { ToldOfInstance } from './told.ts';
import { GuestMemory } from './verification/guest-memory.ts';
import { Trial } from './verification/trial.ts';

export interface Sent {
  readonly step: Step;
  /** Monotonic ms at which it was answered, or its answer was given up. */
  readonly atMs: number;
  /** Monotonic ms until which its effect is waited for before the step is thought of again. */
  readonly untilMs: number;
  /** Its answer was lost, so nobody knows whether there will be an effect: it is looked for once at once, and once when the time is over. */
  readonly unanswered?: true;
}

export class InstanceMemory {
  /** The last complete look. */
  view: View | undefined;
  /** Monotonic ms at which that look began. */
  lookedMs: number | undefined;
  lastEip: EipId | undefined;
  retiredEnis: EniId[] = [];
  /** The step that is being sent. */
  sending: Step | undefined;
  /** The last step that the cloud accepted, until a look shows its effect. */
  sent: Sent | undefined;
  /** Monotonic ms at which the answer of an Unassociate was given up: it may be carried out still. */
  cutUnansweredMs: number | undefined;
  /** First sight of the home EIP unbound. */
  windowSinceMs: number | undefined;
  /** Its age turned this window round already; the next turn needs a refusal. */
  windowTurned = false;
  turnBack: TurnBack | undefined;
  failures = 0;
  /** The step that was accepted last, and how often in a row without an effect. */
  accepted: { readonly step: Step; readonly times: number; readonly atMs: number } | undefined;
  /** Looks in a row that found nothing to do but wait. */
  waits = 0;
  /** Monotonic ms before which nothing is tried again; infinite: not before a listing or an edit brings news. */
  dueMs = 0;
  /** Its whole set-up was logged before the first write. */
  setUpLogged = false;
  /** Why the next step is not being taken, where the planner cannot know. */
  overlay: Overlay | undefined;
  /** What was true when it was last settled. */
  settled: Snapshot | undefined;
  /** It was settled once since the process started. */
  everSettled = false;
  /** First sight of an ENI of ours that has to go while the EIP is at home. */
  removingSinceMs: number | undefined;
  /** Times at which others undid a settled move. */
  undoneMs: number[] = [];
  lastEvent: string | undefined;
  readonly told = new ToldOfInstance();
  readonly trial = new Trial();
  readonly guest = new GuestMemory();

  /** An edit or a request: what was given up is tried anew. */
  startAnew(): void {
    this.dueMs = 0;
    this.failures = 0;
    this.accepted = undefined;
    this.overlay = undefined;
    this.turnBack = undefined;
    this.removingSinceMs = undefined;
  }

  /** What the new spec wants is carried out, so nothing counts as settled under the old one. */
  startAnewForEdit(): void {
    this.startAnew();
    this.everSettled = false;
  }

  retire(id: EniId): void {
    if (!this.retiredEnis.includes(id)) this.retiredEnis = [...this.retiredEnis, id];
  }
}
