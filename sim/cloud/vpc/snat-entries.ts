// CreateSnatEntry, ModifySnatEntry, DeleteSnatEntry (facts sections 3.6, 3.7). One change of a table at a time: while an entry is Pending
// or Deleting, the gateway refuses the next with IncorrectStatus.NATGW.

import { formatAddress, parseAddress, parseCidr, type Cidr } from '../state/addresses.ts';
import type { CloudState } from '../state/cloud-state.ts';
import type { NatGateway, SnatEntry } from '../state/entities.ts';
import { addressKey, eipsOn } from '../state/relations.ts';
import type { Body, Call } from '../engine/call.ts';
import { demand, found, refusal } from '../engine/refusal.ts';
import { gatewayOf } from './nat-view.ts';

interface Source {
  readonly vSwitchId: string;
  readonly cidr: Cidr;
  readonly cidrText: string;
}

function checkQuiet(gateway: NatGateway): void {
  demand(gateway.status === 'Available', 'IncorrectStatus.NATGW');
  demand(gateway.snat.all().every(({ status }) => status === 'Available'), 'IncorrectStatus.NATGW');
}

/** SnatIp is a comma list of addresses that are EIPs of this gateway and not used by a DNAT entry. */
function snatIps({ state, parameters }: Call, gateway: NatGateway, text: string): readonly string[] {
  const ips = [...new Set(text.split(',').map((ip) => ip.trim()))];
  demand(ips.every((ip) => parseAddress(ip) !== undefined), 'InvalidSnatIp.Malformed');
  demand(ips.length <= state.account.eipsPerSnatEntry, 'SNAT_IP_POOL_COUNT_TOO_MANY');
  demand(ips.every((ip) => state.eipByAddress.has(ip)), 'InvalidSnatIp.NotFound');
  const own = new Set(eipsOn(state, gateway.id).filter(({ status }) => status === 'InUse').map(({ ip }) => ip));
  demand(ips.every((ip) => own.has(ip)), 'EIP_NOT_IN_GATEWAY');
  demand(!gateway.dnat.all().some(({ externalIp }) => ips.includes(externalIp)), 'Forbidden.IpUsedInForwardTable');
  const affinity = parameters.text('EipAffinity') ?? '0';
  demand(affinity === '0' || affinity === '1', 'InvalidParameter', 'EipAffinity is 0 or 1.');
  return ips;
}

/** "You must specify one of the SourceCIDR and SourceVSwitchId parameters, but you cannot specify both." */
function sourceOf({ state, parameters }: Call, gateway: NatGateway): Source {
  const vSwitchId = parameters.text('SourceVSwitchId');
  const cidrText = parameters.text('SourceCIDR');
  if ((vSwitchId === undefined) === (cidrText === undefined)) throw refusal('MissingParameter', 'Exactly one of SourceVSwitchId and SourceCIDR is mandatory.');
  if (vSwitchId !== undefined) {
    const vSwitch = found(state.vSwitches.get(vSwitchId), 'InvalidVSwitchId.NotFound');
    demand(vSwitch.vpcId === gateway.vpcId, 'InvalidVSwitchId.NotFound', 'The vSwitch must be in the VPC to which the NAT gateway belongs.');
    return { vSwitchId, cidr: vSwitch.cidr, cidrText: vSwitch.cidrText };
  }
  const cidr = found(parseCidr(cidrText ?? ''), 'InvalidParameter', 'SourceCIDR is not an address range.');
  return { vSwitchId: '', cidr, cidrText: cidrText?.includes('/') ? cidrText : `${cidrText ?? ''}/32` };
}

/** "Each vSwitch and ECS instance can belong to only one SNAT entry"; an entry of one address is refused while its holder has an EIP. */
function checkSource(state: CloudState, gateway: NatGateway, source: Source): void {
  const entries = gateway.snat.all();
  demand(source.vSwitchId === '' || !entries.some(({ vSwitchId }) => vSwitchId === source.vSwitchId), 'Forbidden.SourceVSwitchId.Duplicated');
  demand(!entries.some(({ cidr }) => cidr.base === source.cidr.base && cidr.prefix === source.cidr.prefix), 'OperationUnsupported.CidrConflict');
  if (source.cidr.prefix < 32) return;
  const nic = state.interfaceByAddress.get(addressKey(gateway.vpcId, formatAddress(source.cidr.base)));
  demand(nic?.type !== 'Primary' || eipsOn(state, nic.instanceId).length === 0, 'Forbindden');
}

/** Pending → Available; answers the entry's id at once. */
export function createSnatEntry(call: Call): Body {
  const { state, parameters } = call;
  parameters.required('SnatTableId');
  const gateway = gatewayOf(call, 'SnatTableId');
  const ips = snatIps(call, gateway, parameters.required('SnatIp'));
  const source = sourceOf(call, gateway);
  checkQuiet(gateway);
  checkSource(state, gateway, source);
  demand(gateway.snat.size < state.account.snatEntriesPerGateway, 'Forbidden.SnatEntryCountLimited');
  call.endDryRun();
  const entry: SnatEntry = gateway.snat.add({
    id: state.nextId('snat'), sequence: state.nextSequence(), natGatewayId: gateway.id, snatTableId: gateway.snatTableId,
    name: parameters.text('SnatEntryName') ?? '', status: 'Pending', ...source, ips,
    eipAffinity: parameters.text('EipAffinity') === '1' ? '1' : '0', task: undefined,
  });
  call.begin(entry, {
    latency: 'snat',
    complete: () => { entry.status = 'Available'; },
    fail: () => gateway.snat.remove(entry.id),
  });
  return { SnatEntryId: entry.id };
}

function entryOf(call: Call): { readonly gateway: NatGateway; readonly entry: SnatEntry } {
  call.parameters.required('SnatTableId');
  const gateway = gatewayOf(call, 'SnatTableId');
  return { gateway, entry: found(gateway.snat.get(call.parameters.required('SnatEntryId')), 'InvalidSnatEntryId.NotFound') };
}

/** Changes addresses, name, affinity, never the source. "If an entry in the table is Pending, you cannot modify entries in the table." */
export function modifySnatEntry(call: Call): Body {
  const { parameters } = call;
  const { gateway, entry } = entryOf(call);
  const text = parameters.text('SnatIp');
  const ips = text === undefined ? entry.ips : snatIps(call, gateway, text);
  checkQuiet(gateway);
  call.endDryRun();
  const affinity = parameters.text('EipAffinity');
  const former = { ips: entry.ips, name: entry.name, eipAffinity: entry.eipAffinity };
  entry.status = 'Pending';
  entry.ips = ips;
  entry.name = parameters.text('SnatEntryName') ?? entry.name;
  if (affinity !== undefined) entry.eipAffinity = affinity === '1' ? '1' : '0';
  call.begin(entry, {
    latency: 'snat',
    complete: () => { entry.status = 'Available'; },
    fail: () => Object.assign(entry, former, { status: 'Available' }),
  });
  return {};
}

/** Deleting → gone. An entry that is being changed says so in the cloud's own spelling. */
export function deleteSnatEntry(call: Call): Body {
  const { gateway, entry } = entryOf(call);
  demand(entry.status === 'Available', 'IncorretSnatEntryStatus');
  checkQuiet(gateway);
  entry.status = 'Deleting';
  call.begin(entry, {
    latency: 'snat',
    complete: () => gateway.snat.remove(entry.id),
    fail: () => { entry.status = 'Available'; },
  });
  return {};
}
