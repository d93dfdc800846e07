// Which instance, EIP and interface a call is about: a human who meddles at that moment meddles with these. A call that names no
// instance is about each of them in turn.
import type { CloudState } from '../../../sim/cloud/state/cloud-state.ts';
import type { Eip, Instance, NetworkInterface } from '../../../sim/cloud/state/entities.ts';
import { eipsOn } from '../../../sim/cloud/state/relations.ts';
import type { Site } from './row.ts';

const INSTANCE_TAG = 'egressunification.io/instance';

export interface Aim {
  readonly instance: Instance;
  /** On the instance or on one of its interfaces, or tagged for it. */
  readonly eip: Eip | undefined;
  /** Its secondary interface, or one tagged for it. */
  readonly eni: NetworkInterface | undefined;
}

export function aimOf({ lab: { cloud: { state } }, crossing: { n }, leaving: { params = {} } }: Site): Aim | undefined {
  const instance = namedBy(state, params) ?? inTurn(state, n);
  if (instance === undefined) return undefined;
  const eni = [...instance.interfaces].find(({ type }) => type === 'Secondary') ?? state.interfaces.all().find(({ tags }) => tags.get(INSTANCE_TAG) === instance.id);
  const eip = eipsOn(state, instance.id)[0] ?? (eni && eipsOn(state, eni.id)[0]) ?? state.eips.all().find(({ tags }) => tags.get(INSTANCE_TAG) === instance.id);
  return { instance, eip, eni };
}

const NAMES = ['InstanceId', 'NetworkInterfaceId', 'AllocationId', 'ResourceId.1', 'NetworkInterfaceId.1', 'Tag.3.Value'];

function namedBy(state: CloudState, params: Readonly<Record<string, string>>): Instance | undefined {
  const listed = params['InstanceIds'] === undefined ? [] : (JSON.parse(params['InstanceIds']) as string[]);
  const ids = [...NAMES.flatMap((name) => params[name] ?? []), ...listed, ...(params['AllocationId']?.split(',') ?? [])];
  for (const id of ids) {
    const found = ownerOf(state, id);
    if (found !== undefined) return found;
  }
  return Object.entries(params).filter(([name]) => name.endsWith('.Value')).map(([, value]) => state.instances.get(value)).find((found) => found !== undefined);
}

function ownerOf(state: CloudState, id: string): Instance | undefined {
  const eip = state.eips.get(id);
  const holder = eip?.binding?.id ?? id;
  const nic = state.interfaces.get(holder);
  const tagged = (eip ?? nic)?.tags.get(INSTANCE_TAG);
  const found = [holder, nic?.instanceId, tagged].find((each) => each !== undefined && state.instances.get(each) !== undefined);
  return state.instances.get(found ?? '');
}

/** Of those with a public address or an interface that can carry one. */
function inTurn(state: CloudState, n: number): Instance | undefined {
  const all = state.instances.all().filter(({ id, publicIp, interfaces }) => publicIp !== '' || interfaces.size > 1 || eipsOn(state, id).length > 0);
  return all[n % Math.max(1, all.length)];
}
