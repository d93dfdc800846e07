// The world file: what it may say, and how it says what is wrong.

import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import { buildState } from '../../../../sim/cloud/world/build.ts';
import { checkWorld, parseWorld } from '../../../../sim/cloud/world/parse.ts';
import { WorldProblem } from '../../../../sim/cloud/world/problem.ts';
import { Laboratory, startMs, world } from './kit.ts';

const worlds = new URL('../../../../sim/worlds/', import.meta.url);

function problem(value: unknown): string {
  try {
    buildState(checkWorld(value), startMs);
    return '';
  } catch (error) {
    expect(error).to.be.instanceOf(WorldProblem);
    return (error as WorldProblem).message;
  }
}

describe('a world file', () => {
  for (const file of readdirSync(worlds)) {
    it(`builds: ${file}`, () => {
      expect(buildState(parseWorld(readFileSync(new URL(file, worlds), 'utf8')), startMs).instances.size).to.be.above(0);
    });
  }

  const wrong: readonly (readonly [string, unknown, string])[] = [
    ['names the field that has the wrong type', { account: { eips: 'many' } }, 'account.eips: '],
    ['names a field that does not exist', { instances: { 'i-1': { vswitch: 'x', vSwitch: 'y' } } }, 'instances.i-1: Unrecognized key: "vswitch"'],
    ['names a field that is missing', { vpcs: { 'vpc-1': {} } }, 'vpcs.vpc-1.cidr: '],
    ['names an address range that is none', { vpcs: { 'vpc-1': { cidr: '10.0.0.1/16' } } }, 'vpcs.vpc-1.cidr: is not an IPv4 address range'],
    ['names a vSwitch that is not there', { instances: { 'i-1': { vSwitch: 'vsw-9' } } }, 'instances.i-1.vSwitch: there is no vSwitch vsw-9'],
    ['names an instance type that it does not describe', world({ instances: { 'i-1': { vSwitch: 'vsw-a', type: 'ecs.x' } } }), 'instances.i-1.type: there is no instance type ecs.x'],
    ['names a VPC that is not there', { vSwitches: { 'vsw-1': { vpc: 'vpc-9', cidr: '10.0.0.0/24' } } }, 'vSwitches.vsw-1.vpc: there is no VPC vpc-9'],
    ['names an EIP that two things want', world({ instances: { 'i-1': { vSwitch: 'vsw-a', eip: 'eip-nat' } } }), 'natGateways.ngw-1.eips.0: eip-nat is bound to i-1'],
    ['names a public address that two things want', world({ instances: { 'i-1': { vSwitch: 'vsw-a', publicIp: '47.96.1.1' } } }), 'eips.eip-nat.ip: 47.96.1.1 is in use already'],
    ['names a private address that two things want', world({ instances: { 'i-1': { vSwitch: 'vsw-a', privateIp: '10.0.1.5' }, 'i-2': { vSwitch: 'vsw-a', privateIp: '10.0.1.5' } } }), 'instances.i-2.privateIp: '],
    ['names an SNAT entry without a source', world({ natGateways: { 'ngw-1': { vpc: 'vpc-1', eips: ['eip-nat'], snat: { s: {} } } } }), 'natGateways.ngw-1.snat.s: give either vSwitch or cidr'],
    ['names a latency whose bounds are the wrong way round', { latenciesMs: { attach: [5, 2] } }, 'latenciesMs.attach: must be milliseconds, or [least, most]'],
    ['names an instance with two kinds of public address', world({ instances: { 'i-1': { vSwitch: 'vsw-a', eip: true, publicIp: true } } }), 'instances.i-1.eip: '],
    ['names what an EIP is bound to when that is not there', world({ eips: { 'eip-1': { boundTo: 'i-9' } } }), 'eips.eip-1.boundTo: there is no'],
    ['names an interface in another zone than its instance', world({ instances: { 'i-1': { vSwitch: 'vsw-a' } }, networkInterfaces: { 'eni-1': { vSwitch: 'vsw-b', instance: 'i-1' } } }), 'networkInterfaces.eni-1.vSwitch: '],
  ];
  for (const [sentence, value, message] of wrong) it(sentence, () => expect(problem(value)).to.include(message));

  it('names the line of a text that is no YAML', () => {
    expect(() => parseWorld('vpcs: {\n  a: [')).to.throw(WorldProblem, /^line \d/);
  });

  it('is a whole region when it is empty', () => {
    expect(buildState(parseWorld(''), startMs).region).to.equal('cn-hangzhou');
  });

  it('writes out templates by count, padded so that they sort, over several vSwitches in turn', () => {
    const laboratory = new Laboratory(world({ instances: { 'i-w': { count: 10, vSwitch: ['vsw-a', 'vsw-b'] } } }));
    const instances = laboratory.cloud.state.instances.all();
    expect([instances[0]!.id, instances[9]!.id, instances[0]!.vSwitchId, instances[1]!.vSwitchId]).to.deep.equal(['i-w-01', 'i-w-10', 'vsw-a', 'vsw-b']);
  });

  it('puts the number of each into its texts for {n}, so that templates can name each other', () => {
    const laboratory = new Laboratory(world({
      account: { eips: 10 },
      instances: { i: { count: 3, vSwitch: 'vsw-a' } },
      networkInterfaces: { eni: { count: 3, vSwitch: 'vsw-a', instance: 'i-{n}', eip: 'eip-{n}', tags: { home: 'i-{n}' } } },
    }));
    expect(laboratory.nic('eni-2')).to.deep.equal({ status: 'InUse', instanceId: 'i-2' });
    expect([laboratory.eip('eip-3').boundTo, laboratory.cloud.state.interfaces.get('eni-3')!.tags.get('home')]).to.deep.equal(['eni-3', 'i-3']);
  });

  it('hands out no address that a later line names', () => {
    const laboratory = new Laboratory(world({ instances: { 'i-1': { vSwitch: 'vsw-a', publicIp: true }, 'i-2': { vSwitch: 'vsw-a', publicIp: '47.98.0.1', privateIp: '10.0.1.1' } } }));
    expect([laboratory.instance('i-1').publicIp, laboratory.instance('i-1').privateIp]).to.deep.equal(['47.98.0.2', '10.0.1.2']);
  });

  it('adds the default route of a gateway only if no 0.0.0.0/0 exists yet', () => {
    const routes = [{ destination: '0.0.0.0/0', nextHopType: 'Instance', nextHopId: 'i-router' }];
    const laboratory = new Laboratory(world({ routeTables: { 'vtb-s': { vpc: 'vpc-1', system: true, routes } }, instances: { 'i-1': { vSwitch: 'vsw-a' } } }));
    expect(laboratory.instance('i-1').egressIps).to.deep.equal([]);
  });
});
