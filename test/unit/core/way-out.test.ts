// By which addresses an instance would leave, judged from one view of its VPC: every sentence of facts 1.1 that decides it.
import { expect } from 'chai';
import type { EipId, NatGatewayId, RouteTableId, VSwitchId } from '../../../src/core/ids.ts';
import type { NatGateway, Network, RouteEntry } from '../../../src/core/view.ts';
import { chooseNatGateway, judgeWayOut } from '../../../src/core/way-out.ts';
import type { WantedWayOut, WayOut } from '../../../src/core/way-out.ts';
import { aNatGateway, aNetwork, anInstance, aSnatEntry, aVSwitch, NGW1, RT1, VSW1 } from '../../kit/cloud.ts';

const NGW2 = 'ngw-2' as NatGatewayId;
const RT2 = 'vtb-2' as RouteTableId;

/** A gateway to which every address of its entries is bound, unless it is told otherwise. */
const gateway = (given: Partial<NatGateway>): Network => {
  const eips = given.snatEntries?.flatMap(({ snatIps }) => snatIps).map((ip) => ({ id: `eip-${ip}` as EipId, ip }));
  return aNetwork({ natGateways: [aNatGateway({ ...(eips && eips.length > 0 && { eips }), ...given })] });
};
const gateways = (...given: Partial<NatGateway>[]): Network => aNetwork({ natGateways: given.map(aNatGateway) });
const routes = (...entries: RouteEntry[]): Network => aNetwork({ routeTables: [{ id: RT1, vSwitchIds: [VSW1], entries }] });
const route = (given: Partial<RouteEntry> = {}): RouteEntry => ({ destination: '0.0.0.0/0', status: 'Available', nextHops: [{ type: 'NatGateway', id: NGW1 }], ...given });

const lineOf = (wayOut: WayOut): string => (wayOut.verdict === 'stands' ? `stands ${wayOut.natGatewayId} ${wayOut.publicIps.join(',')}` : `${wayOut.verdict} ${wayOut.problem.reason}`);
const forward = (given: Partial<NatGateway['forwardEntries'][number]>) => ({ id: 'fwd-1', status: 'Available', externalIp: '47.9.9.9', internalIp: '10.0.1.5', allPorts: true, ...given });

type Case = readonly [name: string, network: Network, want: string, wanted?: WantedWayOut];

const CASES: readonly Case[] = [
  ['stands with an entry for the vSwitch and a default route', aNetwork(), 'stands ngw-1 47.9.9.9'],
  ['stands with an entry for a CIDR that covers the instance', gateway({ snatEntries: [aSnatEntry({ sourceCidr: '10.0.0.0/16' })] }), 'stands ngw-1 47.9.9.9'],
  ['is what the longest prefix gives', gateway({ snatEntries: [aSnatEntry({ id: 's-1', sourceCidr: '10.0.0.0/8', snatIps: ['1.1.1.1'] }), aSnatEntry({ id: 's-2', sourceCidr: '10.0.1.5/32', snatIps: ['3.3.3.3'] }), aSnatEntry({ id: 's-3', snatIps: ['2.2.2.2'] })] }), 'stands ngw-1 3.3.3.3'],
  ['does not depend on the order of equal prefixes', gateway({ snatEntries: [aSnatEntry({ id: 's-2', snatIps: ['2.2.2.2'] }), aSnatEntry({ id: 's-1', snatIps: ['1.1.1.1'] })] }), 'stands ngw-1 1.1.1.1'],
  ['is a sorted set of addresses', gateway({ snatEntries: [aSnatEntry({ snatIps: ['9.9.9.9', '1.1.1.1'] })] }), 'stands ngw-1 1.1.1.1,9.9.9.9'],
  ['is gone when no address of the entry is bound to the gateway', gateway({ snatEntries: [aSnatEntry()], eips: [] }), 'gone NoSnatEntry'],
  ['is those addresses of the entry that are bound to the gateway', gateway({ snatEntries: [aSnatEntry({ snatIps: ['9.9.9.9', '1.1.1.1'] })], eips: [{ id: 'eip-1' as EipId, ip: '1.1.1.1' }] }), 'stands ngw-1 1.1.1.1'],
  ['is gone when no entry covers the instance', gateway({ snatEntries: [aSnatEntry({ sourceCidr: '10.0.2.0/24' })] }), 'gone NoSnatEntry'],
  ['is gone when the covering entry is being deleted', gateway({ snatEntries: [aSnatEntry({ status: 'Deleting' })] }), 'gone NoSnatEntry'],
  ['falls to the shorter prefix when the longer is being deleted', gateway({ snatEntries: [aSnatEntry({ id: 's-1', status: 'Deleting', sourceCidr: '10.0.1.5/32', snatIps: ['3.3.3.3'] }), aSnatEntry()] }), 'stands ngw-1 47.9.9.9'],
  ['is unproved while the entry is Pending', gateway({ snatEntries: [aSnatEntry({ status: 'Pending' })] }), 'unproved SnatEntryNotReady'],
  ['is unproved while a longer prefix is Pending', gateway({ snatEntries: [aSnatEntry(), aSnatEntry({ id: 's-2', status: 'Pending', sourceCidr: '10.0.1.5/32' })] }), 'unproved SnatEntryNotReady'],
  ['is gone without a default route', routes(), 'gone NoDefaultRoute'],
  ['is gone when the default route leads elsewhere', routes(route({ nextHops: [{ type: 'NatGateway', id: 'ngw-9' }] })), 'gone NoDefaultRoute'],
  ['is unproved while the default route is Pending', routes(route({ status: 'Pending' })), 'unproved NoDefaultRoute'],
  ['is judged by the route table of the vSwitch, not by another', aNetwork({ vSwitches: [aVSwitch({ routeTableId: RT2 })], routeTables: [{ id: RT1, vSwitchIds: [], entries: [route()] }, { id: RT2, vSwitchIds: [VSW1], entries: [] }] }), 'gone NoDefaultRoute'],
  ['is judged by the table that names the vSwitch when the vSwitch names none', aNetwork({ vSwitches: [], routeTables: [{ id: RT1, vSwitchIds: [VSW1], entries: [route()] }] }), 'stands ngw-1 47.9.9.9'],
  ['is gone with a DNAT entry for all ports of the instance', gateway({ forwardEntries: [forward({})] }), 'gone DnatAllPorts'],
  ['stands with DNAT entries for single ports', gateway({ forwardEntries: [forward({ allPorts: false })] }), 'stands ngw-1 47.9.9.9'],
  ['stands with a DNAT entry for all ports of another address', gateway({ forwardEntries: [forward({ internalIp: '10.0.1.9' })] }), 'stands ngw-1 47.9.9.9'],
  ['is gone without an Internet NAT gateway', gateway({ networkType: 'intranet' }), 'gone NoNatGateway'],
  ['is gone with several gateways and none named', gateways({}, { id: NGW2 }), 'gone SeveralNatGateways'],
  ['is that of the gateway that is named', gateways({}, { id: NGW2 }), 'stands ngw-1 47.9.9.9', { natGatewayId: NGW1 }],
  ['is gone when the named gateway has no route', gateways({}, { id: NGW2 }), 'gone NoDefaultRoute', { natGatewayId: NGW2 }],
  ['is gone when the named gateway is not there', aNetwork(), 'gone NoNatGateway', { natGatewayId: NGW2 }],
  ['does not count gateways between VPCs', gateways({}, { id: NGW2, networkType: 'intranet' }), 'stands ngw-1 47.9.9.9'],
  ['is unproved while the gateway is Modifying', gateway({ status: 'Modifying' }), 'unproved NatGatewayNotReady'],
  ['is unproved while the gateway is Creating', gateway({ status: 'Creating' }), 'unproved NatGatewayNotReady'],
  ['is unproved while the gateway is Converting', gateway({ status: 'Converting' }), 'unproved NatGatewayNotReady'],
  ['is gone while the gateway is Deleting', gateway({ status: 'Deleting' }), 'gone NatGatewayNotReady'],
  ['is gone when the gateway is not paid for', gateway({ businessStatus: 'FinancialLocked' }), 'gone NatGatewayNotReady'],
  ['stands when it gives exactly the wanted addresses', gateway({ snatEntries: [aSnatEntry({ snatIps: ['2.2.2.2', '1.1.1.1'] })] }), 'stands ngw-1 1.1.1.1,2.2.2.2', { publicIps: ['1.1.1.1', '2.2.2.2'] }],
  ['is gone when it gives one address more than wanted', gateway({ snatEntries: [aSnatEntry({ snatIps: ['2.2.2.2', '1.1.1.1'] })] }), 'gone EgressIpDiffers', { publicIps: ['1.1.1.1'] }],
  ['is gone when it gives another address than wanted', aNetwork(), 'gone EgressIpDiffers', { publicIps: ['1.1.1.1'] }],
];

describe('The way out', () => {
  for (const [name, network, want, wanted = {}] of CASES) it(name, () => expect(lineOf(judgeWayOut(network, anInstance(), wanted))).to.equal(want));

  const messageOf = (wayOut: WayOut): string => (wayOut.verdict === 'stands' ? '' : wayOut.problem.message);

  it('prints the call that would make the missing SNAT entry', () => {
    expect(messageOf(judgeWayOut(gateway({ snatEntries: [] }), anInstance(), {}))).to.include('CreateSnatEntry SnatTableId=stb-1 SourceVSwitchId=vsw-1 SnatIp=47.9.9.9');
  });

  it('prints the call that would make the missing route', () => {
    expect(messageOf(judgeWayOut(routes(), anInstance(), {}))).to.include('CreateRouteEntry RouteTableId=vtb-1 DestinationCidrBlock=0.0.0.0/0 NextHopType=NatGateway NextHopId=ngw-1');
  });

  it('names all gateways when it is not clear which is meant', () => {
    expect(chooseNatGateway(gateways({ id: NGW2 }, {}), {})).to.have.property('message').that.includes('ngw-1, ngw-2');
  });

  it('of an instance in another vSwitch is judged by that vSwitch', () => {
    const elsewhere = anInstance({ vSwitchId: 'vsw-2' as VSwitchId, primaryIp: '10.0.2.5' });
    expect(lineOf(judgeWayOut(aNetwork(), elsewhere, {}))).to.equal('gone NoDefaultRoute');
  });
});
