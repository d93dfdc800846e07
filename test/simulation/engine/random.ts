// Chance from a seed: independent streams by name, so that what one part of a run draws changes nothing for another.
import type { Random } from '../../../src/ports/runtime.ts';

/** FNV-1a over the name, stirred into the seed. */
function stir(seed: number, name: string): number {
  let hash = (0x811c9dc5 ^ seed) >>> 0;
  for (let index = 0; index < name.length; index += 1) hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193) >>> 0;
  return hash;
}

/** Uniform in [0, 1): the same for one seed and name on every machine (mulberry32, T. Ettinger). */
export function stream(seed: number, name: string): Random {
  let state = stir(seed, name);
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
