// DescribeEipAddresses (SDK DescribeEipAddressesResponseBody; facts section 3.1): pages by number only, at most 100; ids and addresses
// as comma lists of at most 50.

import type { CloudState } from '../state/cloud-state.ts';
import type { Eip } from '../state/entities.ts';
import { eipsOn } from '../state/relations.ts';
import type { Body, Call } from '../engine/call.ts';
import { vpcTime } from '../engine/clock.ts';
import { allOf, anyOf, equals, fixed, named, timeFilters, withTags } from '../engine/filters.ts';
import { byIds, includes, numberPage, type Source } from '../engine/paging.ts';
import type { Parameters } from '../engine/parameters.ts';

export const keyValueTags = (tags: ReadonlyMap<string, string>): readonly object[] => [...tags].map(([Key, Value]) => ({ Key, Value }));

/** PrivateIpAddress is empty when the EIP is bound to an interface's primary address. */
function privateIpOf(state: CloudState, { binding }: Eip): string {
  if (binding?.type !== 'NetworkInterface') return binding?.privateIp ?? '';
  return state.interfaces.get(binding.id)?.privateIps[0] === binding.privateIp ? '' : binding.privateIp;
}

function vpcOf(state: CloudState, { binding }: Eip): string {
  if (!binding) return '';
  return (state.instances.get(binding.id) ?? state.interfaces.get(binding.id) ?? state.natGateways.get(binding.id))?.vpcId ?? '';
}

function eipView(state: CloudState, eip: Eip): object {
  return {
    AllocationId: eip.id, IpAddress: eip.ip, Name: eip.name, Description: '', Status: eip.status, RegionId: state.region,
    InstanceId: eip.binding?.id ?? '', InstanceType: eip.binding?.type ?? '', InstanceRegionId: eip.binding ? state.region : '',
    PrivateIpAddress: privateIpOf(state, eip), VpcId: vpcOf(state, eip), Mode: eip.mode,
    Bandwidth: String(eip.bandwidthMbps), EipBandwidth: String(eip.bandwidthMbps), InternetChargeType: eip.internetChargeType, ChargeType: eip.chargeType,
    BusinessStatus: eip.locks.includes('financial') ? 'FinancialLocked' : 'Normal',
    OperationLocks: { LockReason: eip.locks.map((LockReason) => ({ LockReason })) },
    BandwidthPackageId: '', BandwidthPackageBandwidth: '', BandwidthPackageType: '', SegmentInstanceId: '', ISP: 'BGP', Netmode: 'public',
    ServiceManaged: eip.serviceManaged ? 1 : 0, DeletionProtection: false, HDMonitorStatus: 'OFF', HasReservationData: 'false',
    Tags: { Tag: keyValueTags(eip.tags) }, AllocationTime: vpcTime(eip.createdAtMs), ExpiredTime: '', ResourceGroupId: '',
  };
}

/** The EIPs to look through: those named by id or address, those of one holder, those with the tags, or all. */
function sourceOf(state: CloudState, parameters: Parameters): Source<Eip> {
  const ids = parameters.commaList('AllocationId', 50);
  const holder = parameters.text('AssociatedInstanceId');
  const tagged = withTags(state.eips, parameters);
  if (ids) return byIds(state.eips, ids).filter((eip) => includes(tagged, eip));
  return holder === undefined ? tagged : eipsOn(state, holder).filter((eip) => includes(tagged, eip));
}

/** AssociatedInstanceType counts as EcsInstance when an AssociatedInstanceId comes without it. */
export function describeEipAddresses(call: Call): Body {
  const { state, parameters } = call;
  const holder = parameters.text('AssociatedInstanceId');
  const holderType = parameters.text('AssociatedInstanceType') ?? (holder === undefined ? undefined : 'EcsInstance');
  const condition = allOf<Eip>([
    anyOf(parameters.commaList('EipAddress', 50), ({ ip }) => [ip]),
    holder === undefined ? undefined : ({ binding }) => binding?.id === holder,
    holderType === undefined ? undefined : ({ binding }) => binding?.type === holderType,
    equals(parameters, 'Status', ({ status }) => status),
    equals(parameters, 'ChargeType', ({ chargeType }) => chargeType),
    equals(parameters, 'ServiceManaged', ({ serviceManaged }) => serviceManaged),
    fixed(parameters, { ISP: 'BGP', ResourceGroupId: '', SegmentInstanceId: '', PublicIpAddressPoolId: '', SecurityProtectionEnabled: 'false' }),
    timeFilters(parameters, { Creation: ({ createdAtMs }) => createdAtMs }),
    named(parameters, 'EipName', ({ name }) => name),
    anyOf(parameters.commaList('LockReason', 10), ({ locks }) => locks),
  ]);
  call.endDryRun();
  const page = numberPage(sourceOf(state, parameters), parameters, 100, condition);
  return {
    TotalCount: page.totalCount, PageNumber: page.pageNumber, PageSize: page.pageSize,
    EipAddresses: { EipAddress: page.items.map((eip) => eipView(state, eip)) },
  };
}
