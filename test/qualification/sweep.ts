// Removes whatever a qualification made, found by its tags alone, so that it does not matter which run made it or how far it came. What the
// controller of a trial moved comes home first, by the product's own `restore`.
import type { runToEnd } from '../apiserver/kit/child.ts';
import type { Eip, NetworkInterface } from '../../src/core/view.ts';
import { eipOf, eniOf, until, untilEni, untilFree, type Lab } from './lab.ts';
import { CLUSTER_ID, CONTRACT_TAG_KEY, TAG_KEY } from './names.ts';

/** Runs the product's own command line; the environment has the credentials. */
export type CommandLine = (...args: readonly string[]) => ReturnType<typeof runToEnd>;

const isOurEip = ({ vpcId }: Lab) => ({ tags }: Eip): boolean => tags[TAG_KEY] === vpcId;
const isOurEni = ({ vpcId }: Lab) => ({ tags }: NetworkInterface): boolean => tags[TAG_KEY] === vpcId || CONTRACT_TAG_KEY in tags;

async function removeEip(lab: Lab, { id, binding, ip }: Eip): Promise<void> {
  if (binding !== undefined && binding.kind !== 'other') await lab.cloud.perform.unassociateEipAddress({ kind: 'unassociateEipAddress', eip: id, from: binding });
  await untilFree(lab, id);
  await lab.raw.must('vpc', 'ReleaseEipAddress', { AllocationId: id });
  await until(lab, () => eipOf(lab, id), (eip) => eip === undefined);
  lab.say(`released EIP ${ip} (${id})`);
}

async function removeEni(lab: Lab, { id, instanceId }: NetworkInterface): Promise<void> {
  if (instanceId !== undefined) await lab.cloud.perform.detachNetworkInterface({ kind: 'detachNetworkInterface', networkInterface: id, instance: instanceId });
  await untilEni(lab, id, 'Available');
  await lab.cloud.perform.deleteNetworkInterface({ kind: 'deleteNetworkInterface', networkInterface: id });
  await until(lab, () => eniOf(lab, id), (eni) => eni === undefined);
  lab.say(`deleted network interface ${id}`);
}

/** What of ours there is. */
export async function made(lab: Lab): Promise<{ readonly eips: readonly Eip[]; readonly enis: readonly NetworkInterface[] }> {
  const [eips, enis] = await Promise.all([lab.cloud.listEips(), lab.cloud.listNetworkInterfaces(lab.vpcId)]);
  return { eips: eips.filter(isOurEip(lab)), enis: enis.filter(isOurEni(lab)) };
}

async function attempt(lab: Lab, what: string, work: () => Promise<void>): Promise<void> {
  await work().catch((error: unknown) => lab.say(`${what} could not be removed: ${error instanceof Error ? error.message : String(error)}`));
}

/** Everything that carries the tag of a qualification. */
export async function sweepMade(lab: Lab): Promise<void> {
  const { eips, enis } = await made(lab);
  for (const eip of eips) await attempt(lab, `EIP ${eip.ip}`, () => removeEip(lab, eip));
  for (const eni of enis) await attempt(lab, `network interface ${eni.id}`, () => removeEni(lab, eni));
}

/** Names of what is still there afterwards; empty when all is as it was. */
export async function sweep(lab: Lab, commandLine: CommandLine): Promise<readonly string[]> {
  const restored = await commandLine('restore', '--region', lab.regionId, '--vpc', lab.vpcId, '--cluster-id', CLUSTER_ID, '--yes');
  if (restored.code !== 0) lab.say(`restore: ${restored.stderr.trim()} ${restored.stdout.trim()}`);
  await sweepMade(lab);
  const left = await made(lab);
  return [...(restored.code === 0 ? [] : [`EIPs that are not at home: ${restored.stdout.trim()}`]), ...left.eips.map(({ ip }) => `EIP ${ip}`), ...left.enis.map(({ id }) => `network interface ${id}`)];
}
