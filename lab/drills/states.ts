// The simulator's conformance: states that the cloud's rules tell apart, one after the other by hand, and in each of them the verdict for
// every instance is held against what packets do. No controller.
import type { MeddleRequest } from '../../sim/cloud/control/meddle.ts';
import { verdictOf } from '../../sim/cloud/data-plane/verdict.ts';
import type { WorldInput } from '../../sim/cloud/world/schema.ts';
import { Lab } from '../lab.ts';
import type { Drill, Findings } from './drill.ts';
import { selected, worldOf } from './world.ts';

const GATEWAY = 'ngw-lab';
const HOST = 'i-static';

const extra: WorldInput = {
  eips: { 'eip-two': { ip: '47.96.1.2' }, 'eip-three': { ip: '47.96.1.3' }, 'eip-free': { ip: '47.96.9.9' }, 'eip-had': { ip: '47.98.1.3' }, 'eip-eni': { ip: '47.98.1.4' } },
  natGateways: {
    [GATEWAY]: {
      vpc: 'vpc-lab', vSwitch: 'vsw-h', eips: ['eip-nat', 'eip-two', 'eip-three'],
      snat: { 'snat-lab': { cidr: '192.168.0.0/16', ips: ['47.96.1.1'] } },
      dnat: { 'dnat-all': { externalIp: '47.96.1.3', internalIp: '192.168.1.40' } },
    },
  },
  networkInterfaces: { 'eni-spare': { vSwitch: 'vsw-h' }, 'eni-same': { vSwitch: 'vsw-h' } },
};

const instances: WorldInput['instances'] = {
  'i-static': selected({ publicIp: '47.98.1.1' }),
  'i-had': selected({ eip: 'eip-had' }),
  'i-private': selected({ vSwitch: 'vsw-i', privateIp: '192.168.2.30' }),
  'i-dnat': selected({ privateIp: '192.168.1.40' }),
};

/** One after the other; each begins where the former one ended. */
const STEPS: readonly (readonly [string, ...MeddleRequest[]])[] = [
  ['an SNAT entry with two addresses', { op: 'addSnatEntry', natGateway: GATEWAY, entry: 'snat-i', vSwitch: 'vsw-i', ips: ['47.96.1.1', '47.96.1.2'] }],
  ['one for a single address, which is longer', { op: 'addSnatEntry', natGateway: GATEWAY, entry: 'snat-one', cidr: '192.168.2.30/32', ips: ['47.96.1.2'] }],
  ['its address leaves the gateway while the entry stays', { op: 'unbindEip', eip: 'eip-two' }],
  ['the entry for one address goes', { op: 'deleteSnatEntry', natGateway: GATEWAY, entry: 'snat-one' }],
  ['the address of the DNAT entry leaves the gateway', { op: 'unbindEip', eip: 'eip-three' }],
  ['and comes back', { op: 'rebindEip', eip: 'eip-three', to: GATEWAY }],
  ['the gateway is being changed', { op: 'setNatGateway', natGateway: GATEWAY, status: 'Modifying' }],
  ['the gateway is being deleted', { op: 'setNatGateway', natGateway: GATEWAY, status: 'Deleting' }],
  ['the gateway is locked for debts', { op: 'setNatGateway', natGateway: GATEWAY, status: 'Available', businessStatus: 'FinancialLocked' }],
  ['the route to the gateway is taken away', { op: 'setNatGateway', natGateway: GATEWAY, businessStatus: 'Normal' }, { op: 'setDefaultRoute', routeTable: 'vtb-system-lab', natGateway: null }],
  ['and put back', { op: 'setDefaultRoute', routeTable: 'vtb-system-lab', natGateway: GATEWAY }],
  ['another address in the place of the gateway\'s', { op: 'swapNatEip', natGateway: GATEWAY, from: 'eip-nat', to: 'eip-free' }],
  ['an EIP is bound to nothing', { op: 'unbindEip', eip: 'eip-had' }],
  ['an interface is attached', { op: 'attachEni', eni: 'eni-spare', instance: HOST }],
  ['an EIP on it, and a public address on the primary one', { op: 'rebindEip', eip: 'eip-eni', to: 'eni-spare' }],
  ['the guest does not route by source', { op: 'setInstance', instance: HOST, guest: { sourceRouting: false } }, { op: 'detachEni', eni: 'eni-spare' }, { op: 'attachEni', eni: 'eni-spare', instance: HOST }],
  ['and filters strictly', { op: 'stopInstance', instance: HOST }, { op: 'setInstance', instance: HOST, guest: { rpFilter: 1 } }, { op: 'startInstance', instance: HOST }],
  ['strictly, and routes by source', { op: 'stopInstance', instance: HOST }, { op: 'setInstance', instance: HOST, guest: { sourceRouting: true } }, { op: 'startInstance', instance: HOST }],
  ['it does not bring the interface up', { op: 'stopInstance', instance: HOST }, { op: 'setInstance', instance: HOST, guest: { secondNic: 'manual', rpFilter: 2 } }, { op: 'startInstance', instance: HOST }],
  ['its default routes have the same metric', { op: 'stopInstance', instance: HOST }, { op: 'setInstance', instance: HOST, guest: { secondNic: 'auto', equalMetric: true } }, { op: 'startInstance', instance: HOST }],
  ['the same without source routing', { op: 'stopInstance', instance: HOST }, { op: 'setInstance', instance: HOST, guest: { sourceRouting: false } }, { op: 'startInstance', instance: HOST }],
  ['two interfaces, of which the newer comes first', { op: 'attachEni', eni: 'eni-same', instance: HOST }],
  ['the EIP moves to the newer one', { op: 'rebindEip', eip: 'eip-eni', to: 'eni-same' }],
  ['the static address is taken off', { op: 'setInstance', instance: HOST, publicIp: null }],
  ['an instance is stopped', { op: 'stopInstance', instance: 'i-dnat' }],
  ['an instance is released', { op: 'releaseInstance', instance: HOST }],
];

async function run(site: Lab['site'], print: (line: string) => void): Promise<Findings> {
  await using lab = await Lab.open({ site, name: 'states', world: worldOf(instances ?? {}, extra), lockstep: false, print });
  const told = (): string => lab.state.instances.all().map((instance) => `${instance.id} ${verdictOf(lab.state, instance).egressIps.join('|') || '-'}/${verdictOf(lab.state, instance).inboundIps.join('|') || '-'}`).join('  ');
  await lab.compare();
  const faults: string[] = [];
  for (const [what, ...wishes] of STEPS) {
    for (const wish of wishes) lab.meddle(wish);
    const before = lab.disagreements.length;
    await lab.compare();
    if (lab.disagreements.length > before) faults.push(`${what}: verdict and kernel differ`);
    print(`${what}: ${told()}`);
  }
  return { lines: [`${STEPS.length} states by hand, each asked for ${lab.state.instances.all().length} instances and every public address`], faults, statesCompared: lab.statesCompared, disagreements: lab.disagreements };
}

export const drill: Drill = { name: 'states', lane: 1, description: 'in every state that the rules of the network tell apart, packets do what the simulator\'s verdict says', run };
