/** Whom tests are about, and what the spec asks of them. */
import { durationMs } from '../../api/duration.ts';
import type { InstanceId } from '../../core/ids.ts';
import type { Verdict } from '../../core/situation.ts';
import { askedOf } from '../../core/verified.ts';
import type { Direction } from '../../core/verification.ts';
import type { Context } from '../context.ts';
import type { ResourceState } from '../resource-state.ts';

export interface Tested {
  readonly ctx: Context;
  readonly state: ResourceState;
  readonly id: InstanceId;
}

export const portsOf = ({ resource: { spec } }: ResourceState): readonly number[] => spec.verification?.inbound?.ports ?? [];

/** The schema refuses what is no duration, so the fallbacks are never asked for a resource of the cache. */
export const testIntervalMs = ({ resource: { spec } }: ResourceState): number => durationMs(spec.verification?.interval ?? '30m') ?? 1_800_000;
export const soakMs = ({ resource: { spec } }: ResourceState): number => durationMs(spec.rollout.soak) ?? 0;

/** Nothing is asked for: then the tests of this folder do nothing, and cost nothing. */
export const asksForNothing = ({ resource }: ResourceState): boolean => resource.spec.verification === undefined && resource.spec.rollout.soak === '0s';

/** Nothing is begun, and that includes commands in guests. */
export const isObserving = ({ ctx, state }: Tested): boolean => ctx.options.observeOnly || state.resource.spec.mode === 'Observe';

const isSettledForward = ({ state, id }: Tested, { move }: Verdict): boolean =>
  'settled' in move && (move.settled === 'Unified' || move.settled === 'NothingToMove') && state.members.get(id)?.selected === true && state.members.get(id)?.target.goal === 'unify';

/** Its EIP is on our ENI: what was asked of it before the cut-over comes too late. */
export function isMoved({ state, id }: Tested, { eipId, networkInterfaceId }: Verdict): boolean {
  const bound = state.memory(id).view?.eips.find((eip) => eip.id === eipId)?.binding;
  return bound?.kind === 'networkInterface' && bound.id === networkInterfaceId;
}

/** The directions in which it is to be tested now: settled, and inbound only where there is an address of its own. */
export function directionsOf(tested: Tested, verdict: Verdict | undefined): readonly Direction[] {
  if (verdict === undefined || !isSettledForward(tested, verdict)) return [];
  const isReached = 'settled' in verdict.move && verdict.move.settled === 'Unified' && verdict.publicIp !== undefined;
  return askedOf(tested.state.resource).filter((direction) => direction === 'egress' || isReached);
}
