// One instance, its guest and everybody who has a hand in it, as an explicit-state model: the planner's own moves, and what others may do
// between any two of them. A step has its whole effect at once; what fails is one of the things that others do.
import { TAG } from '../../../src/api/names.ts';
import type { Reason } from '../../../src/api/reasons.ts';
import type { GuestReading } from '../../../src/core/guest.ts';
import { plan } from '../../../src/core/plan.ts';
import type { Goal, Move, TurnBack } from '../../../src/core/situation.ts';
import type { Step } from '../../../src/core/step.ts';
import type { Eip, Tags } from '../../../src/core/view.ts';
import { anEip, aSituation, at, GONE, I1, on, STANDS } from '../../kit/cloud.ts';
import type { Stage } from '../../kit/stages.ts';
import { after, shown } from './world.ts';

export interface Model {
  readonly stage: Stage;
  /** bare: nothing of ours; mute: it cannot be asked, whatever is in it; diverting: it sends everything out by the ENI. */
  readonly guest: 'bare' | 'armed' | 'ours' | 'mute' | 'diverting';
  readonly goal: Goal;
  readonly generation: number;
  readonly isWayOut: boolean;
  /** What is lost with the process. */
  readonly isRead: boolean;
  readonly isChecked: boolean;
  readonly restore: boolean;
  readonly lift: boolean;
  readonly turnBack: TurnBack['refused'] | 'none';
  /** An undo is accepted and comes to nothing. */
  readonly isStubborn: boolean;
  readonly undos: number;
}

export const start = (stage: Stage): Model => ({
  stage, guest: 'bare', goal: 'unify', generation: 1, isWayOut: true, isRead: false, isChecked: false, restore: false, lift: false, turnBack: 'none', isStubborn: false, undos: 0,
});

const readingOf = ({ guest, isChecked }: Model): GuestReading => ({
  bare: { state: 'notReady' as const, managed: false, missing: 'a rule', configurable: true }, armed: { state: 'armed' as const, managed: true, mayConfirm: isChecked },
  ours: { state: 'ready' as const, managed: true }, mute: { state: 'unread' as const, message: 'no agent' },
  diverting: { state: 'notReady' as const, managed: false, missing: 'another default route', configurable: false, diverted: true as const },
})[guest];

const hasEni = ({ stage }: Model): boolean => stage.networkInterfaces.some(({ status }) => status === 'InUse');

export function moveOf(model: Model): Move {
  const { stage, goal, generation, restore, lift, turnBack, isRead, isWayOut, undos } = model;
  return plan(aSituation({
    view: stage, target: { goal, generation, restore, liftHolds: lift, guestRouting: 'Configure' },
    surroundings: { wayOut: isWayOut ? STANDS : GONE, ...(isRead && hasEni(model) && { guest: readingOf(model) }) },
    hints: { fruitlessUndos: undos, ...(turnBack !== 'none' && { turnBack: { reason: 'TurnedBack', message: 'refused', refused: turnBack } }) },
  })).move;
}

function performed(model: Model, step: Step): Model {
  switch (step.kind) {
    case 'configureGuestRouting': return { ...model, guest: model.guest === 'mute' ? 'mute' : 'armed', isChecked: false };
    case 'confirmGuestRouting': return { ...model, guest: 'ours' };
    case 'undoGuestRouting': return model.isStubborn ? { ...model, undos: model.undos + 1 } : { ...model, guest: 'bare' };
    case 'detachNetworkInterface': return { ...model, stage: after(model.stage, step), isRead: false, guest: model.guest === 'diverting' ? 'diverting' : 'bare' };
    default: return { ...model, stage: after(model.stage, step) };
  }
}

/** What waits for the guest gets it: it is read, and the check from outside passes. */
function waited(model: Model, reason: Reason): Model | undefined {
  if (reason === 'WaitingForGuest') return { ...model, isRead: true };
  return reason === 'GuestConfiguring' && !model.isChecked ? { ...model, isChecked: true } : undefined;
}

/** A settled instance is read as well, and what was refused on the way is forgotten. */
function settled(model: Model): Model | undefined {
  const isNews = model.turnBack !== 'none' || (!model.isRead && hasEni(model));
  return isNews ? { ...model, turnBack: 'none', isRead: hasEni(model) } : undefined;
}

/** What the controller does next, left alone; undefined: nothing until something changes. */
export function next(model: Model): Model | undefined {
  const move = moveOf(model);
  if ('do' in move) return performed(model, move.do);
  const news = 'wait' in move ? waited(model, move.wait.reason) : 'settled' in move ? settled(model) : undefined;
  // a request counts as answered once nothing is left to do
  return news ?? (model.lift ? { ...model, lift: false } : undefined);
}

const without = <T extends object>(object: T, key: string): T => Object.fromEntries(Object.entries(object).filter(([name]) => name !== key)) as T;

const home = ({ stage }: Model): Eip | undefined => stage.eips[0];
const bindTo = (model: Model, binding: Eip['binding']): Model => ({
  ...model, stage: shown({ ...model.stage, eips: model.stage.eips.map((eip) => anEip({ ...without(eip, 'binding'), status: binding ? 'InUse' : 'Available', mode: binding ? 'NAT' : '', ...(binding && { binding }) })) }),
});
const tagWith = (model: Model, change: (tags: Tags) => Tags): Model => ({ ...model, stage: { ...model.stage, eips: model.stage.eips.map((eip) => anEip({ ...eip, tags: change(eip.tags) })) } });
const holdOf = (model: Model): string | undefined => home(model)?.tags[TAG.hold];

const anew = { turnBack: 'none', undos: 0 } as const;

/** What others do, each wherever it can be done; the failure of a step is one of them. */
export const OTHERS: Readonly<Record<string, (model: Model) => Model | undefined>> = {
  'the process dies': (model) => ({ ...model, isRead: false, isChecked: false, restore: false, ...anew }),
  'its verification fails': (model) => ('settled' in moveOf(model) && home(model)?.binding?.kind === 'networkInterface' ? { ...model, restore: true } : undefined),
  'the Associate is refused': (model) => {
    const move = moveOf(model);
    return 'do' in move && move.do.kind === 'associateEipAddress' ? { ...model, turnBack: move.do.to.kind } : undefined;
  },
  'the guest takes it back by itself': (model) => (model.guest === 'armed' ? { ...model, guest: 'bare' } : undefined),
  'the guest falls silent': (model) => ({ ...model, guest: 'mute' }),
  'the guest speaks again': (model) => (model.guest === 'mute' ? { ...model, guest: 'bare' } : undefined),
  'the guest sends everything out by the ENI': (model) => ({ ...model, guest: 'diverting' }),
  'the guest is mended': (model) => (model.guest === 'diverting' ? { ...model, guest: 'bare' } : undefined),
  'the guest keeps what it has': (model) => ({ ...model, isStubborn: true }),
  'the way out goes': (model) => ({ ...model, isWayOut: false }),
  'the way out comes back': (model) => ({ ...model, isWayOut: true }),
  'somebody puts the EIP on the instance': (model) => bindTo(model, at(I1)),
  'somebody puts the EIP on the ENI': (model) => {
    const eni = model.stage.networkInterfaces.find(({ status }) => status === 'InUse');
    return eni && bindTo(model, on(eni.id));
  },
  'somebody unbinds the EIP': (model) => bindTo(model, undefined),
  'somebody holds the EIP': (model) => tagWith(model, (tags) => ({ ...tags, [TAG.hold]: 'maintenance' })),
  'somebody takes the hold off': (model) => (holdOf(model) === undefined ? undefined : tagWith(model, (tags) => without(tags, TAG.hold))),
  'somebody takes every tag off the EIP': (model) => tagWith(model, () => ({})),
  'the user edits the resource': (model) => ({ ...model, generation: model.generation + 1, restore: false, ...anew }),
  'the user asks to look again': (model) => ({ ...model, lift: true, restore: false, ...anew }),
  'the user deselects the instance': (model) => ({ ...model, goal: 'revert', restore: false, ...anew }),
  'the user selects it again': (model) => ({ ...model, goal: 'unify', ...anew }),
};
