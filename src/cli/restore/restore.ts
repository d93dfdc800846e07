/**
 * `restore`: brings EIPs home from what the tags in the cloud say, without Kubernetes. The controller itself does it, unchanged, for a
 * resource in memory that is being deleted under Revert: its planner, its gates, its order (windows that are open close first). What is done
 * rests on the tags alone, so it can be interrupted at any moment and run again; only what was confirmed is touched.
 */
import type { EgressUnificationStatus } from '../../api/egress-unification.ts';
import { Controller } from '../../controller/controller.ts';
import { serve, unrivalled } from '../../controller/tenure.ts';
import { describeStep } from '../../core/describe.ts';
import { outside, type Fences } from '../../core/fences.ts';
import type { VpcId } from '../../core/ids.ts';
import type { Step } from '../../core/step.ts';
import type { Cloud, Clouds } from '../../ports/cloud.ts';
import type { Events } from '../../ports/resources.ts';
import type { Clock, Log, Random } from '../../ports/runtime.ts';
import type { RestoreRequest } from '../command-line.ts';
import { foreseeAll, observe, type Observing } from '../observed.ts';
import { StandInResources } from '../stand-in.ts';
import { UsageProblem } from '../usage-problem.ts';
import { findTagged, type Found } from './find.ts';
import { underOneOwner } from './one-owner.ts';
import { homecomingOf, isWell, outcomeOf, printList, printOutcomes, type Homecoming, type Outcome } from './outcome.ts';
import { Patience } from './patience.ts';
import { OWNER, restorationOf } from './resource.ts';

export interface RestoreTools {
  /** --cluster-id. */
  readonly clusterId?: string;
  readonly fences: Fences;
  readonly clouds: Clouds;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** One line of progress. */
  readonly say: (line: string) => void;
  /** undefined: nobody sits at a terminal. */
  readonly ask: ((question: string) => Promise<boolean>) | undefined;
  /** Aborted by the first signal to end: what is open is closed, nothing more is begun. */
  readonly interrupted: AbortSignal;
}

/** What to print, and whether the cloud shows every EIP at home. */
export interface Restored {
  readonly table: string;
  readonly isWell: boolean;
}

const WARNING = [
  'WARNING: this stops no controller. One that still runs for these resources moves the EIPs away from their instances again.',
  'While its Kubernetes lives, rather set spec.deletionPolicy: Revert and kubectl delete the resource; or stop the controller first:',
  '  kubectl -n kube-system get lease egress-unification      (who acts)',
];

/** Throws UsageProblem, CloudError. */
export async function restore(tools: RestoreTools, request: RestoreRequest): Promise<Restored> {
  const { clouds, say, clock, fences, clusterId } = tools;
  const fenced = outside(restorationOf(request, clusterId ?? '', timeOf(clock)), fences);
  if (fenced) throw new UsageProblem(fenced.message);
  const cloud = clouds(request.regionId);
  const found = await find(cloud, request, clusterId);
  for (const line of notesOf(found, request)) say(line);
  if (found.clusterId === undefined || found.instances.size === 0) return { table: 'Nothing to restore.', isWell: true };
  const restoration = new Restoration(tools, { request, found, cloud, clusterId: found.clusterId });
  const before = await restoration.look();
  say(printList(before));
  await confirm(tools, request, before);
  await restoration.carryOut();
  return summary(await restoration.outcomes(before));
}

const timeOf = (clock: Clock): string => new Date(clock.now()).toISOString();

async function find(cloud: Cloud, { vpcId, instances: asked }: RestoreRequest, clusterId: string | undefined): Promise<Found> {
  const vpc = vpcId as VpcId;
  const [instances, networkInterfaces, eips] = await Promise.all([cloud.listInstances(vpc), cloud.listNetworkInterfaces(vpc), cloud.listEips()]);
  return findTagged({ instances, networkInterfaces, eips }, { vpcId, ...(clusterId !== undefined && { clusterId }), ...(asked && { instances: asked }) });
}

function notesOf({ clusterId, otherClusters, untagged, elsewhere, instances }: Found, { vpcId }: RestoreRequest): string[] {
  return [
    clusterId === undefined ? `Nothing in VPC ${vpcId} carries the tags of a controller.` : `Cluster ${clusterId}: ${instances.size} instances in VPC ${vpcId} are tagged.`,
    ...(otherClusters.length > 0 ? [`Left alone, because other clusters' tags are on it: what belongs to ${otherClusters.join(', ')}`] : []),
    ...untagged.map((id) => `${id}: nothing is tagged for it, so there is nothing to bring home`),
    ...elsewhere.map(({ eip, instance }) => `EIP ${eip} is tagged for ${instance}, which is not in this VPC: it is left alone`),
  ];
}

async function confirm({ say, ask }: RestoreTools, { yes }: RestoreRequest, before: readonly Homecoming[]): Promise<void> {
  for (const line of WARNING) say(line);
  if (yes) return;
  if (ask === undefined) throw new UsageProblem('standard input is no terminal, so nobody can be asked: give --yes to bring home what is listed above');
  const agreed = await ask(`Each of these ${before.length} instances is not reached on its public IP for some seconds while its EIP moves. Bring them home? Only "yes" is taken for yes: `);
  if (!agreed) throw new UsageProblem('nothing was done');
}

function summary(outcomes: readonly Outcome[]): Restored {
  const well = outcomes.every(isWell);
  const home = outcomes.filter(({ state }) => state === 'home').length;
  const rest = well ? '' : '. Those that are not home keep their tags: mend what the note says and run the same command again';
  return { table: `${printOutcomes(outcomes)}\n${home} of ${outcomes.length} EIPs are at home${rest}`, isWell: well };
}

interface Subject {
  readonly request: RestoreRequest;
  readonly found: Found;
  readonly cloud: Cloud;
  readonly clusterId: string;
}

/** One restoration, from the list that is confirmed to what the cloud shows in the end. */
class Restoration {
  readonly #tools: RestoreTools;
  readonly #subject: Subject;
  readonly #clouds: Clouds;
  readonly #patience: Patience;

  constructor(tools: RestoreTools, subject: Subject) {
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

  #events(): Events {
    return { record: (_, { type, note }) => this.#say(type === 'Warning' ? `WARNING ${note}` : note) };
  }

  /** Whether nothing more is to be hoped for. */
  #heard(status: EgressUnificationStatus): boolean {
    if (this.#patience.isNews(status)) this.#say(progressOf(status));
    if (!this.#patience.isOver(status)) return false;
    this.#say('nothing moves any more: this is given up');
    return true;
  }
}

function progressOf({ instances = {}, unsettled = [] }: EgressUnificationStatus): string {
  const { selected = 0, nothingToMove = 0, unified = 0 } = instances;
  const [worst] = unsettled;
  return `${unified + nothingToMove} of ${selected} done${worst ? `; ${worst.instanceId}: ${worst.message}` : ''}`;
}
