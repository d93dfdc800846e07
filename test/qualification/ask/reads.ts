// Questions that need nothing but reads.
import { fixedKeys } from '../../../src/adapters/alicloud/credentials.ts';
import type { Answer } from '../book.ts';
import type { Lab } from '../lab.ts';
import { wordsOf, type Json } from '../raw.ts';
import { notShown, whether } from './answers.ts';

interface ForwardEntry { readonly ExternalPort: string; readonly InternalPort: string; readonly IpProtocol: string }

export async function dnatPorts({ raw, cloud, vpcId }: Lab): Promise<Answer> {
  const { natGateways } = await cloud.readNetwork(vpcId);
  const found = await Promise.all(natGateways.filter(({ networkType }) => networkType === 'internet').map(async ({ id }) => {
    const body = await raw.must('vpc', 'DescribeForwardTableEntries', { NatGatewayId: id, PageSize: 50 });
    return ((body['ForwardTableEntries'] as { readonly ForwardTableEntry?: readonly ForwardEntry[] } | undefined)?.ForwardTableEntry ?? []);
  }));
  const ports = found.flat().map(({ ExternalPort, InternalPort, IpProtocol }) => `${ExternalPort}/${InternalPort}/${IpProtocol}`);
  const whole = [...new Set(ports.filter((text) => !/^\d/.test(text)))];
  if (whole.length === 0) return notShown('the VPC has no DNAT entry for all ports');
  return whether(whole.every((text) => text === 'Any/Any/Any'), whole.join(', '));
}

export async function malformedIds({ raw }: Lab): Promise<Answer> {
  const answer = await raw.call('ecs', 'DescribeInstances', { InstanceIds: 'i-none' });
  return whether(answer.code === 'InvalidInstanceIds.Malformed', wordsOf(answer));
}

export async function unknownRegion({ raw }: Lab): Promise<Answer> {
  const answer = await raw.call('ecs', 'DescribeInstances', { RegionId: 'cn-nowhere' });
  return whether(answer.code.startsWith('InvalidRegionId'), wordsOf(answer));
}

export async function unknownIds({ raw }: Lab): Promise<Answer> {
  const answer = await raw.call('ecs', 'DescribeInstances', { InstanceIds: JSON.stringify(['i-0000000000000000000']) });
  const rows = (answer.body['Instances'] as { readonly Instance?: readonly Json[] } | undefined)?.Instance ?? [];
  return whether(answer.code === '' && rows.length === 0, `${wordsOf(answer)}, ${rows.length} instances`);
}

/** Keys of the trial, with something about them spoilt. */
async function spoilt(lab: Lab, spoil: (keys: { accessKeyId: string; accessKeySecret: string }) => Parameters<typeof fixedKeys>[1], expects: RegExp): Promise<Answer> {
  const { accessKeyId, accessKeySecret } = await lab.keys();
  const answer = await lab.raw.as(fixedKeys('spoilt', spoil({ accessKeyId, accessKeySecret }))).call('vpc', 'DescribeVSwitches', { VpcId: lab.vpcId });
  return whether(expects.test(answer.code), wordsOf(answer));
}

export const wrongSecret = (lab: Lab): Promise<Answer> => spoilt(lab, ({ accessKeyId, accessKeySecret }) => ({ accessKeyId, accessKeySecret: `${accessKeySecret}x` }), /^(SignatureDoesNotMatch|InvalidSecurityToken|InvalidAccessKeySecret)/);

export const wrongToken = (lab: Lab): Promise<Answer> => spoilt(lab, (keys) => ({ ...keys, securityToken: 'made-up-by-a-qualification' }), /^InvalidSecurityToken/);
