// What the hunt found, as a table for people: on a terminal, and as Markdown between its markers in docs/reliability.md.
import { reproductionOf } from '../campaign/reproduction.ts';
import type { Hunted } from './hunt.ts';
import { LINES } from './seeded-bug.ts';

const caughtIn = ({ caught, broken }: Hunted): string => caught?.by ?? (broken === undefined ? 'SURVIVED' : `BROKEN: ${broken.split('\n')[0] ?? ''}`);

/** One line on a terminal. */
export function lineOf(hunted: Hunted): string {
  const { bug, caught, runs, seconds, unclean } = hunted;
  const surprise = caught === undefined || bug.expected.includes(caught.invariant) ? '' : ` (expected ${bug.expected.join(' or ')})`;
  const doubt = unclean === 0 ? '' : ` (${unclean} plans fail without it too)`;
  return [bug.name.padEnd(38), (caught?.invariant ?? '-').padEnd(4), String(runs).padStart(5), `${seconds.toFixed(1)} s`.padStart(8), `  ${caughtIn(hunted)}${surprise}${doubt}`].join(' ');
}

export const HEADING = ['bug'.padEnd(38), 'by  ', ' runs', '    time', '  in'].join(' ');

/** What one wants to know of a bug, below its line. */
export function detailOf({ caught }: Hunted): string {
  return caught === undefined ? '' : `    ${caught.message}\n    ${reproductionOf(caught.plan)}`;
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

/** Without times, so that it is the same wherever it is made. */
export function markdownOf(all: readonly Hunted[]): string {
  const rows = all.map((hunted) => {
    const { bug, caught, runs } = hunted;
    return `| \`${bug.name}\` | ${[LINES[bug.line], bug.seenIn, caughtIn(hunted), caught?.invariant ?? '–', String(runs)].map(cell).join(' | ')} |`;
  });
  const note = 'Each bug is looked for where it is expected to show first; *runs* counts the plans that were tried until then. On the same plan the code without the bug keeps every invariant.';
  return [note, '', '| seeded bug | the mistake | seen in | caught in | invariant | runs |', '| --- | --- | --- | --- | --- | --- |', ...rows].join('\n');
}

export const BEGIN = '<!-- bugs:begin -->';
export const END = '<!-- bugs:end -->';

/** The page with the table between its markers. Throws a sentence when the markers are not there once each, in order. */
export function pageWith(page: string, table: string): string {
  const [before, rest, ...more] = page.split(BEGIN);
  const [, after, ...again] = (rest ?? '').split(END);
  if (before === undefined || after === undefined || more.length > 0 || again.length > 0) throw new Error(`the page needs ${BEGIN} and ${END}, once each`);
  return `${before}${BEGIN}\n${table}\n${END}${after}`;
}
