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

const asksForHelp = (lab: Laboratory, name: string): boolean =>
  ((lab.cluster('c1').stored(name) as Stored).status?.unsettled ?? []).some(({ reason, since }) => HELD.includes(reason) && lab.clock.now() - Date.parse(since) >= ANSWERS_AFTER_MS);

const asking = (lab: Laboratory): string[] => lab.cluster('c1').names().filter((name) => asksForHelp(lab, name));

const turn = (number: number, done: Scenario['done']): Act => ({
  title: 'somebody looks after what is held',
  when: (lab) => done(lab) || asking(lab).length > 0,
  latestMs: ANSWERS_AFTER_MS + 2 * MINUTE_MS,
  act: (lab) => {
    for (const name of asking(lab)) lab.patch(name, { metadata: { annotations: { [ANNOTATION.reconcileRequestedAt]: `look-${number}` } } });
  },
});

/** Comes twice at most; has nothing to do when all is done. */
export const caretaker = (done: Scenario['done']): Act[] => [turn(1, done), turn(2, done)];
