// The table is total, and safe in every situation that the cloud could show: each law is asked of the whole product of the columns.
import { expect } from 'chai';
import { LINK_KEYS } from '../../../src/core/marks.ts';
import { plan } from '../../../src/core/plan.ts';
import type { Move, Phase } from '../../../src/core/situation.ts';
import type { Step, StepKind, StepOf } from '../../../src/core/step.ts';
import { EIP1, ENI1, I1 } from '../../kit/cloud.ts';
import { lineOf } from '../../kit/lines.ts';
import { situations } from './columns.ts';
import type { Situation } from './columns.ts';

interface Answer extends Situation {
  readonly move: Move;
  readonly line: string;
}

/** Says whether the law is kept; undefined: it says nothing about this answer. */
type Law = (answer: Answer) => boolean | undefined;

const stepOf = ({ move }: Answer): { readonly step: Step; readonly phase: Phase } | undefined => ('do' in move ? { step: move.do, phase: move.phase } : undefined);

function only<K extends StepKind>(answer: Answer, kind: K): StepOf<K> | undefined {
  const step = stepOf(answer)?.step as StepOf<StepKind & K> | undefined;
  return step?.kind === kind ? step : undefined;
}

const stepLine = (answer: Answer): string => JSON.stringify(stepOf(answer)?.step ?? '');

const isSeen = ({ columns }: Situation): boolean => columns.instance !== 'gone' && columns.instance !== 'unseen';
/** The unbound EIP is known to be the home: by its own tags or those of our ENI. */
const isUnbound = ({ columns: { home, marks, eni } }: Situation): boolean => home === 'unbound' && (marks !== 'untagged' || eni !== 'none');
const eniOf = ({ input }: Situation, id: string) => input.view.networkInterfaces.find((eni) => eni.id === id);

const isGuestReady = ({ columns: { routing, guest } }: Situation): boolean => routing === 'Ignore' || guest === 'ready' || guest === 'readyByUs';
const isManaged = ({ columns: { guest } }: Situation): boolean => ['readyByUs', 'hopeless', 'armed', 'checked'].includes(guest);
const isAtRest = ({ columns: { instance } }: Situation): boolean => instance === 'Running' || instance === 'Stopped';

const mayForward = (answer: Situation): boolean => answer.columns.goal === 'unify' && answer.columns.eni === 'InUse' && answer.columns.wayOut === 'stands' && isAtRest(answer);

const mayOpen = (answer: Situation): boolean => mayForward(answer) && answer.columns.marks === 'tagged' && isGuestReady(answer);

/** Locks are no reason: what is written is written in the guest. */
const mayConfigure = (answer: Situation): boolean => mayForward(answer) && answer.columns.routing === 'Configure' && !/^held/.test(answer.columns.marks);

/** The same with nothing asked of the guest. */
const lineIgnoring = ({ input }: Situation): string => lineOf(plan({ ...input, target: { ...input.target, guestRouting: 'Ignore' } }));

const mayRemove = (answer: Answer, id: string): boolean => {
  const eni = eniOf(answer, id);
  const carries = answer.input.view.eips.some((eip) => eip.binding?.id === id);
  return eni !== undefined && !carries && eni.publicIps.length === 0 && LINK_KEYS.every((key) => eni.tags[key] !== undefined);
};

const FORWARD_ONLY: ReadonlySet<StepKind> = new Set(['convertNatPublicIpToEip', 'modifyInstanceChargeType', 'createNetworkInterface', 'attachNetworkInterface']);

const LAWS: Readonly<Record<string, Law>> = {
  'is one move and no more': ({ move }) => Object.keys(move).filter((key) => ['do', 'wait', 'blocked', 'settled'].includes(key)).length === 1,
  'knows the shape': ({ move }) => ('blocked' in move ? move.blocked.reason !== 'UnknownShape' : undefined),
  'opens a window only onto an attached ENI, with a way out, nothing locked and nothing held': (answer) => {
    const step = only(answer, 'unassociateEipAddress');
    return step?.from.kind === 'instance' ? mayOpen(answer) : undefined;
  },
  'opens a window backwards only from an ENI, and with nothing locked': (answer) => {
    const step = only(answer, 'unassociateEipAddress');
    return step && answer.columns.goal === 'revert' && isSeen(answer) ? step.from.kind === 'networkInterface' && !/Locked|Person/.test(answer.columns.marks) : undefined;
  },
  'opens a window forwards only with a guest that is ready, where that is asked for': (answer) =>
    (only(answer, 'unassociateEipAddress')?.from.kind === 'instance' && answer.columns.routing !== 'Ignore' ? isGuestReady(answer) : undefined),
  'takes an EIP from an attached ENI, while unifying, only where it failed its verification': (answer) => {
    const step = only(answer, 'unassociateEipAddress');
    const isTaken = step?.from.kind === 'networkInterface' && isSeen(answer) && answer.columns.goal === 'unify' && answer.columns.eni === 'InUse';
    return isTaken ? answer.columns.marks === 'heldAsFailed' && stepOf(answer)?.phase === 'restore' : undefined;
  },
  'marks as failed only what is on its ENI and is to be restored': (answer) => {
    const isMark = only(answer, 'tagEip') && stepLine(answer).includes('VerificationFailed');
    const { restore, home, eni, goal, marks } = answer.columns;
    return isMark ? restore && home === 'onOurEni' && eni === 'InUse' && goal === 'unify' && !/^held/.test(marks) && stepOf(answer)?.phase === 'hold' : undefined;
  },
  'does nothing but mark what is to be restored': (answer) => {
    const { restore, goal, marks, eni, primary } = answer.columns;
    const isDue = restore && goal === 'unify' && eni === 'InUse' && isAtRest(answer) && (marks === 'tagged' || marks === 'untagged') && primary === 'none';
    return isDue ? only(answer, 'tagEip') !== undefined : undefined;
  },
  'never calls settled what failed its verification': (answer) => (answer.columns.marks === 'heldAsFailed' && answer.columns.goal === 'unify' && isSeen(answer) ? !('settled' in answer.move) : undefined),
  'writes into a guest forwards only where that is asked for, with a way out and nothing held': (answer) => {
    if (only(answer, 'configureGuestRouting')) return mayConfigure(answer) && answer.columns.guest === 'notReady';
    return only(answer, 'confirmGuestRouting') ? mayConfigure(answer) && answer.columns.guest === 'checked' : undefined;
  },
  'takes out of a guest only what is ours, going back, with the EIP at home': (answer) =>
    only(answer, 'undoGuestRouting') && answer.columns.goal === 'revert' && isManaged(answer) && answer.columns.home !== 'onOurEni' && answer.columns.home !== 'unbound' && answer.columns.instance === 'Running',
  'takes our routing out of a guest that can be asked before its ENI goes': (answer) =>
    (only(answer, 'detachNetworkInterface') && answer.columns.goal === 'revert' && answer.columns.instance === 'Running' && answer.columns.home === 'onInstance' ? !isManaged(answer) && !(answer.columns.routing === 'Configure' && answer.columns.guest === 'notRead') : undefined),
  'is the same on its ENI whether the guest cannot be read or is nobody\'s business': (answer) => {
    const { home, guest, routing, goal } = answer.columns;
    const isUnread = (guest === 'unread' || guest === 'notRead') && routing !== 'Ignore' && home === 'onOurEni' && goal === 'unify';
    return isUnread ? answer.line === lineIgnoring(answer) : undefined;
  },
  'closes a window whatever the guest says': (answer) => (answer.columns.home === 'unbound' && answer.columns.routing !== 'Ignore' && isSeen(answer) && answer.columns.goal !== 'revert' ? answer.line === lineIgnoring(answer) : undefined),
  'binds an unbound home EIP whose instance is seen and free': (answer) => {
    if (!isUnbound(answer) || !isSeen(answer) || answer.columns.primary !== 'none') return undefined;
    return only(answer, 'associateEipAddress')?.eip === EIP1 && stepOf(answer)?.phase === 'close';
  },
  'binds to the ENI only if that is attached, wanted and has a way out': (answer) => {
    const step = only(answer, 'associateEipAddress');
    if (step === undefined) return undefined;
    const { eni, goal, turnBack, wayOut, marks } = answer.columns;
    return (step.to.id === ENI1) === (eni === 'InUse' && goal !== 'revert' && !turnBack && wayOut !== 'gone' && marks !== 'heldAsFailed') && (step.to.id === ENI1 || step.to.id === I1);
  },
  'binds nothing that is bound': (answer) => only(answer, 'associateEipAddress') && answer.columns.home === 'unbound',
  'untags no unbound EIP of an instance that lives': (answer) => (only(answer, 'untagEip') && answer.columns.instance !== 'gone' ? answer.columns.home !== 'unbound' : undefined),
  'is never settled with the home EIP unbound and the instance alive': (answer) => ('settled' in answer.move && answer.columns.instance !== 'gone' ? !isUnbound(answer) : undefined),
  'detaches only what has four tags, no EIP, and is attached here': (answer) => {
    const step = only(answer, 'detachNetworkInterface');
    return step && mayRemove(answer, step.networkInterface) && answer.columns.eni === 'InUse';
  },
  'deletes only what has four tags, no EIP, and is Available': (answer) => {
    const step = only(answer, 'deleteNetworkInterface');
    return step && mayRemove(answer, step.networkInterface) && answer.columns.eni === 'Available';
  },
  'begins forwards only when unifying and with a way out': (answer) => {
    const step = stepOf(answer)?.step;
    return step && FORWARD_ONLY.has(step.kind) ? answer.columns.goal === 'unify' && answer.columns.wayOut === 'stands' : undefined;
  },
  'does nothing to an EIP between two states': (answer) => (/^(Un)?associating$/i.test(answer.columns.home) ? !stepLine(answer).includes(EIP1) : undefined),
  'does nothing to what a person holds but close': (answer) => {
    const held = answer.columns.marks === 'heldByPerson' && answer.input.view.eips.some((eip) => eip.id === EIP1);
    return held && stepOf(answer) ? stepOf(answer)?.phase === 'close' : undefined;
  },
  'says Unified only of an EIP on an attached ENI with a way out': ({ move, columns }) =>
    'settled' in move && move.settled === 'Unified' ? columns.wayOut === 'stands' && columns.primary === 'none' && ((columns.home === 'onOurEni' && columns.eni === 'InUse') || columns.home === 'onForeignEni') : undefined,
  'says nothing of an instance that it did not see but that it waits': (answer) => (answer.columns.instance === 'unseen' ? !('do' in answer.move) && !('settled' in answer.move) : undefined),
};

describe('In every situation that the cloud could show, the answer', function () {
  this.timeout(120_000);
  const asked = new Map<string, number>();
  const broken = new Map<string, string[]>();
  let count = 0;

  before(() => {
    for (const situation of situations()) {
      const verdict = plan(situation.input);
      const answer = { ...situation, move: verdict.move, line: lineOf(verdict) };
      count += 1;
      for (const [name, law] of Object.entries(LAWS)) {
        const kept = law(answer);
        if (kept !== undefined) asked.set(name, (asked.get(name) ?? 0) + 1);
        if (kept === false) broken.set(name, [...(broken.get(name) ?? []), `${JSON.stringify(answer.columns)} → ${answer.line}`]);
      }
    }
  });

  it('is given', () => expect(count).to.be.greaterThan(200_000));
  for (const name of Object.keys(LAWS)) {
    it(name, () => {
      expect((broken.get(name) ?? []).slice(0, 5)).to.deep.equal([]);
      expect(asked.get(name) ?? 0, 'situations that the law is about').to.be.greaterThan(0);
    });
  }
});
