/**
 * What would be done to one instance, step by step: the real planner is asked, its step is taken for done, and it is asked again, until it
 * settles, waits or is blocked. It foresees a world in which nobody else does anything and the cloud refuses nothing.
 */
import type { Verdict, View } from '../core/situation.ts';
import type { Step } from '../core/step.ts';
import { after } from './effects.ts';

/** Far beyond any way through the table; more is a bug of `effects.ts` or of the table. */
const STEPS_MAX = 30;

export interface Foreseen {
  readonly first: Verdict;
  readonly steps: readonly Step[];
  /** What the planner says when no step is left that can be foreseen. */
  readonly last: Verdict;
  /** What a look would show then. */
  readonly view: View;
}

export function foresee(judge: (view: View) => Verdict, now: View): Foreseen {
  const first = judge(now);
  const steps: Step[] = [];
  let [view, last] = [now, first];
  while ('do' in last.move) {
    if (steps.length === STEPS_MAX) throw new Error(`no end in sight for ${now.instanceId} after ${steps.map(({ kind }) => kind).join(', ')}`);
    steps.push(last.move.do);
    view = after(view, last.move.do);
    last = judge(view);
  }
  return { first, steps, last, view };
}
