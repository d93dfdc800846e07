// Worlds for runs: the same description begins many of them, so it is checked once.
import { buildState } from '../../../sim/cloud/world/build.ts';
import { checkWorld } from '../../../sim/cloud/world/parse.ts';
import type { World } from '../../../sim/cloud/world/schema.ts';
import type { CloudState } from '../../../sim/cloud/state/cloud-state.ts';

const worlds = new WeakMap<object, World>();

/** A new cloud as the description says. Throws WorldProblem. */
export function cloudOf(description: unknown, nowMs: number): CloudState {
  const key = typeof description === 'object' && description !== null ? description : {};
  const world = worlds.get(key) ?? checkWorld(description);
  worlds.set(key, world);
  return buildState(world, nowMs);
}
