// Faults that only the cloud has: quotas, throttling, conflicts, operations that hang or fall back, pages that are not whole, reads that lag
// behind, permissions and keys. What lasts "until a human acts" is lifted after five minutes.
import type { Product } from '../../../sim/cloud/engine/call.ts';
import { cloudFault } from './rows-of-calls.ts';
import { all, only, onCloud, onVerbs, type Row, type Site } from './row.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const UNTIL_A_HUMAN = 5 * MINUTE;

const CLOUD = onCloud('the cloud\'s own');

/** Codes that a call meets when it comes at the wrong moment (facts sections 2.8-2.11, 3.2, 3.3, 4). */
const CONFLICTS: Readonly<Record<string, readonly string[]>> = {
  TaskConflict: ['vpc:AssociateEipAddress', 'vpc:UnassociateEipAddress', 'vpc:TagResources', 'vpc:UnTagResources'],
  OperationConflict: [
    'vpc:AssociateEipAddress', 'vpc:UnassociateEipAddress', 'ecs:AttachNetworkInterface', 'ecs:DetachNetworkInterface', 'ecs:DeleteNetworkInterface',
    'ecs:ModifyNetworkInterfaceAttribute', 'ecs:CreateNetworkInterface',
  ],
  IncorrectEipStatus: ['vpc:AssociateEipAddress', 'vpc:UnassociateEipAddress'],
  IncorrectInstanceStatus: ['vpc:AssociateEipAddress', 'vpc:UnassociateEipAddress', 'ecs:ConvertNatPublicIpToEip'],
  'InvalidStatus.EniStatusNotSupport': ['vpc:AssociateEipAddress', 'vpc:UnassociateEipAddress'],
  'InvalidOperation.InvalidEniState': ['ecs:AttachNetworkInterface', 'ecs:DetachNetworkInterface', 'ecs:DeleteNetworkInterface', 'ecs:ModifyNetworkInterfaceAttribute'],
  'InvalidOperation.InvalidEcsState': ['ecs:AttachNetworkInterface', 'ecs:DetachNetworkInterface'],
  LastTokenProcessing: ['vpc:AssociateEipAddress', 'vpc:UnassociateEipAddress', 'ecs:CreateNetworkInterface', 'ecs:ModifyInstanceChargeType'],
};

const ASYNCHRONOUS = onVerbs(
  ['ecs:ConvertNatPublicIpToEip', 'ecs:ModifyInstanceChargeType', 'ecs:AttachNetworkInterface', 'ecs:DetachNetworkInterface', 'ecs:DeleteNetworkInterface', 'vpc:AssociateEipAddress', 'vpc:UnassociateEipAddress'],
  'the call has its whole effect before it is answered',
);
const LISTS = all(
  CLOUD,
  only(({ mutates }) => !mutates, 'a write answers no list'),
  only(({ verb }) => !verb.endsWith('Attribute'), 'the call answers one object, not a list'),
);
const BY_TOKEN = onVerbs(['ecs:DescribeInstances', 'ecs:DescribeNetworkInterfaces', 'ecs:DescribeInstanceTypes', 'ecs:DescribeSecurityGroups', 'vpc:DescribeRouteEntryList', 'vpc:DescribeRouteTableList'], 'its pages go by number, or it has none');
const STALE = all(CLOUD, only(({ mutates }) => !mutates, 'a write is carried out on what is'));
const CREATE = onVerbs(['ecs:CreateNetworkInterface'], 'only CreateNetworkInterface answers the id of something new or takes an address');

const stale = (by: number): Row => ({ id: `stale-${by}`, says: `the read shows what was ${by} change${by === 1 ? '' : 's'} ago`, cannot: STALE, bend: { staleBy: by }, happen: ({ lab }) => (lab.past?.before(by) === undefined ? undefined : 0) });
const hangs = (seconds: number, says: string): Row => ({ id: `step-hangs-${seconds}s`, says, cannot: ASYNCHRONOUS, bend: cloudFault({ kind: 'stepHangs', delayMs: seconds * SECOND }), lastsMs: (seconds + 5) * SECOND });
const page = (id: string, kind: 'emptyPage' | 'halfPage' | 'doublePage', says: string): Row => ({ id, says, cannot: LISTS, bend: cloudFault({ kind }) });

export const ROWS_OF_CLOUD: readonly Row[] = [
  { id: 'throttled', says: 'Throttling.User, for this action to the end of the minute', cannot: CLOUD, happen: throttle },
  ...Object.entries(CONFLICTS).map(([code, verbs]): Row => ({ id: `conflict:${code}`, says: `refused as ${code}, without effect`, cannot: onVerbs(verbs, 'the action does not answer this code'), bend: cloudFault({ kind: 'fail', code }) })),
  hangs(20, 'what was begun takes 20 s longer'), hangs(60, 'what was begun takes a minute longer'), hangs(300, 'what was begun hangs until a human helps, five minutes later'),
  { id: 'step-falls-back', says: 'what was begun fails and falls back', cannot: ASYNCHRONOUS, bend: cloudFault({ kind: 'stepFails' }), lastsMs: 10 * SECOND },
  stale(1), stale(2), stale(5),
  page('page-empty', 'emptyPage', 'an empty list with status 200'), page('page-half', 'halfPage', 'half of the rows, with status 200'), page('page-double', 'doublePage', 'every row twice'),
  { id: 'page-repeats', says: 'a page whose NextToken leads to itself', cannot: all(LISTS, BY_TOKEN), bend: { repeatsToken: true } },
  { id: 'empty-id', says: 'success without a NetworkInterfaceId, and without effect', cannot: CREATE, bend: cloudFault({ kind: 'emptyId' }) },
  { id: 'empty-id-after', says: 'success without a NetworkInterfaceId, after the effect', cannot: CREATE, bend: cloudFault({ kind: 'emptyId', phase: 'after' }) },
  { id: 'keys-expired', says: 'the keys of this replica are expired: everything is refused until new ones are had, half a minute later', cannot: CLOUD, happen: expire },
  { id: 'forbidden', says: 'RAM forbids this one action until a human acts', cannot: CLOUD, happen: forbid },
  { id: 'quota-eip', says: 'the account may have no more EIPs until a human acts', cannot: onVerbs(['ecs:ConvertNatPublicIpToEip'], 'the call needs no EIP more'), happen: ({ lab }) => limit(lab, 'eips', lab.cloud.state.eips.size + lab.cloud.state.eipsPromised) },
  { id: 'quota-eni', says: 'the account may have no more network interfaces until a human acts', cannot: CREATE, happen: ({ lab }) => limit(lab, 'networkInterfaces', lab.cloud.state.secondaryInterfaces) },
  { id: 'no-addresses', says: 'the vSwitch has no address left until a human acts', cannot: CREATE, happen: exhaustAddresses },
];

function throttle({ lab, leaving }: Site): number {
  const [product, action = ''] = leaving.verb.split(':');
  lab.cloud.exhaust(product as Product, action);
  return MINUTE - (lab.clock.now() % MINUTE);
}

function expire({ lab, leaving: { replica } }: Site): number {
  lab.pending.expireKeys(replica, 30 * SECOND);
  return 30 * SECOND;
}

function forbid({ lab, leaving: { verb } }: Site): number {
  for (const credential of lab.cloud.state.credentials) {
    credential.deny = [...credential.deny, verb];
    lab.clock.after(UNTIL_A_HUMAN, () => { credential.deny = credential.deny.filter((denied) => denied !== verb); });
  }
  return UNTIL_A_HUMAN;
}

/** Of two at once the second does not leave behind what the first had left. */
function limit(lab: Site['lab'], name: 'eips' | 'networkInterfaces', most: number): number {
  const { account } = lab.cloud.state;
  const before = account[name];
  account[name] = most;
  lab.clock.after(UNTIL_A_HUMAN, () => { account[name] = Math.max(before, account[name]); });
  return UNTIL_A_HUMAN;
}

function exhaustAddresses({ lab, leaving: { params } }: Site): number | undefined {
  const pool = lab.cloud.state.vSwitches.get(params?.['VSwitchId'] ?? '')?.pool;
  if (pool === undefined) return undefined;
  const before = pool.available;
  pool.leave(0);
  lab.clock.after(UNTIL_A_HUMAN, () => pool.leave(Math.max(before, pool.available)));
  return UNTIL_A_HUMAN;
}
