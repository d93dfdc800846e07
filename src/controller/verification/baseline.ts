/**
 * Before a window opens the ports are tried, where spec.verification.inbound asks for that: what answers then must answer after it. What was
 * found is in status before the window opens, so that whoever comes after a crash knows it.
 */
import type { Move, Verdict } from '../../core/situation.ts';
import { instanceKey } from '../context.ts';
import type { Shut } from '../gates.ts';
import { PRIORITY } from '../work-queue.ts';
import { takeBaseline } from './inbound.ts';
import { isMoved, portsOf, type Tested } from './tested.ts';

/** What was found longer ago is found anew. */
const FRESH_MS = 600_000;
/** The verifier calls when it has the ports; this is for what nobody calls about. */
const CALLED_MS = 15_000;
const WRITTEN_MS = 1_000;
/** An API server that takes no status holds up no window for longer. */
const UNWRITTEN_MAX_MS = 10_000;

const notYet = (message: string, againMs: number): Shut => ({ overlay: { reason: 'Testing', message, stuck: false }, againMs });

function isAsked({ ctx, state, id }: Tested): boolean {
  const { view } = state.memory(id);
  return portsOf(state).length > 0 && ctx.prober !== undefined && view?.instance?.status === 'Running' && state.members.get(id)?.target.goal === 'unify';
}

/** Before a window, and before anything is changed in a guest: both may be what the ports do not answer after. */
const isRisky = (move: Move): boolean => 'do' in move && (move.phase === 'open' || move.do.kind === 'configureGuestRouting');

/** Shut until the ports are known. An instance that does not run, or a controller that cannot try, has no baseline and waits for none. */
export function baselineGate(tested: Tested, verdict: Verdict): Shut | undefined {
  const { publicIp } = verdict;
  const { ctx, state, id } = tested;
  if (publicIp === undefined || !isRisky(verdict.move) || isMoved(tested, verdict) || !isAsked(tested)) return undefined;
  const { baseline } = state.memory(id).trial;
  const nowMs = ctx.clock.monotonic();
  if (baseline && nowMs - baseline.takenMs < FRESH_MS) return isWritten(tested, baseline.takenMs) ? undefined : notYet('Its ports are noted in status before its cut-over', WRITTEN_MS);
  ask(tested, publicIp);
  return notYet('Its ports are tried before its cut-over', CALLED_MS);
}

const isWritten = ({ ctx, state }: Tested, takenMs: number): boolean =>
  state.statusWrittenMs >= takenMs || ctx.clock.monotonic() - takenMs > UNWRITTEN_MAX_MS;

function ask(tested: Tested, address: string): void {
  const { ctx, state, id } = tested;
  const { trial } = state.memory(id);
  if (trial.isBaselineDue) return;
  trial.isBaselineDue = true;
  const dropped = (): void => {
    if (!state.members.has(id)) return;
    state.memory(id).trial.isBaselineDue = false;
    ctx.queue.add(instanceKey(state.resource.metadata.name, id), PRIORITY.drift);
  };
  const attempt = async (): Promise<undefined> => takeBaseline(tested, address).then(() => undefined);
  ctx.verifier.add({ kind: 'baseline', state, id, attempt, dropped }, { afterMs: 0, urgent: true });
}
