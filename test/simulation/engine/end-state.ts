// The end of a run as text that can be compared: what is bound to what, what is tagged, what the resources say. No times, and no ids that the
// cloud made up: an EIP is its address, an interface the instance that it serves.
import type { CloudState } from '../../../sim/cloud/state/cloud-state.ts';
import type { Binding, NetworkInterface } from '../../../sim/cloud/state/entities.ts';
import type { Laboratory } from '../laboratory.ts';

const OURS = 'egressunification.io/';
/** Uids differ from run to run. */
const NAMELESS = new Set([`${OURS}owner`, `${OURS}eip`]);

const tagsOf = (tags: ReadonlyMap<string, string>): string =>
  [...tags].filter(([key]) => key.startsWith(OURS)).map(([key, value]) => (NAMELESS.has(key) ? key : `${key}=${value}`)).map((tag) => tag.slice(OURS.length)).sort().join(',');

function boundTo(state: CloudState, binding: Binding | undefined): string {
  if (binding === undefined) return 'nothing';
  return binding.type === 'NetworkInterface' ? `an interface of ${state.interfaces.get(binding.id)?.instanceId ?? 'nothing'}` : binding.id;
}

const interfaceLine = ({ instanceId, status, securityGroupIds, tags }: NetworkInterface): string => `interface on ${instanceId || 'nothing'}: ${status} [${tagsOf(tags)}] in ${[...securityGroupIds].sort().join(',')}`;

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
}

function resourceLines({ clusters }: Laboratory): string[] {
  return clusters.flatMap((cluster) => cluster.names().map((name) => {
    const { conditions = [] } = (cluster.stored(name)['status'] ?? {}) as { conditions?: readonly Condition[] };
    const said = conditions.map(({ type, status, reason }) => `${type}=${status} ${reason}`).sort();
    return `resource ${cluster.name}/${name}: ${said.join(', ')}`;
  }));
}

export function endStateOf(lab: Laboratory): string {
  const { state } = lab.cloud;
  const eips = state.eips.all().map(({ ip, status, binding, tags }) => `eip ${ip}: ${status} on ${boundTo(state, binding)} [${tagsOf(tags)}]`);
  const nics = state.interfaces.all().filter(({ type }) => type === 'Secondary').map(interfaceLine);
  const instances = state.instances.all().map(({ id, status, publicIp, chargeType, tags }) => `instance ${id}: ${status} ${chargeType} ${publicIp || 'no static address'} [${tagsOf(tags)}]`);
  return [...eips, ...nics, ...instances, ...resourceLines(lab)].sort().join('\n');
}

/** Mutating calls that the cloud carried out, by action, sorted. */
export const mutationsOf = ({ cloud }: Laboratory): string[] =>
  cloud.log.since(0).filter(({ mutates, code }) => mutates && code === '').map(({ product, action }) => `${product}:${action}`).sort();
