// Everything that can happen to one instance whose guest is configured and whose failure is restored: all states that the planner and four
// acts of others, at any point, can bring about. In each of them it is safe, and from each of them, left alone, it comes to rest.
import { expect } from 'chai';
import { TAG } from '../../../src/api/names.ts';
import type { Move } from '../../../src/core/situation.ts';
import { STAGE } from '../../kit/stages.ts';
import { moveOf, next, OTHERS, start } from './model.ts';
import type { Model } from './model.ts';

const ACTS_MAX = 4;
/** Beyond any way through the table, there and back. */
const MOVES_MAX = 40;

interface Reached {
  readonly model: Model;
  /** How it came to this, for the one who has to read it. */
  readonly story: readonly string[];
}

/** The state and those that the controller, left alone, brings about from there, as far as they are new. */
function* onwards({ model: from, story: before }: Reached, seen: Set<string>): Generator<Reached> {
  let [model, story]: [Model | undefined, readonly string[]] = [from, before];
  for (let moves = 0; moves <= MOVES_MAX && model !== undefined && !seen.has(JSON.stringify(model)); moves += 1) {
    seen.add(JSON.stringify(model));
    yield { model, story };
    story = [...story, lineOf(moveOf(model))];
    model = next(model);
  }
}

/** Breadth first, so that every story is one of the shortest. */
function explore(from: Model): Reached[] {
  const seen = new Set<string>();
  const found: Reached[] = [];
  let level: Reached[] = [{ model: from, story: [] }];
  for (let acts = 0; acts <= ACTS_MAX; acts += 1) {
    const here = level.flatMap((reached) => [...onwards(reached, seen)]);
    found.push(...here);
    level = here.flatMap(({ model, story }) => Object.entries(OTHERS).flatMap(([name, act]) => {
      const changed = act(model);
      return changed ? [{ model: changed, story: [...story, `(${name})`] }] : [];
    }));
  }
  return found;
}

const lineOf = (move: Move): string => ('do' in move ? move.do.kind : 'wait' in move ? `wait ${move.wait.reason}` : 'blocked' in move ? `blocked ${move.blocked.reason}` : move.settled);
const told = ({ story, model }: Reached): string => `${story.join(' → ')} → ${lineOf(moveOf(model))}`;

const bindingOf = ({ stage }: Model): string => stage.eips[0]?.binding?.kind ?? 'none';
const holdOf = ({ stage }: Model): string | undefined => stage.eips[0]?.tags[TAG.hold];
const isFailed = (model: Model): boolean => holdOf(model)?.endsWith('.VerificationFailed') === true;

/** The state in which the controller, left alone, comes to rest; undefined: it never does. */
function restOf(model: Model): Model | undefined {
  let at = model;
  const passed = new Set<string>();
  for (;;) {
    const key = JSON.stringify(at);
    if (passed.has(key) || passed.size > MOVES_MAX) return undefined;
    passed.add(key);
    const following = next(at);
    if (following === undefined) return at;
    at = following;
  }
}

describe('One instance that is left alone', () => {
  function stepsOf(from: Model): { readonly kinds: readonly string[]; readonly end: Model } {
    const kinds: string[] = [];
    let end = from;
    for (let model: Model | undefined = from; model !== undefined; model = next(model)) {
      const move = moveOf(model);
      if ('do' in move) kinds.push(move.do.kind);
      end = model;
    }
    return { kinds, end };
  }

  const FORWARD = ['tagEip', 'createNetworkInterface', 'attachNetworkInterface', 'configureGuestRouting', 'confirmGuestRouting', 'unassociateEipAddress', 'associateEipAddress'];
  const there = (): Model => stepsOf(start(STAGE.untagged)).end;

  it('takes five writes and two in its guest to be unified', () => {
    const { kinds, end } = stepsOf(start(STAGE.untagged));
    expect([...kinds, lineOf(moveOf(end)), end.guest]).to.deep.equal([...FORWARD, 'Unified', 'ours']);
  });

  it('takes five writes and one in its guest back, and nothing of ours is left', () => {
    const { kinds, end } = stepsOf({ ...there(), goal: 'revert' });
    expect(kinds).to.deep.equal(['unassociateEipAddress', 'associateEipAddress', 'undoGuestRouting', 'detachNetworkInterface', 'deleteNetworkInterface', 'untagEip']);
    expect([end.guest, end.stage]).to.deep.equal(['bare', STAGE.untagged]);
  });

  it('takes three writes home when it fails, and three forwards again when the resource is edited', () => {
    const failed = stepsOf({ ...there(), restore: true });
    expect([...failed.kinds, lineOf(moveOf(failed.end))]).to.deep.equal(['tagEip', 'unassociateEipAddress', 'associateEipAddress', 'blocked VerificationFailed']);
    const again = stepsOf({ ...failed.end, generation: 2, restore: false });
    expect([...again.kinds, lineOf(moveOf(again.end))]).to.deep.equal(['untagEip', 'unassociateEipAddress', 'associateEipAddress', 'Unified']);
  });
});

describe('One instance with four acts of others at any point', function () {
  this.timeout(120_000);
  let reached: Reached[] = [];
  const broken = (law: (model: Model, move: Move) => boolean): string[] => reached.filter(({ model }) => !law(model, moveOf(model))).map(told);

  before(() => { reached = explore(start(STAGE.untagged)); });

  it('is in very many states', () => expect(reached.length).to.be.greaterThan(8_000));

  it('comes to rest from each of them', () => expect(reached.filter(({ model }) => restOf(model) === undefined).map(told).slice(0, 3)).to.deep.equal([]));

  it('rests with its EIP bound', () => {
    expect(reached.filter(({ model }) => bindingOf(restOf(model) ?? model) === 'none' && (restOf(model) ?? model).stage.eips.some(({ tags }) => tags[TAG.instance] !== undefined)).map(told).slice(0, 3)).to.deep.equal([]);
  });

  it('is cut over only onto an attached ENI, with a way out and a guest that is ready', () => {
    expect(broken(({ guest, isWayOut, stage }, move) => !('do' in move && move.do.kind === 'unassociateEipAddress' && move.do.from.kind === 'instance') ||
      (guest === 'ours' && isWayOut && stage.networkInterfaces.some(({ status }) => status === 'InUse'))).slice(0, 3)).to.deep.equal([]);
  });

  it('goes home with the tag that says so, or because it was asked for', () => {
    expect(broken((model, move) => !('do' in move && move.do.kind === 'unassociateEipAddress' && move.do.from.kind === 'networkInterface') || model.goal === 'revert' || isFailed(model)).slice(0, 3)).to.deep.equal([]);
  });

  it('has nothing written while a person holds it, but that its window is closed', () => {
    expect(broken((model, move) => holdOf(model) !== 'maintenance' || !('do' in move) || move.phase === 'close').slice(0, 3)).to.deep.equal([]);
  });

  it('rests at home where it failed and nobody asked for more', () => {
    const failed = reached.filter(({ model }) => isFailed(model) && model.goal === 'unify' && model.generation === 1 && !model.lift && model.turnBack === 'none');
    expect(failed.length).to.be.greaterThan(100);
    expect(failed.filter(({ model }) => bindingOf(restOf(model) ?? model) !== 'instance').map(told).slice(0, 3)).to.deep.equal([]);
  });

  it('confirms nothing in a guest that was not seen from outside', () => {
    expect(broken((model, move) => !('do' in move && move.do.kind === 'confirmGuestRouting') || (model.isChecked && model.guest === 'armed')).slice(0, 3)).to.deep.equal([]);
  });

  it('detaches no ENI whose guest still has our routing and gives it back when asked', () => {
    expect(broken((model, move) => !('do' in move && move.do.kind === 'detachNetworkInterface') || ['bare', 'mute', 'diverting'].includes(model.guest) || model.isStubborn).slice(0, 3)).to.deep.equal([]);
  });

  it('keeps no ENI attached that the guest sends everything out by while the EIP is on the instance', () => {
    const diverting = reached.flatMap((each) => restOf(each.model) ?? []).filter(({ guest, isRead, stage }) => guest === 'diverting' && isRead && stage.networkInterfaces.some(({ status }) => status === 'InUse'));
    expect(diverting.filter((model) => bindingOf(model) === 'instance' && holdOf(model) !== 'maintenance' && model.isWayOut).map((model) => lineOf(moveOf(model))).slice(0, 3)).to.deep.equal([]);
  });

  it('reaches all of the ends', () => {
    const ends = new Set(reached.filter(({ model }) => next(model) === undefined).map(({ model }) => lineOf(moveOf(model))));
    expect([...ends]).to.include.members(['Unified', 'Restored', 'blocked VerificationFailed', 'blocked TurnedBack', 'blocked Held', 'blocked GuestUnread', 'blocked DefaultRouteTaken', 'blocked NoSnatEntry']);
  });
});
