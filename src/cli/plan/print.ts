/** The plan for people: a table, the steps, and then what it interrupts, costs and asks of others. Pure. */
import type { Output } from '../command-line.ts';
import { table, type Columns } from '../table.ts';
import { counted } from '../words.ts';
import { FEE } from './known.ts';
import type { Plan } from './plan.ts';
import type { PlannedInstance } from './planned.ts';

export function printPlan(plan: Plan, output: Output): string {
  if (output === 'json') return `${JSON.stringify(plan, undefined, 2)}\n`;
  const sections = [head(plan), instancesOf(plan), stepsOf(plan), standing('Blocked', plan, 'blocked'), standing('Waiting for the cloud', plan, 'waits'), interruption(plan), cost(plan), partners(plan), unknown(plan)];
  return `${sections.filter((lines) => lines.length > 0).map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

const listed = (ips: readonly string[]): string => (ips.length === 0 ? 'unknown' : ips.join(' '));

function head({ name, regionId, vpcId, mode, isBeingDeleted, obstacle, rollout }: Plan): string[] {
  const order = `${counted(rollout.places, 'instance')} at a time (rollout.maxInProgress: ${rollout.maxInProgress}); the first is the canary`;
  return [
    `EgressUnification ${name}: VPC ${vpcId} in ${regionId}, mode ${mode}${isBeingDeleted ? ', being deleted' : ''}. This is a plan; nothing was written.`,
    ...(mode === 'Observe' && !isBeingDeleted ? ['Mode Observe: none of it is begun until spec.mode is Enforce.'] : []),
    ...(obstacle ? [`NOTHING IS BEGUN: ${obstacle.reason}: ${obstacle.message}`] : []),
    order,
  ];
}

const ENDS: Readonly<Record<PlannedInstance['then'], string>> = {
  Unified: 'unified', NothingToMove: 'nothing to move', Restored: 'restored', Released: 'let go', Blocked: 'BLOCKED', Waiting: 'waits',
};

type Row = Readonly<Record<'instanceId' | 'state' | 'publicIp' | 'then' | 'interrupts' | 'leaves', string>> & { readonly steps: number };

const COLUMNS: Columns<Row> = [
  ['INSTANCE', 'instanceId'], ['NOW', 'state'], ['PUBLIC IP', 'publicIp'], ['STEPS', 'steps'], ['INTERRUPTED', 'interrupts'], ['LEAVES BY', 'leaves'], ['THEN', 'then'],
];

function rowOf({ instanceId, state, publicIp = '', steps, then, interrupts, leavesBy }: PlannedInstance): Row {
  const [now, later] = [listed(leavesBy.now), listed(leavesBy.then)];
  return { instanceId, state, publicIp, steps: steps.length, then: ENDS[then], interrupts: interrupts ? 'once' : 'no', leaves: now === later ? now : `${now} -> ${later}` };
}

function instancesOf({ instances }: Plan): string[] {
  if (instances.length === 0) return ['The selector matches no instance of the VPC.'];
  const ends = Object.keys(ENDS).map((end) => [end as PlannedInstance['then'], instances.filter(({ then }) => then === end).length] as const);
  const counts = ends.filter(([, n]) => n > 0).map(([end, n]) => `${n} ${ENDS[end]}`).join(', ');
  return [table(COLUMNS, instances.map(rowOf)), `${counted(instances.length, 'instance')}: ${counts}`];
}

/** So many are named; -o json names all. */
const NAMED_MAX = 20;

const someOf = (names: readonly string[]): string =>
  names.length <= NAMED_MAX ? names.join(' ') : `${names.slice(0, NAMED_MAX).join(' ')} and ${names.length - NAMED_MAX} more (-o json has all)`;

/** Those who take the same way are told of by the first of them. */
function stepsOf({ instances }: Plan): string[] {
  const ways = Map.groupBy(instances.filter(({ steps }) => steps.length > 0), ({ steps }) => steps.map(({ kind }) => kind).join());
  const lines = [...ways.values()].flatMap(([first, ...others]) => (first === undefined ? [] : [
    `  ${first.instanceId}${others.length === 0 ? '' : `, and likewise ${someOf(others.map(({ instanceId }) => instanceId))}`}`,
    ...first.steps.map(({ does }, index) => `    ${index + 1}. ${does}`),
  ]));
  return lines.length === 0 ? [] : ['Steps, in this order:', ...lines];
}

function standing(title: string, { instances }: Plan, key: 'blocked' | 'waits'): string[] {
  const lines = instances.flatMap(({ instanceId, [key]: said }) => (said ? [`  ${instanceId}  ${said.reason}: ${said.message}`] : []));
  return lines.length === 0 ? [] : [`${title}:`, ...lines];
}

function interruption({ interruption: { instances, inbound, outbound } }: Plan): string[] {
  if (instances === 0) return ['Interruption: none.'];
  const { floorSeconds, p50Seconds, p99Seconds, turnedRoundSeconds, source } = inbound;
  const share = outbound.addresses === 0 ? [] : [`            ${counted(outbound.instances, 'instance')} share ${counted(outbound.addresses, 'address')}: some ${Math.floor((outbound.connectionsMax * outbound.addresses) / Math.max(1, outbound.instances))} connections each to one destination (${outbound.connectionsMax} per EIP)`];
  return [
    `Interruption, once for each of ${counted(instances, 'instance')}:`,
    `  inbound   not reached on its public IP for ${floorSeconds} s at least, ${p50Seconds} s (half of them) to ${p99Seconds} s (99 %) as measured; after ${turnedRoundSeconds} s it is turned round`,
    `            ${source}`,
    '  outbound  connections that are open on its own address are cut at that moment; new ones leave by the NAT gateway at once',
    `            from then on the NAT gateway drops what is idle: TCP after ${outbound.tcpIdleSeconds} s, UDP after ${outbound.udpIdleSeconds} s (${outbound.source})`,
    ...share,
    '  Every other step interrupts nothing.',
  ];
}

function cost({ cost: { eipConfigurationFees: { now, then }, monthly, hoursPerMonth, associations, associationsFreePerDay, conversions, sources } }: Plan): string[] {
  const more = then - now;
  const money = monthly ? `${monthly.amount.toFixed(2)} ${monthly.currency} a month (${hoursPerMonth} hours, by --eip-hourly-fee)` : FEE.unknown;
  return [
    'Cost:',
    `  configuration fees of EIPs on ENIs: ${now} now, ${then} then`,
    ...(more === 0 ? [] : [`  ${more > 0 ? `${counted(more, 'fee')} more` : `${counted(-more, 'fee')} less`}: ${money}`]),
    ...(associations === 0 ? [] : [`  ${counted(associations, 'association')} of EIPs; ${associationsFreePerDay} a day and region are free with the usual EIP quota, beyond that a fee may be charged, its price is unknown`]),
    ...(conversions === 0 ? [] : [`  ${counted(conversions, 'conversion')} of a static public IP to an EIP, for good; each EIP counts towards the quota of the account and is billed by itself`]),
    '  what the instances send is billed at the NAT gateway and its EIP: unknown, it depends on their traffic',
    ...sources.map((source) => `  Source: ${source}`),
  ];
}

function partners({ partners: { mustBeTold, seeNoMore } }: Plan): string[] {
  if (mustBeTold.length === 0) return ['Partners: nobody has to be told anything; no instance changes the address by which it leaves.'];
  return [
    `Partners must allow, before the first instance is moved: ${mustBeTold.join(' ')}`,
    ...(seeNoMore.length === 0 ? [] : [`Once all are moved they see no more: ${someOf(seeNoMore)}`]),
  ];
}

const unknown = ({ unknown: lines }: Plan): string[] => (lines.length === 0 ? [] : ['Not known, and not in the plan:', ...lines.map((line) => `  ${line}`)]);
