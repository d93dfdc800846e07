// Addresses that the world fixes are taken before any is handed out, so that `publicIp: true` never gets what a later line names.

import { parseAddress } from '../state/addresses.ts';
import type { Building } from './building.ts';
import { WorldProblem } from './problem.ts';

/** Marks the fixed static public addresses of instances as in use. Throws when one is taken. */
export function reservePublicIps({ state, world }: Building): void {
  for (const [id, { publicIp }] of Object.entries(world.instances)) {
    if (typeof publicIp !== 'string') continue;
    if (state.publicIpsInUse.has(publicIp)) throw new WorldProblem([`instances.${id}.publicIp: ${publicIp} is in use already`]);
    state.publicIpsInUse.add(publicIp);
  }
}

/** Takes the fixed private addresses of instances and network interfaces out of their vSwitches. */
export function reserveAddresses({ state, world }: Building): void {
  const wishes = [
    ...Object.entries(world.instances).map(([id, wish]) => ({ path: `instances.${id}`, ...wish })),
    ...Object.entries(world.networkInterfaces).map(([id, wish]) => ({ path: `networkInterfaces.${id}`, ...wish })),
  ];
  for (const { path, vSwitch, privateIp } of wishes) {
    const pool = state.vSwitches.get(String(vSwitch))?.pool;
    if (privateIp === undefined || !pool) continue;
    const address = parseAddress(privateIp) ?? 0;
    if (!pool.isFree(address)) throw new WorldProblem([`${path}.privateIp: ${privateIp} is not a free address of ${String(vSwitch)}`]);
    pool.take(address);
  }
}
