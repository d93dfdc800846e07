// The drills in the order in which they are played.
import type { Drill } from './drill.ts';
import { drill as unify } from './unify.ts';

export const DRILLS: readonly Drill[] = [unify];
