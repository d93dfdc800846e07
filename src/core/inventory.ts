/** One complete listing of a VPC and of the region's EIPs, indexed by what instances ask of it. Built whole or not at all (law 6). */
import { TAG } from '../api/names.ts';
import type { EipId, InstanceId } from './ids.ts';
import type { View } from './situation.ts';
import type { Eip, Instance, Network, NetworkInterface } from './view.ts';

export interface Inventory {
  readonly instances: ReadonlyMap<InstanceId, Instance>;
  readonly networkInterfaces: readonly NetworkInterface[];
  readonly eips: readonly Eip[];
  readonly network: Network;
  /** ENIs attached to the instance or tagged for it; and by the EIP that their tags name. */
  readonly enisOf: ReadonlyMap<string, readonly NetworkInterface[]>;
  /** EIPs bound to the instance or tagged for it, and EIPs by the ENI that carries them. */
  readonly eipsOf: ReadonlyMap<string, readonly Eip[]>;
  /** EIPs and ENIs by the UID that their tags name as the owner, of whichever cluster. */
  readonly taggedBy: ReadonlyMap<string, readonly (Eip | NetworkInterface)[]>;
}

export interface Listing {
  readonly instances: readonly Instance[];
  readonly networkInterfaces: readonly NetworkInterface[];
  readonly eips: readonly Eip[];
  readonly network: Network;
}

function index<T>(items: readonly T[], keysOf: (item: T) => readonly (string | undefined)[]): Map<string, T[]> {
  const found = new Map<string, T[]>();
  for (const item of items) {
    for (const key of new Set(keysOf(item))) {
      if (key === undefined) continue;
      const bucket = found.get(key);
      if (bucket) bucket.push(item);
      else found.set(key, [item]);
    }
  }
  return found;
}

export function inventoryOf(listing: Listing): Inventory {
  return {
    ...listing,
    instances: new Map(listing.instances.map((instance) => [instance.id, instance])),
    enisOf: index(listing.networkInterfaces, (eni) => [eni.instanceId, eni.tags[TAG.instance], eni.tags[TAG.eip]]),
    eipsOf: index(listing.eips, (eip) => [eip.binding?.id, eip.tags[TAG.instance], eip.id]),
    taggedBy: index<Eip | NetworkInterface>([...listing.eips, ...listing.networkInterfaces], ({ tags }) => [tags[TAG.owner]]),
  };
}

/** The instance as the listing shows it. An instance that is not listed is unseen, never gone: absence is no evidence. */
export function viewFrom(inventory: Inventory, instanceId: InstanceId, { lastEip, ...known }: Known): View {
  const instance = inventory.instances.get(instanceId);
  const own = inventory.enisOf.get(instanceId) ?? [];
  const keys = [lastEip, instanceId, instance?.primaryEniId, instance?.eip?.id, ...own.flatMap((eni) => [eni.id, eni.tags[TAG.eip]])];
  const eips = new Set(keys.flatMap((key) => (key === undefined ? [] : (inventory.eipsOf.get(key) ?? []))));
  const naming = [...eips].flatMap((eip) => inventory.enisOf.get(eip.id) ?? []);
  return { instanceId, ...known, networkInterfaces: [...new Set([...own, ...naming])], eips: [...eips], ...(instance && { instance }) };
}

/** What no listing can tell. */
interface Known extends Pick<View, 'instanceGone' | 'goneEips' | 'goneInstances'> {
  readonly lastEip?: EipId | undefined;
}
