// What a human does in the console, or what befalls a world: immediate, without the cloud's conditions and delays. The schema is the
// reference of the operations (docs/simulator.md).

import { z } from 'zod';
import type { SimulatedCloud } from '../engine/cloud.ts';
import { businessStatusSchema, eipLockSchema, gatewayStatusSchema, guestSchema, instanceSchema, latencySchema } from '../world/schema.ts';
import * as network from './meddle-network.ts';
import * as objects from './meddle-objects.ts';

const id = z.string().min(1);

const { secondNic, sourceRouting, equalMetric, rpFilter, agent, systemd, refusesScripts } = guestSchema.shape;

/** What is not named stays as it is: the defaults are those of a world file, not of a change. */
const guestChange = z.strictObject({
  secondNic: secondNic.unwrap().optional(), sourceRouting: sourceRouting.unwrap().optional(), equalMetric: equalMetric.unwrap().optional(),
  rpFilter: rpFilter.unwrap().optional(), agent: agent.unwrap().optional(), systemd: systemd.unwrap().optional(), refusesScripts: refusesScripts.unwrap().optional(),
});

export const meddleSchema = z.discriminatedUnion('op', [
  z.strictObject({ op: z.literal('rebindEip'), eip: id, to: id }),
  z.strictObject({ op: z.literal('unbindEip'), eip: id }),
  z.strictObject({ op: z.literal('releaseEip'), eip: id }),
  z.strictObject({ op: z.literal('lockEip'), eip: id, locks: z.array(eipLockSchema) }),
  z.strictObject({ op: z.literal('attachEni'), eni: id, instance: id }),
  z.strictObject({ op: z.literal('detachEni'), eni: id }),
  z.strictObject({ op: z.literal('deleteEni'), eni: id }),
  z.strictObject({ op: z.literal('addSnatEntry'), natGateway: id, entry: id, vSwitch: id.optional(), cidr: id.optional(), ips: z.array(id).optional() }),
  z.strictObject({ op: z.literal('deleteSnatEntry'), natGateway: id, entry: id }),
  z.strictObject({ op: z.literal('swapNatEip'), natGateway: id, from: id, to: id }),
  z.strictObject({ op: z.literal('setNatGateway'), natGateway: id, status: gatewayStatusSchema.optional(), businessStatus: businessStatusSchema.optional() }),
  z.strictObject({ op: z.literal('setDefaultRoute'), routeTable: id, natGateway: id.nullable() }),
  z.strictObject({ op: z.literal('releaseInstance'), instance: id }),
  z.strictObject({ op: z.literal('stopInstance'), instance: id }),
  z.strictObject({ op: z.literal('startInstance'), instance: id }),
  z.strictObject({ op: z.literal('addInstance'), instance: id, of: instanceSchema }),
  z.strictObject({ op: z.literal('setInstance'), instance: id, locks: z.array(id).optional(), pendingChange: z.boolean().optional(), guest: guestChange.optional(), publicIp: z.union([z.literal(true), z.null()]).optional() }),
  z.strictObject({ op: z.literal('setTags'), resource: id, tags: z.record(id, z.string()) }),
  z.strictObject({ op: z.literal('removeTags'), resource: id, keys: z.array(id).optional() }),
  z.strictObject({ op: z.literal('setSecurityGroups'), resource: id, groups: z.array(id).min(1) }),
  z.strictObject({ op: z.literal('setWorld'), account: z.record(id, z.int().min(0)).optional(), perMinute: z.record(id, z.int().min(0)).optional(), latenciesMs: z.record(id, latencySchema).optional() }),
]);

export type Meddling = z.output<typeof meddleSchema>;
export type MeddleRequest = z.input<typeof meddleSchema>;
export type MeddlingOf<K extends Meddling['op']> = Extract<Meddling, { readonly op: K }>;

const operations: { readonly [K in Meddling['op']]: (cloud: SimulatedCloud, wish: MeddlingOf<K>) => void } = {
  rebindEip: network.rebindEip,
  unbindEip: network.unbindEip,
  releaseEip: network.releaseEip,
  lockEip: network.lockEip,
  attachEni: network.attachEni,
  detachEni: network.detachEni,
  deleteEni: network.deleteEni,
  addSnatEntry: network.addSnatEntry,
  deleteSnatEntry: network.deleteSnatEntry,
  swapNatEip: network.swapNatEip,
  setNatGateway: network.setNatGateway,
  setDefaultRoute: network.setDefaultRoute,
  releaseInstance: objects.releaseInstance,
  stopInstance: objects.stopInstance,
  startInstance: objects.startInstance,
  addInstance: objects.addInstance,
  setInstance: objects.setInstance,
  setTags: objects.setTags,
  removeTags: objects.removeTags,
  setSecurityGroups: objects.setGroups,
  setWorld: objects.setWorld,
};

const perform = <K extends Meddling['op']>(cloud: SimulatedCloud, op: K, wish: MeddlingOf<K>): void => operations[op](cloud, wish);

/** Does it at once. Throws MeddleProblem or a ZodError when the wish makes no sense. */
export function meddle(cloud: SimulatedCloud, request: MeddleRequest): void {
  const wish = meddleSchema.parse(request);
  perform(cloud, wish.op, wish);
}
