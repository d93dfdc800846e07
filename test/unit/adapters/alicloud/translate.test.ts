import { expect } from 'chai';
import { DescribeInstancesResponse, DescribeNetworkInterfacesResponseBodyNetworkInterfaceSetsNetworkInterfaceSet as SdkNetworkInterface, type DescribeInstancesResponseBodyInstancesInstance as SdkInstance } from '@alicloud/ecs20140526';
import {
  DescribeEipAddressesResponseBodyEipAddressesEipAddress as SdkEip, DescribeForwardTableEntriesResponseBodyForwardTableEntriesForwardTableEntry as SdkForwardEntry,
  DescribeNatGatewaysResponseBodyNatGatewaysNatGateway as SdkNatGateway, DescribeSnatTableEntriesResponseBodySnatTableEntriesSnatTableEntry as SdkSnatEntry, DescribeVSwitchesResponseBodyVSwitchesVSwitch as SdkVSwitch,
} from '@alicloud/vpc20160428';
import { cast } from '@darabonba/typescript';
import { toEip } from '../../../../src/adapters/alicloud/translate/eip.ts';
import { toInstance } from '../../../../src/adapters/alicloud/translate/instance.ts';
import { toForwardEntry, toNatGateway, toSnatEntry } from '../../../../src/adapters/alicloud/translate/nat-gateway.ts';
import { toNetworkInterface } from '../../../../src/adapters/alicloud/translate/network-interface.ts';
import { toVSwitch } from '../../../../src/adapters/alicloud/translate/routing.ts';

/** An instance as the SDK casts it from the wire. */
function casted(row: object): SdkInstance {
  const { body } = cast({ statusCode: 200, headers: {}, body: { Instances: { Instance: [row] } } }, new DescribeInstancesResponse({}));
  return body!.instances!.instance![0]!;
}

describe('translation', () => {
  it('takes an EipAddress of empty texts, whose bandwidth the SDK makes NaN, for no EIP', () => {
    const row = casted({ InstanceId: 'i-1', EipAddress: { AllocationId: '', IpAddress: '', InternetChargeType: '', Bandwidth: '' } });
    expect(row.eipAddress!.bandwidth).to.be.NaN;
    expect(toInstance(row)).not.to.have.property('eip');
  });

  it('takes an EIP for unassociable unless the cloud says that it is not', () => {
    const eip = (more: object): unknown => toInstance(casted({ InstanceId: 'i-1', EipAddress: { AllocationId: 'eip-1', IpAddress: '1.2.3.4', ...more } })).eip;
    expect(eip({})).to.deep.equal({ id: 'eip-1', ip: '1.2.3.4', unassociable: true });
    expect(eip({ IsSupportUnassociate: false })).to.deep.equal({ id: 'eip-1', ip: '1.2.3.4', unassociable: false });
  });

  it('reads an instance that comes with nothing but its id', () => {
    expect(toInstance(casted({ InstanceId: 'i-1' }))).to.deep.equal({
      id: 'i-1', status: 'Unknown', regionId: '', zoneId: '', vpcId: '', vSwitchId: '', instanceType: '', chargeType: 'Unknown', internetChargeType: 'Unknown',
      internetBandwidthOutMbps: 0, primaryIp: '', publicIps: [], networkInterfaceIds: [], securityGroupIds: [], operationLocks: [], tags: {},
    });
  });

  it('takes the primary address from the primary interface, else from the VPC attributes', () => {
    const vpcAttributes = { VpcAttributes: { PrivateIpAddress: { IpAddress: ['10.0.0.9'] } } };
    const interfaces = { NetworkInterfaces: { NetworkInterface: [{ NetworkInterfaceId: 'eni-2', Type: 'Secondary', PrimaryIpAddress: '10.0.0.3' }, { NetworkInterfaceId: 'eni-1', Type: 'Primary', PrimaryIpAddress: '10.0.0.2' }] } };
    expect(toInstance(casted({ InstanceId: 'i-1', ...vpcAttributes, ...interfaces }))).to.deep.include({ primaryIp: '10.0.0.2', primaryEniId: 'eni-1', networkInterfaceIds: ['eni-2', 'eni-1'] });
    expect(toInstance(casted({ InstanceId: 'i-1', ...vpcAttributes }))).to.include({ primaryIp: '10.0.0.9' });
  });

  it('shows an end only for subscriptions, with seconds', () => {
    const time = { ExpiredTime: '2026-12-31T15:59Z' };
    expect(toInstance(casted({ InstanceId: 'i-1', InstanceChargeType: 'PrePaid', ...time })).expiresAt).to.equal('2026-12-31T15:59:00Z');
    expect(toInstance(casted({ InstanceId: 'i-1', InstanceChargeType: 'PostPaid', ...time }))).not.to.have.property('expiresAt');
  });

  it('gives states that are not documented the name Unknown', () => {
    expect(toInstance(casted({ InstanceId: 'i-1', Status: 'Hibernating' })).status).to.equal('Unknown');
    expect(toNetworkInterface(new SdkNetworkInterface({ networkInterfaceId: 'eni-1', status: 'Linked' })).status).to.equal('Unknown');
    expect(toEip(new SdkEip({ allocationId: 'eip-1', status: 'Freezing' })).status).to.equal('Unknown');
  });

  it('takes the instance of a service-managed interface from its attachment', () => {
    const managed = new SdkNetworkInterface({ networkInterfaceId: 'eni-1', instanceId: '', attachment: { instanceId: 'i-9' }, serviceManaged: true });
    expect(toNetworkInterface(managed)).to.include({ instanceId: 'i-9', serviceManaged: true });
  });

  it('gathers the public addresses of all private ones, each once', () => {
    const sets = [{ privateIpAddress: '10.0.0.1', associatedPublicIp: { publicIpAddress: '1.1.1.1' } }, { privateIpAddress: '10.0.0.2', associatedPublicIp: { publicIpAddress: '2.2.2.2' } }, { privateIpAddress: '10.0.0.3' }];
    const eni = new SdkNetworkInterface({ networkInterfaceId: 'eni-1', associatedPublicIp: { publicIpAddress: '1.1.1.1' }, privateIpSets: { privateIpSet: sets } });
    expect(toNetworkInterface(eni).publicIps).to.deep.equal(['1.1.1.1', '2.2.2.2']);
  });

  it('binds an EIP to what the cloud names, and to nothing when it names nothing', () => {
    const bindingOf = (instanceType: string, instanceId: string, privateIpAddress = ''): unknown => toEip(new SdkEip({ allocationId: 'eip-1', instanceType, instanceId, privateIpAddress })).binding;
    expect(bindingOf('EcsInstance', 'i-1', '10.0.0.1')).to.deep.equal({ kind: 'instance', id: 'i-1' });
    expect(bindingOf('NetworkInterface', 'eni-1')).to.deep.equal({ kind: 'networkInterface', id: 'eni-1', privateIp: '' });
    expect(bindingOf('NetworkInterface', 'eni-1', '10.0.0.7')).to.deep.equal({ kind: 'networkInterface', id: 'eni-1', privateIp: '10.0.0.7' });
    expect(bindingOf('Nat', 'ngw-1')).to.deep.equal({ kind: 'other', id: 'ngw-1', type: 'Nat' });
    expect(bindingOf('', '')).to.be.undefined;
  });

  it('reads the numbers that EIPs have as text', () => {
    expect(toEip(new SdkEip({ allocationId: 'eip-1', bandwidth: '100', serviceManaged: 1 }))).to.include({ bandwidthMbps: 100, serviceManaged: true });
    expect(toEip(new SdkEip({ allocationId: 'eip-1', bandwidth: '' }))).to.include({ bandwidthMbps: 0, serviceManaged: false });
  });

  it('splits the address list of an SNAT entry', () => {
    expect(toSnatEntry(new SdkSnatEntry({ snatEntryId: 's', snatIp: '1.1.1.1, 2.2.2.2,', sourceCIDR: '10.0.0.0/24', status: 'Available' }))).to.deep.equal({ id: 's', status: 'Available', sourceCidr: '10.0.0.0/24', snatIps: ['1.1.1.1', '2.2.2.2'] });
    expect(toSnatEntry(new SdkSnatEntry({ snatEntryId: 's', status: 'Pending' })).snatIps).to.deep.equal([]);
  });

  it('takes a DNAT entry for one of all ports unless it names a port or a range', () => {
    const all = (externalPort: string | undefined): boolean => toForwardEntry(new SdkForwardEntry({ forwardEntryId: 'f', ...(externalPort !== undefined && { externalPort }) })).allPorts;
    expect(['Any', 'any', 'ALL', '-1', '', '1/65535', undefined].map(all)).to.deep.equal(Array(7).fill(true));
    expect(['80', '8000/8080', '8000-8080'].map(all)).to.deep.equal([false, false, false]);
  });

  it('counts only addresses that are EIPs as those of a gateway', () => {
    const gateway = new SdkNatGateway({ natGatewayId: 'ngw-1', ipLists: { ipList: [{ ipAddress: '1.1.1.1', allocationId: 'eip-1' }, { ipAddress: '10.0.0.1', allocationId: '' }] } });
    expect(toNatGateway(gateway, { snatEntries: [], forwardEntries: [] }).eips).to.deep.equal([{ id: 'eip-1', ip: '1.1.1.1' }]);
  });

  it('leaves out the route table that a vSwitch does not name', () => {
    expect(toVSwitch(new SdkVSwitch({ vSwitchId: 'vsw-1' }))).to.deep.equal({ id: 'vsw-1', vpcId: '', zoneId: '', cidr: '', availableIps: 0 });
  });
});
