// One run: a scenario under a plan, from the first resource until all is quiet, judged after every event. Quiet is three passes without a
// mutating call after the last act, edit and fault, with the scenario's end reached; or, where a fault keeps it from that, a long quiet.
import type { Random } from '../../../src/ports/runtime.ts';
import { Laboratory } from '../laboratory.ts';
import type { Judge, RunOptions, RunPlan, RunResult, Scenario, Violation, WorldEvent } from './contract.ts';
import { Disturber } from './disturber.ts';
import { endStateOf, mutationsOf } from './end-state.ts';
import { packets } from '../packets.ts';
import { Past } from './past.ts';
import { stream } from './random.ts';
import { rowOf } from './catalogue.ts';
import { leavingLine, traceLine } from './tracer.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const PASS_MS = MINUTE;
const PASSES = 3;
/** A pass is begun a little before it is due and takes a while. */
const SLACK_MS = 5 * SECOND;
/** So long nothing is written before a run whose end is not reached counts as over. */
const PATIENCE_MS = 12 * MINUTE;
const BOUND_MS = 45 * MINUTE;
/** As Kubernetes: a container is started again at once, a pod of a Deployment somewhere else. With a standby, that one is to take over. */
const RESTART_MS = 3 * SECOND;
const RESTART_WITH_STANDBY_MS = 30 * SECOND;
const EDIT_MAX_MS = 20 * SECOND;

const wantsPast = ({ injections, swarm }: RunPlan): boolean => injections.some(({ fault }) => fault.startsWith('stale-')) || Object.keys(swarm?.rates ?? {}).some((fault) => fault.startsWith('stale-'));

/** Runs it. Rejects only for a mistake in the laboratory or the plan, or for a failure that the product did not handle. */
export async function run(plan: RunPlan, options: RunOptions): Promise<RunResult> {
  return new Run(plan, options).toEnd();
}

/** Neither a read nor the lease's own traffic. */
const mayMatter = (event: WorldEvent): boolean => event.kind !== 'answered' && !((event.kind === 'cloud' || event.kind === 'kubernetes') && (!event.crossing.mutates || event.crossing.n === 0));

class Run {
  readonly #plan: RunPlan;
  readonly #scenario: Scenario;
  readonly #options: RunOptions;
  readonly #lab: Laboratory;
  readonly #disturber: Disturber;
  readonly #judge: Judge | undefined;
  readonly #trace: string[] = [];
  readonly #random: Random;
  readonly #acts: Scenario['timeline'];
  #acted = 0;
  #actedMs = 0;
  #edits: readonly string[];
  #editDueMs: number;
  /** When something last happened that a quiet end must be some passes away from. */
  #stirredMs = 0;
  #changed = true;
  /** Whether the scenario's end is reached; undefined: to be asked, since something happened. */
  #isDone: boolean | undefined;

  constructor(plan: RunPlan, options: RunOptions) {
    const { scenario } = options;
    this.#plan = plan;
    this.#options = options;
    this.#scenario = scenario;
    this.#lab = new Laboratory(scenario.world, {
      seed: plan.seed, elects: true, allowBillingChanges: scenario.allowBillingChanges ?? false, allowGuestCommands: scenario.allowGuestCommands ?? false,
      secondCluster: scenario.otherCluster !== undefined, ...(wantsPast(plan) && { past: new Past() }), ...(scenario.hasPackets === true && { packets: packets() }),
    });
    this.#disturber = new Disturber(this.#lab, plan, options.edits ?? {});
    this.#random = stream(plan.seed, 'edits');
    this.#acts = scenario.timeline ?? [];
    this.#edits = plan.edits ?? [];
    this.#editDueMs = this.#edits.length > 0 ? this.#random() * EDIT_MAX_MS : Infinity;
    this.#judge = options.judge?.(this.#lab);
  }

  async toEnd(): Promise<RunResult> {
    const lab = this.#lab;
    this.#begin();
    await lab.clock.run(() => this.#isOver());
    lab.isOver = true;
    const quiet = this.#isQuiet();
    const result = this.#result(quiet);
    for (const replica of lab.replicas) replica.kill();
    return result;
  }

  #begin(): void {
    const lab = this.#lab;
    const { resources, otherCluster = {}, standby = false } = this.#scenario;
    const withStandby = standby || this.#plan.standby === true;
    lab.restartsAfterMs = ({ cluster }) => (withStandby && cluster === 'c1' ? RESTART_WITH_STANDBY_MS : RESTART_MS);
    lab.boundary.disturb = this.#disturber.disturb;
    lab.listener = (event) => this.#happened(event);
    if (this.#options.trace === true) lab.boundary.leaving = (crossing) => void this.#trace.push(leavingLine(crossing));
    if (withStandby) lab.replica('b', 'c1');
    for (const [name, spec] of Object.entries(resources)) lab.cluster('c1').create(name, spec);
    for (const [name, spec] of Object.entries(otherCluster)) lab.cluster('c2').create(name, spec);
    for (const replica of lab.replicas) replica.start().catch(() => undefined);
  }

  #happened(event: WorldEvent): void {
    if (this.#lab.isOver) return;
    if (this.#options.trace === true) this.#trace.push(traceLine(event));
    if (mayMatter(event)) {
      this.#changed = true;
      this.#isDone = undefined;
    }
    if (event.kind !== 'kubernetes' && mayMatter(event)) this.#stirredMs = event.atMs;
    this.#judge?.after(event);
  }

  /** Asked before each task of the clock. */
  #isOver(): boolean {
    const lab = this.#lab;
    lab.check();
    if (this.#changed) {
      this.#changed = false;
      this.#actIfDue();
    } else if (lab.clock.nextMs >= this.#latestActMs()) this.#actIfDue();
    if (lab.clock.nextMs >= this.#editDueMs) this.#editNext();
    return this.#isQuiet() || lab.clock.nextMs > this.#boundMs();
  }

  #areActsOver(): boolean {
    return this.#acted >= (this.#acts?.length ?? 0);
  }

  #latestActMs(): number {
    const act = this.#acts?.[this.#acted];
    return act === undefined ? Infinity : this.#actedMs + act.latestMs;
  }

  #actIfDue(): void {
    const act = this.#acts?.[this.#acted];
    if (act === undefined || !(act.when(this.#lab) || this.#lab.clock.nextMs >= this.#latestActMs())) return;
    this.#acted += 1;
    this.#actedMs = this.#lab.clock.monotonic();
    this.#stirredMs = this.#actedMs;
    this.#changed = true;
    act.act(this.#lab);
  }

  #editNext(): void {
    const [next, ...rest] = this.#edits;
    this.#edits = rest;
    this.#editDueMs = rest.length > 0 ? this.#lab.clock.monotonic() + this.#random() * EDIT_MAX_MS : Infinity;
    if (next === undefined) return;
    const leaving = { replica: 'a', cluster: 'c1', side: 'kubernetes', verb: 'EDIT', mutates: false, subject: '', counts: false } as const;
    const crossing = { n: this.#edits.length, ...leaving, atMs: this.#lab.clock.monotonic() };
    rowOf(`edit:${next}`, this.#options.edits ?? {}).happen?.({ lab: this.#lab, crossing, leaving, edits: this.#options.edits ?? {} });
  }

  /** From when on nothing more is done to the run, as far as that is known. */
  #calmFromMs(): number {
    return Math.max(this.#stirredMs, this.#disturber.quietFromMs);
  }

  #isQuiet(): boolean {
    if (!this.#areActsOver() || this.#edits.length > 0 || this.#disturber.isDrawing) return false;
    const calmMs = this.#lab.clock.nextMs - this.#calmFromMs();
    if (calmMs < PASSES * (this.#scenario.passMs ?? PASS_MS) + SLACK_MS) return false;
    return calmMs >= PATIENCE_MS || this.#done();
  }

  /** Asked only when it counts. */
  #done(): boolean {
    this.#isDone ??= this.#scenario.done(this.#lab);
    return this.#isDone;
  }

  /** Acts and faults give new time, steps do not. */
  #boundMs(): number {
    return Math.max(this.#actedMs, this.#disturber.quietFromMs) + (this.#scenario.boundMs ?? BOUND_MS);
  }

  #result(quiet: boolean): RunResult {
    const lab = this.#lab;
    const virtualMs = lab.clock.monotonic();
    const unmet = this.#scenario.unmet?.(lab) ?? [];
    this.#judge?.atEnd();
    const late: Violation[] = quiet ? [] : [{ invariant: 'V1', message: `still busy ${Math.round(virtualMs / SECOND)} s after the beginning`, atMs: virtualMs }];
    return {
      plan: this.#plan, violations: [...(this.#judge?.violations ?? []), ...late], crossings: lab.boundary.crossings, cells: [...this.#disturber.cells].sort(),
      trace: this.#trace, endState: endStateOf(lab), mutations: mutationsOf(lab), virtualMs, quiet, done: this.#done(), unmet,
    };
  }
}
