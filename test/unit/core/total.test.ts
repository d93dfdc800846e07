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

const mayOpen = ({ columns: { eni, wayOut, instance, marks, goal } }: Situation): boolean =>
  goal === 'unify' && eni === 'InUse' && wayOut === 'stands' && (instance === 'Running' || instance === 'Stopped') && marks === 'tagged';

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
  'binds an unbound home EIP whose instance is seen and free': (answer) => {
    if (!isUnbound(answer) || !isSeen(answer) || answer.columns.primary !== 'none') return undefined;
    return only(answer, 'associateEipAddress')?.eip === EIP1 && stepOf(answer)?.phase === 'close';
  },
  'binds to the ENI only if that is attached, wanted and has a way out': (answer) => {
    const step = only(answer, 'associateEipAddress');
    if (step === undefined) return undefined;
    const { eni, goal, turnBack, wayOut } = answer.columns;
    return (step.to.id === ENI1) === (eni === 'InUse' && goal !== 'revert' && !turnBack && wayOut !== 'gone') && (step.to.id === ENI1 || step.to.id === I1);
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
  this.timeout(60_000);
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

  it('is given', () => expect(count).to.be.greaterThan(20_000));
  for (const name of Object.keys(LAWS)) {
    it(name, () => {
      expect((broken.get(name) ?? []).slice(0, 5)).to.deep.equal([]);
      expect(asked.get(name) ?? 0, 'situations that the law is about').to.be.greaterThan(0);
    });
  }
});
