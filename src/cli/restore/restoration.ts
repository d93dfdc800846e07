/**
 * One restoration, from the list that is confirmed to what the cloud shows in the end. The controller itself carries it out, unchanged, for a
 * resource in memory that is being deleted under Revert: its planner, its gates, its order (windows that are open close first).
 */
import type { EgressUnificationStatus } from '../../api/egress-unification.ts';
import { Controller } from '../../controller/controller.ts';
import { serve, unrivalled } from '../../controller/tenure.ts';
import { describeStep } from '../../core/describe.ts';
import type { Fences } from '../../core/fences.ts';
import type { Step } from '../../core/step.ts';
import type { Cloud, Clouds } from '../../ports/cloud.ts';
import type { Events } from '../../ports/resources.ts';
import type { Clock, Log, Random } from '../../ports/runtime.ts';
import type { RestoreRequest } from '../command-line.ts';
import { foreseeAll, observe, type Observing } from '../observed.ts';
import { StandInResources } from '../stand-in.ts';
import type { Found } from './find.ts';
import { underOneOwner } from './one-owner.ts';
import { homecomingOf, outcomeOf, type Homecoming, type Outcome } from './outcome.ts';
import { isOnlyBlocked, Patience } from './patience.ts';
import { OWNER, restorationOf } from './resource.ts';

/** What it is carried out with. */
export interface RestorationTools {
  readonly fences: Fences;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** One line of progress. */
  readonly say: (line: string) => void;
  /** Aborted by the first signal to end: what is open is closed, nothing more is begun. */
  readonly interrupted: AbortSignal;
}

export interface Subject {
  readonly request: RestoreRequest;
  readonly found: Found;
  readonly cloud: Cloud;
  readonly clusterId: string;
}

export class Restoration {
  readonly #tools: RestorationTools;
  readonly #subject: Subject;
  readonly #clouds: Clouds;
  readonly #patience: Patience;
  #left: number | undefined;
  #toldBlocked = false;

  constructor(tools: RestorationTools, subject: Subject) {
    const { found, cloud, clusterId } = subject;
    this.#tools = tools;
    this.#subject = subject;
    const owned = underOneOwner(cloud, { clusterId, instances: found.instances, owner: OWNER, told: (step, error) => this.#told(step, error) });
    this.#clouds = () => owned;
    this.#patience = new Patience(tools.clock);
  }

  async look(): Promise<readonly Homecoming[]> {
    const observed = await observe(this.#observing());
    return foreseeAll(observed, this.#tools.clock.now()).map((foreseen) => homecomingOf(observed.inventory, foreseen));
  }

  /** Resolves when all is home, when nothing more is to be hoped for, or when it was interrupted; no window is open then that could be closed. */
  async carryOut(): Promise<void> {
    const { clock, random, log, interrupted, fences } = this.#tools;
    const ended = new AbortController();
    interrupted.addEventListener('abort', () => ended.abort(), { once: true });
    if (interrupted.aborted) return;
    const resources = new StandInResources([this.#resource()], {
      onStatus: (status) => { if (this.#heard(status)) ended.abort(); },
      onLetGo: () => ended.abort(),
    });
    const controller = new Controller({
      options: { clusterId: this.#subject.clusterId, observeOnly: false, allowBillingChanges: false, fences },
      clouds: this.#clouds, resources, events: this.#events(), nodes: { instanceIds: () => new Set() }, clock, random, log,
    });
    await serve({ leadership: unrivalled(), controller, ended: ended.signal, clock, log });
  }

  async outcomes(before: readonly Homecoming[]): Promise<readonly Outcome[]> {
    const observed = await observe(this.#observing());
    const left = new Map(foreseeAll(observed, this.#tools.clock.now()).map((foreseen) => [foreseen.first.instanceId, foreseen]));
    const unlisted = before.map(({ instanceId }) => instanceId).filter((id) => !observed.inventory.instances.has(id));
    const gone = new Set((await Promise.all(unlisted.map(async (id) => ((await this.#subject.cloud.isInstanceGone(id)) ? [id] : [])))).flat());
    return before.map((homecoming) => outcomeOf(homecoming, { inventory: observed.inventory, left, gone }));
  }

  #resource(): ReturnType<typeof restorationOf> {
    return restorationOf(this.#subject.request, this.#subject.clusterId, timeOf(this.#tools.clock));
  }

  #observing(): Observing {
    const { clock, random, log, fences } = this.#tools;
    return { resource: this.#resource(), others: [], nodes: new Set(), options: { clusterId: this.#subject.clusterId, allowBillingChanges: false, fences }, clouds: this.#clouds, clock, random, log };
  }

  #say(line: string): void {
    this.#tools.say(`${timeOf(this.#tools.clock).slice(11, 19)}  ${line}`);
  }

  #told(step: Step, error: Error | undefined): void {
    if (error === undefined) this.#patience.moved();
    this.#say(error === undefined ? describeStep(step) : `could not ${describeStep(step)}: ${error.message}`);
  }

  /** Steps are told as they are sent; of what they brought about only the homecoming is worth a line. */
  #events(): Events {
    return {
      record: (_, { type, reason, note }) => {
        if (type === 'Warning') this.#say(`WARNING ${note}`);
        else if (reason === 'Restored') this.#say(note);
      },
    };
  }

  /** Whether nothing more is to be hoped for. */
  #heard(status: EgressUnificationStatus): boolean {
    this.#patience.heard(status);
    const left = leftIn(status);
    if (left !== undefined && left !== this.#left) {
      const total = this.#subject.found.instances.size;
      this.#left = left;
      this.#say(`${total - left} of ${total} done`);
    }
    if (isOnlyBlocked(status) && !this.#toldBlocked) {
      this.#toldBlocked = true;
      this.#say('what is left is blocked; it is tried once more before this ends');
    }
    if (!this.#patience.isOver(status)) return false;
    this.#say('nothing moves any more: this is given up');
    return true;
  }
}

export const timeOf = (clock: Clock): string => new Date(clock.now()).toISOString();

/** Who is done with is still counted until the next listing, and then not any more; undefined: nobody was counted yet. */
function leftIn({ instances }: EgressUnificationStatus): number | undefined {
  if (instances?.selected === undefined) return undefined;
  const { selected, nothingToMove = 0, unified = 0 } = instances;
  return selected - nothingToMove - unified;
}
