// Questions that are tried on an EIP and an interface of their own. They are asked in the order of the statements: the last one ends the pair.
import { randomUUID } from 'node:crypto';
import type { EniId } from '../../../src/core/ids.ts';
import type { Answer } from '../book.ts';
import { eipOf, eniOf, until, untilBound, untilEni, untilFree, type Lab } from '../lab.ts';
import { TAG_KEY } from '../names.ts';
import { textIn, wordsOf } from '../raw.ts';
import { creation, makeEni, type Scratch } from '../scratch.ts';
import { notShown, otherwise, whether } from './answers.ts';

async function remove(lab: Lab, id: EniId): Promise<void> {
  await untilEni(lab, id, 'Available');
  await lab.cloud.perform.deleteNetworkInterface({ kind: 'deleteNetworkInterface', networkInterface: id });
  await until(lab, () => eniOf(lab, id), (eni) => eni === undefined);
}

const TOKENS = new WeakMap<Lab, { readonly token: string; readonly first: EniId }>();

export async function sameTokenAgain(lab: Lab, { site }: Scratch): Promise<Answer> {
  const token = randomUUID();
  const create = () => lab.raw.call('ecs', 'CreateNetworkInterface', creation(lab, site, { ClientToken: token }));
  const [one, two] = [await create(), await create()];
  const [first, second] = [one, two].map(({ body }) => textIn(body, 'NetworkInterfaceId') as EniId);
  if (first === undefined || first === '') return notShown(`the first call: ${wordsOf(one)}`);
  if (second !== undefined && second !== '' && second !== first) await remove(lab, second);
  await remove(lab, first);
  TOKENS.set(lab, { token, first });
  return whether(second === first, second === first ? 'the same interface' : `${wordsOf(two)}, ${second === '' ? 'no interface' : 'another interface'}`);
}

export async function sameTokenAfterDelete(lab: Lab, { site }: Scratch): Promise<Answer> {
  const before = TOKENS.get(lab);
  if (before === undefined) return notShown('the question before it was not answered in this run');
  const answer = await lab.raw.call('ecs', 'CreateNetworkInterface', creation(lab, site, { ClientToken: before.token }));
  const id = textIn(answer.body, 'NetworkInterfaceId') as EniId;
  if (answer.code !== '') return whether(answer.code === 'IdempotentFailed', wordsOf(answer));
  if (id === before.first) return whether(true, 'the deleted interface');
  await remove(lab, id);
  return otherwise('a new interface');
}

export async function tagTwice(lab: Lab, made: Scratch): Promise<Answer> {
  const { eni } = await made.pair();
  for (const value of ['one', 'two']) await lab.cloud.perform.tagNetworkInterface({ kind: 'tagNetworkInterface', networkInterface: eni.id, tags: { [`${TAG_KEY}-value`]: value } });
  const seen = await until(lab, () => eniOf(lab, eni.id), (found) => found?.tags[`${TAG_KEY}-value`] === 'two', 30_000).catch(() => eniOf(lab, eni.id));
  const value = seen?.tags[`${TAG_KEY}-value`];
  return whether(value === 'two', `the value is ${value ?? 'not there'}`);
}

export async function associateAgain(lab: Lab, made: Scratch): Promise<Answer> {
  const { eip, eni } = await made.pair();
  const answer = await lab.raw.call('vpc', 'AssociateEipAddress', { AllocationId: eip, InstanceId: eni.id, InstanceType: 'NetworkInterface', Mode: 'NAT', PrivateIpAddress: eni.privateIp });
  await untilBound(lab, eip);
  return whether(['InvalidAssociation.Duplicated', 'IncorrectEipStatus'].includes(answer.code), wordsOf(answer));
}

export async function unassociateFromAnother(lab: Lab, made: Scratch): Promise<Answer> {
  const { eip, eni } = await made.pair();
  const answer = await lab.raw.call('vpc', 'UnassociateEipAddress', { AllocationId: eip, InstanceId: 'eni-0000000000000000000', InstanceType: 'NetworkInterface', PrivateIpAddress: eni.privateIp });
  if (answer.code === '') {
    await untilFree(lab, eip);
    await lab.cloud.perform.associateEipAddress({ kind: 'associateEipAddress', eip, to: { kind: 'networkInterface', id: eni.id, privateIp: eni.privateIp } });
    await untilBound(lab, eip);
    return otherwise('accepted: the EIP was taken from a holder that was not named');
  }
  const seen = await eipOf(lab, eip);
  return whether(seen?.status === 'InUse', `${wordsOf(answer)}, and the EIP is ${seen?.status ?? 'gone'}`);
}

export async function privateIpShown(lab: Lab, made: Scratch): Promise<Answer> {
  const { eip, eni } = await made.pair();
  const seen = await eipOf(lab, eip);
  const privateIp = seen?.binding?.kind === 'networkInterface' ? seen.binding.privateIp : undefined;
  return whether(privateIp === '' || privateIp === eni.privateIp, privateIp === '' ? 'empty' : (privateIp ?? 'not bound to an interface'));
}

export async function createWithoutOwnershipTag(lab: Lab, { site }: Scratch): Promise<Answer> {
  const answer = await lab.raw.call('ecs', 'CreateNetworkInterface', creation(lab, site, { Tag: [{ Key: TAG_KEY, Value: lab.vpcId }] }));
  if (answer.code !== '') return whether(/^(Forbidden|NoPermission)/.test(answer.code), wordsOf(answer));
  await remove(lab, textIn(answer.body, 'NetworkInterfaceId') as EniId);
  return notShown('accepted: these credentials may more than deploy/ram/policy.json, or the condition is not honoured');
}

export async function attachFromOtherVSwitch(lab: Lab, made: Scratch): Promise<Answer> {
  const { vSwitches } = await lab.cloud.readNetwork(lab.vpcId);
  const zone = vSwitches.find(({ id }) => id === made.site.vSwitch)?.zoneId;
  const other = vSwitches.find(({ id, zoneId, availableIps }) => id !== made.site.vSwitch && zoneId === zone && availableIps > 1);
  if (other === undefined) return notShown('the VPC has no second vSwitch in the zone of the scratch instance');
  const { id } = await makeEni(lab, { ...made.site, vSwitch: other.id });
  const target = made.instance.id;
  const answer = await lab.raw.call('ecs', 'AttachNetworkInterface', { NetworkInterfaceId: id, InstanceId: target });
  if (answer.code === '') {
    const settled = await until(lab, () => eniOf(lab, id), (eni) => eni?.status === 'InUse' || eni?.status === 'Available');
    if (settled?.status === 'InUse') await lab.cloud.perform.detachNetworkInterface({ kind: 'detachNetworkInterface', networkInterface: id, instance: target });
    await remove(lab, id);
    return whether(settled?.status === 'InUse', settled?.status === 'InUse' ? 'attached' : 'accepted, and fell back to Available');
  }
  await remove(lab, id);
  return otherwise(wordsOf(answer));
}

export async function deleteBound(lab: Lab, made: Scratch): Promise<Answer> {
  const { eip, eni } = await made.pair();
  const answer = await lab.raw.call('ecs', 'DeleteNetworkInterface', { NetworkInterfaceId: eni.id });
  if (answer.code !== '') return otherwise(wordsOf(answer));
  await until(lab, () => eniOf(lab, eni.id), (found) => found === undefined);
  const seen = await until(lab, () => eipOf(lab, eip), (found) => found?.status === 'Available', 30_000).catch(() => eipOf(lab, eip));
  return whether(seen?.status === 'Available', `the EIP is ${seen?.status ?? 'gone'}`);
}
