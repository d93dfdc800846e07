/**
 * What the controller remembers of the tests of one instance. Lost with the process, but for what status says of instances that are not
 * settled: from there it is recalled. Times are monotonic ms.
 */
import type { EgressUnification, UnsettledInstance } from '../../api/egress-unification.ts';
import { REASONS, type Reason } from '../../api/reasons.ts';
import { isFailureReason } from '../../core/verified.ts';
import { DIRECTIONS, failedBy, type Direction, type KnownPorts, type Outcome, type Shown } from '../../core/verification.ts';

/** What the ports said before the cut-over. */
export interface Baseline extends KnownPorts {
  readonly takenMs: number;
}

/** The tests of one direction, one after the other. */
export interface Test {
  /** The last verdict since the cut-over; undefined: none yet. */
  outcome: Outcome | undefined;
  /** The epoch of the resource in which that was said. */
  saidIn: number;
  /** What the spec asked when it was put on the list, and in which epoch. */
  asked: string;
  askedIn: number;
  /** Tries of the test that runs. */
  tries: number;
  /** What echo services said in these tries. */
  shown: readonly Shown[];
  /** Verdicts in a row other than passed. */
  fruitless: number;
  /** It is on the list of the verifier. */
  isDue: boolean;
}

const FRESH = { outcome: undefined, tries: 0, shown: [], fruitless: 0 };
const untested = (): Test => ({ ...FRESH, saidIn: 0, asked: '', askedIn: 0, isDue: false });

export interface RecallAt {
  readonly nowMs: number;
  readonly wallMs: number;
  readonly epoch: number;
}

/** Entries that were on their way: who is settled now was cut over meanwhile. */
const ON_ITS_WAY: ReadonlySet<string> = new Set(['InWindow', 'Progressing']);

export class Trial {
  baseline: Baseline | undefined;
  /** Its baseline is on the list of the verifier. */
  isBaselineDue = false;
  /** A window of it was open: once it is settled it is tested anew, and keeps its place until it has soaked. */
  isCutOver = false;
  /** Since when it is settled after a cut-over and keeps its place; undefined: it does not. */
  soakingSinceMs: number | undefined;
  /** The epoch of the resource in which it failed on trial, though it may pass by now. */
  failedIn: number | undefined;
  /** From its cut-over until it has soaked and passed: what it fails by meanwhile is the fault of the cut-over. */
  isOnTrial = false;
  readonly tests: Readonly<Record<Direction, Test>> = { inbound: untested(), egress: untested() };
  #isRecalled = false;

  /** A window is about to open, or was found open: what was said before says nothing of what comes. */
  cutOver(): void {
    this.isCutOver = true;
    this.soakingSinceMs = undefined;
    this.isOnTrial = false;
    for (const direction of DIRECTIONS) Object.assign(this.tests[direction], FRESH);
  }

  /** It is settled. True: for the first time since its cut-over. */
  settle(nowMs: number): boolean {
    const isNew = this.isCutOver;
    if (isNew) [this.soakingSinceMs, this.isOnTrial] = [nowMs, true];
    this.isCutOver = false;
    return isNew;
  }

  /** Takes from the status of the last process what it said of the instance; once. */
  recall(resource: EgressUnification, instance: string, at: RecallAt): void {
    if (this.#isRecalled) return;
    this.#isRecalled = true;
    const entry = resource.status.unsettled?.find(({ instanceId }) => instanceId === instance);
    if (entry === undefined) return;
    this.#recallPorts(resource, entry);
    if (entry.reason === 'Soaking') this.#recallSoak(entry, at);
    else if (ON_ITS_WAY.has(entry.state)) this.isCutOver = true;
    if (isFailureReason(entry.reason)) this.#recallFailure(entry, at.epoch);
  }

  /** It was on trial, and is: what it fails by is the fault of its cut-over still. */
  #recallSoak({ since }: UnsettledInstance, { nowMs, wallMs }: RecallAt): void {
    this.soakingSinceMs ??= nowMs - Math.max(0, wallMs - Date.parse(since));
    this.isOnTrial = true;
  }

  #recallPorts({ spec, metadata, status }: EgressUnification, { answeredPorts }: UnsettledInstance): void {
    const tried = status.observedGeneration === metadata.generation ? (spec.verification?.inbound?.ports ?? []) : [];
    if (answeredPorts) this.baseline ??= { tried, answered: answeredPorts, takenMs: Number.NEGATIVE_INFINITY };
  }

  #recallFailure({ verification, message, reason }: UnsettledInstance, epoch: number): void {
    const remedy = `. ${REASONS[reason as Reason].remedy}`;
    const said = failedBy(message.endsWith(remedy) ? message.slice(0, -remedy.length) : message);
    for (const direction of DIRECTIONS.filter((each) => verification?.[each] === 'Failed')) Object.assign(this.tests[direction], { outcome: said, saidIn: epoch });
  }
}
