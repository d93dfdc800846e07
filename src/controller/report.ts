/** What is known of a resource, written to its status: at most once in a while, and only when it changed (law 10). */
import type { Obstacle, Reported } from '../core/status.ts';
import { statusOf } from '../core/status.ts';
import { chooseNatGateway } from '../core/way-out.ts';
import { resourceKey, type Context } from './context.ts';
import { wantedWayOut } from './judge.ts';
import { openRequest } from './listing.ts';
import { egressPublicIps } from './members.ts';
import type { ResourceState } from './resource-state.ts';
import { tellStatus } from './told.ts';
import { PRIORITY } from './work-queue.ts';

/** Status is written at most this often. */
const STATUS_MIN_MS = 2_000;

export async function writeStatus(ctx: Context, state: ResourceState, obstacle: Obstacle | undefined): Promise<void> {
  const nowMs = ctx.clock.monotonic();
  const { name } = state.resource.metadata;
  if (nowMs - state.statusWrittenMs < STATUS_MIN_MS) {
    ctx.queue.addAfter(resourceKey(name), state.statusWrittenMs + STATUS_MIN_MS - nowMs, PRIORITY.drift);
    return;
  }
  const status = desiredStatus(ctx, state, obstacle);
  if (await ctx.resources.applyStatus(state.resource, status)) state.statusWrittenMs = nowMs;
  tellStatus(ctx, name, state.told, status);
}

function desiredStatus(ctx: Context, state: ResourceState, obstacle: Obstacle | undefined): ReturnType<typeof statusOf> {
  const handled = obstacle?.unknown === true ? undefined : answeredRequest(state);
  const natGatewayId = natGatewayOf(state);
  return statusOf({
    resource: state.resource,
    reported: reportedOf(state),
    surveyed: state.surveyed,
    observing: ctx.options.observeOnly || state.resource.spec.mode === 'Observe',
    egressPublicIps: egressIpsOf(state),
    now: new Date(ctx.clock.now()).toISOString().replace(/\.\d{3}Z$/, 'Z'),
    ...(natGatewayId !== undefined && { natGatewayId }),
    ...(obstacle && { obstacle }),
    ...(handled !== undefined && { handled }),
  });
}

/** By which addresses they leave; where nobody who is selected was listed, what was said of it stands. */
function egressIpsOf(state: ResourceState): readonly string[] {
  const { members, resource: { status }, vpc: { inventory } } = state;
  const selected = [...members.values()].filter((member) => member.selected);
  const isSeen = inventory && (selected.length === 0 || selected.some(({ id }) => inventory.instances.has(id)));
  return isSeen ? egressPublicIps(state, inventory) : (status.egressPublicIps ?? []);
}

/** Who is selected, and who has left and is not done with yet. Of a resource that is being deleted, everybody. */
export function reportedOf({ resource, members, reported }: ResourceState): Reported[] {
  const ends = resource.metadata.deletionTimestamp !== undefined;
  return [...members.values()].flatMap(({ id, selected }) => {
    const said = reported.get(id);
    return said && (ends || selected || !('settled' in said.verdict.move)) ? [said] : [];
  });
}

function natGatewayOf(state: ResourceState): string | undefined {
  const gateway = state.vpc.network && chooseNatGateway(state.vpc.network, wantedWayOut(state));
  return gateway === undefined || 'reason' in gateway ? undefined : gateway.id;
}

/** The request whose listing was begun after it was seen. */
function answeredRequest(state: ResourceState): string | undefined {
  const seenMs = state.requestSeen?.atMs ?? Number.POSITIVE_INFINITY;
  return (state.vpc.listedMs ?? 0) >= seenMs ? openRequest(state) : undefined;
}
