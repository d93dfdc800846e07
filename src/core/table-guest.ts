/**
 * The rows about the guest, whose second interface must answer what arrives on it (spec.guestRouting; facts 6).
 *
 * home EIP      | guestRouting | the guest           | move
 * on the instance, our ENI attached: before the window opens
 *               | Ignore       | any                 | –
 *               | any other    | not read yet        | wait WaitingForGuest
 *               | any other    | unread              | blocked GuestUnread
 *               | any other    | ready               | –
 *               | Check        | not ready           | blocked GuestNotReady
 *               | Check        | armed               | wait: it is confirmed, or takes itself back
 *               | Configure    | not ready           | configureGuestRouting, where that mends it; else blocked
 *               | Configure    | armed               | confirmGuestRouting once a check from outside passed; until then wait
 * on our ENI: what is settled is not undone, and an unread guest is no reason to doubt it
 *               | Check        | not ready           | Degraded GuestNotReady
 *               | Configure    | not ready, armed    | as before the window; what cannot be mended is Degraded
 * at home, going back, our ENI attached
 *               | any          | managed             | undoGuestRouting, before the ENI is detached; three times at most
 *               | Configure    | not read yet        | wait WaitingForGuest
 *               | any          | unread              | –: the ENI goes, and it is said that the guest was not restored
 */
import type { Facts } from './facts.ts';
import type { GuestReading } from './guest.ts';
import { problem, type Problem } from './problem.ts';
import { blocked, carriesEip, isProved, take, wait, type Row } from './rows.ts';
import type { Move, PlanInput } from './situation.ts';
import type { GuestInterface } from './step.ts';
import type { NetworkInterface } from './view.ts';

type Routing = Exclude<PlanInput['target']['guestRouting'], 'Ignore'>;
type Unready = Extract<GuestReading, { state: 'armed' | 'notReady' }>;
type Unread = Extract<GuestReading, { state: 'unread' }>;

/** How often a guest is asked to take our routing out before it is left as it is. */
const UNDO_MAX = 3;

const interfaceOf = (eni: NetworkInterface, { view }: PlanInput): GuestInterface =>
  ({ instance: view.instanceId, networkInterface: eni.id, mac: eni.macAddress.toLowerCase(), address: eni.primaryIp });

const unreadProblem = ({ reason = 'GuestUnread', message }: Unread, { view }: PlanInput): Problem => problem(reason, `The guest of ${view.instanceId} is not known to be ready: ${message}`);

function notReadyProblem(missing: string, { view, target }: PlanInput, degraded: boolean): Problem {
  const remedy = target.guestRouting === 'Configure' ? 'Set that up in the guest: the controller mends nothing but a missing address and source routing, and those on systemd alone' : undefined;
  return problem('GuestNotReady', `The guest of ${view.instanceId} is not ready: ${missing}`, { degraded, ...(remedy !== undefined && { remedy }) });
}

const configuring = ({ view }: PlanInput, missing: string | undefined): Move =>
  wait('GuestConfiguring', `The routing in ${view.instanceId} is armed and ${missing ?? 'waits for a check from outside'}`);

/** What is done about a guest that is not ready. */
const MENDING: Record<Routing, (guest: Unready, eni: NetworkInterface, input: PlanInput, degraded: boolean) => Move> = {
  Check: (guest, _, input, degraded) => (guest.state === 'armed' ? configuring(input, guest.missing) : blocked(notReadyProblem(guest.missing, input, degraded))),
  Configure: (guest, eni, input, degraded) => {
    if (guest.state === 'notReady') return guest.configurable ? take({ kind: 'configureGuestRouting', ...interfaceOf(eni, input) }) : blocked(notReadyProblem(guest.missing, input, degraded));
    return guest.mayConfirm && guest.missing === undefined ? take({ kind: 'confirmGuestRouting', ...interfaceOf(eni, input) }) : configuring(input, guest.missing);
  },
};

/** Nothing is cut over onto an interface that answers nobody. */
function beforeOpening(eni: NetworkInterface, routing: Routing, input: PlanInput): Move | undefined {
  const { guest } = input.surroundings;
  if (guest === undefined) return wait('WaitingForGuest', `The guest of ${input.view.instanceId} is being read`);
  if (guest.state === 'unread') return blocked(unreadProblem(guest, input));
  return guest.state === 'ready' ? undefined : MENDING[routing](guest, eni, input, false);
}

function onceSettled(eni: NetworkInterface, routing: Routing, input: PlanInput): Move | undefined {
  const { guest } = input.surroundings;
  if (guest === undefined || guest.state === 'unread' || guest.state === 'ready') return undefined;
  return routing === 'Check' && guest.state === 'armed' ? undefined : MENDING[routing](guest, eni, input, true);
}

/** Between the ENI that is ready and the window, and once the EIP is on it. */
export const guestReady: Row = ({ home, eni, ourEni }, input) => {
  const { guestRouting } = input.target;
  if (guestRouting === 'Ignore' || eni !== 'inUseHere' || !ourEni) return undefined;
  if (home === 'onInstance') return beforeOpening(ourEni, guestRouting, input);
  return home === 'onEni' ? onceSettled(ourEni, guestRouting, input) : undefined;
};

/** What a hold leaves to say of a settled instance: that its guest is not ready, and nothing is done about it. */
export const guestOfHeld: Row = ({ home, eni }, input) => {
  const { target: { guestRouting }, surroundings: { guest } } = input;
  if (guestRouting === 'Ignore' || home !== 'onEni' || eni !== 'inUseHere' || guest?.state !== 'notReady') return undefined;
  return blocked(notReadyProblem(guest.missing, input, true));
};

const isGoing = ({ eni, ourEni, activity }: Facts, input: PlanInput): boolean =>
  activity === 'running' && eni === 'inUseHere' && ourEni !== undefined && isProved(ourEni) && !carriesEip(input, ourEni.id);

/** Going back: our routing leaves the guest before the interface does. A guest that cannot be read, or that will not, keeps nobody from going home. */
export const undoGuest: Row = (facts, input) => {
  const { target: { guestRouting }, surroundings: { guest }, hints: { fruitlessUndos = 0 } } = input;
  if (!facts.ourEni || !isGoing(facts, input)) return undefined;
  if (guest === undefined) return guestRouting === 'Configure' ? wait('WaitingForGuest', `The guest of ${input.view.instanceId} is being read before its ENI is detached`) : undefined;
  const isOurs = guest.state !== 'unread' && guest.managed;
  return isOurs && fruitlessUndos < UNDO_MAX ? take({ kind: 'undoGuestRouting', ...interfaceOf(facts.ourEni, input) }) : undefined;
};

/** What stays in the guest when the ENI goes all the same; undefined: nothing is known to. */
export function leftInGuest({ target, surroundings: { guest }, view }: PlanInput): string | undefined {
  if (guest === undefined || (guest.state === 'unread' && target.guestRouting !== 'Configure')) return undefined;
  if (guest.state === 'unread') return `whether our routing is still in the guest of ${view.instanceId} is not known: ${guest.message}`;
  return guest.managed ? `our routing is still in the guest of ${view.instanceId}: routing-undo was accepted ${UNDO_MAX} times and changed nothing` : undefined;
}
