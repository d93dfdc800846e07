/** What `plan` says of each instance: the steps that the real planner foresees, what they interrupt, and what stands in the way. Pure. */
import type { InstanceState } from '../../api/egress-unification.ts';
import { describeStep } from '../../core/describe.ts';
import type { InstanceId } from '../../core/ids.ts';
import type { Move, View } from '../../core/situation.ts';
import type { StepKind } from '../../core/step.ts';
import type { WayOut } from '../../core/way-out.ts';
import type { Foreseen } from '../foresee.ts';

/** Something that somebody has to know or to do. */
interface Said {
  readonly reason: string;
  readonly message: string;
}

export interface PlannedInstance {
  readonly instanceId: InstanceId;
  /** As it is now. */
  readonly state: InstanceState;
  readonly publicIp?: string;
  readonly eipId?: string;
  readonly steps: readonly { readonly kind: StepKind; readonly does: string }[];
  /** How it ends: settled in some way, or why it does not get there. */
  readonly then: 'Unified' | 'NothingToMove' | 'Restored' | 'Released' | 'Blocked' | 'Waiting';
  /** Its EIP is between two bindings for a moment, and the connections that it has opened by its own address are cut. */
  readonly interrupts: boolean;
  /** Addresses that the Internet sees; empty: unknown, or none. */
  readonly leavesBy: { readonly now: readonly string[]; readonly then: readonly string[] };
  /** EIPs for which a configuration fee is charged, because they are on an ENI of it. */
  readonly fees: { readonly now: number; readonly then: number };
  readonly blocked?: Said;
  readonly waits?: Said;
}

const endOf = (move: Move): PlannedInstance['then'] => {
  if ('settled' in move) return move.settled;
  return 'blocked' in move ? 'Blocked' : 'Waiting';
};

/** Own address first: it beats SNAT. */
function leavesBy({ instance, eips, instanceId }: View, wayOut: WayOut): readonly string[] {
  const bound = eips.filter(({ binding }) => binding?.id === instanceId || binding?.id === instance?.primaryEniId).map(({ ip }) => ip);
  const own = [...(instance?.publicIps ?? []), ...bound];
  if (own.length > 0) return own;
  return wayOut.verdict === 'stands' ? wayOut.publicIps : [];
}

/** An EIP is free of the fee only on the instance itself, which its primary ENI is a part of. */
function feesOf({ eips, instance, instanceId }: View): number {
  const isFree = (id: string | undefined): boolean => id === instanceId || (id !== undefined && id === instance?.primaryEniId);
  return eips.filter(({ binding }) => !isFree(binding?.id)).length;
}

export interface PlannedInput {
  readonly now: View;
  readonly foreseen: Foreseen;
  readonly wayOut: WayOut;
  /** The breaker holds it back. */
  readonly heldBack: ReadonlySet<InstanceId>;
}

export function plannedOf({ now, foreseen: { first, steps, last, view }, wayOut, heldBack }: PlannedInput): PlannedInstance {
  const { move } = last;
  const breaker = heldBack.has(first.instanceId) ? { reason: 'BlastRadius', message: 'Too many of its kind at once, and no edit asked for it' } : undefined;
  const blocked = breaker ?? ('blocked' in move ? { reason: move.blocked.reason, message: move.blocked.message } : undefined);
  return {
    instanceId: first.instanceId,
    state: first.state,
    ...(first.publicIp !== undefined && { publicIp: first.publicIp }),
    ...(first.eipId !== undefined && { eipId: first.eipId }),
    steps: steps.map((step) => ({ kind: step.kind, does: describeStep(step) })),
    then: breaker ? 'Blocked' : endOf(move),
    interrupts: steps.some(({ kind }) => kind === 'unassociateEipAddress'),
    leavesBy: { now: leavesBy(now, wayOut), then: leavesBy(view, wayOut) },
    fees: { now: feesOf(now), then: feesOf(view) },
    ...(blocked && { blocked }),
    ...('wait' in move && { waits: move.wait }),
  };
}
