// The rows about the guest: before the window, on what is settled, and on the way back, as one line each.
import { expect } from 'chai';
import { reportedOf } from '../../../src/core/describe.ts';
import type { GuestReading } from '../../../src/core/guest.ts';
import { plan } from '../../../src/core/plan.ts';
import type { Surroundings, Target } from '../../../src/core/situation.ts';
import { aSituation, EIP1, eniLinks, GONE, links, UNPROVED } from '../../kit/cloud.ts';
import type { Given } from '../../kit/cloud.ts';
import { planLine } from '../../kit/lines.ts';
import { eipOf, eniOf, instanceOf, STAGE } from '../../kit/stages.ts';
import type { Stage } from '../../kit/stages.ts';

type Case = readonly [name: string, given: Given, want: string];

const READY: GuestReading = { state: 'ready', managed: false };
const MANAGED: GuestReading = { state: 'ready', managed: true };
const NOT_READY: GuestReading = { state: 'notReady', managed: false, missing: 'eth1 is down', configurable: true };
const HOPELESS: GuestReading = { ...NOT_READY, missing: 'there is no default route', configurable: false };
const DIVERTED: GuestReading = { ...HOPELESS, diverted: true };
const ARMED: GuestReading = { state: 'armed', managed: true, mayConfirm: false };
const CHECKED: GuestReading = { ...ARMED, mayConfirm: true };
const BROKEN: GuestReading = { ...CHECKED, missing: 'eth1 is down' };
const UNREAD: GuestReading = { state: 'unread', message: 'no agent' };
const OFF: GuestReading = { state: 'unread', message: 'no flag', reason: 'GuestCommandsOff' };

interface More {
  readonly target?: Partial<Target>;
  readonly surroundings?: Partial<Surroundings>;
}

const given = (view: Stage, guestRouting: Target['guestRouting'], guest: GuestReading | undefined, { target, surroundings }: More = {}): Given =>
  ({ view, target: { guestRouting, ...target }, surroundings: { ...(guest && { guest }), ...surroundings } });

const GUEST = 'eni-1 in i-1 (00:16:3e:00:00:01, 10.0.1.6)';
const OPENS = 'Progressing: unassociateEipAddress eip-1 from i-1 (open)';
const CONFIGURES = `Progressing: configureGuestRouting ${GUEST}`;
const TAKEN = { 'egressunification.io/hold': '1.DefaultRouteTaken' };
const HELD = { 'egressunification.io/hold': 'maintenance' };

const BEFORE: readonly Case[] = [
  ['is none of our business with Ignore', given(STAGE.attached, 'Ignore', NOT_READY), OPENS],
  ['is not asked for with Ignore', given(STAGE.attached, 'Ignore', undefined), OPENS],
  ...(['Check', 'Configure'] as const).flatMap((routing): Case[] => [
    [`is waited for until it was read (${routing})`, given(STAGE.attached, routing, undefined), 'Progressing: wait WaitingForGuest'],
    [`blocks while it cannot be read (${routing})`, given(STAGE.attached, routing, UNREAD), 'Blocked: blocked GuestUnread'],
    [`blocks while commands are not allowed (${routing})`, given(STAGE.attached, routing, OFF), 'Blocked: blocked GuestCommandsOff'],
    [`lets the window open when it is ready (${routing})`, given(STAGE.attached, routing, READY), OPENS],
    [`lets it open when it is ready by our doing (${routing})`, given(STAGE.attached, routing, MANAGED), OPENS],
    [`is not asked for before the ENI is attached (${routing})`, given(STAGE.created, routing, undefined), 'Progressing: attachNetworkInterface eni-1 to i-1'],
    [`is not asked for before the way out stands (${routing})`, given(STAGE.attached, routing, NOT_READY, { surroundings: { wayOut: GONE } }), 'Blocked: blocked NoSnatEntry'],
    [`is set up after the groups are right (${routing})`, given(eniOf(STAGE.attached, { securityGroupIds: [] }), routing, NOT_READY), 'Progressing: modifyNetworkInterfaceAttribute eni-1 to sg-1'],
    [`keeps no window open (${routing})`, given(STAGE.unbound, routing, NOT_READY), 'InWindow: associateEipAddress eip-1 to eni-1 (close)'],
    [`blocks what nobody here can mend (${routing})`, given(STAGE.attached, routing, HOPELESS), 'Blocked: blocked GuestNotReady'],
    [`is marked where it sends everything out by the ENI (${routing})`, given(STAGE.attached, routing, DIVERTED), 'Progressing: tagEip eip-1 hold=1.DefaultRouteTaken (hold)'],
    [`loses the ENI once that is marked (${routing})`, given(eipOf(STAGE.attached, { tags: { ...links(), ...TAKEN } }), routing, DIVERTED), 'Progressing: detachNetworkInterface eni-1 from i-1 (takeOff)'],
    [`loses it by the mark alone (${routing})`, given(eipOf(STAGE.attached, { tags: { ...links(), ...TAKEN } }), routing, undefined), 'Progressing: detachNetworkInterface eni-1 from i-1 (takeOff)'],
    [`is left alone without the ENI (${routing})`, given(eipOf(STAGE.created, { tags: { ...links(), ...TAKEN } }), routing, undefined), 'Blocked: blocked DefaultRouteTaken'],
    [`is tried anew by another generation (${routing})`, given(eipOf(STAGE.created, { tags: { ...links(), ...TAKEN } }), routing, undefined, { target: { generation: 2 } }), 'Progressing: untagEip eip-1 hold'],
    [`is not written to while a person holds the instance (${routing})`, given(instanceOf(STAGE.attached, { tags: HELD }), routing, NOT_READY), 'Blocked: blocked Held'],
    [`is not written to outside the fences (${routing})`, given(STAGE.attached, routing, NOT_READY, { target: { requiredTags: { fleet: 'web' } } }), routing === 'Check' ? 'Blocked: blocked GuestNotReady' : 'Blocked: blocked OutsideFences'],
  ]),
  ['blocks while it is not ready with Check', given(STAGE.attached, 'Check', NOT_READY), 'Blocked: blocked GuestNotReady'],
  ['is waited for with Check while it is armed', given(STAGE.attached, 'Check', CHECKED), 'Progressing: wait GuestConfiguring'],
  ['is set up with Configure', given(STAGE.attached, 'Configure', NOT_READY), CONFIGURES],
  ['is named by its MAC address in lower case', given(eniOf(STAGE.attached, { macAddress: '00:16:3E:AA:BB:CC' }), 'Configure', NOT_READY), 'Progressing: configureGuestRouting eni-1 in i-1 (00:16:3e:aa:bb:cc, 10.0.1.6)'],
  ['is waited for while it is armed and nothing was seen from outside', given(STAGE.attached, 'Configure', ARMED), 'Progressing: wait GuestConfiguring'],
  ['is confirmed once a check from outside passed', given(STAGE.attached, 'Configure', CHECKED), `Progressing: confirmGuestRouting ${GUEST}`],
  ['is not confirmed while it does not work, and takes itself back', given(STAGE.attached, 'Configure', BROKEN), 'Progressing: wait GuestConfiguring'],
];

const SETTLED: readonly Case[] = [
  ...(['Ignore', 'Check', 'Configure'] as const).flatMap((routing): Case[] => [
    [`stays settled unread (${routing})`, given(STAGE.unified, routing, UNREAD), 'Unified: settled Unified'],
    [`stays settled before it was read (${routing})`, given(STAGE.unified, routing, undefined), 'Unified: settled Unified'],
    [`is settled when it is ready (${routing})`, given(STAGE.unified, routing, MANAGED), 'Unified: settled Unified'],
    [`is unknown while the way out is in doubt (${routing})`, given(STAGE.unified, routing, NOT_READY, { surroundings: { wayOut: UNPROVED } }), 'Unknown: wait NotObserved'],
    [`is not asked for on a set-up by hand (${routing})`, given(STAGE.byHand, routing, NOT_READY), 'Unified: settled Unified'],
    [`is not asked for where there is nothing to move (${routing})`, given(STAGE.nothing, routing, NOT_READY), 'NothingToMove: settled NothingToMove'],
  ]),
  ['is nobody\'s business with Ignore', given(STAGE.unified, 'Ignore', NOT_READY), 'Unified: settled Unified'],
  ['is reported with Check', given(STAGE.unified, 'Check', NOT_READY), 'Degraded: blocked GuestNotReady'],
  ['is left alone with Check while it is armed', given(STAGE.unified, 'Check', ARMED), 'Unified: settled Unified'],
  ['is set up with Configure', given(STAGE.unified, 'Configure', NOT_READY), CONFIGURES],
  ['is waited for while it is armed', given(STAGE.unified, 'Configure', ARMED), 'Progressing: wait GuestConfiguring'],
  ['is confirmed once a check from outside passed', given(STAGE.unified, 'Configure', CHECKED), `Progressing: confirmGuestRouting ${GUEST}`],
  ['is reported where nobody here can mend it', given(STAGE.unified, 'Configure', HOPELESS), 'Degraded: blocked GuestNotReady'],
  ['is only told of with drift.action Report', given(STAGE.unified, 'Configure', NOT_READY, { target: { reportOnly: true } }), 'Degraded: blocked DriftReported'],
  ['is reported and not written to while a person holds the instance', given(instanceOf(STAGE.unified, { tags: HELD }), 'Configure', NOT_READY), 'Degraded: blocked GuestNotReady'],
  ['stays settled unread while a person holds the instance', given(instanceOf(STAGE.unified, { tags: HELD }), 'Check', UNREAD), 'Unified: settled Unified'],
];

const back = (view: Stage, routing: Target['guestRouting'], guest: GuestReading | undefined, more: Given = {}): Given =>
  ({ ...given(view, routing, guest, { target: { goal: 'revert' } }), ...more });
const UNDOES = `Progressing: undoGuestRouting ${GUEST}`;
const DETACHES = 'Progressing: detachNetworkInterface eni-1 from i-1';

const BACK: readonly Case[] = [
  ...(['Ignore', 'Check', 'Configure'] as const).flatMap((routing): Case[] => [
    [`gives back what is ours in it (${routing})`, back(STAGE.attached, routing, MANAGED), UNDOES],
    [`gives back what is armed (${routing})`, back(STAGE.attached, routing, ARMED), UNDOES],
    [`gives back what does not work (${routing})`, back(STAGE.attached, routing, { ...NOT_READY, managed: true }), UNDOES],
    [`keeps what is not ours (${routing})`, back(STAGE.attached, routing, READY), DETACHES],
    [`keeps nobody from going home unread (${routing})`, back(STAGE.attached, routing, UNREAD), DETACHES],
    [`keeps nobody from going home without commands (${routing})`, back(STAGE.attached, routing, OFF), DETACHES],
    [`keeps nobody from going home when it will not give it back (${routing})`, back(STAGE.attached, routing, MANAGED, { hints: { fruitlessUndos: 3 } }), DETACHES],
    [`is asked again when it did not give it back (${routing})`, back(STAGE.attached, routing, MANAGED, { hints: { fruitlessUndos: 2 } }), UNDOES],
    [`comes after the EIP is home (${routing})`, back(STAGE.unified, routing, MANAGED), 'Progressing: unassociateEipAddress eip-1 from eni-1 (open)'],
    [`comes after the window is closed (${routing})`, back(STAGE.unbound, routing, MANAGED), 'InWindow: associateEipAddress eip-1 to i-1 (close)'],
    [`is out of reach once the ENI is detached (${routing})`, back(STAGE.created, routing, MANAGED), 'Progressing: deleteNetworkInterface eni-1'],
    [`is out of reach while the instance is Stopped (${routing})`, back(instanceOf(STAGE.attached, { status: 'Stopped' }), routing, undefined), DETACHES],
    [`is not touched behind an ENI that is not proved ours (${routing})`, back(eniOf(STAGE.attached, { tags: eniLinks({ owner: undefined }) }), routing, MANAGED), 'Progressing: untagEip eip-1 cluster,owner,instance,eip'],
    [`is let go of as it is (${routing})`, { ...back(STAGE.unified, routing, MANAGED), target: { goal: 'release', guestRouting: routing } }, 'Progressing: untagEip eip-1 owner'],
  ]),
  ['is waited for until it was read with Configure', back(STAGE.attached, 'Configure', undefined), 'Progressing: wait WaitingForGuest'],
  ['is not waited for with Check', back(STAGE.attached, 'Check', undefined), DETACHES],
  ['is not waited for with Ignore', back(STAGE.attached, 'Ignore', undefined), DETACHES],
];

const TABLES: Record<string, readonly Case[]> = { 'A guest before the window': BEFORE, 'The guest of a settled instance': SETTLED, 'The guest on the way back': BACK };

for (const [title, cases] of Object.entries(TABLES)) {
  describe(title, () => {
    for (const [name, situation, want] of cases) it(name, () => expect(planLine(aSituation(situation))).to.equal(want));
  });
}

describe('What is said of a guest', () => {
  const said = (situation: Given): string => reportedOf(plan(aSituation(situation)), undefined).message;

  it('names what is missing, and Configure where that would mend it', () => {
    expect(said(given(STAGE.attached, 'Check', NOT_READY))).to.equal('The guest of i-1 is not ready: eth1 is down. Set up what the message names, or set spec.guestRouting to Configure.');
  });
  it('does not advise what is set already', () => expect(said(given(STAGE.attached, 'Configure', HOPELESS))).to.contain('there is no default route').and.not.contain('set spec.guestRouting'));
  it('names the flag where commands are not allowed', () => expect(said(given(STAGE.attached, 'Check', OFF))).to.contain('set the flag'));
  it('tells of a guest that was left as it is, because it could not be read', () => {
    expect(said(back(STAGE.attached, 'Configure', UNREAD))).to.equal('Next: detach ENI eni-1 from i-1 (whether our routing is still in the guest of i-1 is not known: no agent)');
  });
  it('tells of a guest that would not give it back', () => expect(said(back(STAGE.attached, 'Ignore', MANAGED, { hints: { fruitlessUndos: 3 } }))).to.contain('is still in the guest of i-1'));
  it('says nothing of a guest that never had it', () => expect(said(back(STAGE.attached, 'Configure', READY))).to.equal('Next: detach ENI eni-1 from i-1'));
});

describe('A place in the rollout', () => {
  const isUnderWay = (situation: Given): boolean => plan(aSituation(situation)).underWay;

  it('is kept before the window while the guest is not ready', () => expect(isUnderWay(given(STAGE.attached, 'Check', NOT_READY))).to.equal(true));
  it('is not had yet by a settled instance whose guest is to be set up', () => expect(isUnderWay(given(STAGE.unified, 'Configure', NOT_READY))).to.equal(false));
  it('is kept while its guest is armed', () => expect(isUnderWay(given(STAGE.unified, 'Configure', ARMED))).to.equal(true));
  it('is not taken by a settled instance whose guest is only reported', () => expect(isUnderWay(given(STAGE.unified, 'Check', NOT_READY))).to.equal(false));
  it('is given back by one that failed and is at home', () => {
    expect(isUnderWay({ view: eipOf(STAGE.attached, { tags: { ...eniLinks(), 'egressunification.io/hold': '1.VerificationFailed' } }) })).to.equal(false);
  });
  it('is kept by one that failed and is on its way home', () => {
    expect(isUnderWay({ view: eipOf(STAGE.unified, { id: EIP1, tags: { ...eniLinks(), 'egressunification.io/hold': '1.VerificationFailed' } }) })).to.equal(true);
  });
});
