/**
 * Whose EIPs a restoration is about: every instance of the VPC that the tags of one cluster name. EIPs are known by region alone, so one that
 * is bound to nothing belongs here when its instance does. Pure.
 */
import { TAG } from '../../api/names.ts';
import type { EipId, InstanceId } from '../../core/ids.ts';
import type { Eip, Instance, NetworkInterface, Tags } from '../../core/view.ts';
import { UsageProblem } from '../usage-problem.ts';

export interface Listed {
  readonly instances: readonly Instance[];
  /** Of the VPC. */
  readonly networkInterfaces: readonly NetworkInterface[];
  /** Of the region. */
  readonly eips: readonly Eip[];
}

export interface Wanted {
  readonly vpcId: string;
  /** --cluster-id. */
  readonly clusterId?: string;
  /** --instance. */
  readonly instances?: readonly string[];
}

export interface Found {
  /** undefined: nothing in the VPC is tagged. */
  readonly clusterId: string | undefined;
  /** Other clusters whose tags are in the VPC. */
  readonly otherClusters: readonly string[];
  readonly instances: ReadonlySet<InstanceId>;
  /** Asked for, and nothing is tagged for them. */
  readonly untagged: readonly string[];
  /** EIPs of the cluster whose instance is not in this VPC: in another one, or released. */
  readonly elsewhere: readonly { readonly eip: EipId; readonly instance: InstanceId }[];
}

interface Link {
  readonly cluster: string;
  readonly instance: InstanceId;
}

function linkOf({ [TAG.cluster]: cluster, [TAG.instance]: instance }: Tags): Link | undefined {
  return cluster === undefined || instance === undefined ? undefined : { cluster, instance: instance as InstanceId };
}

const unique = <T extends string>(values: readonly T[]): T[] => [...new Set(values)].sort();

/** Throws UsageProblem when it has to be told more. */
export function findTagged({ instances, networkInterfaces, eips }: Listed, wanted: Wanted): Found {
  const ofEnis = networkInterfaces.flatMap(({ tags }) => linkOf(tags) ?? []);
  const here = new Set<InstanceId>([...instances.map(({ id }) => id), ...ofEnis.map(({ instance }) => instance)]);
  const ofEips = eips.flatMap((eip) => { const link = linkOf(eip.tags); return link ? [{ ...link, eip: eip.id }] : []; });
  const links = [...ofEnis, ...ofEips.filter(({ instance }) => here.has(instance))];
  const clusters = unique(links.map(({ cluster }) => cluster));
  const clusterId = wanted.clusterId ?? onlyOne(clusters, wanted.vpcId);
  const tagged = unique(links.filter(({ cluster }) => cluster === clusterId).map(({ instance }) => instance));
  const asked = wanted.instances?.filter((id) => isHere(here, id, wanted.vpcId));
  return {
    clusterId,
    otherClusters: clusters.filter((cluster) => cluster !== clusterId),
    instances: new Set(asked ? tagged.filter((id) => asked.includes(id)) : tagged),
    untagged: asked?.filter((id) => !tagged.some((instance) => instance === id)) ?? [],
    elsewhere: asked ? [] : ofEips.filter(({ cluster, instance }) => cluster === clusterId && !here.has(instance)).map(({ eip, instance }) => ({ eip, instance })),
  };
}

function onlyOne([only, ...more]: readonly string[], vpcId: string): string | undefined {
  if (only === undefined || more.length === 0) return only;
  throw new UsageProblem(`the tags in VPC ${vpcId} name ${more.length + 1} clusters (${[only, ...more].join(', ')}): say with --cluster-id whose EIPs are to come home`);
}

function isHere(here: ReadonlySet<string>, id: string, vpcId: string): boolean {
  if (here.has(id)) return true;
  throw new UsageProblem(`--instance ${id}: VPC ${vpcId} has no such instance, and no ENI in it is tagged for one`);
}
