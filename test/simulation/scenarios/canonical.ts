// The twelve canonical scenarios, in order, and by name.
import { S7, S8, S9 } from './change.ts';
import { S10, S11 } from './given.ts';
import type { CanonicalScenario } from './scenario.ts';
import { S1, S12, S2, S3 } from './unify.ts';
import { S4, S5, S6 } from './undo.ts';

export const CANONICAL: readonly CanonicalScenario[] = [S1, S2, S3, S4, S5, S6, S7, S8, S9, S10, S11, S12];
