// What can be seen only while instances are unified.
import type { InstanceId } from '../../../src/core/ids.ts';
import type { Answer } from '../book.ts';
import type { Lab } from '../lab.ts';
import { notShown, whether } from './answers.ts';

export async function onTheInstance({ cloud, book }: Lab): Promise<Answer> {
  const ids = book.trial.instances.map(({ id }) => id as InstanceId);
  const [instances, eips] = await Promise.all([cloud.describeInstances(ids), cloud.listEips()]);
  const carried = new Set(eips.flatMap(({ ip, binding }) => (binding?.kind === 'networkInterface' ? [ip] : [])));
  const unified = book.trial.instances.filter(({ publicIp }) => carried.has(publicIp)).map(({ id }) => id);
  const shown = instances.filter(({ id }) => unified.includes(id));
  if (shown.length === 0) return notShown('no instance was unified');
  const showing = shown.filter(({ eip }) => eip !== undefined);
  return whether(showing.length === 0, `EipAddress is empty for ${shown.length - showing.length} of ${shown.length} unified instances`);
}
