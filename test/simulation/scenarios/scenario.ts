// A canonical scenario as data: the world it begins in, the resources that are applied, what people do and when, and what must be so in
// the end. Moments are conditions on the world, because times shift as soon as a fault slows something down; each has a latest time, so that
// a fault which keeps a moment from coming does not keep the story from going on.
import { TAG } from '../../../src/api/names.ts';
import type { Scenario } from '../engine/contract.ts';
import type { Laboratory } from '../laboratory.ts';
import { caretaker } from './caretaker.ts';

export type Stage = Laboratory;

/** What must be so in the end, and says when a run without faults is over. */
export interface End {
  /** By resource: status and reason of Ready, or 'gone'. */
  readonly resources: Readonly<Record<string, string>>;
  /** By instance: what the Internet sees, or 'released'. */
  readonly instances: Readonly<Record<string, string>>;
  /** By resource: the public addresses that its status says are the way out. */
  readonly egressPublicIps?: Readonly<Record<string, string>>;
  /** The EIP that is held because its move turned round, and nobody has looked after it. */
  readonly heldIp?: string;
}

export interface CanonicalScenario extends Omit<Scenario, 'done' | 'unmet' | 'passMs'> {
  readonly end: End;
  /** The end when a fault made a move turn round before the story went on. */
  readonly turnedBack?: End;
}

const stateOf = (stage: Stage, name: string): string => (stage.exists(name) ? stage.ready(name) : 'gone');
const sightOf = (stage: Stage, id: string): string => (stage.cloud.state.instances.get(id) ? stage.seen(id) : 'released');
const wayOf = (stage: Stage, name: string): string => (stage.exists(name) ? (stage.resource(name).status.egressPublicIps ?? []).join() : 'gone');

const isHeld = ({ cloud }: Stage, ip: string): boolean => cloud.state.eipByAddress.get(ip)?.tags.get(TAG.hold)?.endsWith('.TurnedBack') === true;

/** What is not as the end wants it, in words; empty when all is. */
export function differences(stage: Stage, { resources, instances, egressPublicIps = {} }: End): string[] {
  const compare = (kind: string, wanted: Readonly<Record<string, string>>, found: (id: string) => string): string[] =>
    Object.entries(wanted).flatMap(([id, want]) => (found(id) === want ? [] : [`${kind} ${id}: ${found(id)}, wanted ${want}`]));
  return [
    ...compare('resource', resources, (name) => stateOf(stage, name)),
    ...compare('way out of', egressPublicIps, (name) => wayOf(stage, name)),
    ...compare('instance', instances, (id) => sightOf(stage, id)),
  ];
}

/** Whether there is no difference; cheap where there is one, because the resources say so first. */
const isReached = (stage: Stage, { resources, instances, egressPublicIps = {}, heldIp }: End): boolean =>
  Object.entries(resources).every(([name, want]) => stateOf(stage, name) === want) &&
  Object.entries(egressPublicIps).every(([name, want]) => wayOf(stage, name) === want) &&
  Object.entries(instances).every(([id, want]) => sightOf(stage, id) === want) &&
  (heldIp === undefined || isHeld(stage, heldIp));

const PASS_MS = 60_000;

/** The scenario with its end as condition: what nobody changed the goal of must come to it. */
export function strict({ end, turnedBack, timeline = [], ...scenario }: CanonicalScenario): Scenario {
  const ends = turnedBack ? [end, turnedBack] : [end];
  const done = (lab: Stage): boolean => ends.some((possible) => isReached(lab, possible));
  return { ...scenario, passMs: PASS_MS, timeline: [...timeline, ...caretaker(done)], done, unmet: (lab) => (done(lab) ? [] : differences(lab, end)) };
}

interface Conditions {
  readonly metadata: { readonly generation?: number };
  readonly status?: { readonly observedGeneration?: number; readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

/** The resource says of its newest generation that nothing is under way, for good or bad. */
function isSaidToRest(stored: Conditions): boolean {
  const { observedGeneration, conditions = [] } = stored.status ?? {};
  const ready = conditions.find(({ type }) => type === 'Ready');
  return observedGeneration === stored.metadata.generation && ready !== undefined && ready.status !== 'Unknown' && !conditions.some(({ type }) => type === 'Reconciling');
}

/** The scenario where somebody changed the goal or the things themselves: the end is that every resource says it is at rest. */
export const lenient = ({ end, ...scenario }: CanonicalScenario): Scenario => ({
  ...scenario, passMs: PASS_MS,
  done: (lab) => isReached(lab, end) || lab.clusters.every((cluster) => cluster.names().every((name) => isSaidToRest(cluster.stored(name) as Conditions))),
});
