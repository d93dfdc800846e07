/**
 * One place turns what is known into status (law 10). Pure: the time is handed in, and an unchanged input gives an unchanged
 * status, so that a loop that did nothing writes nothing.
 */
import type { Condition, EgressUnification, EgressUnificationStatus, InstanceState, UnsettledInstance } from '../api/egress-unification.ts';
import type { Reason } from '../api/reasons.ts';
import type { InstanceId } from './ids.ts';
import type { Verdict } from './situation.ts';
import type { Tests } from './verification.ts';
import { isTestCondition, testConditions, testedInWords, testsInEntry, verifiedCount } from './verified.ts';

export interface Reported {
  readonly verdict: Verdict;
  readonly reason: Reason;
  readonly message: string;
  /** What packets said of it; absent: nobody asks. */
  readonly tests?: Tests;
}

/** What stands in the way of the resource as a whole. `unknown`: nothing could be read. */
export interface Obstacle {
  readonly reason: Reason;
  readonly message: string;
  readonly unknown: boolean;
  /** It passes by itself: nobody has to act. */
  readonly passing?: true;
}

export interface StatusInput {
  readonly resource: EgressUnification;
  /** Instances that are selected or still carry our mark. */
  readonly reported: readonly Reported[];
  /** The set was made since the process started; until then what the last one wrote of instances stands, because it is a witness. */
  readonly surveyed: boolean;
  readonly obstacle?: Obstacle;
  readonly observing: boolean;
  readonly egressPublicIps: readonly string[];
  readonly natGatewayId?: string;
  /** The value of reconcile-requested-at that was answered, if any. */
  readonly handled?: string;
  /** RFC 3339, now. */
  readonly now: string;
}

/** As many as the schema accepts: a status with one more would be refused whole. Windows come first, so one is cut off only beyond as many. */
const UNSETTLED_MAX = 50;
/** What the schema holds; the Associate quota keeps the number of open windows far below. */
const WINDOWS_MAX = 1_000;
const MESSAGE_MAX = 1_000;
const WORST_FIRST: readonly InstanceState[] = ['InWindow', 'Degraded', 'Blocked', 'Unknown', 'Progressing'];

export function statusOf(input: StatusInput): EgressUnificationStatus {
  const { resource, handled } = input;
  const previous = resource.status;
  const lastHandledReconcileAt = handled ?? previous.lastHandledReconcileAt;
  return {
    observedGeneration: resource.metadata.generation,
    conditions: conditionsOf(input),
    egressPublicIps: [...input.egressPublicIps],
    ...(input.natGatewayId !== undefined && { natGatewayId: input.natGatewayId }),
    ...(input.surveyed ? ofAll(input) : ofSome(input)),
    ...(lastHandledReconcileAt !== undefined && { lastHandledReconcileAt }),
  };
}

type OfInstances = Pick<EgressUnificationStatus, 'instances' | 'summary' | 'unsettled'>;

const ofAll = ({ resource, reported, now }: StatusInput): OfInstances => ({
  instances: countsOf(resource, reported),
  summary: `${settledCount(reported)}/${reported.length}`,
  unsettled: unsettledOf(reported, resource.status.unsettled ?? [], now),
});

/** Nobody knows who is selected: what was written before stands, but for those that were looked at meanwhile. */
function ofSome({ resource: { status }, reported, now }: StatusInput): OfInstances {
  const { instances, summary, unsettled = [] } = status;
  const judged = new Set<string>(reported.map(({ verdict }) => verdict.instanceId));
  const rest = unsettled.filter(({ instanceId }) => !judged.has(instanceId));
  return { ...(instances && { instances }), ...(summary !== undefined && { summary }), unsettled: [...unsettledOf(reported, unsettled, now), ...rest].slice(0, WINDOWS_MAX) };
}

const inState = (reported: readonly Reported[], ...states: readonly InstanceState[]): Reported[] => reported.filter(({ verdict }) => states.includes(verdict.state));
const settledCount = (reported: readonly Reported[]): number => inState(reported, 'Unified', 'NothingToMove').length;

function countsOf(resource: EgressUnification, reported: readonly Reported[]): NonNullable<EgressUnificationStatus['instances']> {
  const verified = verifiedCount(resource, reported);
  const count = (state: InstanceState): number => inState(reported, state).length;
  return {
    selected: reported.length, unified: count('Unified'), nothingToMove: count('NothingToMove'), progressing: count('Progressing'),
    inWindow: count('InWindow'), blocked: count('Blocked'), degraded: count('Degraded'), unknown: count('Unknown'),
    ...(verified !== undefined && { verified }),
  };
}

const rank = (state: InstanceState): number => WORST_FIRST.indexOf(state);

function unsettledOf(reported: readonly Reported[], previous: readonly UnsettledInstance[], now: string): UnsettledInstance[] {
  const worst = inState(reported, ...WORST_FIRST).sort(
    (a, b) => rank(a.verdict.state) - rank(b.verdict.state) || (a.verdict.instanceId < b.verdict.instanceId ? -1 : 1),
  );
  const before = new Map(previous.map((entry) => [entry.instanceId, entry]));
  const windows = inState(reported, 'InWindow').length;
  return worst.slice(0, Math.min(WINDOWS_MAX, Math.max(UNSETTLED_MAX, windows))).map((entry) => entryOf(entry, before.get(entry.verdict.instanceId), now));
}

function entryOf(entry: Reported, before: UnsettledInstance | undefined, now: string): UnsettledInstance {
  const { verdict, reason, message } = entry;
  const same = before?.state === verdict.state && before.reason === reason;
  return {
    instanceId: verdict.instanceId,
    state: verdict.state,
    ...(verdict.publicIp !== undefined && { publicIp: verdict.publicIp }),
    ...(verdict.eipId !== undefined && { eipId: verdict.eipId }),
    ...(verdict.networkInterfaceId !== undefined && { networkInterfaceId: verdict.networkInterfaceId }),
    reason,
    message: message.slice(0, MESSAGE_MAX),
    since: same ? before.since : now,
    ...testsInEntry(entry),
  };
}

/** The status table of design section 6, as one sentence about the whole. */
interface Summary {
  readonly ready: Condition['status'];
  readonly also: 'Reconciling' | 'Stalled' | undefined;
  readonly reason: Reason;
  readonly message: string;
}

const summarize = (input: StatusInput): Summary => (input.obstacle ? ofObstacle(input.obstacle) : ofInstances(input));

const ofObstacle = ({ reason, message, unknown, passing }: Obstacle): Summary =>
  unknown ? { ready: 'Unknown', also: 'Reconciling', reason, message } : { ready: 'False', also: passing ? 'Reconciling' : 'Stalled', reason, message };

function ofInstances({ resource, reported, observing }: StatusInput): Summary {
  const [moving, stuck, unknown] = [inState(reported, 'Progressing', 'InWindow'), inState(reported, 'Blocked', 'Degraded'), inState(reported, 'Unknown')];
  const count = `${settledCount(reported)} of ${reported.length} instances are settled`;
  if (resource.metadata.deletionTimestamp !== undefined) return { ready: 'False', also: 'Reconciling', reason: 'Deleting', message: `The deletion policy is ${resource.spec.deletionPolicy}; ${count}${firstOf(stuck)}` };
  if (reported.length === 0) return { ready: 'True', also: undefined, reason: 'NothingSelected', message: 'The selector matches no instance of the VPC' };
  if (moving.length > 0) return { ready: 'False', also: 'Reconciling', reason: 'Progressing', message: `${count}, ${moving.length} under way${firstOf(stuck)}` };
  if (stuck.length > 0) return { ready: 'False', also: 'Stalled', reason: observing && stuck.every(({ reason }) => reason === 'Observing') ? 'Observing' : 'InstancesBlocked', message: `${count}, ${stuck.length} blocked${firstOf(stuck)}` };
  if (unknown.length > 0) return { ready: 'Unknown', also: 'Reconciling', reason: 'NotObserved', message: `${count}, ${unknown.length} could not be seen completely${firstOf(unknown)}` };
  return { ready: 'True', also: undefined, reason: 'Unified', message: `${count}. ${testedInWords(resource, reported)}` };
}

const firstOf = ([first]: readonly Reported[]): string => (first ? `. First: ${first.message}` : '');

function conditionsOf(input: StatusInput): Condition[] {
  const { resource: { metadata, status }, now } = input;
  const { ready, also, reason, message } = summarize(input);
  const wanted = [{ type: 'Ready', status: ready, reason, message }, ...(also ? [{ type: also, status: 'True' as const, reason, message }] : [])];
  const written = [...wanted, ...(input.surveyed ? testConditions(input.resource, input.reported) : [])].map((condition) => {
    const before = status.conditions?.find(({ type }) => type === condition.type);
    return {
      ...condition, message: condition.message.slice(0, 2 * MESSAGE_MAX), observedGeneration: metadata.generation,
      lastTransitionTime: before?.status === condition.status ? before.lastTransitionTime : now,
    };
  });
  return [...written, ...(input.surveyed ? [] : testedBefore(status))];
}

/** What the last process tested stands until somebody knows again who is selected. */
const testedBefore = ({ conditions = [] }: EgressUnificationStatus): Condition[] => conditions.filter(({ type }) => isTestCondition(type));

/** The home EIP that status still names, the third witness; only of an instance on which the move had begun, so that no EIP is taken back that never was ours. */
export const rememberedEip = (status: EgressUnificationStatus | undefined, id: InstanceId): string | undefined =>
  status?.unsettled?.find((entry) => entry.instanceId === id && (entry.state === 'InWindow' || entry.networkInterfaceId !== undefined))?.eipId;
