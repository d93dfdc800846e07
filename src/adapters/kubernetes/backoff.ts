// How long to wait after a failure: exponential with full jitter, so that many who failed together do not come back together.
import type { Random } from '../../ports/runtime.ts';

// chance may say zero, and a failure that costs nothing would be repeated without an end
const FLOOR_MS = 50;
const BASE_MS = 800;
// a few replicas with two collections each storm nobody (the lease is asked for every 2 s); who waits longer is blind longer once the
// server is well
const CAP_MS = 5_000;

/** The wait in ms after this many failures before it (0 for the first): anything from 50 ms to 0.8 s · 2ⁿ, and at most 5 s. */
export function fullJitterMs(failuresBefore: number, random: Random): number {
  return Math.max(FLOOR_MS, random() * Math.min(CAP_MS, BASE_MS * 2 ** failuresBefore));
}
