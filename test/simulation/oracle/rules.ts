// The rules of the oracle, in the order in which they are asked.
import type { Scene } from './facts/scene.ts';
import type { Rule } from './rule.ts';
import { actor } from './rules/actor.ts';
import { claims } from './rules/claims.ts';
import { convergence } from './rules/convergence.ts';
import { finalizer } from './rules/finalizer.ts';
import { holds } from './rules/holds.ts';
import { idle } from './rules/idle.ts';
import { leaks } from './rules/leaks.ts';
import { ownership } from './rules/ownership.ts';
import { reach } from './rules/reach.ts';
import { repeats } from './rules/repeats.ts';
import { secrets } from './rules/secrets.ts';
import { selection } from './rules/selection.ts';
import { status } from './rules/status.ts';
import { takeover } from './rules/takeover.ts';
import { windows } from './rules/windows.ts';

export const RULES: readonly ((scene: Scene) => Rule)[] = [reach, windows, ownership, selection, finalizer, status, claims, takeover, convergence, holds, actor, leaks, repeats, idle, secrets];
