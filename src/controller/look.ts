/**
 * A look: the instance, the ENIs attached to it, tagged for it or created by us, and the EIPs bound to any of these or tagged
 * for it, read by id. A second round fetches what the first one named. Reads coalesce below the port.
 */
import { TAG } from '../api/names.ts';
import type { EipId, EniId, InstanceId } from '../core/ids.ts';
import { viewFrom } from '../core/inventory.ts';
import type { View } from '../core/situation.ts';
import type { Eip, Instance, NetworkInterface } from '../core/view.ts';
import type { InstanceMemory } from './memory.ts';
import type { Vpc } from './vpc-book.ts';

const missing = <T>(wanted: readonly (T | undefined)[], have: ReadonlySet<T>): T[] =>
  [...new Set(wanted)].filter((id): id is T => id !== undefined && !have.has(id));

function enisNamed(instance: Instance | undefined): (EniId | undefined)[] {
  return (instance?.networkInterfaceIds ?? []).filter((id) => id !== instance?.primaryEniId);
}

function eipsNamed(instance: Instance | undefined, enis: readonly NetworkInterface[]): (EipId | undefined)[] {
  return [instance?.eip?.id, ...enis.map((eni) => eni.tags[TAG.eip] as EipId | undefined)];
}

/** Reads one instance anew. Throws a CloudError if any part could not be read: a partial look is no look. */
export async function look(vpc: Vpc, id: InstanceId, memory: InstanceMemory): Promise<View> {
  const listed = vpc.inventory && viewFrom(vpc.inventory, id, { instanceGone: false, goneEips: [] });
  const before = [memory.view, listed].flatMap((view) => view ?? []);
  const urgent = memory.windowSinceMs !== undefined || memory.sent?.step.kind === 'unassociateEipAddress';
  const asked = {
    enis: missing([...before.flatMap((view) => view.networkInterfaces.map((eni) => eni.id)), ...memory.createdEnis], new Set(memory.retiredEnis)),
    eips: missing([...before.flatMap((view) => view.eips.map((eip) => eip.id)), memory.lastEip], vpc.goneEips),
  };
  const [[instance], enis, eips] = await Promise.all([
    vpc.cloud.describeInstances([id], urgent), vpc.cloud.describeNetworkInterfaces(asked.enis, urgent), vpc.cloud.describeEips(asked.eips, urgent),
  ]);
  const moreEnis = await vpc.cloud.describeNetworkInterfaces(missing(enisNamed(instance), new Set(asked.enis)), urgent);
  const networkInterfaces = [...enis, ...moreEnis];
  const more = missing(eipsNamed(instance, networkInterfaces), new Set([...asked.eips, ...vpc.goneEips]));
  const allEips = [...eips, ...(await vpc.cloud.describeEips(more, urgent))];
  await noteOmittedEips(vpc, [...asked.eips, ...more], allEips);
  await noteLostEnis(vpc, memory, { id, asked: asked.enis, seen: networkInterfaces });
  return viewOf(vpc, id, { instance, networkInterfaces, eips: allEips });
}

/** An omitted EIP is asked for once more together with one that must be there, a NAT gateway's: only then does omission count. */
async function noteOmittedEips(vpc: Vpc, asked: readonly EipId[], seen: readonly Eip[]): Promise<void> {
  const omitted = missing(asked, new Set(seen.map((eip) => eip.id)));
  const reference = vpc.network?.natGateways.flatMap((gateway) => gateway.eips)[0]?.id;
  if (omitted.length === 0 || reference === undefined) return;
  const again = await vpc.cloud.describeEips([...omitted, reference]);
  vpc.noteEips(omitted, new Set(again.map((eip) => eip.id)));
}

async function viewOf(vpc: Vpc, id: InstanceId, seen: { instance: Instance | undefined; networkInterfaces: readonly NetworkInterface[]; eips: readonly Eip[] }): Promise<View> {
  const instanceGone = seen.instance === undefined && (vpc.goneInstances.has(id) || (await vpc.cloud.isInstanceGone(id)));
  if (instanceGone) vpc.goneInstances.add(id);
  const { instance, ...rest } = seen;
  return { instanceId: id, instanceGone, goneEips: [...vpc.goneEips], ...rest, ...(instance && { instance }) };
}

/** ENIs that our Create answered and that are positively gone, or that somebody has made his own, move the chain of client tokens one link on. */
async function noteLostEnis(vpc: Vpc, memory: InstanceMemory, { id: instance, asked, seen }: { id: InstanceId; asked: readonly EniId[]; seen: readonly NetworkInterface[] }): Promise<void> {
  const taken = seen.filter(({ id, tags, instanceId }) => memory.createdEnis.includes(id) && tags[TAG.cluster] === undefined && instanceId !== undefined && instanceId !== instance);
  for (const { id } of taken) memory.retire(id);
  const unseen = memory.createdEnis.filter((id) => asked.includes(id) && !seen.some((eni) => eni.id === id));
  for (const id of unseen) {
    if (await vpc.cloud.isNetworkInterfaceGone(id)) memory.retire(id);
  }
}
