// Finds what a meddling names.

import type { CloudState } from '../state/cloud-state.ts';
import type { Binding, Taggable } from '../state/entities.ts';

/** A wish that names nothing of this world, or wants what cannot be. */
export class MeddleProblem extends Error {}

export function existing<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new MeddleProblem(`there is no ${what}`);
  return value;
}

/** Anything with tags, by its id. */
export function resource(state: CloudState, id: string): Taggable {
  const registries = [state.instances, state.interfaces, state.eips, state.natGateways, state.vSwitches, state.vpcs, state.securityGroups, state.routeTables];
  return existing(registries.map((registry) => registry.get(id)).find((entry) => entry !== undefined), id);
}

/** The binding to an instance, a network interface or a NAT gateway, by its id. */
export function bindingTo(state: CloudState, id: string): Binding {
  const instance = state.instances.get(id);
  if (instance) return { type: 'EcsInstance', id, privateIp: instance.primary.privateIps[0] ?? '' };
  const nic = state.interfaces.get(id);
  if (nic) return { type: 'NetworkInterface', id, privateIp: nic.privateIps[0] ?? '' };
  existing(state.natGateways.get(id), `instance, network interface or NAT gateway ${id}`);
  return { type: 'Nat', id, privateIp: '' };
}
