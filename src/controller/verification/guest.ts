/**
 * Reads guests where spec.guestRouting asks for it: from when our ENI is attached, at once after a step in the guest, at the interval when
 * settled, and no longer than a minute before a window opens.
 */
import { REASONS } from '../../api/reasons.ts';
import { guestReading, type GuestReading } from '../../core/guest.ts';
import type { Verdict, View } from '../../core/situation.ts';
import type { NetworkInterface } from '../../core/view.ts';
import { instanceKey, jittered, resourceKey } from '../context.ts';
import type { Shut } from '../gates.ts';
import { isStillWanted } from '../still-wanted.ts';
import { PRIORITY } from '../work-queue.ts';
import { stillAnswers } from './inbound.ts';
import type { GuestMemory } from './guest-memory.ts';
import { isMoved, isObserving, testIntervalMs, type Tested } from './tested.ts';

/** A window opens on no older reading. */
const FRESH_MS = 60_000;
/** A step in the guest takes about so long. */
const STEP_MS = 3_000;
const ARMED_MS = 10_000;
const UNREADY_MS = 30_000;
const UNREADY_MAX_MS = 300_000;
/** The verifier calls when it has read the guest; this is for what nobody calls about. */
const CALLED_MS = 30_000;
const REPORT_MS = 500;
const STEPS: ReadonlySet<string> = new Set(['configureGuestRouting', 'confirmGuestRouting', 'undoGuestRouting']);

type Unread = Extract<GuestReading, { state: 'unread' }>;

/** What is let go of is left as it is, and its guest with it. */
function isAsked({ state, id }: Tested): boolean {
  const { goal, guestRouting = 'Ignore' } = state.members.get(id)?.target ?? {};
  return guestRouting !== 'Ignore' && goal !== 'release';
}

/** The ENI of ours that the guest should know: the verdict says which it is. */
function interfaceOf({ state, id }: Tested): NetworkInterface | undefined {
  const ours = state.reported.get(id)?.verdict.networkInterfaceId;
  const seen = state.memory(id).view?.networkInterfaces ?? state.vpc.inventory?.enisOf.get(id) ?? [];
  return seen.find((eni) => eni.id === ours && eni.status === 'InUse' && eni.instanceId === id);
}

/** Why no guest is read at all; undefined: they are. */
function whyNot(tested: Tested): Unread | undefined {
  if (tested.ctx.guests === undefined) return { state: 'unread', reason: 'GuestCommandsOff', message: 'the controller runs without --allow-guest-commands' };
  return isObserving(tested) && tested.state.resource.metadata.deletionTimestamp === undefined ? { state: 'unread', message: 'nothing is begun, and that includes commands in guests' } : undefined;
}

/** What the planner is told of the guest. */
export function guestOf(tested: Tested, view: View): GuestReading | undefined {
  if (!isAsked(tested)) return undefined;
  const { reading } = tested.state.memory(tested.id).guest;
  const isOfThis = view.networkInterfaces.some(({ macAddress, instanceId }) => macAddress === reading?.mac && instanceId === tested.id);
  return whyNot(tested) ?? (isOfThis ? reading?.of : undefined);
}

/** The same as a field that is there only if something is known. */
export function guestGiven(tested: Tested, view: View): { readonly guest?: GuestReading } {
  const guest = guestOf(tested, view);
  return guest ? { guest } : {};
}

/** Called with every verdict on a complete view, once it is said. */
export function followGuest(tested: Tested): void {
  if (!isAsked(tested) || whyNot(tested) !== undefined) return;
  const eni = interfaceOf(tested);
  const { guest } = tested.state.memory(tested.id);
  if (eni === undefined) {
    // attached anew it is read anew
    guest.reading = undefined;
    return;
  }
  const steppedMs = stepMs(tested);
  if (steppedMs > Math.max(guest.reading?.startedMs ?? 0, guest.askedSinceMs)) {
    guest.askedSinceMs = steppedMs;
    ask(tested, STEP_MS);
  }
  const isOther = isOfAnother(guest, eni);
  guest.askedOf = eni.macAddress;
  if (isOther || !guest.isDue) ask(tested, isOther ? 0 : nextMs(tested));
}

/** What was read, or was appointed to be, is of another ENI: that comes too late for this one. */
const isOfAnother = ({ askedOf, reading }: GuestMemory, { macAddress }: NetworkInterface): boolean => askedOf !== macAddress && reading?.mac !== macAddress;

/** When the last step in the guest was accepted, if that was the last step of all. */
function stepMs({ state, id }: Tested): number {
  const { accepted } = state.memory(id);
  return accepted !== undefined && STEPS.has(accepted.step.kind) ? accepted.atMs : Number.NEGATIVE_INFINITY;
}

function ask(tested: Tested, afterMs: number): void {
  const { ctx, state, id } = tested;
  state.memory(id).guest.isDue = true;
  const dropped = (): void => {
    if (state.members.has(id)) state.memory(id).guest.isDue = false;
  };
  ctx.verifier.add({ kind: 'routing', state, id, attempt: () => read(tested), dropped }, { afterMs, urgent: afterMs <= STEP_MS });
}

/** One reading; in how many ms the next one is due. */
async function read(tested: Tested): Promise<number | undefined> {
  const { ctx, state, id } = tested;
  const eni = interfaceOf(tested);
  if (!isAsked(tested) || ctx.guests === undefined || whyNot(tested) !== undefined || eni === undefined || !isStillWanted(state, id)) return undefined;
  const startedMs = ctx.clock.monotonic();
  const answer = await ctx.guests(state.resource.spec.regionId).run({ instance: id, command: 'routing-check', parameters: { mac: eni.macAddress.toLowerCase(), address: eni.primaryIp } });
  ctx.metrics.count('guest_commands_total', { command: 'routing-check', outcome: answer.ran ? 'answered' : answer.why });
  const said: GuestReading = answer.ran ? guestReading(answer.output) : { state: 'unread', message: answer.message };
  const of = said.state === 'armed' ? { ...said, mayConfirm: await stillAnswers(tested) } : said;
  if (!state.members.has(id)) return undefined;
  note(tested, { of, mac: eni.macAddress, startedMs });
  return nextMs(tested);
}

function note({ ctx, state, id }: Tested, reading: { readonly of: GuestReading; readonly mac: string; readonly startedMs: number }): void {
  const { guest } = state.memory(id);
  const before = guest.reading?.of;
  guest.reading = reading;
  guest.fruitless = reading.of.state === 'ready' ? 0 : guest.fruitless + 1;
  const { name } = state.resource.metadata;
  if (JSON.stringify(before) === JSON.stringify(reading.of)) return call({ ctx, state, id });
  const says = 'missing' in reading.of ? reading.of.missing : 'message' in reading.of ? reading.of.message : undefined;
  ctx.log.info('guest', { resource: name, instance: id, from: before?.state, to: reading.of.state, note: says });
  ctx.queue.addAfter(resourceKey(name), REPORT_MS, PRIORITY.drift);
  call({ ctx, state, id });
}

/** Whoever waits for the guest goes on. */
function call({ ctx, state, id }: Tested): void {
  const verdict = state.reported.get(id)?.verdict;
  if (verdict && !('settled' in verdict.move)) ctx.queue.add(instanceKey(state.resource.metadata.name, id), PRIORITY.drift);
}

function nextMs(tested: Tested): number {
  const { ctx, state, id } = tested;
  const { reading, fruitless } = state.memory(id).guest;
  if (stepMs(tested) > (reading?.startedMs ?? 0)) return STEP_MS;
  if (reading?.of.state === 'armed') return ARMED_MS;
  const intervalMs = testIntervalMs(state);
  return jittered(ctx.random, reading?.of.state === 'ready' ? intervalMs : Math.min(intervalMs, UNREADY_MAX_MS, UNREADY_MS * 2 ** Math.min(fruitless, 8)));
}

/** Where guests cannot be read nothing is begun that would wait for one; and a window opens only on what a guest said just now. */
export function guestGate(tested: Tested, verdict: Verdict): Shut | undefined {
  if (!isAsked(tested) || tested.state.members.get(tested.id)?.target.goal !== 'unify' || isMoved(tested, verdict)) return undefined;
  const off = whyNot(tested);
  return off ? unreadable(off) : staleGate(tested, verdict);
}

const unreadable = ({ reason = 'GuestUnread', message }: Unread): Shut =>
  ({ overlay: { reason, message: `spec.guestRouting asks for commands in guests, and ${message}. ${REASONS[reason].remedy}`, stuck: true } });

function staleGate(tested: Tested, { move }: Verdict): Shut | undefined {
  const { reading } = tested.state.memory(tested.id).guest;
  const isFresh = tested.ctx.clock.monotonic() - (reading?.startedMs ?? Number.NEGATIVE_INFINITY) <= FRESH_MS;
  if (isFresh || !('do' in move) || move.phase !== 'open') return undefined;
  ask(tested, 0);
  return { overlay: { reason: 'WaitingForGuest', message: 'Its guest is read once more before its cut-over', stuck: false }, againMs: CALLED_MS };
}
