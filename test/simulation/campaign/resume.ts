// The resume file of a long campaign: JSON lines. The first says which campaign it is, each further one that the units from..to of it
// are done and what they gave. What was under way when the process ended is simply done again.
import { appendFileSync, existsSync, readFileSync, truncateSync } from 'node:fs';
import { Tally, type Sum } from './tally.ts';

export interface Range {
  readonly from: number;
  /** Inclusive. */
  readonly to: number;
  readonly sum: Sum;
}

/** A line that was cut off when the process died is none. */
function linesOf(path: string): unknown[] {
  const text = readFileSync(path, 'utf8');
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  if (whole.length < text.length) truncateSync(path, Buffer.byteLength(whole));
  return whole.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as unknown);
}

export class ResumeFile {
  readonly #path: string;
  readonly done: readonly Range[];

  /** `campaign`: what the units are counted in. Throws a sentence when the file is of another campaign. */
  constructor(path: string, campaign: string) {
    this.#path = path;
    const [first, ...ranges] = existsSync(path) ? linesOf(path) : [];
    if (first === undefined) this.#append({ campaign });
    else if ((first as { campaign?: string }).campaign !== campaign) throw new Error(`${path} is of another campaign: ${JSON.stringify(first)}; this one is ${campaign}`);
    this.done = ranges as Range[];
  }

  append(range: Range): void {
    this.#append(range);
  }

  #append(line: object): void {
    appendFileSync(this.#path, `${JSON.stringify(line)}\n`);
  }
}

/** What is done already, and which units that leaves. */
export function resumed(ranges: readonly Range[]): { readonly tally: Tally; readonly isDone: (unit: number) => boolean } {
  const tally = new Tally();
  for (const { sum } of ranges) tally.merge(sum);
  return { tally, isDone: (unit) => ranges.some(({ from, to }) => unit >= from && unit <= to) };
}
