// What the world is and what a replica knows of it, as numbers, at each call: so that a campaign can see which points are the same. Of the
// world counts what an answer could show, without times and generated ids of requests; of a replica's memory, which no one can look into,
// what it has been answered last to each of its questions, because it acts on nothing else.
import { instanceReport } from '../../../sim/cloud/control/report.ts';
import type { CloudState } from '../../../sim/cloud/state/cloud-state.ts';
import type { Crossing, Judge, Violation, WorldEvent } from '../engine/contract.ts';
import type { Laboratory } from '../laboratory.ts';
import { digest } from './chance.ts';

/** The digests at one call, right before it had its effect. */
export interface Fingerprint {
  readonly crossing: Crossing;
  readonly world: number;
  readonly situation: number;
}

const tagsOf = (tags: ReadonlyMap<string, string>): string => [...tags].sort().join(';');

function cloudText(state: CloudState): string {
  const eips = state.eips.all().map(({ id, status, binding, locks, tags }) => [id, status, binding?.id, locks.join(), tagsOf(tags)].join(' '));
  const enis = state.interfaces.all().map(({ id, status, instanceId, securityGroupIds, tags }) => [id, status, instanceId, securityGroupIds.join(), tagsOf(tags)].join(' '));
  const instances = state.instances.all().map((instance) => JSON.stringify({ ...instanceReport(state, instance), converting: instance.converting }));
  const gateways = state.natGateways.all().map(({ id, status, snat }) => [id, status, ...snat.all().map((entry) => [entry.id, entry.status, entry.ips.join()].join(' '))].join(' '));
  return [...eips, ...enis, ...instances, ...gateways].join('\n');
}

const TIMES = new Set(['resourceVersion', 'managedFields', 'lastTransitionTime', 'since', 'creationTimestamp', 'deletionTimestamp', 'RequestId', 'NextToken']);
const withoutTimes = (value: unknown): string => JSON.stringify(value, (key, inner: unknown) => (TIMES.has(key) ? undefined : inner));

const clusterText = (lab: Laboratory): string => lab.clusters.map((cluster) => cluster.names().map((name) => withoutTimes(cluster.stored(name))).join('\n')).join('\n');

/** Events after which the world may be another. */
const changes = (event: WorldEvent): boolean =>
  event.kind === 'meddled' || event.kind === 'edited' || event.kind === 'settled' || event.kind === 'replica' ||
  ((event.kind === 'cloud' || event.kind === 'kubernetes') && event.crossing.mutates);

const question = ({ verb, subject }: Crossing): string => `${verb} ${subject}`;

/** Watches a run as a judge would, and judges nothing. */
export class Fingerprints implements Judge {
  readonly violations: readonly Violation[] = [];
  readonly taken: Fingerprint[] = [];
  readonly #lab: Laboratory;
  readonly #memory = new Map<string, Map<string, number>>();
  #world = 0;

  constructor(lab: Laboratory) {
    this.#lab = lab;
    this.#look();
  }

  after(event: WorldEvent): void {
    if ((event.kind === 'cloud' || event.kind === 'kubernetes') && !event.late && event.crossing.n > 0) this.#take(event.crossing);
    if (event.kind === 'answered') this.#remember(event.crossing, event.status, event.body);
    if (event.kind === 'replica' && event.what === 'started') this.#memory.delete(event.replica);
    if (changes(event)) this.#look();
  }

  atEnd(): void {
    // nothing is judged
  }

  #look(): void {
    this.#world = digest(cloudText(this.#lab.cloud.state), clusterText(this.#lab));
  }

  #remember({ replica, verb, subject }: Crossing, status: number, body: unknown): void {
    const known = this.#memory.get(replica) ?? new Map<string, number>();
    known.set(`${verb} ${subject}`, digest(status, withoutTimes(body)));
    this.#memory.set(replica, known);
  }

  #take(crossing: Crossing): void {
    const known = [...(this.#memory.get(crossing.replica) ?? [])].map(([asked, said]) => `${asked} ${said}`).sort();
    this.taken.push({ crossing, world: this.#world, situation: digest(this.#world, crossing.replica, question(crossing), ...known) });
  }
}
