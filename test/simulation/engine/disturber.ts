// Carries out a plan: at each crossing the injections that name it, and what the swarm draws. A fault that the world has nothing for at that
// moment does not happen and reaches no cell.
import { MeddleProblem } from '../../../sim/cloud/control/lookup.ts';
import type { Random } from '../../../src/ports/runtime.ts';
import type { Laboratory } from '../laboratory.ts';
import type { Leaving } from './boundary.ts';
import { cellName, faultsAt, rowOf } from './catalogue.ts';
import type { Crossing, Edit, RunPlan } from './contract.ts';
import type { Passage } from './passage.ts';
import { stream } from './random.ts';
import type { Row, Site } from './row.ts';

export class Disturber {
  readonly cells = new Set<string>();
  readonly #lab: Laboratory;
  readonly #edits: Readonly<Record<string, Edit>>;
  readonly #injections = new Map<number, string[]>();
  readonly #swarm: RunPlan['swarm'];
  readonly #random: Random;
  /** Until when a fault acts (ms since the beginning). */
  #untilMs = 0;

  constructor(lab: Laboratory, { injections, swarm, seed }: RunPlan, edits: Readonly<Record<string, Edit>>) {
    this.#lab = lab;
    this.#edits = edits;
    this.#swarm = swarm;
    this.#random = stream(seed, 'swarm');
    for (const { at, fault } of injections) this.#injections.set(at, [...(this.#injections.get(at) ?? []), fault]);
  }

  /** When the last fault that has begun ceases to act. */
  get quietFromMs(): number {
    return this.#untilMs;
  }

  /** Whether nothing is to come any more: of the injections those that lie beyond the last call never come. */
  get isDrawing(): boolean {
    return this.#swarm !== undefined && this.#lab.clock.monotonic() < this.#swarm.untilMs;
  }

  readonly disturb = (crossing: Crossing, leaving: Leaving): Passage => {
    const faults = [...(this.#injections.get(crossing.n) ?? []), ...this.#drawn(crossing)];
    if (faults.length === 0) return {};
    return faults.reduce<Passage>((passage, fault) => ({ ...passage, ...this.#inject(rowOf(fault, this.#edits), { lab: this.#lab, crossing, leaving, edits: this.#edits }) }), {});
  };

  #drawn(crossing: Crossing): string[] {
    if (!this.isDrawing || this.#swarm === undefined) return [];
    const { rates } = this.#swarm;
    return faultsAt(crossing).filter((fault) => rates[fault] !== undefined && this.#random() < rates[fault]);
  }

  #inject(row: Row, site: Site): Passage {
    const { crossing } = site;
    if (row.cannot(crossing) !== undefined) return {};
    const actsMs = row.happen === undefined ? 0 : happening(row.happen, site);
    if (actsMs === undefined) return {};
    this.cells.add(cellName(row.id, crossing.verb));
    this.#acts(row.id, Math.max(actsMs, row.lastsMs ?? 0), crossing);
    return row.bend ?? {};
  }

  #acts(fault: string, forMs: number, crossing: Crossing): void {
    const { clock, tell } = this.#lab;
    const atMs = clock.monotonic();
    this.#untilMs = Math.max(this.#untilMs, atMs + forMs);
    tell({ kind: 'fault', fault, active: true, crossing, atMs });
    if (forMs === 0) tell({ kind: 'fault', fault, active: false, crossing, atMs });
    else clock.after(forMs, () => tell({ kind: 'fault', fault, active: false, crossing, atMs: clock.monotonic() }));
  }
}

/** People cannot do what makes no sense at that moment. */
function happening(happen: (site: Site) => number | undefined, site: Site): number | undefined {
  try {
    return happen(site);
  } catch (error) {
    if (error instanceof MeddleProblem) return undefined;
    throw error;
  }
}
