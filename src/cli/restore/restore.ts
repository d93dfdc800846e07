/**
 * `restore`: brings EIPs home from what the tags in the cloud say, without Kubernetes: finds what is tagged, shows it, asks, lets it be done,
 * and says what the cloud shows then. What is done rests on the tags alone, so it can be interrupted at any moment and run again; only what
 * was confirmed is touched.
 */
import { outside } from '../../core/fences.ts';
import type { VpcId } from '../../core/ids.ts';
import type { Cloud, Clouds } from '../../ports/cloud.ts';
import type { RestoreRequest } from '../command-line.ts';
import { UsageProblem } from '../usage-problem.ts';
import { counted } from '../words.ts';
import { findTagged, type Found } from './find.ts';
import { isWell, printList, printOutcomes, type Homecoming, type Outcome } from './outcome.ts';
import { Restoration, timeOf, type RestorationTools } from './restoration.ts';
import { restorationOf } from './resource.ts';

export interface RestoreTools extends RestorationTools {
  /** --cluster-id. */
  readonly clusterId?: string;
  readonly clouds: Clouds;
  /** Which controller acts now; not given: no cluster was named, so nobody can know. Rejects when the API server does not say. */
  readonly acting?: () => Promise<string | undefined>;
  /** undefined: nobody sits at a terminal. */
  readonly ask: ((question: string) => Promise<boolean>) | undefined;
}

/** What to print, and whether the cloud shows every EIP at home. */
export interface Restored {
  readonly table: string;
  readonly isWell: boolean;
}

const WARNING = [
  'WARNING: this stops no controller. One that still runs for these resources moves the EIPs away from their instances again.',
  'Whether one runs the tags do not tell: only a cluster that is named by --kubeconfig is asked for its lease.',
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
  await refuseBeside(tools, request);
  await confirm(tools, request, before);
  await restoration.carryOut();
  return summary(await restoration.outcomes(before));
}

async function find(cloud: Cloud, { vpcId, instances: asked }: RestoreRequest, clusterId: string | undefined): Promise<Found> {
  const vpc = vpcId as VpcId;
  const [instances, networkInterfaces, eips] = await Promise.all([cloud.listInstances(vpc), cloud.listNetworkInterfaces(vpc), cloud.listEips()]);
  return findTagged({ instances, networkInterfaces, eips }, { vpcId, ...(clusterId !== undefined && { clusterId }), ...(asked && { instances: asked }) });
}

function notesOf({ clusterId, otherClusters, untagged, elsewhere, instances }: Found, { vpcId }: RestoreRequest): string[] {
  return [
    clusterId === undefined ? `Nothing in VPC ${vpcId} carries the tags of a controller.` : `Cluster ${clusterId}: its tags name ${counted(instances.size, 'instance')} in VPC ${vpcId}.`,
    ...(otherClusters.length > 0 ? [`Left alone, because other clusters' tags are on it: what belongs to ${otherClusters.join(', ')}`] : []),
    ...untagged.map((id) => `${id}: nothing is tagged for it, so there is nothing to bring home`),
    ...elsewhere.map(({ eip, instance }) => `EIP ${eip} is tagged for ${instance}, which is not in this VPC: it is left alone`),
  ];
}

/** A controller that acts would undo at once what is done here. A cluster that does not answer is what this is for. */
async function refuseBeside({ acting, say }: RestoreTools, { ignoreLease }: RestoreRequest): Promise<void> {
  if (acting === undefined || ignoreLease) return;
  const holder = await acting().catch((error: unknown) => {
    say(`The cluster does not say whether a controller runs: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  });
  if (holder !== undefined) throw new UsageProblem(`nothing was done: a controller acts, ${holder} renews the lease. Scale it to 0 first, or say --ignore-lease`);
}

async function confirm({ say, ask }: RestoreTools, { yes }: RestoreRequest, before: readonly Homecoming[]): Promise<void> {
  for (const line of WARNING) say(line);
  if (yes) return;
  if (ask === undefined) throw new UsageProblem('standard input is no terminal, so nobody can be asked: give --yes to bring home what is listed above');
  say('While its EIP moves an instance is not reached on its public IP, for some seconds, and connections that it has open are cut.');
  const agreed = await ask(`Bring home what ${counted(before.length, 'instance')} had? Only "yes" is taken for yes: `);
  if (!agreed) throw new UsageProblem('nothing was done');
}

function summary(outcomes: readonly Outcome[]): Restored {
  const well = outcomes.every(isWell);
  const home = outcomes.filter(({ state }) => state === 'home').length;
  const rest = well ? '' : '. Those that are not home keep their tags: mend what the note says and run the same command again';
  return { table: `${printOutcomes(outcomes)}\n${home} of ${counted(outcomes.length, 'EIP')} at home${rest}`, isWell: well };
}
