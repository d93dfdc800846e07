/**
 * One pass of the controller over one resource, as it would be made with --observe-only, and nothing after it: the VPC is listed, the set is
 * made, every instance is judged. Nothing is written to the cloud, and of Kubernetes only what is handed in is known.
 */
import type { EgressUnification } from '../api/egress-unification.ts';
import type { GuestReading } from '../core/guest.ts';
import type { InstanceId } from '../core/ids.ts';
import { viewFrom, type Inventory } from '../core/inventory.ts';
import type { View } from '../core/situation.ts';
import type { ControllerOptions } from '../controller/context.ts';
import { judge } from '../controller/judge.ts';
import { reconcileResource } from '../controller/resource-reconciler.ts';
import { ResourceState } from '../controller/resource-state.ts';
import { Verifier } from '../controller/verification/verifier.ts';
import { VpcBook } from '../controller/vpc-book.ts';
import { Windows } from '../controller/windows.ts';
import { WorkQueue } from '../controller/work-queue.ts';
import type { Clouds } from '../ports/cloud.ts';
import { CloudError } from '../ports/cloud-error.ts';
import { NO_METRICS } from '../ports/metrics.ts';
import type { Clock, Log, Random } from '../ports/runtime.ts';
import { foresee, type Foreseen } from './foresee.ts';
import { StandInResources } from './stand-in.ts';

export interface Observing {
  readonly resource: EgressUnification;
  /** Others that live, this one not among them. */
  readonly others: readonly EgressUnification[];
  /** Instance ids of the cluster's nodes; undefined: not known, and then everybody may be one. */
  readonly nodes: ReadonlySet<string> | undefined;
  readonly options: Omit<ControllerOptions, 'observeOnly'>;
  readonly clouds: Clouds;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

export interface Observed {
  readonly state: ResourceState;
  readonly inventory: Inventory;
  /** What stands in the way of the resource as a whole. */
  readonly obstacle?: { readonly reason: string; readonly message: string };
}

/** Throws a CloudError if the VPC could not be read, or may not. */
export async function observe(observing: Observing): Promise<Observed> {
  const { resource, others, nodes, options, clouds, clock, random, log } = observing;
  const resources = new StandInResources([resource, ...others]);
  const queue = new WorkQueue({ clock, log, concurrencyMax: 0, windowsMax: 0, work: async () => undefined });
  const verifier = new Verifier({ clock, log, resources });
  const book = new VpcBook(clouds, clock);
  const state = new ResourceState(resource, book.of(resource.spec.regionId, resource.spec.vpcId));
  await reconcileResource({
    options: { ...options, observeOnly: true }, resources, events: { record: () => undefined }, nodes: { instanceIds: () => nodes },
    book, clock, random, log, metrics: NO_METRICS, queue, windows: new Windows(), verifier, prober: undefined, guests: undefined,
  }, state);
  verifier.stop();
  await queue.stop();
  return observedOf(state, resources.get(resource.metadata.name) ?? resource);
}

function observedOf(state: ResourceState, { status }: EgressUnification): Observed {
  const ready = status.conditions?.find(({ type }) => type === 'Ready');
  const message = ready?.message ?? 'The VPC was not read';
  const { inventory } = state.vpc;
  if (inventory === undefined) throw new CloudError(message, { kind: 'refused', code: '', action: '' });
  const stops = state.frozen || state.blast.size > 0;
  return { state, inventory, ...(stops && { obstacle: { reason: ready?.reason ?? 'CloudUnavailable', message } }) };
}

/** What a listing shows of the instance. */
export const viewOf = (inventory: Inventory, id: InstanceId): View => viewFrom(inventory, id, { instanceGone: false, goneEips: [] });

/** No command is sent to a guest to look ahead; that its guest may want something done first is said as not known. */
const SUPPOSED: GuestReading = { state: 'ready', managed: false };

/** What would be done, for every instance that the resource is about, in the order of ids. */
export function foreseeAll({ state, inventory }: Observed, nowMs: number): readonly Foreseen[] {
  return [...state.members.values()].map((member) =>
    foresee((view) => judge({ state, member, view, network: inventory.network, nowMs, guest: SUPPOSED }), viewOf(inventory, member.id)));
}
