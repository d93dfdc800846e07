/** `plan`: reads the file or takes the resource, lets the controller look once, and says what it would do. It writes nothing. */
import type { EgressUnification } from '../../api/egress-unification.ts';
import type { Fences } from '../../core/fences.ts';
import type { Clouds } from '../../ports/cloud.ts';
import type { Clock, Log, Random } from '../../ports/runtime.ts';
import type { PlanRequest } from '../command-line.ts';
import { observe, type Observing } from '../observed.ts';
import { namedAmong } from '../named.ts';
import { readManifest, type Manifest } from './manifest.ts';
import { planOf } from './plan.ts';
import { printPlan } from './print.ts';

/** What is known of the cluster; without one, nothing. */
export interface Cluster {
  readonly clusterId: string;
  readonly resources: readonly EgressUnification[];
  /** undefined: may not be read. */
  readonly nodes: ReadonlySet<string> | undefined;
}

export interface PlanTools {
  readonly cluster?: Cluster;
  /** --cluster-id. */
  readonly clusterId?: string;
  readonly allowBillingChanges: boolean;
  readonly fences: Fences;
  readonly clouds: Clouds;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** What -f names. */
  readonly manifest?: Manifest;
}

/** No cluster can have this name, so nothing in the cloud is taken for its own. */
const NO_CLUSTER = '(unknown)';

const GUESTS: Readonly<Record<EgressUnification['spec']['guestRouting'], string>> = {
  Ignore: 'whether the guests bring up a second interface, and reply by the interface on which a request came (README, "Look into the guest first")',
  Check: 'whether the guests are ready: plan sends them no command; each is read before its cut-over, which waits until it is (spec.guestRouting is Check)',
  Configure: 'what the guests lack: plan sends them no command; each is read before its cut-over, and what is missing is set up first (spec.guestRouting is Configure)',
};

/** The text to print. Throws UsageProblem, KubernetesError, CloudError. */
export async function planText(tools: PlanTools, request: PlanRequest): Promise<string> {
  const { cluster, clouds, clock, random, log, fences, allowBillingChanges } = tools;
  const resource = resourceOf(tools, request);
  const clusterId = tools.clusterId ?? cluster?.clusterId;
  const observing: Observing = {
    resource, clouds, clock, random, log,
    others: (cluster?.resources ?? []).filter(({ metadata }) => metadata.name !== resource.metadata.name),
    nodes: cluster ? cluster.nodes : new Set(),
    options: { clusterId: clusterId ?? NO_CLUSTER, allowBillingChanges, fences },
  };
  const unknown = unknownOf(resource, cluster, clusterId);
  const plan = planOf({ observed: await observe(observing), nowMs: clock.now(), unknown, ...(request.eipHourlyFee && { eipHourlyFee: request.eipHourlyFee }) });
  return printPlan(plan, request.output);
}

function resourceOf({ cluster, clock, manifest }: PlanTools, { subject }: PlanRequest): EgressUnification {
  const living = (name: string): EgressUnification | undefined => cluster?.resources.find(({ metadata }) => metadata.name === name);
  if (manifest) return readManifest(manifest, { living, now: new Date(clock.now()).toISOString() });
  return namedAmong(cluster?.resources ?? [], 'name' in subject ? subject.name : '');
}

function unknownOf({ spec }: EgressUnification, cluster: Cluster | undefined, clusterId: string | undefined): string[] {
  const looksAtNodes = !spec.instanceSelector.includeKubernetesNodes;
  return [
    ...(clusterId === undefined ? ['the cluster: what is tagged egressunification.io/* already counts as another cluster\'s; give --kubeconfig, or --cluster-id (the UID of the namespace kube-system)'] : []),
    ...(cluster === undefined && looksAtNodes ? ['which instances are nodes of the cluster: those would be blocked, unless spec.instanceSelector.includeKubernetesNodes is true'] : []),
    ...(cluster === undefined ? ['other EgressUnifications: an instance that an older one selects stays with it'] : []),
    GUESTS[spec.guestRouting],
  ];
}
