/** What the rows of the tables are made of: a condition on the facts, and the move that follows. */
import type { Reason } from '../api/reasons.ts';
import type { Facts } from './facts.ts';
import type { EniId } from './ids.ts';
import { LINK_KEYS } from './marks.ts';
import { supportsHotPlug } from './hot-plug.ts';
import { problem, type Problem } from './problem.ts';
import type { Move, Phase, PlanInput } from './situation.ts';
import type { HomeBinding, Step } from './step.ts';
import type { Instance, NetworkInterface } from './view.ts';

/** A row gives a move when it matches and undefined when the next row is to be asked. */
export type Row = (facts: Facts, input: PlanInput) => Move | undefined;

export const take = (step: Step, phase: Phase = 'step'): Move => ({ do: step, phase });
export const blocked = (found: Problem): Move => ({ blocked: found });
export const wait = (reason: Reason, message: string): Move => ({ wait: { reason, message } });

export const instanceBinding = (input: PlanInput): HomeBinding => ({ kind: 'instance', id: input.view.instanceId });
export const eniBinding = (eni: NetworkInterface): HomeBinding => ({ kind: 'networkInterface', id: eni.id, privateIp: eni.primaryIp });

/** The four link tags are on it: only such an ENI is ever detached or deleted (law 7). */
export const isProved = ({ tags }: NetworkInterface): boolean => LINK_KEYS.every((key) => tags[key] !== undefined);

/** Whether any EIP of the view sits on the ENI: such an ENI is never detached or deleted. */
export const carriesEip = (input: PlanInput, eni: EniId): boolean =>
  input.view.eips.some((eip) => eip.binding?.kind === 'networkInterface' && eip.binding.id === eni);

/** How an ENI of ours that is of no more use goes: detached, then deleted. Undefined: it is attached elsewhere. */
export function remove(eni: NetworkInterface, input: PlanInput): Move | undefined {
  if (eni.publicIps.length > 0) return wait('NotObserved', `ENI ${eni.id} shows ${eni.publicIps.join(', ')}, which no EIP of the view explains; looking again`);
  if (eni.status === 'Available') return take({ kind: 'deleteNetworkInterface', networkInterface: eni.id });
  if (eni.status !== 'InUse') return wait('WaitingForCloud', `ENI ${eni.id} is ${eni.status}`);
  const { instance } = input.view;
  const stuck = instance && eni.instanceId === instance.id ? cannotUnplug(eni, instance) : undefined;
  if (stuck) return blocked(stuck);
  return eni.instanceId === input.view.instanceId ? take({ kind: 'detachNetworkInterface', networkInterface: eni.id, instance: input.view.instanceId }) : undefined;
}

const cannotUnplug = (eni: NetworkInterface, { id, instanceType, status }: Instance): Problem | undefined =>
  supportsHotPlug(instanceType) || status === 'Stopped' ? undefined : problem('HotPlugNotSupported', `ENI ${eni.id} is to be detached from ${id}; ${instanceType} does that only while Stopped, and it is ${status}`);

/** First match wins. */
export function firstMatch(rows: readonly Row[], facts: Facts, input: PlanInput): Move | undefined {
  for (const row of rows) {
    const move = row(facts, input);
    if (move) return move;
  }
  return undefined;
}
