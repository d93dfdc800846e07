// Chance that repeats: the same words give the same numbers on every machine. Plans are made from it and from the engine's streams.
import { hash } from 'node:crypto';
import type { Random } from '../../../src/ports/runtime.ts';

/** A number of 48 bits that stands for these words. */
export const digest = (...words: readonly (string | number)[]): number => Number.parseInt(hash('sha1', words.join('\n'), 'hex').slice(0, 12), 16);

/** A whole number from 0 to below. */
export const below = (random: Random, limit: number): number => Math.floor(random() * limit);

/** One of them, all equally likely. */
export function pick<T>(random: Random, items: readonly T[]): T {
  const picked = items[below(random, items.length)];
  if (picked === undefined) throw new RangeError('nothing to pick from');
  return picked;
}
