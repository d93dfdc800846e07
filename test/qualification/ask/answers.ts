// The three kinds of answer.
import type { Answer } from '../book.ts';

export const expected = (seen: string): Answer => ({ seen, verdict: 'as expected' });
export const otherwise = (seen: string): Answer => ({ seen, verdict: 'otherwise' });
export const notShown = (why: string): Answer => ({ seen: why, verdict: 'not shown' });

/** What was seen, and whether it is what was expected. */
export const whether = (isExpected: boolean, seen: string): Answer => (isExpected ? expected(seen) : otherwise(seen));
