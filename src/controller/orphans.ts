/**
 * Orphans: EIPs and ENIs with the tags of this cluster whose owner lives no more, because somebody took its finalizer off. They are told of and
 * never collected: only a person knows whether they are in use. An owner is dead when two listings of the cloud show its tags and a list of
 * the resources from the API server itself does not show it; a cache that is behind kills nobody.
 */
import { TAG } from '../api/names.ts';
import type { Inventory } from '../core/inventory.ts';
import { KubernetesError } from '../ports/resources.ts';
import type { Context } from './context.ts';
import type { Vpc } from './vpc-book.ts';

/** Ids of what is tagged for this cluster by an owner that is not among the living. */
function ownerless({ options: { clusterId } }: Pick<Context, 'options'>, { eips, networkInterfaces }: Inventory, living: ReadonlySet<string>): string[] {
  const tagged = [...eips, ...networkInterfaces].filter(({ tags }) => tags[TAG.cluster] === clusterId && tags[TAG.owner] !== undefined);
  return tagged.filter(({ tags }) => !living.has(tags[TAG.owner] ?? '')).map(({ id }) => id).sort();
}

/** Judges a listing, once however many resources share it. Says what is orphaned when that changes. Never throws for what the API server says. */
export async function noteOrphans(ctx: Context, vpc: Vpc, inventory: Inventory): Promise<void> {
  const { orphans, listedMs } = vpc;
  if (orphans.asOfMs === listedMs) return;
  const known = new Set([...ctx.resources.list().map(({ metadata }) => metadata.uid), ...ctx.resources.unreadableUids()]);
  const suspects = ownerless(ctx, inventory, known);
  const twice = suspects.filter((id) => orphans.suspects.includes(id));
  vpc.orphans = { asOfMs: listedMs, suspects, ids: orphans.ids };
  try {
    const living = twice.length === 0 ? known : new Set([...(await ctx.resources.listFresh()).map(({ metadata }) => metadata.uid), ...ctx.resources.unreadableUids()]);
    const dead = new Set(ownerless(ctx, inventory, living));
    const ids = twice.filter((id) => dead.has(id));
    if (ids.length > 0 && ids.join() !== orphans.ids.join()) ctx.log.warn('orphans: the resource that owned them is gone; they stay as they are', { vpc: vpc.vpcId, ids: ids.join(' ') });
    vpc.orphans = { ...vpc.orphans, ids };
  } catch (error) {
    if (!(error instanceof KubernetesError)) throw error;
  }
}
