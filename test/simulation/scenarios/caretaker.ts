// The human whom the product asks for: what was turned back or fought over is held until somebody looks. Five minutes after a resource has
// said so, and by then whatever refused is put right, this one asks for a new look, as the reason's remedy says.
import { ANNOTATION } from '../../../src/api/names.ts';
import type { Act, Scenario } from '../engine/contract.ts';
import type { Laboratory } from '../laboratory.ts';

const MINUTE_MS = 60_000;
const ANSWERS_AFTER_MS = 5 * MINUTE_MS;
const HELD: readonly string[] = ['TurnedBack', 'FoughtOver'];

interface Stored {
  readonly status?: { readonly unsettled?: readonly { readonly reason: string; readonly since: string }[] };
}

interface Held {
  readonly name: string;
  /** When its instances began to be held, by the clock of the replica that said so. */
  readonly sinceMs: readonly number[];
}

const heldOf = (lab: Laboratory): Held[] =>
  lab.cluster('c1').names().flatMap((name) => {
    const { unsettled = [] } = (lab.cluster('c1').stored(name) as Stored).status ?? {};
    const sinceMs = unsettled.filter(({ reason }) => HELD.includes(reason)).map(({ since }) => Date.parse(since));
    return sinceMs.length > 0 ? [{ name, sinceMs }] : [];
  });

const hasWaited = (lab: Laboratory): boolean => heldOf(lab).some(({ sinceMs }) => sinceMs.some((atMs) => lab.clock.now() - atMs >= ANSWERS_AFTER_MS));

const turn = (number: number, done: Scenario['done']): Act => ({
  title: 'somebody looks after what is held',
  when: (lab) => done(lab) || hasWaited(lab),
  latestMs: ANSWERS_AFTER_MS + 2 * MINUTE_MS,
  // in the end of all that is held: where clocks have jumped, nobody can say how long
  act: (lab) => {
    for (const { name } of heldOf(lab)) lab.patch(name, { metadata: { annotations: { [ANNOTATION.reconcileRequestedAt]: `look-${number}` } } });
  },
});

/** Comes twice at most; has nothing to do when all is done. */
export const caretaker = (done: Scenario['done']): Act[] => [turn(1, done), turn(2, done)];
