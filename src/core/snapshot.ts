/** What was true when an instance was settled, as short sentences, so that a later look can say in words what differs. */
import { LINK_KEYS } from './marks.ts';
import type { View } from './situation.ts';
import type { Binding, Eip, NetworkInterface } from './view.ts';

export type Snapshot = ReadonlyMap<string, string>;

const binding = (bound: Binding | undefined): string => (bound === undefined ? 'nothing' : bound.id);

const tagCount = (tags: Readonly<Record<string, string>>): string => `${LINK_KEYS.filter((key) => tags[key] !== undefined).length} of ${LINK_KEYS.length}`;

const ofEip = (eip: Eip): [string, string][] => [
  [`EIP ${eip.id} is bound to`, binding(eip.binding)],
  [`link tags on EIP ${eip.id}`, tagCount(eip.tags)],
];

const ofEni = (eni: NetworkInterface): [string, string][] => [
  [`ENI ${eni.id} is`, eni.instanceId === undefined ? eni.status : `${eni.status} at ${eni.instanceId}`],
  [`security groups of ENI ${eni.id}`, [...eni.securityGroupIds].sort().join(' ')],
  [`link tags on ENI ${eni.id}`, tagCount(eni.tags)],
];

export function snapshotOf({ instance, instanceId, eips, networkInterfaces }: View): Snapshot {
  return new Map([
    [`instance ${instanceId} is`, instance?.status ?? 'not there'],
    [`static public IP of ${instanceId}`, instance?.publicIps.join(' ') ?? ''],
    [`security groups of ${instanceId}`, [...(instance?.securityGroupIds ?? [])].sort().join(' ')],
    ...eips.flatMap(ofEip),
    ...networkInterfaces.flatMap(ofEni),
  ]);
}

/** One sentence per difference: "EIP eip-1 is bound to i-1, was eni-1". What vanished or appeared is said as such. */
export function differences(before: Snapshot, after: Snapshot): readonly string[] {
  const keys = [...new Set([...before.keys(), ...after.keys()])].sort();
  return keys.flatMap((key) => {
    const [was, is] = [before.get(key) ?? 'not there', after.get(key) ?? 'not there'];
    return was === is ? [] : [`${key} ${is || 'none'}, was ${was || 'none'}`];
  });
}
