// Gives every scratch instance an EIP: one that has a static public IP is converted, and the time taken; one that has nothing gets one that is
// released in the end.
import type { Instance } from '../../src/core/view.ts';
import { publicIpOf, until, untilBound, type Lab } from './lab.ts';
import { makeEip } from './scratch.ts';

const again = (lab: Lab, { id }: Instance): Promise<Instance | undefined> => lab.cloud.describeInstances([id], true).then(([instance]) => instance);

async function convert(lab: Lab, instance: Instance, publicIp: string): Promise<void> {
  const beganMs = performance.now();
  await lab.cloud.perform.convertNatPublicIpToEip({ kind: 'convertNatPublicIpToEip', instance: instance.id });
  await until({ pollMs: Math.min(lab.pollMs, 250) }, () => again(lab, instance), (seen) => seen?.eip?.ip === publicIp && seen.publicIps.length === 0);
  lab.book.trial.conversions.push({ instanceId: instance.id, publicIp, ms: Math.round(performance.now() - beganMs) });
  lab.say(`${instance.id}: ${publicIp} is an EIP now`);
}

async function give(lab: Lab, { id }: Instance): Promise<void> {
  const eip = await makeEip(lab);
  await lab.cloud.perform.associateEipAddress({ kind: 'associateEipAddress', eip, to: { kind: 'instance', id } });
  await untilBound(lab, eip);
  lab.say(`${id}: got ${eip}`);
}

/** Afterwards the trial names each instance with its address. */
export async function prepare(lab: Lab, instances: readonly Instance[]): Promise<void> {
  for (const instance of instances) {
    const [fixed] = instance.publicIps;
    if (fixed !== undefined) await convert(lab, instance, fixed);
    else if (instance.eip === undefined) await give(lab, instance);
  }
  const now = await lab.cloud.describeInstances(instances.map(({ id }) => id), true);
  lab.book.trial.instances = now.map((instance) => ({ id: instance.id, publicIp: publicIpOf(instance), type: instance.instanceType }));
  lab.book.save();
}
