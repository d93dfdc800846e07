// A mutating call in the oracle's words: what it does to which instance. Read from the call itself and from the records right after it.
import type { CloudState } from '../../../../sim/cloud/state/cloud-state.ts';
import type { Eip, NetworkInterface } from '../../../../sim/cloud/state/entities.ts';
import { commandNameOf } from '../../../../sim/cloud/assistant/executor.ts';
import { TAG } from '../../../../src/api/names.ts';
import type { WorldEvent } from '../../engine/contract.ts';
import { listNamed, tagsNamed } from './ledger.ts';

export type CloudEvent = Extract<WorldEvent, { readonly kind: 'cloud' }>;

const LATE_MS = 5_000;

/** It was on its way for so long that others may have acted meanwhile, or it came once more. */
export const isLate = ({ late, atMs, sentMs }: CloudEvent): boolean => late || atMs - sentMs > LATE_MS;

/**
 * forward: something is begun. open, home: an EIP is taken off the instance, off an interface. close: an unbound EIP is bound. ask: a command
 * reads in a guest. undo: one takes our routing out of it.
 */
export type Sort = 'forward' | 'open' | 'home' | 'close' | 'detach' | 'delete' | 'untag' | 'hold' | 'ask' | 'undo' | 'forbidden';

export interface Deed {
  readonly event: CloudEvent;
  readonly action: string;
  readonly sort: Sort;
  readonly succeeded: boolean;
  readonly instance: string;
  readonly eip?: Eip;
  readonly eni?: NetworkInterface;
  /** When the replica sent it. */
  readonly sentMs: number;
  readonly replica: string;
  readonly cluster: string;
}

/** The actions that the product has any business with, and what each does; what it does exactly may depend on what it names. */
const SORTS: Readonly<Record<string, Sort | undefined>> = {
  ConvertNatPublicIpToEip: 'forward', ModifyInstanceChargeType: 'forward', CreateNetworkInterface: 'forward', AttachNetworkInterface: 'forward',
  ModifyNetworkInterfaceAttribute: 'forward', TagResources: 'forward', UntagResources: 'untag', UnTagResources: 'untag',
  DetachNetworkInterface: 'detach', DeleteNetworkInterface: 'delete', UnassociateEipAddress: 'open', AssociateEipAddress: 'close',
};

/** Our commands in guests, and what each does. */
const COMMANDS: Readonly<Record<string, Sort | undefined>> = { egress: 'ask', 'routing-check': 'ask', 'routing-configure': 'forward', 'routing-confirm': 'forward', 'routing-undo': 'undo' };

/** What a command in a guest does: by the header of the script that the call brings along, or of the one that is kept under its id. */
function commandSort(state: CloudState, { action, params }: CloudEvent['request']): Sort | undefined {
  const brought = action === 'RunCommand' ? Buffer.from(params['CommandContent'] ?? '', 'base64').toString() : undefined;
  const content = action === 'InvokeCommand' ? state.commands.get(params['CommandId'] ?? '')?.content : brought;
  return content === undefined ? undefined : COMMANDS[commandNameOf(content)];
}

export interface Names {
  /** The instance whose home the address is. */
  homeOf(ip: string): string | undefined;
  /** The instance that the interface was made for. */
  madeFor(eniId: string): string | undefined;
}

const isWritten = (keys: Iterable<string>): boolean => [...keys].every((key) => key === TAG.hold);

/** The call names an ENI as the holder; if it names none, the holder that there is. */
const isOffSecondary = (state: CloudState, holder: string | undefined, eip: Eip | undefined): boolean =>
  state.interfaces.get(holder ?? eip?.binding?.id ?? '')?.type === 'Secondary';

function sortOf(state: CloudState, { request }: CloudEvent, eip: Eip | undefined): Sort {
  const { action, params } = request;
  const sort = SORTS[action] ?? commandSort(state, request) ?? 'forbidden';
  if (action === 'TagResources') return isWritten(tagsNamed(params).keys()) ? 'hold' : sort;
  if (sort === 'untag') return isWritten(listNamed(params, 'TagKey')) && params['All'] !== 'true' ? 'hold' : sort;
  return sort === 'open' && isOffSecondary(state, params['InstanceId'], eip) ? 'home' : sort;
}

/** What a mutating call does. `params` of a call name ids in the cloud's own places. */
export function deedOf(state: CloudState, event: CloudEvent, names: Names): Deed {
  const { request: { action, params }, crossing, answer } = event;
  const tagged = listNamed(params, 'ResourceId')[0] ?? '';
  const eip = state.eips.get(params['AllocationId'] ?? tagged);
  const eni = state.interfaces.get(createdBy(event) ?? params['NetworkInterfaceId'] ?? tagged);
  const instance = instanceNamed(event) ?? instanceBehind(names, eip, eni) ?? '';
  return {
    event, action, sort: sortOf(state, event, eip), succeeded: answer.status === 200, instance, sentMs: event.sentMs,
    replica: crossing.replica, cluster: crossing.cluster, ...(eip && { eip }), ...(eni && { eni }),
  };
}

/** The instance that what the call names belongs to. */
function instanceBehind(names: Names, eip: Eip | undefined, eni: NetworkInterface | undefined): string | undefined {
  return (eip && (names.homeOf(eip.ip) ?? eip.tags.get(TAG.instance))) ?? (eni && (names.madeFor(eni.id) ?? eni.instanceId));
}

/** The id of the interface that a Create has answered. */
export function createdBy({ request, answer: { body } }: CloudEvent): string | undefined {
  if (request.action !== 'CreateNetworkInterface' || typeof body === 'string') return undefined;
  const id = body['NetworkInterfaceId'];
  return typeof id === 'string' && id !== '' ? id : undefined;
}

/** The instance that the call names itself. */
function instanceNamed({ request: { action, params } }: CloudEvent): string | undefined {
  const named = action === 'CreateNetworkInterface' ? tagsNamed(params).get(TAG.instance) : (params['InstanceId'] ?? params['InstanceId.1']);
  const [charged] = /"(i-[^"]*)"/.exec(params['InstanceIds'] ?? '')?.slice(1) ?? [];
  const bound = action === 'AssociateEipAddress' || action === 'UnassociateEipAddress';
  return charged ?? (bound ? undefined : named);
}
