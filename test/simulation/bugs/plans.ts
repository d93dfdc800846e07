// In which order plans are tried on a bug: first where it is expected to show, then every scenario without a fault, then every single fault
// of every scenario. The order depends on nothing but the bug, so that the same bug is found by the same plan on every machine.
import type { Pool, Spot } from '../campaign/pool.ts';
import { faultsAt } from '../engine/catalogue.ts';
import type { Injection, RunPlan } from '../engine/contract.ts';
import { EDITS } from '../scenarios/edits.ts';
import type { SeededBug, Showing } from './seeded-bug.ts';

const SEED = 1;

const planOf = (scenario: string, standby: boolean | undefined, injections: RunPlan['injections'] = []): RunPlan =>
  ({ scenario, seed: SEED, injections, ...(standby === true && { standby }) });

const EDIT_FAULTS = Object.keys(EDITS).map((name) => `edit:${name}`);

/** The catalogue's faults of a place, and the edits, that begin like this. */
const injectionsAt = (spot: Spot, prefix: string): Injection[] =>
  (prefix.startsWith('edit:') ? EDIT_FAULTS : faultsAt(spot)).filter((id) => id.startsWith(prefix)).map((fault) => ({ at: spot.at, fault }));

export class Plans {
  readonly #pool: Pool;
  readonly #scenarios: readonly string[];
  readonly #surveys = new Map<string, readonly Spot[]>();

  /** `pool` runs the code with the bug in it: where calls are disturbed is counted in its own calls. */
  constructor(pool: Pool, scenarios: readonly string[]) {
    this.#pool = pool;
    this.#scenarios = scenarios;
  }

  async *of({ shows }: SeededBug): AsyncGenerator<RunPlan> {
    for (const showing of shows) yield* this.#showing(showing);
    for (const scenario of this.#scenarios) yield planOf(scenario, false);
    for (const scenario of this.#scenarios) yield* this.#showing({ scenario });
  }

  async *#showing(showing: Showing): AsyncGenerator<RunPlan> {
    for (const scenario of showing.scenario === undefined ? this.#scenarios : [showing.scenario]) {
      if (showing.fault === '') yield planOf(scenario, showing.standby);
      else yield* await this.#disturbed(scenario, showing);
    }
  }

  async #disturbed(scenario: string, { fault = '', verb = '', standby, then }: Showing): Promise<readonly RunPlan[]> {
    const places = await this.#survey(planOf(scenario, standby));
    const first = places.filter((place) => place.verb.startsWith(verb)).flatMap((place) => injectionsAt(place, fault));
    if (then === undefined) return first.map((injection) => planOf(scenario, standby, [injection]));
    return (await Promise.all(first.map(async (injection) => {
      const after = (await this.#survey(planOf(scenario, standby, [injection]))).filter(({ at }) => at > injection.at && at <= injection.at + then.within);
      return after.flatMap((place) => injectionsAt(place, then.fault)).map((second) => planOf(scenario, standby, [injection, second]));
    }))).flat();
  }

  async #survey(plan: RunPlan): Promise<readonly Spot[]> {
    const key = JSON.stringify(plan);
    const known = this.#surveys.get(key);
    if (known) return known;
    const places = await this.#pool.ask<'survey'>({ kind: 'survey', plan });
    this.#surveys.set(key, places);
    return places;
  }

  /** What the plan does, in words: "S1, lost-answer at vpc:AssociateEipAddress". */
  wordsOf({ scenario, standby, injections }: RunPlan): string {
    const faults = injections.map(({ at, fault }, index) => `${fault} at ${this.#verbOf(planOf(scenario, standby, injections.slice(0, index)), at)}`);
    return [scenario, faults.join(' and then '), standby === true ? 'with a standby' : ''].filter((part) => part !== '').join(', ');
  }

  #verbOf(plan: RunPlan, at: number): string {
    return this.#surveys.get(JSON.stringify(plan))?.find((place) => place.at === at)?.verb ?? `call ${at}`;
  }
}
