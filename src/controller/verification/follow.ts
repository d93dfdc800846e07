/**
 * The tests of one instance from verdict to verdict: put on the list when it is settled, tried again before anything bad is said, repeated at
 * the interval; and what comes of them told once.
 */
import type { Verdict } from '../../core/situation.ts';
import { failureReason } from '../../core/verified.ts';
import { unverified, type Direction, type Outcome } from '../../core/verification.ts';
import { CloudError } from '../../ports/cloud-error.ts';
import { jittered, resourceKey } from '../context.ts';
import { PRIORITY } from '../work-queue.ts';
import { tryEgress } from './egress.ts';
import { tryInbound } from './inbound.ts';
import { noteFailing } from './progress.ts';
import { noteSoak } from './soak.ts';
import { asksForNothing, directionsOf, testIntervalMs, type Tested } from './tested.ts';
import type { Test } from './trial.ts';

/** The cloud says InUse a little before packets flow, and guests learn of their new way by and by. */
const GRACE_MS = 5_000;
/** One bad try is no verdict. */
const TRIES_MAX = 3;
const TRY_AGAIN_MS = 3_000;
/** Who was settled before anybody asked, or before this process began, is tested within this. */
const SPREAD_MS = 30_000;
/** What did not pass is tested again sooner than the interval says: after a minute, doubled each time. */
const AGAIN_MS = 60_000;
const REPORT_MS = 500;

const TRY: Record<Direction, (tested: Tested) => Promise<Outcome>> = { inbound: tryInbound, egress: tryEgress };

/** Called with every verdict on a complete view, before it is said. */
export function follow(tested: Tested, verdict: Verdict): void {
  const { ctx, state, id } = tested;
  const { trial } = state.memory(id);
  const nowMs = ctx.clock.monotonic();
  if (asksForNothing(state)) {
    if ('settled' in verdict.move) [trial.isCutOver, trial.soakingSinceMs] = [false, undefined];
    return;
  }
  trial.recall(state.resource, id, { nowMs, wallMs: ctx.clock.now(), epoch: state.epoch });
  const isNew = 'settled' in verdict.move && trial.settle(nowMs);
  for (const direction of directionsOf(tested, verdict)) putOnList(tested, direction, isNew);
  noteSoak(tested, verdict);
}

function putOnList(tested: Tested, direction: Direction, isNew: boolean): void {
  const { ctx, state, id } = tested;
  const test = state.memory(id).trial.tests[direction];
  const isAskedAnew = noteAsked(tested, test);
  if (test.isDue && !isNew && !isAskedAnew) return;
  test.isDue = true;
  const isHurried = isNew || state.memory(id).trial.soakingSinceMs !== undefined;
  const dropped = (): void => {
    if (state.members.has(id)) state.memory(id).trial.tests[direction].isDue = false;
  };
  const afterMs = isHurried || isAskedAnew ? GRACE_MS : GRACE_MS + SPREAD_MS * ctx.random();
  ctx.verifier.add({ kind: direction, state, id, attempt: () => attempt(tested, direction), dropped }, { afterMs, urgent: isHurried });
}

/** Whether the spec asks another question than before, or somebody asked again for what did not pass. */
function noteAsked({ state }: Tested, test: Test): boolean {
  const isOther = test.asked !== state.testsAsked;
  const isAgain = test.askedIn !== state.epoch && test.outcome !== undefined && test.outcome.verdict !== 'passed';
  const isFirst = test.asked === '';
  if (isOther && !isFirst) test.outcome = undefined;
  [test.asked, test.askedIn] = [state.testsAsked, state.epoch];
  return (isOther && !isFirst) || isAgain;
}

const stillApplies = (tested: Tested, direction: Direction): boolean =>
  tested.state.members.has(tested.id) && directionsOf(tested, tested.state.reported.get(tested.id)?.verdict).includes(direction);

/** One try; in how many ms the next one is due. */
async function attempt(tested: Tested, direction: Direction): Promise<number | undefined> {
  if (!stillApplies(tested, direction)) return undefined;
  const { tests } = tested.state.memory(tested.id).trial;
  const outcome = await TRY[direction](tested);
  if (!stillApplies(tested, direction)) return undefined;
  const test = tests[direction];
  test.tries += 1;
  if (isWorthAnother(outcome) && test.tries < TRIES_MAX) return TRY_AGAIN_MS;
  const sure = outcome.verdict === 'failed' ? await doubted(tested, outcome) : outcome;
  return stillApplies(tested, direction) ? conclude(tested, direction, sure) : undefined;
}

/** What may be a lost packet, or a service that was slow. */
const isWorthAnother = (outcome: Outcome): boolean =>
  outcome.verdict === 'failed' || (outcome.verdict === 'unverified' && (outcome.reason === 'NoBaseline' || outcome.reason === 'EchoUnclear'));

/** A failure of an instance that was stopped since the last listing is none. */
async function doubted({ state, id }: Tested, outcome: Outcome): Promise<Outcome> {
  try {
    const [instance] = await state.vpc.cloud.describeInstances([id]);
    if (instance?.status === 'Running') return outcome;
    return unverified('InstanceNotRunning', instance ? `it is ${instance.status}` : 'it was not seen');
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    return unverified('NotObserved', `whether it runs could not be read: ${error.message}`);
  }
}

function conclude(tested: Tested, direction: Direction, outcome: Outcome): number {
  const { ctx, state, id } = tested;
  const { trial } = state.memory(id);
  const test = trial.tests[direction];
  ctx.metrics.count('verifications_total', { direction, verdict: outcome.verdict });
  tell(tested, direction, outcome);
  if (JSON.stringify([test.outcome, test.saidIn]) !== JSON.stringify([outcome, state.epoch])) ctx.queue.addAfter(resourceKey(state.resource.metadata.name), REPORT_MS, PRIORITY.drift);
  Object.assign(test, { outcome, saidIn: state.epoch, tries: 0, shown: [], fruitless: outcome.verdict === 'passed' ? 0 : test.fruitless + 1 });
  if (trial.isOnTrial && outcome.verdict === 'failed') trial.failedIn = state.epoch;
  if (trial.soakingSinceMs === undefined && outcome.verdict === 'passed') trial.isOnTrial = false;
  noteFailing(tested, state.reported.get(id)?.verdict);
  const intervalMs = testIntervalMs(state);
  return jittered(ctx.random, test.fruitless === 0 ? intervalMs : Math.min(intervalMs, AGAIN_MS * 2 ** Math.min(test.fruitless - 1, 16)));
}

/** One line and one Event for each change; that it passes still after a restart is none. */
function tell({ ctx, state, id }: Tested, direction: Direction, outcome: Outcome): void {
  const { trial } = state.memory(id);
  const before = trial.tests[direction].outcome?.verdict;
  if (before === outcome.verdict) return;
  const found = 'message' in outcome ? outcome.message : 'passed';
  ctx.log[outcome.verdict === 'failed' ? 'warn' : 'info']('verification', { resource: state.resource.metadata.name, instance: id, kind: direction, outcome: outcome.verdict, from: before, note: found });
  const about = { action: 'Verify', note: `${id}: ${direction}: ${found}` };
  if (outcome.verdict === 'failed') ctx.events.record(state.resource, { ...about, type: 'Warning', reason: 'VerificationFailed', note: `${about.note} (${failureReason(direction)})` });
  if (outcome.verdict === 'passed' && (before !== undefined || trial.soakingSinceMs !== undefined)) ctx.events.record(state.resource, { ...about, type: 'Normal', reason: 'VerificationPassed' });
}
