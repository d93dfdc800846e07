// Meddling with instances, tags, groups and the world's own settings.

import type { CloudState } from '../state/cloud-state.ts';
import type { Instance } from '../state/entities.ts';
import { endConversion, removeInstance, setSecurityGroups } from '../state/relations.ts';
import type { SimulatedCloud } from '../engine/cloud.ts';
import { addInstance as buildInstance } from '../world/build-instance.ts';
import { reserveAddresses, reservePublicIps } from '../world/reserve.ts';
import { checkWorld } from '../world/parse.ts';
import { existing, MeddleProblem, resource } from './lookup.ts';
import type { MeddlingOf } from './meddle.ts';

const instanceOf = (state: CloudState, id: string): Instance => existing(state.instances.get(id), `instance ${id}`);

export const releaseInstance = ({ state }: SimulatedCloud, wish: MeddlingOf<'releaseInstance'>): void => removeInstance(state, instanceOf(state, wish.instance));

export function stopInstance({ state }: SimulatedCloud, wish: MeddlingOf<'stopInstance'>): void {
  instanceOf(state, wish.instance).status = 'Stopped';
}

export function startInstance({ state }: SimulatedCloud, wish: MeddlingOf<'startInstance'>): void {
  instanceOf(state, wish.instance).status = 'Running';
}

/** Adds an instance as a world file would describe it (without `count`). */
export function addInstance({ state, clock }: SimulatedCloud, wish: MeddlingOf<'addInstance'>): void {
  if (state.instances.get(wish.instance)) throw new MeddleProblem(`there is an instance ${wish.instance} already`);
  const world = checkWorld({ region: state.region, instances: { [wish.instance]: { ...wish.of, count: undefined } } });
  const building = { state, world, nowMs: clock.now() };
  reservePublicIps(building);
  reserveAddresses(building);
  for (const [id, instance] of Object.entries(world.instances)) buildInstance(building, id, instance);
}

export function setInstance({ state }: SimulatedCloud, wish: MeddlingOf<'setInstance'>): void {
  const instance = instanceOf(state, wish.instance);
  instance.locks = wish.locks ?? instance.locks;
  instance.pendingChange = wish.pendingChange ?? instance.pendingChange;
  instance.guest = { ...instance.guest, ...withoutUndefined(wish.guest ?? {}) };
  if (wish.publicIp !== undefined) setPublicIp(state, instance, wish.publicIp);
}

/** Drops keys whose value is undefined, so that they do not blank what is there. */
function withoutUndefined(guest: Readonly<Record<string, unknown>>): Partial<Instance['guest']> {
  return Object.fromEntries(Object.entries(guest).filter(([, value]) => value !== undefined));
}

/** Raising the bandwidth of an instance from nothing gives it a static address; dropping it to nothing takes it away. */
function setPublicIp(state: CloudState, instance: Instance, wanted: true | null): void {
  endConversion(state, instance);
  state.publicIpsInUse.delete(instance.publicIp);
  instance.publicIp = wanted === null ? '' : state.nextPublicIp();
  instance.bandwidthMbps = wanted === null ? 0 : 5;
  if (instance.publicIp !== '') state.publicIpsInUse.add(instance.publicIp);
}

export function setTags({ state }: SimulatedCloud, wish: MeddlingOf<'setTags'>): void {
  const { tags } = resource(state, wish.resource);
  for (const [key, value] of Object.entries(wish.tags)) tags.set(key, value);
}

/** Without keys: all of them. */
export function removeTags({ state }: SimulatedCloud, wish: MeddlingOf<'removeTags'>): void {
  const { tags } = resource(state, wish.resource);
  for (const key of wish.keys ?? [...tags.keys()]) tags.delete(key);
}

/** Of an instance (its primary interface) or of a network interface. */
export function setGroups({ state }: SimulatedCloud, wish: MeddlingOf<'setSecurityGroups'>): void {
  const nic = state.instances.get(wish.resource)?.primary ?? existing(state.interfaces.get(wish.resource), `instance or network interface ${wish.resource}`);
  for (const id of wish.groups) existing(state.securityGroups.get(id), `security group ${id}`);
  setSecurityGroups(state, nic, wish.groups);
}

/** Changes quotas, limits per minute and latencies; names that the world does not know are refused, but for actions. */
export function setWorld({ state }: SimulatedCloud, wish: MeddlingOf<'setWorld'>): void {
  overwrite(state.account, wish.account ?? {}, 'account');
  overwrite(state.latenciesMs, wish.latenciesMs ?? {}, 'latenciesMs');
  Object.assign(state.perMinute, wish.perMinute ?? {});
}

function overwrite(target: object, values: Readonly<Record<string, unknown>>, name: string): void {
  const unknown = Object.keys(values).find((key) => !(key in target));
  if (unknown !== undefined) throw new MeddleProblem(`${name}.${unknown}: there is no such setting`);
  Object.assign(target, values);
}
