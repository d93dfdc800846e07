// What there is to try on: the instances that the person gave, and whether the VPC lets them out. Reads only.
import { UsageProblem } from '../../src/cli/usage-problem.ts';
import type { Eip, Instance, Network } from '../../src/core/view.ts';
import { publicIpOf, type Lab } from './lab.ts';
import { SCRATCH, TAG_KEY } from './names.ts';

export interface Ground {
  readonly instances: readonly Instance[];
  readonly others: number;
  readonly network: Network;
}

const REMEDY = `tag instances that nobody needs with ${TAG_KEY}=${SCRATCH}; they are made unreachable for seconds, again and again`;

/** Throws UsageProblem for what the person must set right before anything begins. */
export async function survey({ cloud, vpcId }: Pick<Lab, 'cloud' | 'vpcId'>): Promise<Ground> {
  const [all, network, eips] = await Promise.all([cloud.listInstances(vpcId), cloud.readNetwork(vpcId), cloud.listEips()]);
  const instances = all.filter(({ tags }) => tags[TAG_KEY] === SCRATCH).map((instance) => withEip(instance, eips));
  if (instances.length === 0) throw new UsageProblem(`no instance of ${vpcId} carries the tag ${TAG_KEY}=${SCRATCH}: ${REMEDY}`);
  const idle = instances.find(({ status }) => status !== 'Running');
  if (idle) throw new UsageProblem(`${idle.id} is ${idle.status}: start it, or take the tag ${TAG_KEY} off it`);
  const gateway = network.natGateways.find(({ networkType, status, snatEntries }) => networkType === 'internet' && status === 'Available' && snatEntries.length > 0);
  if (gateway === undefined) throw new UsageProblem(`${vpcId} has no Internet NAT gateway with an SNAT entry: make one for the vSwitch of the scratch instances`);
  return { instances, others: all.length - instances.length, network };
}

/** A run that was cut off may have left an instance's EIP on an interface, where the instance does not show it. */
function withEip(instance: Instance, eips: readonly Eip[]): Instance {
  const carried = eips.find(({ binding }) => binding?.kind === 'networkInterface' && instance.networkInterfaceIds.includes(binding.id));
  return instance.eip !== undefined || carried === undefined ? instance : { ...instance, eip: { id: carried.id, ip: carried.ip, unassociable: true } };
}

function fateOf(instance: Instance): string {
  const [fixed] = instance.publicIps;
  if (fixed !== undefined) return `its static public IP ${fixed} becomes an EIP, which CANNOT BE UNDONE`;
  return instance.eip === undefined ? 'it gets an EIP for the trial, which is released at the end' : `its EIP ${publicIpOf(instance)} is moved away and back, again and again`;
}

/** What is going to happen, before the question whether it may. */
export function announcement({ instances, others }: Ground, { vpcId, regionId, windows }: { readonly vpcId: string; readonly regionId: string; readonly windows: number }): readonly string[] {
  return [
    `VPC ${vpcId} in ${regionId}. ${others} other instances in it are not touched.`,
    ...instances.map((instance) => `  ${instance.id}: ${fateOf(instance)}`),
    `${windows} windows of some seconds in all, one at a time, in which the instance is not reached; once the controller is killed in one.`,
    'Made and removed again: some network interfaces, an EIP or two, tags. Each carries a tag; run this again after an accident and it removes what was left.',
    'It costs the hourly fee of these EIPs; more than 100 associations of EIPs in the region on one day may cost, too.',
  ];
}
