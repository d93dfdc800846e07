// What the trial met of limits, without looking for them.
import type { Answer } from '../book.ts';
import type { Lab } from '../lab.ts';
import { expected, notShown } from './answers.ts';

const NONE = 'nothing was refused as too often';

export async function throttling({ raw }: Lab): Promise<Answer> {
  const seen = [...new Set(raw.throttles.map(({ action, code, status }) => `${action}: ${code} (${status})`))];
  return seen.length === 0 ? notShown(NONE) : expected(seen.join(', '));
}

export async function throttlingHeader({ raw }: Lab): Promise<Answer> {
  const seen = raw.throttles.flatMap(({ action, retryAfter }) => (retryAfter === undefined ? [] : [`${action}: ${retryAfter}`]));
  return seen.length === 0 ? notShown(NONE) : expected(`${seen.join(', ')}; whether these are milliseconds shows in how soon the next call was accepted`);
}

export async function busiestMinute({ book }: Lab): Promise<Answer> {
  const { windows } = book.trial;
  return notShown(`${windows.length} windows, one after the other, met no limit: ${windows.length === 0 ? 0 : 1} at a time is far below it`);
}
