/** DescribeNatGateways, DescribeSnatTableEntries and DescribeForwardTableEntries → NatGateway, SnatEntry, ForwardEntry (facts 3.4, 3.5, 1.2). */
import type {
  DescribeForwardTableEntriesResponseBodyForwardTableEntriesForwardTableEntry as SdkForwardEntry,
  DescribeNatGatewaysResponseBodyNatGatewaysNatGateway as SdkNatGateway,
  DescribeSnatTableEntriesResponseBodySnatTableEntriesSnatTableEntry as SdkSnatEntry,
} from '@alicloud/vpc20160428';
import type { EipId, NatGatewayId, VSwitchId } from '../../../core/ids.ts';
import type { ForwardEntry, NatGateway, SnatEntry } from '../../../core/view.ts';
import { given, text, texts } from './fields.ts';

export interface NatEntries {
  readonly snatEntries: readonly SnatEntry[];
  readonly forwardEntries: readonly ForwardEntry[];
}

export function toNatGateway(gateway: SdkNatGateway, entries: NatEntries): NatGateway {
  const addresses = gateway.ipLists?.ipList ?? [];
  return {
    id: text(gateway.natGatewayId) as NatGatewayId,
    networkType: text(gateway.networkType),
    status: text(gateway.status),
    businessStatus: text(gateway.businessStatus),
    snatTableIds: texts(gateway.snatTableIds?.snatTableId),
    eips: addresses.flatMap(({ allocationId, ipAddress }) => (given(allocationId) === undefined ? [] : [{ id: text(allocationId) as EipId, ip: text(ipAddress) }])),
    ...entries,
  };
}

/** "SnatIp may be comma separated" (facts 3.5). */
export function toSnatEntry(entry: SdkSnatEntry): SnatEntry {
  const sourceVSwitchId = given(entry.sourceVSwitchId);
  return {
    id: text(entry.snatEntryId),
    status: text(entry.status),
    ...(sourceVSwitchId !== undefined && { sourceVSwitchId: sourceVSwitchId as VSwitchId }),
    sourceCidr: text(entry.sourceCIDR),
    snatIps: texts(text(entry.snatIp).split(',').map((ip) => ip.trim())),
  };
}

const PORTS = /^\d+([/-]\d+)?$/;

/** How "all ports" is spelt is not confirmed (facts 1.2), so whatever is neither a port nor a range of ports counts as all. */
export function toForwardEntry(entry: SdkForwardEntry): ForwardEntry {
  return {
    id: text(entry.forwardEntryId),
    status: text(entry.status),
    externalIp: text(entry.externalIp),
    internalIp: text(entry.internalIp),
    allPorts: !PORTS.test(text(entry.externalPort)) || text(entry.externalPort) === '1/65535',
  };
}
