/**
 * A look: the instance, the ENIs attached to it, tagged for it or created by us, and the EIPs bound to any of these or tagged
 * for it, read by id. A second round fetches what the first one named. Reads coalesce below the port.
 */
import { TAG } from '../api/names.ts';
import type { EipId, EniId, InstanceId } from '../core/ids.ts';
import { viewFrom } from '../core/inventory.ts';
import type { View } from '../core/situation.ts';
import type { Eip, Instance, NetworkInterface } from '../core/view.ts';
import { CloudError } from '../ports/cloud-error.ts';
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

/** What somebody has made his own is not asked for any more. */
const enisToAsk = ({ networkInterfaces }: View, { retiredEnis }: InstanceMemory): EniId[] =>
  networkInterfaces.filter(({ id, tags }) => tags[TAG.cluster] !== undefined || !retiredEnis.includes(id)).map(({ id }) => id);

/** Reads one instance anew. Throws a CloudError if any part could not be read: a partial look is no look. */
export async function look(vpc: Vpc, id: InstanceId, memory: InstanceMemory): Promise<View> {
  const listed = vpc.inventory && viewFrom(vpc.inventory, id, { instanceGone: false, goneEips: [] });
  const before = [memory.view, listed].flatMap((view) => view ?? []);
  const eipsBefore = before.flatMap((view) => view.eips.map((eip) => eip.id));
  const created = [id, ...eipsBefore].flatMap((key) => vpc.created.for(key));
  const urgent = memory.windowSinceMs !== undefined || memory.sent?.step.kind === 'unassociateEipAddress';
  const asked = {
    enis: missing([...before.flatMap((view) => enisToAsk(view, memory)), ...created], vpc.goneEnis),
    eips: missing([...eipsBefore, memory.lastEip], vpc.goneEips),
  };
  const [[instance], enis, eips] = await Promise.all([
    vpc.cloud.describeInstances([id], urgent), vpc.cloud.describeNetworkInterfaces(asked.enis, urgent), vpc.cloud.describeEips(asked.eips, urgent),
  ]);
  const moreEnis = await vpc.cloud.describeNetworkInterfaces(missing(enisNamed(instance), new Set(asked.enis)), urgent);
  const networkInterfaces = [...enis, ...moreEnis];
  // an answer from before it was made had said that there is none
  for (const eni of networkInterfaces) vpc.goneEnis.delete(eni.id);
  const more = missing(eipsNamed(instance, networkInterfaces), new Set([...asked.eips, ...vpc.goneEips]));
  const allEips = [...eips, ...(await vpc.cloud.describeEips(more, urgent))];
  await noteOmittedEips(vpc, [...asked.eips, ...more], allEips);
  await noteLostEnis(vpc, memory, { id, asked: asked.enis, seen: networkInterfaces });
  await noteGoneInstances(vpc, id, allEips);
  return viewOf(vpc, id, { instance, networkInterfaces, eips: allEips });
}

/** An omitted EIP is asked for once more together with one that should be there, a NAT gateway's or any of the listing: only then does omission count. */
async function noteOmittedEips(vpc: Vpc, asked: readonly EipId[], seen: readonly Eip[]): Promise<void> {
  const omitted = missing(asked, new Set(seen.map((eip) => eip.id)));
  const others = [...(vpc.network?.natGateways.flatMap((gateway) => gateway.eips) ?? []), ...(vpc.inventory?.eips ?? [])];
  const reference = others.find(({ id }) => !omitted.includes(id))?.id;
  if (omitted.length === 0 || reference === undefined) return;
  const again = await vpc.cloud.describeEips([...omitted, reference]);
  vpc.noteEips(omitted, new Set(again.map((eip) => eip.id)));
}

async function viewOf(vpc: Vpc, id: InstanceId, seen: { instance: Instance | undefined; networkInterfaces: readonly NetworkInterface[]; eips: readonly Eip[] }): Promise<View> {
  const instanceGone = seen.instance === undefined && (vpc.goneInstances.has(id) || (await vpc.cloud.isInstanceGone(id)));
  if (instanceGone) vpc.goneInstances.add(id);
  const { instance, ...rest } = seen;
  return { instanceId: id, instanceGone, goneEips: [...vpc.goneEips], goneInstances: [...vpc.goneInstances], ...rest, ...(instance && { instance }) };
}

/** ENIs that our Create answered and that are positively gone, or that somebody has made his own, move the chain of client tokens one link on. */
async function noteLostEnis(vpc: Vpc, memory: InstanceMemory, { id: instance, asked, seen }: { id: InstanceId; asked: readonly EniId[]; seen: readonly NetworkInterface[] }): Promise<void> {
  const created = vpc.created.for(instance);
  const taken = seen.filter(({ id, tags, instanceId }) => created.includes(id) && tags[TAG.cluster] === undefined && instanceId !== undefined && instanceId !== instance);
  await confirmGone(vpc, missing(asked, new Set(seen.map((eni) => eni.id))));
  // a Create that is repeated answers the ENI of its first time, gone or not
  for (const id of [...taken.map((eni) => eni.id), ...created.filter((each) => vpc.goneEnis.has(each))]) {
    memory.retire(id);
    vpc.created.forget(id);
  }
}

/** Omission is no evidence: what a look left out does not exist if the cloud says so; else the look was partial, and is none. */
async function confirmGone(vpc: Vpc, omitted: readonly EniId[]): Promise<void> {
  for (const id of omitted) {
    if (!(await vpc.cloud.isNetworkInterfaceGone(id))) throw new CloudError(`The look left out ENI ${id}, which exists`, { kind: 'unavailable', code: '', action: 'DescribeNetworkInterfaces' });
    vpc.goneEnis.add(id);
  }
}

/** A tag names an instance that the listing does not show: if that one is gone, or never was, the tag contradicts nobody. */
async function noteGoneInstances(vpc: Vpc, instance: InstanceId, eips: readonly Eip[]): Promise<void> {
  const named = eips.map(({ tags }) => tags[TAG.instance] as InstanceId | undefined).filter((id) => id !== undefined);
  const unlisted = named.filter((id) => id !== instance && vpc.inventory?.instances.has(id) === false);
  for (const id of missing(unlisted, vpc.goneInstances)) if (await vpc.cloud.isInstanceGone(id)) vpc.goneInstances.add(id);
}
