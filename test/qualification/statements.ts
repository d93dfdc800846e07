// Every statement about the cloud that its documentation leaves unconfirmed, as data: what is said, how it is asked, and by whom. The numbers are the
// sections of the collection of facts that the comments of the sources cite. What no program can ask says how a person may find out.
import type { Answer } from './book.ts';
import { convertedChargeType, convertedWhen } from './ask/conversions.ts';
import * as reads from './ask/reads.ts';
import * as scratch from './ask/scratch.ts';
import { busiestMinute, throttling, throttlingHeader } from './ask/throttling.ts';
import { onTheInstance } from './ask/unified.ts';
import type { Lab } from './lab.ts';
import type { Scratch } from './scratch.ts';

/** When in a trial a statement can be asked: with nothing made; with an EIP and an interface to try on; while the fleet is unified; at the end. */
export type Moment = 'reads' | 'scratch' | 'unified' | 'end';

export type Ask = (lab: Lab, made: Scratch) => Promise<Answer>;

export interface Statement {
  readonly id: string;
  /** Section of the facts. */
  readonly facts: string;
  readonly statement: string;
  /** How it is asked, or why not and how else. */
  readonly how: string;
  readonly asked?: { readonly at: Moment; readonly by: Ask };
}

const at = (moment: Moment, by: Ask): Pick<Statement, 'asked'> => ({ asked: { at: moment, by } });

export const STATEMENTS: readonly Statement[] = [
  { id: 'dnat-any', facts: '1.2', statement: 'A DNAT entry for all ports has the literal Any in ExternalPort, InternalPort and IpProtocol.', how: 'DescribeForwardTableEntries of every gateway of the VPC.', ...at('reads', reads.dnatPorts) },
  { id: 'malformed-ids', facts: '2.1', statement: 'DescribeInstances refuses InstanceIds that are no JSON with InvalidInstanceIds.Malformed.', how: 'The call with InstanceIds=i-none, unquoted.', ...at('reads', reads.malformedIds) },
  { id: 'unknown-region', facts: '2.1', statement: 'A RegionId that does not exist is refused with InvalidRegionId.*.', how: 'DescribeInstances with RegionId=cn-nowhere.', ...at('reads', reads.unknownRegion) },
  { id: 'unknown-ids', facts: '2.1', statement: 'DescribeInstances leaves unknown ids out of its answer.', how: 'The call with one id that does not exist.', ...at('reads', reads.unknownIds) },
  { id: 'signed-wrongly', facts: '4', statement: 'A signature by a wrong secret is refused with SignatureDoesNotMatch.', how: 'One read, signed with a spoilt secret.', ...at('reads', reads.wrongSecret) },
  { id: 'made-up-session', facts: '4', statement: 'A security token that does not belong to the key is refused with InvalidSecurityToken.*.', how: 'One read with a made-up token.', ...at('reads', reads.wrongToken) },

  { id: 'eni-token-again', facts: '2.7', statement: 'CreateNetworkInterface with a token that was used before names the interface that was made then.', how: 'The same call twice; the second interface would be deleted.', ...at('scratch', scratch.sameTokenAgain) },
  { id: 'eni-token-after-delete', facts: '2.7', statement: 'The same token, when that interface is deleted, names the deleted one, or is refused for good with IdempotentFailed.', how: 'The interface is deleted and the call sent a third time.', ...at('scratch', scratch.sameTokenAfterDelete) },
  { id: 'tag-upsert', facts: '2.12', statement: 'TagResources gives a key that is there its new value.', how: 'Two values of one key on a network interface.', ...at('scratch', scratch.tagTwice) },
  { id: 'associate-again', facts: '3.2', statement: 'AssociateEipAddress of a binding that is there answers InvalidAssociation.Duplicated or IncorrectEipStatus.', how: 'The same call twice on an EIP of its own.', ...at('scratch', scratch.associateAgain) },
  { id: 'unassociate-mismatch', facts: '3.3', statement: 'UnassociateEipAddress that names another holder than the real one is refused, and the EIP stays bound.', how: 'The call with an InstanceId that does not hold the EIP, on an EIP of its own.', ...at('scratch', scratch.unassociateFromAnother) },
  { id: 'private-ip-empty', facts: '3.1', statement: 'DescribeEipAddresses shows no PrivateIpAddress, or the primary one, for an EIP on the primary address of an interface.', how: 'DescribeEipAddresses of an EIP bound so.', ...at('scratch', scratch.privateIpShown) },
  { id: 'tag-condition', facts: '10', statement: 'RAM honours acs:RequestTag for CreateNetworkInterface: without the ownership tag the call is refused under deploy/ram/policy.json.', how: 'The call without that tag; what it makes is deleted.', ...at('scratch', scratch.createWithoutOwnershipTag) },
  { id: 'eni-other-vswitch', facts: '2.7', statement: 'An interface in another vSwitch of the same zone can be attached.', how: 'One is made, attached to a scratch instance, detached and deleted.', ...at('scratch', scratch.attachFromOtherVSwitch) },
  { id: 'delete-unbinds', facts: '2.10', statement: 'Deleting an interface unbinds its EIP, which stays.', how: 'An interface with an EIP of its own is deleted.', ...at('scratch', scratch.deleteBound) },

  { id: 'eip-of-secondary', facts: '2.1', statement: 'DescribeInstances shows no EipAddress for an EIP on a secondary interface.', how: 'DescribeInstances of a unified instance.', ...at('unified', onTheInstance) },

  { id: 'convert-when', facts: '2.3', statement: 'A conversion has its effect some time after it was accepted.', how: 'The time from ConvertNatPublicIpToEip to the look that shows the EIP, where an instance of the trial had a static public IP.', ...at('end', convertedWhen) },
  { id: 'convert-charge-type', facts: '2.3', statement: 'A converted EIP is pay-as-you-go, whatever the instance is.', how: 'ChargeType of the converted EIP in DescribeEipAddresses.', ...at('end', convertedChargeType) },
  { id: 'throttling-code', facts: '4', statement: 'What is too often is refused with a code that contains Throttling, whatever the HTTP status.', how: 'Whether it happened in the trial; it is not provoked, because the limits are shared with all of the account.', ...at('end', throttling) },
  { id: 'retry-after', facts: '9.2', statement: 'x-acs-retry-after counts milliseconds.', how: 'The header of a throttled answer of the trial, where there was one.', ...at('end', throttlingHeader) },
  { id: 'unassociate-limit', facts: '4', statement: 'UnassociateEipAddress may be called as often as AssociateEipAddress, 120 times a minute.', how: 'Whether the trial met a limit; it is not provoked.', ...at('end', busiestMinute) },

  { id: 'ipv6', facts: '1.1', statement: 'The way out of IPv6 is not touched.', how: 'Needs a guest with IPv6: look at its address from outside before and after.' },
  { id: 'convert-limit', facts: '2.3', statement: 'ConvertNatPublicIpToEip has no limit of its own.', how: 'Needs more static public IPs than a scratch VPC has: see "API Rate Limits" in Quota Center.' },
  { id: 'charge-type-limits', facts: '2.4', statement: 'Changes of billing are limited by 5,000 vCPU hours a month, and not by a number of times.', how: 'Costs money: see the refund quota in the console.' },
  { id: 'token-lifetime', facts: '2.7', statement: 'How long a ClientToken is remembered.', how: 'Takes longer than a trial.' },
  { id: 'assistant-channel', facts: '2.14', statement: 'Cloud Assistant does not need the public path.', how: 'The controller does not use it; run a command in the window of a unified instance.' },
  { id: 'policy-routing', facts: '6', statement: 'Policy routing on the second interface does not disturb kube-proxy or Cilium.', how: 'Needs a node of a cluster: traffic of pods on it, before and after.' },
  { id: 'anti-spoofing', facts: '12', statement: 'What an instance sends from the second interface by the first is dropped by the VPC.', how: 'Needs the guest: leave policy routing out and capture on both sides.' },
  { id: 'eni-price', facts: '8', statement: 'Network interfaces cost nothing.', how: 'The bill of the day of the trial.' },
  { id: 'qps', facts: '12', statement: 'How often each API of ECS, NAT gateway and VPC may be called.', how: '"API Rate Limits" in Quota Center.' },
];
