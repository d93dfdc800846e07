// S8, what a status goes on claiming: "on inability to observe, the condition becomes Unknown, not stale True", judged while a leader is at work that
// could say so; and once all is quiet, Ready=True of a generation is so for what that generation wishes: the address to leave by, and the
// security groups of the interface.
import type { KubernetesObject } from '../../../../sim/kubernetes/json.ts';
import type { WorldEvent } from '../../engine/contract.ts';
import type { Resources } from '../facts/resources.ts';
import type { Happening, Scene } from '../facts/scene.ts';
import type { Track } from '../facts/tracks.ts';
import { intervalMs, isEnding, selectedOf, specOf, statusOf } from '../facts/wish.ts';
import type { Rule } from '../rule.ts';

const NEEDED: ReadonlySet<string> = new Set(['ecs:DescribeInstances', 'ecs:DescribeNetworkInterfaces', 'vpc:DescribeEipAddresses', 'vpc:DescribeNatGateways', 'vpc:DescribeSnatTableEntries']);
/** From when it is known that nothing can be observed to when a status says so: a pass, and the pause between two writes. */
const SLACK_MS = 30_000;

/** How a cluster's leader has fared of late. */
interface Watchman {
  /** When each kind of read was last answered well. */
  readonly readMs: Map<string, number>;
  /** Since when the API server has answered every call of one process well. */
  wellSinceMs: number;
}

const isReady = (object: KubernetesObject): boolean =>
  !isEnding(object) && statusOf(object).conditions?.some(({ type, status, observedGeneration }) => type === 'Ready' && status === 'True' && observedGeneration === object.metadata.generation) === true;

export function claims(scene: Scene): Rule {
  const watchmen = new Map<string, Watchman>();
  const told = new Set<string>();
  const watchmanOf = (cluster: string): Watchman => {
    const known = watchmen.get(cluster) ?? { readMs: new Map(), wellSinceMs: 0 };
    watchmen.set(cluster, known);
    return known;
  };
  return {
    after: ({ event }: Happening) => {
      const shaken = shakenIn(event);
      if (shaken !== undefined) watchmanOf(shaken).wellSinceMs = event.atMs;
      if (event.kind !== 'answered' || event.crossing.side !== 'cloud') return;
      const watchman = watchmanOf(event.crossing.cluster);
      if (event.status === 200) watchman.readMs.set(event.crossing.verb, event.atMs);
      else for (const resource of blind(scene, watchman, scene.resourcesOf(event.crossing.cluster))) sayOnce(scene, told, resource);
    },
    atEnd: () => {
      for (const resources of scene.clusters.values()) for (const object of resources.current().filter(isReady)) for (const why of untrue(scene, object)) scene.report('S8', `Ready=True of ${object.metadata.name} in the end: ${why}`);
    },
  };
}

/** The cluster whose leader may not have been able to say anything: it came, went or stood still, or its API server did not serve it. */
function shakenIn(event: WorldEvent): string | undefined {
  if (event.kind === 'replica') return event.cluster;
  if (event.kind === 'kubernetes') return event.status >= 400 ? event.crossing.cluster : undefined;
  return event.kind === 'answered' && event.crossing.side === 'kubernetes' && event.status === 0 ? event.crossing.cluster : undefined;
}

function sayOnce(scene: Scene, told: Set<string>, { metadata: { name, uid } }: KubernetesObject): void {
  if (told.has(uid)) return;
  told.add(uid);
  scene.report('S8', `${name} is said to be ready though nothing could be observed for more than two intervals`);
}

/** Resources that are said to be ready on reads that are too old. */
function blind({ nowMs }: Scene, { readMs, wellSinceMs }: Watchman, resources: Resources): readonly KubernetesObject[] {
  const oldestMs = Math.min(...[...NEEDED].map((verb) => readMs.get(verb) ?? 0));
  return resources.current().filter((object) => {
    const lateMs = Math.max(oldestMs + 2 * intervalMs(specOf(object)), wellSinceMs) + SLACK_MS;
    return nowMs > lateMs && isReady(object);
  });
}

function untrue(scene: Scene, object: KubernetesObject): readonly string[] {
  const spec = specOf(object);
  return selectedOf(spec, scene.state.instances.all()).flatMap(({ id }) => {
    const track = scene.tracks.of(id);
    return track && !track.isGone ? [...wrongWay(scene, track, spec.egress?.publicIps), ...wrongGroups(scene, track, spec.networkInterface?.securityGroupIds)] : [];
  });
}

function wrongWay(scene: Scene, { instance }: Track, wished: readonly string[] | undefined): readonly string[] {
  const ips = [...(scene.tracks.ways.of(instance)?.publicIps ?? [])].sort().join(', ');
  return wished && ips !== [...wished].sort().join(', ') ? [`${instance.id} leaves by ${ips}, wished is ${wished.join(', ')}`] : [];
}

function wrongGroups(scene: Scene, { instance, place }: Track, wished: readonly string[] | undefined): readonly string[] {
  const [made] = scene.ledger.for(instance.id);
  if (wished === undefined || made === undefined || place !== 'eni') return [];
  const groups = [...made.eni.securityGroupIds].sort().join(', ');
  return groups === [...wished].sort().join(', ') ? [] : [`the interface of ${instance.id} is in ${groups}, wished is ${wished.join(', ')}`];
}
