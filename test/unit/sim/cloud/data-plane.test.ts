// What the Internet sees (facts sections 1.1 and 6): precedence of addresses on the way out, and where an instance is reached.

import { expect } from 'chai';
import type { WorldInput } from '../../../../sim/cloud/world/schema.ts';
import { meddle } from '../../../../sim/cloud/control/meddle.ts';
import { Laboratory, world } from './kit.ts';

const unified = (guest: object = {}, extra: WorldInput = {}): Laboratory => new Laboratory(world({
  instances: { 'i-1': { vSwitch: 'vsw-a', privateIp: '10.0.1.9', guest } },
  networkInterfaces: { 'eni-1': { vSwitch: 'vsw-a', instance: 'i-1', eip: 'eip-1' } },
  ...extra, eips: { 'eip-1': { ip: '47.98.1.1' }, ...extra.eips },
}));

const egress = (laboratory: Laboratory): readonly string[] => laboratory.instance('i-1').egressIps;
const inbound = (laboratory: Laboratory): readonly string[] => laboratory.instance('i-1').inboundIps;
const only = (instance: NonNullable<WorldInput['instances']>[string], extra: WorldInput = {}): Laboratory => new Laboratory(world({ instances: { 'i-1': instance }, ...extra }));

describe('on the way out, the simulated Internet', () => {
  it('sees the static public IP of an instance that has one: SNAT entries do not take effect on it', () => {
    expect(egress(only({ vSwitch: 'vsw-a', publicIp: '47.98.1.1' }))).to.deep.equal(['47.98.1.1']);
  });

  it('sees the EIP of an instance that has one', () => {
    expect(egress(only({ vSwitch: 'vsw-a', eip: 'eip-1' }, { eips: { 'eip-1': { ip: '47.98.1.1' } } }))).to.deep.equal(['47.98.1.1']);
  });

  it('sees the EIP of the gateway where the instance has no public address', () => {
    expect(egress(only({ vSwitch: 'vsw-a' }))).to.deep.equal(['47.96.1.1']);
  });

  it('sees the EIP of the gateway when the instance\'s own EIP is on a secondary interface', () => {
    expect(egress(unified())).to.deep.equal(['47.96.1.1']);
  });

  it('sees the address of a DNAT entry for all ports', () => {
    const gateway = { vpc: 'vpc-1', eips: ['eip-nat', 'eip-d'], snat: { s: { cidr: '10.0.0.0/16', ips: ['47.96.1.1'] } }, dnat: { d: { externalIp: '47.96.1.2', instance: 'i-1' } } };
    const laboratory = only({ vSwitch: 'vsw-a' }, { natGateways: { 'ngw-1': gateway }, eips: { 'eip-d': { ip: '47.96.1.2' } } });
    expect([egress(laboratory), inbound(laboratory)]).to.deep.equal([['47.96.1.2'], ['47.96.1.2']]);
  });

  it('does not see the address of a DNAT entry for one port', () => {
    const gateway = { vpc: 'vpc-1', eips: ['eip-nat', 'eip-d'], snat: { s: { cidr: '10.0.0.0/16', ips: ['47.96.1.1'] } }, dnat: { d: { externalIp: '47.96.1.2', instance: 'i-1', externalPort: '80', internalPort: '80', protocol: 'TCP' as const } } };
    expect(egress(only({ vSwitch: 'vsw-a' }, { natGateways: { 'ngw-1': gateway }, eips: { 'eip-d': { ip: '47.96.1.2' } } }))).to.deep.equal(['47.96.1.1']);
  });

  it('sees the entry with the longest prefix', () => {
    const snat = { all: { cidr: '10.0.0.0/16', ips: ['47.96.1.1'] }, a: { vSwitch: 'vsw-a', ips: ['47.96.1.2'] }, one: { cidr: '10.0.1.9/32', ips: ['47.96.1.3'] } };
    const gateway = { vpc: 'vpc-1', eips: ['eip-nat', 'eip-2', 'eip-3'], snat };
    const eips = { 'eip-2': { ip: '47.96.1.2' }, 'eip-3': { ip: '47.96.1.3' } };
    expect(egress(only({ vSwitch: 'vsw-a', privateIp: '10.0.1.9' }, { natGateways: { 'ngw-1': gateway }, eips }))).to.deep.equal(['47.96.1.3']);
    expect(egress(only({ vSwitch: 'vsw-a', privateIp: '10.0.1.8' }, { natGateways: { 'ngw-1': gateway }, eips }))).to.deep.equal(['47.96.1.2']);
    expect(egress(only({ vSwitch: 'vsw-b' }, { natGateways: { 'ngw-1': gateway }, eips }))).to.deep.equal(['47.96.1.1']);
  });

  it('sees any of an entry\'s addresses', () => {
    const gateway = { vpc: 'vpc-1', eips: ['eip-nat', 'eip-2'], snat: { s: { vSwitch: 'vsw-a' } } };
    expect(egress(only({ vSwitch: 'vsw-a' }, { natGateways: { 'ngw-1': gateway }, eips: { 'eip-2': { ip: '47.96.1.2' } } }))).to.deep.equal(['47.96.1.1', '47.96.1.2']);
  });

  it('sees nothing without a default route to the gateway', () => {
    expect(egress(only({ vSwitch: 'vsw-a' }, { natGateways: { 'ngw-1': { vpc: 'vpc-1', eips: ['eip-nat'], snat: { s: { cidr: '10.0.0.0/16' } }, defaultRoute: false } } }))).to.deep.equal([]);
  });

  it('sees nothing of a vSwitch whose own route table has no default route', () => {
    const extra = { routeTables: { 'vtb-own': { vpc: 'vpc-1' } }, vSwitches: { 'vsw-a': { vpc: 'vpc-1', cidr: '10.0.1.0/24', routeTable: 'vtb-own' } } };
    expect(egress(only({ vSwitch: 'vsw-a' }, extra))).to.deep.equal([]);
  });

  it('sees nothing while the only entry is Pending', () => {
    const laboratory = only({ vSwitch: 'vsw-a' }, { natGateways: { 'ngw-1': { vpc: 'vpc-1', eips: ['eip-nat'] } } });
    laboratory.vpc('CreateSnatEntry', { SnatTableId: 'stb-1', SnatIp: '47.96.1.1', SourceVSwitchId: 'vsw-a' });
    expect(egress(laboratory)).to.deep.equal([]);
    laboratory.pass(3000);
    expect(egress(laboratory)).to.deep.equal(['47.96.1.1']);
  });

  it('sees nothing through a gateway that is being deleted, is locked, or is not for the Internet', () => {
    for (const wish of [{ status: 'Deleting' }, { businessStatus: 'FinancialLocked' }, { type: 'intranet' }] as const) {
      const routeTables = { 'vtb-s': { vpc: 'vpc-1', system: true, routes: [{ destination: '0.0.0.0/0', natGateway: 'ngw-1' }] } };
      const natGateways = { 'ngw-1': { vpc: 'vpc-1', eips: ['eip-nat'], snat: { s: { cidr: '10.0.0.0/16' } }, ...wish } };
      expect(egress(only({ vSwitch: 'vsw-a' }, { routeTables, natGateways })), JSON.stringify(wish)).to.deep.equal([]);
    }
  });

  it('sees the gateway at once when the EIP is unbound, and no address of the instance in between', () => {
    const laboratory = only({ vSwitch: 'vsw-a', eip: 'eip-1' });
    laboratory.vpc('UnassociateEipAddress', { AllocationId: 'eip-1' });
    expect([egress(laboratory), inbound(laboratory)]).to.deep.equal([['47.96.1.1'], []]);
  });

  it('sees the EIP of a guest whose second default route has the same metric: of two, Linux takes the one that came last', () => {
    expect(egress(unified({ equalMetric: true }))).to.deep.equal(['47.98.1.1']);
    expect(egress(unified({ equalMetric: true, secondNic: 'manual' }))).to.deep.equal(['47.96.1.1']);
  });

  it('does not see the address of a DNAT entry that has left the gateway', () => {
    const gateway = { vpc: 'vpc-1', eips: ['eip-nat', 'eip-d'], snat: { s: { cidr: '10.0.0.0/16', ips: ['47.96.1.1'] } }, dnat: { d: { externalIp: '47.96.1.2', instance: 'i-1' } } };
    const laboratory = only({ vSwitch: 'vsw-a' }, { natGateways: { 'ngw-1': gateway }, eips: { 'eip-d': { ip: '47.96.1.2' } } });
    meddle(laboratory.cloud, { op: 'unbindEip', eip: 'eip-d' });
    expect([egress(laboratory), inbound(laboratory)]).to.deep.equal([['47.96.1.1'], []]);
  });

  it('sees nothing of a stopped instance', () => {
    expect(egress(only({ vSwitch: 'vsw-a', status: 'Stopped' }))).to.deep.equal([]);
  });
});

describe('on the way in, a simulated instance', () => {
  it('is reached on its static public IP or its EIP', () => {
    expect(inbound(only({ vSwitch: 'vsw-a', publicIp: '47.98.1.1' }))).to.deep.equal(['47.98.1.1']);
    expect(inbound(only({ vSwitch: 'vsw-a', eip: 'eip-1' }, { eips: { 'eip-1': { ip: '47.98.1.1' } } }))).to.deep.equal(['47.98.1.1']);
  });

  it('is reached on the EIP of its secondary interface when the guest configures that and answers from it', () => {
    expect(inbound(unified())).to.deep.equal(['47.98.1.1']);
  });

  it('is not reached there while the interface is not InUse', () => {
    const laboratory = unified();
    laboratory.ecs('DetachNetworkInterface', { NetworkInterfaceId: 'eni-1', InstanceId: 'i-1' });
    expect(inbound(laboratory)).to.deep.equal([]);
  });

  it('is not reached there when the guest does not bring the interface up', () => {
    const laboratory = unified({ secondNic: 'manual' });
    expect(inbound(laboratory)).to.deep.equal([]);
    expect(laboratory.instance('i-1').network.inboundIps).to.deep.equal(['47.98.1.1']);
    meddle(laboratory.cloud, { op: 'setInstance', instance: 'i-1', guest: { secondNic: 'auto' } });
    expect(inbound(laboratory)).to.deep.equal(['47.98.1.1']);
  });

  it('keeps of its guest what nobody changes', () => {
    const laboratory = unified({ sourceRouting: false });
    meddle(laboratory.cloud, { op: 'setInstance', instance: 'i-1', guest: { rpFilter: 1 } });
    expect(laboratory.instance('i-1').guest).to.include({ sourceRouting: false, rpFilter: 1, secondNic: 'auto' });
  });

  it('is not reached there without source routing: replies via the primary interface cause communication issues', () => {
    for (const rpFilter of [0, 1, 2] as const) expect(inbound(unified({ sourceRouting: false, rpFilter }))).to.deep.equal([]);
    expect(inbound(unified({ rpFilter: 1 }))).to.deep.equal(['47.98.1.1']);
  });

  it('is not reached on its own address once a second default route of the same metric leads elsewhere, but is on the newest interface', () => {
    const extra = { networkInterfaces: { 'eni-1': { vSwitch: 'vsw-a', instance: 'i-1' } }, eips: {} };
    const instance = { vSwitch: 'vsw-a', publicIp: '47.98.1.9', guest: { equalMetric: true, sourceRouting: false } };
    expect(inbound(only(instance, extra))).to.deep.equal([]);
    expect(inbound(unified({ equalMetric: true, sourceRouting: false }))).to.deep.equal(['47.98.1.1']);
  });

  it('is not reached on an EIP that is still Associating', () => {
    const laboratory = only({ vSwitch: 'vsw-a' }, { eips: { 'eip-1': {} } });
    laboratory.vpc('AssociateEipAddress', { AllocationId: 'eip-1', InstanceId: 'i-1' });
    expect(inbound(laboratory)).to.deep.equal([]);
    laboratory.pass(2000);
    expect(inbound(laboratory)).to.have.length(1);
  });

  it('goes the whole procedure: leaves by the gateway in the end and keeps the address it always had', () => {
    const laboratory = only({ vSwitch: 'vsw-a', publicIp: '47.98.1.1', securityGroups: ['sg-1'] });
    laboratory.ecs('ConvertNatPublicIpToEip', { InstanceId: 'i-1' });
    laboratory.pass(2000);
    const [eipId] = laboratory.instance('i-1').eipIds;
    const nic = laboratory.ecs('CreateNetworkInterface', { VSwitchId: 'vsw-a', SecurityGroupId: 'sg-1' });
    const eni = { NetworkInterfaceId: String(nic['NetworkInterfaceId']), InstanceId: 'i-1' };
    laboratory.ecs('AttachNetworkInterface', eni);
    laboratory.pass(3000);
    laboratory.vpc('UnassociateEipAddress', { AllocationId: eipId!, InstanceId: 'i-1' });
    laboratory.pass(2000);
    laboratory.vpc('AssociateEipAddress', { AllocationId: eipId!, InstanceId: eni.NetworkInterfaceId, InstanceType: 'NetworkInterface', PrivateIpAddress: String(nic['PrivateIpAddress']) });
    laboratory.pass(2000);
    expect([egress(laboratory), inbound(laboratory)]).to.deep.equal([['47.96.1.1'], ['47.98.1.1']]);
  });
});
