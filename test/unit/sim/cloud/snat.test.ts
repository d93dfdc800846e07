// SNAT entries (facts sections 3.5-3.7).

import { expect } from 'chai';
import type { WorldInput } from '../../../../sim/cloud/world/schema.ts';
import { Laboratory, world } from './kit.ts';

const bare = { vpc: 'vpc-1', eips: ['eip-nat'] };

const lab = (extra: WorldInput = {}): Laboratory => new Laboratory(world({ natGateways: { 'ngw-1': bare }, instances: { 'i-1': { vSwitch: 'vsw-a', privateIp: '10.0.1.9', eip: true } }, ...extra }));

const byVSwitch = { SnatTableId: 'stb-1', SnatIp: '47.96.1.1', SourceVSwitchId: 'vsw-a' };

const create = (laboratory: Laboratory, params: Record<string, string> = byVSwitch): string => laboratory.vpcCode('CreateSnatEntry', params);

const entries = (laboratory: Laboratory): { readonly Status: string; readonly SnatEntryId: string; readonly SourceCIDR: string; readonly SourceVSwitchId: string }[] =>
  (laboratory.vpc('DescribeSnatTableEntries', { NatGatewayId: 'ngw-1' }) as { SnatTableEntries: { SnatTableEntry: never[] } }).SnatTableEntries.SnatTableEntry;

describe('a simulated SNAT entry', () => {
  it('is Pending, then Available, and an entry by vSwitch shows its address range too', () => {
    const laboratory = lab();
    create(laboratory);
    expect(entries(laboratory)[0]).to.include({ Status: 'Pending', SourceVSwitchId: 'vsw-a', SourceCIDR: '10.0.1.0/24' });
    laboratory.pass(3000);
    expect(entries(laboratory)[0]!.Status).to.equal('Available');
  });

  it('specifies SourceCIDR or SourceVSwitchId, but not both', () => {
    expect(create(lab(), { ...byVSwitch, SourceCIDR: '10.0.1.0/24' })).to.equal('MissingParameter');
    expect(create(lab(), { ...byVSwitch, SourceVSwitchId: '' })).to.equal('MissingParameter');
  });

  it('cannot be added while another of the table is Pending', () => {
    const laboratory = lab();
    create(laboratory);
    expect(create(laboratory, { ...byVSwitch, SourceVSwitchId: 'vsw-b' })).to.equal('IncorrectStatus.NATGW');
  });

  it('is the only one of its vSwitch', () => {
    const laboratory = lab();
    create(laboratory);
    laboratory.pass(3000);
    expect(create(laboratory)).to.equal('Forbidden.SourceVSwitchId.Duplicated');
    expect(create(laboratory, { SnatTableId: 'stb-1', SnatIp: '47.96.1.1', SourceCIDR: '10.0.1.0/24' })).to.equal('OperationUnsupported.CidrConflict');
  });

  it('cannot be added for a single instance that has an EIP', () => {
    expect(create(lab(), { SnatTableId: 'stb-1', SnatIp: '47.96.1.1', SourceCIDR: '10.0.1.9/32' })).to.equal('Forbindden');
  });

  it('uses EIPs that are associated with the NAT gateway', () => {
    expect(create(lab({ eips: { 'eip-x': { ip: '47.96.1.9' } } }), { ...byVSwitch, SnatIp: '47.96.1.9' })).to.equal('EIP_NOT_IN_GATEWAY');
    expect(create(lab(), { ...byVSwitch, SnatIp: '47.96.1.200' })).to.equal('InvalidSnatIp.NotFound');
    expect(create(lab(), { ...byVSwitch, SnatIp: 'x' })).to.equal('InvalidSnatIp.Malformed');
  });

  it('does not use an EIP that a DNAT entry uses', () => {
    const gateway = { ...bare, dnat: { f: { externalIp: '47.96.1.1', internalIp: '10.0.1.7' } } };
    expect(create(lab({ natGateways: { 'ngw-1': gateway } }))).to.equal('Forbidden.IpUsedInForwardTable');
  });

  it('counts against the quota of the NAT gateway', () => {
    expect(create(lab({ account: { snatEntriesPerGateway: 0 } }))).to.equal('Forbidden.SnatEntryCountLimited');
  });

  it('is not added by a dry run', () => {
    const laboratory = lab();
    expect(create(laboratory, { ...byVSwitch, DryRun: 'true' })).to.equal('DryRunOperation');
    expect(entries(laboratory)).to.deep.equal([]);
  });

  it('is Pending while modified, and Deleting while deleted', () => {
    const laboratory = lab();
    create(laboratory);
    laboratory.pass(3000);
    const SnatEntryId = entries(laboratory)[0]!.SnatEntryId;
    laboratory.vpc('ModifySnatEntry', { SnatTableId: 'stb-1', SnatEntryId, SnatEntryName: 'x' });
    expect(entries(laboratory)[0]!.Status).to.equal('Pending');
    expect(laboratory.vpcCode('DeleteSnatEntry', { SnatTableId: 'stb-1', SnatEntryId })).to.equal('IncorretSnatEntryStatus');
    laboratory.pass(3000);
    laboratory.vpc('DeleteSnatEntry', { SnatTableId: 'stb-1', SnatEntryId });
    expect(entries(laboratory)[0]!.Status).to.equal('Deleting');
    laboratory.pass(3000);
    expect(laboratory.vpcCode('DeleteSnatEntry', { SnatTableId: 'stb-1', SnatEntryId })).to.equal('InvalidSnatEntryId.NotFound');
  });

  it('belongs to a table or a gateway, one of which must be named', () => {
    expect(lab().vpcCode('DescribeSnatTableEntries')).to.equal('MissingParameter');
    expect(lab().vpcCode('DescribeSnatTableEntries', { SnatTableId: 'stb-9' })).to.equal('InvalidSnatTableId.NotFound');
  });
});
