// What a campaign tells people: how far it is, what broke, and the figures at its end.
import type { Place } from '../engine/catalogue.ts';
import { classesOf } from './classes.ts';
import { unreached } from './cells.ts';
import type { Tally } from './tally.ts';

export interface Figures {
  readonly enumerated: number;
  readonly executed: number;
  readonly violations: number;
  readonly unreachedCells: number;
  readonly seconds: number;
}

const count = (value: number): string => value.toLocaleString('en-US');

/** '1,234 of 7,500 runs, 140/s, 45 s left, 0 violations' */
export function progressLine({ done, expected, seconds, failed }: { readonly done: number; readonly expected: number; readonly seconds: number; readonly failed: number }): string {
  const rate = done / Math.max(seconds, 0.001);
  const left = rate > 0 ? `${count(Math.ceil(Math.max(0, expected - done) / rate))} s left` : 'just begun';
  return `${count(done)} of ${count(expected)} runs, ${rate.toFixed(0)}/s, ${left}, ${count(failed)} violations`;
}

export const figuresOf = (tally: Tally, places: readonly Place[], seconds: number): Figures => ({
  enumerated: tally.enumerated, executed: tally.executed, violations: tally.failed,
  unreachedCells: unreached(places, tally.cells).length, seconds: Math.round(seconds * 10) / 10,
});

/** '12 scenarios, 9 enumerated, 8 executed, 0 violations, 7 cells reached, 0 unreached, 6 s' */
export const figuresLine = (scenarios: number, { enumerated, executed, violations, unreachedCells, seconds }: Figures, reached: number): string =>
  `${scenarios} scenarios, ${count(enumerated)} enumerated, ${count(executed)} executed, ${count(violations)} violations, ${count(reached)} cells reached, ${count(unreachedCells)} unreached, ${count(seconds)} s`;

const CLASSES_MAX = 60;
const FAULTS_MAX = 8;

/** The classes of violations, each with the command that shows its first run. */
export function classLines(tally: Tally): string[] {
  const classes = classesOf(tally.failures);
  const lines = classes.slice(0, CLASSES_MAX).flatMap(({ invariant, count: times, faults, message, reproduction }) => [
    `${count(times)} × ${invariant}: ${message}`,
    `    after ${faults.slice(0, FAULTS_MAX).join(', ') || 'nothing'}${faults.length > FAULTS_MAX ? ` and ${faults.length - FAULTS_MAX} other faults` : ''}`,
    `    npm run simulate -- ${reproduction}`,
  ]);
  return classes.length > CLASSES_MAX ? [...lines, `and ${count(classes.length - CLASSES_MAX)} classes more`] : lines;
}
