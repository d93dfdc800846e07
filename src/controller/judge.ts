/** From a view to a verdict: gathers what the planner may look at, asks it, and says what is drift. */
import type { GuestReading } from '../core/guest.ts';
import type { EipId, NatGatewayId } from '../core/ids.ts';
import { TAG } from '../api/names.ts';
import { plan } from '../core/plan.ts';
import type { Member } from '../core/selection.ts';
import { rememberedEip } from '../core/status.ts';
import type { Hints, Target, Verdict, View } from '../core/situation.ts';
import type { Instance, Network } from '../core/view.ts';
import { judgeWayOut, type WantedWayOut, type WayOut } from '../core/way-out.ts';
import { isToGoHome } from './verification/progress.ts';
import { problem } from '../core/problem.ts';
import type { ResourceState } from './resource-state.ts';

export const wantedWayOut = ({ resource: { spec } }: ResourceState): WantedWayOut => ({
  ...(spec.egress.natGatewayId !== undefined && { natGatewayId: spec.egress.natGatewayId as NatGatewayId }),
  ...(spec.egress.publicIps && { publicIps: spec.egress.publicIps }),
});

const UNSEEN: WayOut = { verdict: 'unproved', problem: problem('NotObserved', 'The network of the VPC was not read') };

/** Unselected instances of the vSwitch that a SNAT entry would let out as well. */
function neighbours(state: ResourceState, { vSwitchId }: Instance): readonly string[] {
  const known = state.neighbours.get(vSwitchId);
  if (known) return known;
  const all = [...(state.vpc.inventory?.instances.values() ?? [])];
  const found = all.filter((other) => other.vSwitchId === vSwitchId && !state.members.has(other.id) && other.publicIps.length === 0 && !other.eip).map((other) => other.id).sort();
  state.neighbours.set(vSwitchId, found);
  return found;
}

export function wayOutOf(state: ResourceState, network: Network | undefined, instance: Instance | undefined): WayOut {
  if (network === undefined || instance === undefined) return UNSEEN;
  const wayOut = judgeWayOut(network, instance, wantedWayOut(state));
  if (wayOut.verdict !== 'gone' || wayOut.problem.reason !== 'NoSnatEntry') return wayOut;
  const others = neighbours(state, instance);
  const message = others.length === 0 ? wayOut.problem.message : `${wayOut.problem.message} — not selected and let out as well: ${others.join(', ')}`;
  return { ...wayOut, problem: { ...wayOut.problem, message } };
}

/** An instance without an ENI of ours was never settled by us, whatever the status said of the others. */
const carriesMark = (view: View): boolean => view.networkInterfaces.some(({ tags }) => tags[TAG.instance] === view.instanceId);

function targetOf(state: ResourceState, { target }: Member, view: View): Target {
  const memory = state.memory(view.instanceId);
  const report = state.resource.spec.drift.action === 'Report' && (memory.everSettled || (state.wasReady && carriesMark(view)));
  return { ...target, ...(report && { reportOnly: true }), ...(isToGoHome(state, view.instanceId) && { restore: true }) };
}

/** The third witness of a home EIP, where both tags are lost: this process, else the status that the last one wrote. */
export const lastEipOf = (state: ResourceState, id: Member['id']): EipId | undefined =>
  state.memory(id).lastEip ?? (rememberedEip(state.resource.status, id) as EipId | undefined);

export interface JudgeInput {
  readonly state: ResourceState;
  readonly member: Member;
  readonly view: View;
  /** undefined: could not be read recently enough, so that the way out is unproved. */
  readonly network: Network | undefined;
  readonly nowMs: number;
  /** What is supposed of the guest where it is not read: only `plan` supposes. */
  readonly guest?: GuestReading;
}

export function judge({ state, member, view, network, nowMs, guest }: JudgeInput): Verdict {
  const instanceType = view.instance && state.vpc.instanceTypes.get(view.instance.instanceType);
  return plan({
    view,
    target: targetOf(state, member, view),
    surroundings: {
      wayOut: wayOutOf(state, network, view.instance),
      vSwitches: network?.vSwitches ?? [],
      exhausted: [...state.vpc.exhausted],
      ...(instanceType && { instanceType }),
      ...(state.securityGroups && { securityGroups: state.securityGroups }),
      ...(guest && { guest }),
    },
    hints: { ...hintsOf(state, member.id), ...(view.instanceGone && { eipsOfOthers: eipsOfOthers(state, member.id) }) },
    nowMs,
  });
}

const eipsOfOthers = (state: ResourceState, id: Member['id']): readonly EipId[] =>
  [...state.members.keys()].flatMap((other) => (other === id ? [] : (lastEipOf(state, other) ?? [])));

function hintsOf(state: ResourceState, id: Member['id']): Hints {
  const { retiredEnis, turnBack, accepted } = state.memory(id);
  const lastEip = lastEipOf(state, id);
  return {
    retiredNetworkInterfaces: retiredEnis,
    createdNetworkInterfaces: state.vpc.created.for(id),
    ...(lastEip !== undefined && { lastEip }),
    ...(turnBack && { turnBack }),
    ...(accepted?.step.kind === 'modifyInstanceChargeType' && { fruitless: accepted.times }),
    ...(accepted?.step.kind === 'undoGuestRouting' && { fruitlessUndos: accepted.times }),
  };
}
