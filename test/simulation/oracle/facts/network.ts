// Whether a packet gets out or in, by the simulated cloud's own records: the oracle's definition of reached and leaves, not the product's.
import { cidrHas, parseAddress } from '../../../../sim/cloud/state/addresses.ts';
import type { CloudState } from '../../../../sim/cloud/state/cloud-state.ts';
import type { Eip, Instance, NatGateway, SnatEntry } from '../../../../sim/cloud/state/entities.ts';
import { eipsOn } from '../../../../sim/cloud/state/relations.ts';

/** The EIP that has the address, if any. */
export const eipAt = (state: CloudState, ip: string): Eip | undefined => state.eipByAddress.get(ip);

export type Place = 'static' | 'instance' | 'eni' | 'detachedEni' | 'elsewhere' | 'moving' | 'unbound' | 'gone';

/** Where the address of an instance is. */
export function placeOf(state: CloudState, instance: Instance, ip: string): Place {
  if (instance.publicIp === ip) return 'static';
  const eip = eipAt(state, ip);
  if (!eip) return 'gone';
  if (eip.status === 'Available' || !eip.binding) return 'unbound';
  return eip.status === 'InUse' ? placeBoundTo(state, instance, eip.binding.id) : 'moving';
}

/** Where an address is that is bound to something, seen from its instance. */
function placeBoundTo(state: CloudState, instance: Instance, id: string): Place {
  if (id === instance.id || id === instance.primary.id) return 'instance';
  const nic = state.interfaces.get(id);
  if (nic?.instanceId === instance.id) return nic.status === 'InUse' ? 'eni' : 'detachedEni';
  return nic?.instanceId === '' ? 'detachedEni' : 'elsewhere';
}

/** in(i): the home address is carried by the primary NIC or by an InUse ENI of the instance. */
export const isReachedAt = (place: Place): boolean => place === 'static' || place === 'instance' || place === 'eni';

/** The instance has a public address of its own on the primary NIC. */
export function hasOwnAddress(state: CloudState, instance: Instance): boolean {
  if (instance.publicIp !== '') return true;
  return [...eipsOn(state, instance.id), ...eipsOn(state, instance.primary.id)].some(({ status }) => status === 'InUse');
}

const isPassable = ({ status, businessStatus, networkType }: NatGateway): boolean =>
  (status === 'Available' || status === 'Modifying') && businessStatus === 'Normal' && networkType === 'internet';

/** The gateway to which the vSwitch's table sends 0.0.0.0/0. */
function defaultGateway(state: CloudState, vSwitchId: string): NatGateway | undefined {
  const table = state.routeTables.get(state.vSwitches.get(vSwitchId)?.routeTableId ?? '');
  const route = table?.routes.all().find(({ destination }) => destination === '0.0.0.0/0');
  return route?.nextHopType === 'NatGateway' ? state.natGateways.get(route.nextHopId) : undefined;
}

/** The Available entry with the longest prefix over the address. */
function entryFor(gateway: NatGateway, privateIp: string): SnatEntry | undefined {
  const address = parseAddress(privateIp) ?? 0;
  let best: SnatEntry | undefined;
  for (const entry of gateway.snat.all()) {
    if (entry.status === 'Available' && cidrHas(entry.cidr, address) && (best === undefined || entry.cidr.prefix > best.cidr.prefix)) best = entry;
  }
  return best;
}

export interface Way {
  readonly natGatewayId: string;
  readonly publicIps: readonly string[];
}

/** The way out by SNAT of an instance without an address of its own: addresses of an entry that are bound to the gateway. */
export function snatWay(state: CloudState, instance: Instance): Way | undefined {
  const gateway = defaultGateway(state, instance.vSwitchId);
  if (!gateway || !isPassable(gateway)) return undefined;
  const entry = entryFor(gateway, instance.primary.privateIps[0] ?? '');
  const bound = eipsOn(state, gateway.id).filter(({ status }) => status === 'InUse').map(({ ip }) => ip);
  const publicIps = (entry?.ips ?? []).filter((ip) => bound.includes(ip));
  return publicIps.length === 0 ? undefined : { natGatewayId: gateway.id, publicIps };
}

/** Ways out, remembered until the network changes. */
export class Ways {
  readonly #state: CloudState;
  readonly #known = new Map<string, Way | undefined>();

  constructor(state: CloudState) {
    this.#state = state;
  }

  of(instance: Instance): Way | undefined {
    if (this.#known.has(instance.id)) return this.#known.get(instance.id);
    const way = snatWay(this.#state, instance);
    this.#known.set(instance.id, way);
    return way;
  }

  forget(): void {
    this.#known.clear();
  }
}
