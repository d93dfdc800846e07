// The drills in the order in which they are played.
import type { Drill } from './drill.ts';
import { drill as faults } from './faults.ts';
import { drill as states } from './states.ts';
import { drill as unify } from './unify.ts';

export const DRILLS: readonly Drill[] = [unify, states, faults];
