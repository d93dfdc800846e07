/**
 * Client tokens of Create, by derivation: any process, after any crash, walks the same chain and sends the same token
 * (law 8). An answer that names an ENI known to be gone moves the chain one link on.
 */
import { createHash } from 'node:crypto';
import type { EipId, EniId, InstanceId, SecurityGroupId, Uid, VSwitchId } from './ids.ts';

const hash = (...parts: readonly string[]): string => createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 48);

export interface CreateParameters {
  readonly owner: Uid;
  readonly instance: InstanceId;
  readonly eip: EipId;
  readonly vSwitch: VSwitchId;
  readonly securityGroups: readonly SecurityGroupId[];
}

/** At most 64 ASCII characters (facts 2.7). `retired`: ENIs that earlier links of the chain gave and that are gone, oldest first. */
export function createToken({ owner, instance, eip, vSwitch, securityGroups }: CreateParameters, retired: readonly EniId[]): string {
  const first = hash('createNetworkInterface', owner, instance, eip, vSwitch, ...securityGroups);
  return retired.reduce((previous, id) => hash(previous, id), first);
}

/** Token of ModifyInstanceChargeType: one per resource, generation, instance, and try that the cloud accepted and that came to nothing. */
export const chargeTypeToken = (owner: Uid, generation: number, { instance, fruitless }: { readonly instance: InstanceId; readonly fruitless: number }): string =>
  hash('modifyInstanceChargeType', owner, String(generation), instance, ...(fruitless === 0 ? [] : [String(fruitless)]));
