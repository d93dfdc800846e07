// DescribeNatGateways, DescribeSnatTableEntries, DescribeForwardTableEntries (facts sections 3.4, 3.5): pages by number, at most 50.

import type { CloudState } from '../state/cloud-state.ts';
import type { DnatEntry, Eip, NatGateway, SnatEntry } from '../state/entities.ts';
import { eipsOn } from '../state/relations.ts';
import { tagList } from '../ecs/instance-view.ts';
import type { Body, Call } from '../engine/call.ts';
import { vpcTime } from '../engine/clock.ts';
import { allOf, anyOf, equals, fixed, withTags } from '../engine/filters.ts';
import { byIds, includes, numberPage } from '../engine/paging.ts';
import { found, refusal } from '../engine/refusal.ts';

const ipView = (gateway: NatGateway, eip: Eip): object => {
  const inSnat = gateway.snat.all().some(({ ips }) => ips.includes(eip.ip));
  const inDnat = gateway.dnat.all().some(({ externalIp }) => externalIp === eip.ip);
  return { IpAddress: eip.ip, AllocationId: eip.id, UsingStatus: inSnat ? 'UsedBySnatTable' : inDnat ? 'UsedByForwardTable' : 'Idle', SnatEntryEnabled: !inDnat, PrivateIpAddress: '' };
};

function gatewayView(state: CloudState, gateway: NatGateway): object {
  const eips = eipsOn(state, gateway.id).filter(({ status }) => status !== 'Associating');
  return {
    NatGatewayId: gateway.id, Name: gateway.name, Description: '', RegionId: state.region, VpcId: gateway.vpcId, Status: gateway.status,
    NatType: 'Enhanced', NetworkType: gateway.networkType, BusinessStatus: gateway.businessStatus, EipBindMode: 'MULTI_BINDED',
    InstanceChargeType: 'PostPaid', InternetChargeType: 'PayByLcu', Spec: '',
    SnatTableIds: { SnatTableId: [gateway.snatTableId] }, ForwardTableIds: { ForwardTableId: [gateway.forwardTableId] }, FullNatTableIds: { FullNatTableId: [] },
    IpLists: { IpList: eips.map((eip) => ipView(gateway, eip)) },
    NatGatewayPrivateInfo: { VswitchId: gateway.vSwitchId, IzNo: state.vSwitches.get(gateway.vSwitchId)?.zoneId ?? '' },
    Tags: { Tag: tagList(gateway.tags) }, CreationTime: vpcTime(gateway.createdAtMs), ExpiredTime: '', DeletionProtection: false, ResourceGroupId: '',
  };
}

export function describeNatGateways(call: Call): Body {
  const { state, parameters } = call;
  const id = parameters.text('NatGatewayId');
  const tagged = withTags(state.natGateways, parameters);
  const source = id === undefined ? tagged : byIds(state.natGateways, [id]).filter((gateway) => includes(tagged, gateway));
  const condition = allOf<NatGateway>([
    equals(parameters, 'VpcId', ({ vpcId }) => vpcId),
    equals(parameters, 'NetworkType', ({ networkType }) => networkType),
    equals(parameters, 'Status', ({ status }) => status),
    equals(parameters, 'Name', ({ name }) => name),
    fixed(parameters, { NatType: 'Enhanced', InstanceChargeType: 'PostPaid', Spec: '', ResourceGroupId: '', AvailabilityMode: '' }),
    equals(parameters, 'ZoneId', ({ vSwitchId }) => state.vSwitches.get(vSwitchId)?.zoneId ?? ''),
  ]);
  call.endDryRun();
  const page = numberPage(source, parameters, 50, condition);
  return {
    TotalCount: page.totalCount, PageNumber: page.pageNumber, PageSize: page.pageSize,
    NatGateways: { NatGateway: page.items.map((gateway) => gatewayView(state, gateway)) },
  };
}

/** "You must specify at least one of SnatTableId and NatGatewayId." */
export function gatewayOf({ state, parameters }: Call, tableParameter: 'SnatTableId' | 'ForwardTableId'): NatGateway {
  const tableId = parameters.text(tableParameter);
  const gatewayId = parameters.text('NatGatewayId');
  if (tableId === undefined && gatewayId === undefined) throw refusal('MissingParameter', `At least one of ${tableParameter} and NatGatewayId is mandatory.`);
  const gateway = tableId === undefined ? state.natGateways.get(gatewayId ?? '') : gatewayByTable(state, tableId);
  const missing = tableId === undefined ? 'InvalidNatGatewayId.NotFound' : tableParameter === 'SnatTableId' ? 'InvalidSnatTableId.NotFound' : 'InvalidForwardTableId.NotFound';
  return found(gateway !== undefined && (gatewayId ?? gateway.id) === gateway.id ? gateway : undefined, missing);
}

const gatewayByTable = (state: CloudState, tableId: string): NatGateway | undefined =>
  state.natGateways.all().find(({ snatTableId, forwardTableId }) => snatTableId === tableId || forwardTableId === tableId);

/** An entry by vSwitch shows both the vSwitch and its address range. */
const snatView = (entry: SnatEntry): object => ({
  SnatEntryId: entry.id, SnatEntryName: entry.name, SnatTableId: entry.snatTableId, NatGatewayId: entry.natGatewayId, Status: entry.status,
  SourceVSwitchId: entry.vSwitchId, SourceCIDR: entry.cidrText, SnatIp: entry.ips.join(','), EipAffinity: entry.eipAffinity, NetworkInterfaceId: '',
});

export function describeSnatTableEntries(call: Call): Body {
  const { parameters } = call;
  const gateway = gatewayOf(call, 'SnatTableId');
  const condition = allOf<SnatEntry>([
    equals(parameters, 'SnatEntryId', ({ id }) => id),
    equals(parameters, 'SnatEntryName', ({ name }) => name),
    equals(parameters, 'SourceVSwitchId', ({ vSwitchId }) => vSwitchId),
    equals(parameters, 'SourceCIDR', ({ cidrText }) => cidrText),
    anyOf(parameters.commaList('SnatIp', 64), ({ ips }) => ips),
    fixed(parameters, { 'NetworkInterfaceIds.1': '' }),
  ]);
  const page = numberPage(gateway.snat, parameters, 50, condition);
  return {
    TotalCount: page.totalCount, PageNumber: page.pageNumber, PageSize: page.pageSize,
    SnatTableEntries: { SnatTableEntry: page.items.map(snatView) },
  };
}

export function describeForwardTableEntries(call: Call): Body {
  const { parameters } = call;
  const gateway = gatewayOf(call, 'ForwardTableId');
  const condition = allOf<DnatEntry>([
    equals(parameters, 'ForwardEntryId', ({ id }) => id),
    equals(parameters, 'ForwardEntryName', ({ name }) => name),
    equals(parameters, 'ExternalIp', ({ externalIp }) => externalIp),
    equals(parameters, 'ExternalPort', ({ externalPort }) => externalPort),
    equals(parameters, 'InternalIp', ({ internalIp }) => internalIp),
    equals(parameters, 'InternalPort', ({ internalPort }) => internalPort),
    equals(parameters, 'IpProtocol', ({ protocol }) => protocol),
  ]);
  const page = numberPage(gateway.dnat, parameters, 50, condition);
  const view = (entry: DnatEntry): object => ({
    ForwardEntryId: entry.id, ForwardEntryName: entry.name, ForwardTableId: gateway.forwardTableId, NatGatewayId: gateway.id, Status: 'Available',
    ExternalIp: entry.externalIp, ExternalPort: entry.externalPort, InternalIp: entry.internalIp, InternalPort: entry.internalPort, IpProtocol: entry.protocol,
  });
  return {
    TotalCount: page.totalCount, PageNumber: page.pageNumber, PageSize: page.pageSize,
    ForwardTableEntries: { ForwardTableEntry: page.items.map(view) },
  };
}
