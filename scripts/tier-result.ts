// What a tier came to, and how that is told. Pure.

/** One failed test. */
export interface Failure {
  readonly title: string;
  readonly detail: string;
}

/** One skipped test and why. */
export interface Skip {
  readonly title: string;
  readonly reason: string;
}

/** The tests of a tier, counted; failed is the number of failures. */
export interface Tally {
  readonly passed: number;
  readonly failures: readonly Failure[];
  readonly skips: readonly Skip[];
}

/** What the child process of a tier tells: which test or hook begins, and at the end the tally. */
export type TierMessage = { readonly running: string } | { readonly tally: Tally };

/** A tier that was run. */
export interface TierResult extends Tally {
  readonly name: string;
  readonly seconds: number;
}

export const NOTHING: Tally = { passed: 0, failures: [], skips: [] };

/** The tally with one more failure. */
export const failed = (tally: Tally, title: string, detail: string): Tally => ({ ...tally, failures: [...tally.failures, { title, detail }] });

/** The tally in which every skip is a failure. */
export const withoutSkips = ({ passed, failures, skips }: Tally): Tally => ({
  passed,
  failures: [...failures, ...skips.map(({ title, reason }) => ({ title, detail: `skipped, which CI does not allow: ${reason}` }))],
  skips: [],
});

const cells = (result: TierResult): readonly string[] =>
  [result.name, result.seconds.toFixed(1), result.passed, result.failures.length, result.skips.length].map(String);

const line = ([name = '', ...figures]: readonly string[]): string => name.padEnd(11) + figures.map((figure) => figure.padStart(9)).join('');

/** Failures, reasons of skips, figures per tier, and the sum as the last line. */
export function report(results: readonly TierResult[]): readonly string[] {
  const failures = results.flatMap((result) => result.failures.map(({ title, detail }) => `\nFAILED  ${result.name} › ${title}\n${detail.replace(/^/gm, '    ')}`));
  const reasons = Map.groupBy(results.flatMap((result) => result.skips.map(({ reason }) => `${result.name}: ${reason}`)), (reason) => reason);
  const skips = [...reasons].map(([reason, all]) => `skipped ${all.length}  ${reason}`);
  const total = (count: (result: TierResult) => number): number => results.reduce((sum, result) => sum + count(result), 0);
  return [
    ...failures,
    '',
    ...skips,
    line(['tier', 'seconds', 'passed', 'failed', 'skipped']),
    ...results.map((result) => line(cells(result))),
    line(['all', total(({ seconds }) => seconds).toFixed(1)]),
    `${total(({ passed }) => passed)} passed, ${total((result) => result.failures.length)} failed, ${total((result) => result.skips.length)} skipped`,
  ];
}
