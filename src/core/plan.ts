/**
 * The planner: one instance, one look, one move (laws 2 and 3). Total: whatever no row knows is blocked as UnknownShape.
 * It never waits, reads, logs or remembers; what may be done now and by whom (rollout, tokens, Observe) is decided after it.
 */
import type { InstanceState } from '../api/egress-unification.ts';
import type { Reason } from '../api/reasons.ts';
import { factsOf, type Facts } from './facts.ts';
import { fencedOff } from './fences.ts';
import { problem } from './problem.ts';
import { firstMatch, type Row } from './rows.ts';
import type { Goal, Move, PlanInput, Verdict } from './situation.ts';
import { BACKWARD, LETTING_GO, RELEASE } from './table-back.ts';
import { BEFORE_LETTING_GO, CLOSING, CLOSING_BEFORE_RELEASE } from './table-closing.ts';
import { FORWARD, isMarked } from './table-forward.ts';

const TABLE: Record<Goal, readonly Row[]> = {
  unify: [...CLOSING, ...FORWARD],
  revert: [...CLOSING, ...BACKWARD],
  release: [...CLOSING_BEFORE_RELEASE, ...RELEASE],
};

const GONE: readonly Row[] = [...BEFORE_LETTING_GO, ...LETTING_GO];

/** The one thing that can be done for this instance now, or why nothing is. */
export function plan(input: PlanInput): Verdict {
  const facts = factsOf(input.view, input.target, input.hints);
  const rows = facts.activity === 'gone' ? GONE : TABLE[input.target.goal];
  const move = withinFences(firstMatch(rows, facts, input) ?? unknownShape(facts), facts, input);
  const ip = facts.homeEip?.ip ?? facts.instance?.publicIps[0];
  return {
    instanceId: input.view.instanceId,
    state: stateOf(move, facts),
    move,
    underWay: isUnderWay(move, facts, input),
    ...(ip !== undefined && { publicIp: ip }),
    ...(facts.homeId !== undefined && { eipId: facts.homeId }),
    ...(facts.ourEni && { networkInterfaceId: facts.ourEni.id }),
  };
}

/** The fences stand above every wish but closing a window. Of an instance that was released no tag can be asked for any more. */
function withinFences(move: Move, { instance }: Facts, { target }: PlanInput): Move {
  if (!('do' in move) || move.phase === 'close' || !instance || !target.requiredTags) return move;
  const found = fencedOff(instance, target.requiredTags);
  return found ? { blocked: found } : move;
}

function unknownShape({ activity, primary, eni, home }: Facts): Move {
  return { blocked: problem('UnknownShape', `Instance ${activity}, primary address ${primary}, ENI ${eni}, home EIP ${home}`) };
}

/** Nothing of a released instance is dark: its unbound EIP is no window. */
function stateOf(move: Move, { home, activity }: Facts): InstanceState {
  if ('settled' in move) return move.settled === 'Unified' ? 'Unified' : 'NothingToMove';
  if ('blocked' in move) return move.blocked.degraded ? 'Degraded' : 'Blocked';
  if ('wait' in move && move.wait.reason === 'NotObserved') return 'Unknown';
  return activity !== 'gone' && (home === 'unbound' || home === 'transition') ? 'InWindow' : 'Progressing';
}

/**
 * Who is in these hands, or outside the fences, is not on its way and keeps nobody waiting; and of those that failed and are at home again
 * rollout.failureBudget says how many there may be, not the places.
 */
const NOT_ON_ITS_WAY: ReadonlySet<Reason> = new Set(['OwnedByAnother', 'ForeignCluster', 'OutsideFences', 'VerificationFailed']);

/** Its EIP is on its ENI and the guest is what is left to set up: that has not begun, and waits for its turn like a first write. */
const isFirstInGuest = (move: Move, { home }: Facts): boolean => 'do' in move && move.do.kind === 'configureGuestRouting' && home === 'onEni';

/** Between its first write and settled, as the cloud shows it; backwards, an EIP that is still on its ENI has not begun. */
function isUnderWay(move: Move, facts: Facts, input: PlanInput): boolean {
  if ('settled' in move || input.target.goal === 'release' || isFirstInGuest(move, facts)) return false;
  if ('blocked' in move && (move.blocked.degraded || NOT_ON_ITS_WAY.has(move.blocked.reason))) return false;
  const marked = isMarked(facts, input);
  return input.target.goal === 'revert' ? marked && facts.home !== 'onEni' && facts.home !== 'onForeignEni' : marked;
}
