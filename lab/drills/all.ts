// The drills in the order in which they are played.
import type { Drill } from './drill.ts';
import { drill as canary } from './canary.ts';
import { drill as faults } from './faults.ts';
import { check, configure, ignore } from './guests.ts';
import { drill as services } from './services.ts';
import { drill as states } from './states.ts';
import { drill as unify } from './unify.ts';

export const DRILLS: readonly Drill[] = [unify, states, faults, canary, ignore, check, configure, services];
