// What a campaign has found so far. Figures and cells are kept whole, failing runs up to a number, good runs not at all, so that memory
// does not grow with the length of the night.
import type { RunPlan, Violation } from '../engine/contract.ts';

/** What remains of one run. */
export interface Outcome {
  readonly plan: RunPlan;
  readonly violations: readonly Violation[];
  readonly cells: readonly string[];
}

export interface Failure {
  readonly plan: RunPlan;
  readonly violations: readonly Violation[];
}

/** A tally as one line of the resume file. */
export interface Sum {
  readonly enumerated: number;
  readonly executed: number;
  readonly failed: number;
  readonly cells: readonly string[];
  readonly failures: readonly Failure[];
}

const FAILURES_MAX = 1_000;
const VIOLATIONS_PER_RUN_MAX = 5;

export class Tally {
  enumerated = 0;
  executed = 0;
  /** Runs with at least one violation. */
  failed = 0;
  readonly cells = new Set<string>();
  readonly failures: Failure[] = [];

  add({ plan, violations, cells }: Outcome): void {
    this.executed += 1;
    for (const cell of cells) this.cells.add(cell);
    if (violations.length === 0) return;
    this.failed += 1;
    this.#keep({ plan, violations: violations.slice(0, VIOLATIONS_PER_RUN_MAX) });
  }

  merge(sum: Sum): void {
    this.enumerated += sum.enumerated;
    this.executed += sum.executed;
    this.failed += sum.failed;
    for (const cell of sum.cells) this.cells.add(cell);
    for (const failure of sum.failures) this.#keep(failure);
  }

  sum(): Sum {
    const { enumerated, executed, failed, cells, failures } = this;
    return { enumerated, executed, failed, cells: [...cells].sort(), failures: [...failures] };
  }

  #keep(failure: Failure): void {
    if (this.failures.length < FAILURES_MAX) this.failures.push(failure);
  }
}
