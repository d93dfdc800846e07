// The oracle: told of everything that happens in a run, it says which invariant (faults-and-invariants, section 2.3) is broken, when and by
// what. It reads the world and changes nothing. Each rule looks at what an event has changed, so that a check costs microseconds however many
// instances there are.
import type { Judge, Violation, WorldEvent } from '../engine/contract.ts';
import { Scene } from './facts/scene.ts';
import type { Rule } from './rule.ts';
import { RULES } from './rules.ts';
import type { WorldSeen } from './seen.ts';

/** Judges one run; to be made once the world and the first resources are there, before anything happens. */
export function judgeOf(seen: WorldSeen, rules: readonly ((scene: Scene) => Rule)[] = RULES): Judge {
  return new Oracle(seen, rules);
}

/** A violation that repeats says nothing new; a broken run is not to fill the memory. */
const VIOLATIONS_MAX = 200;

class Oracle implements Judge {
  readonly #scene: Scene;
  readonly #rules: readonly Rule[];

  constructor(seen: WorldSeen, rules: readonly ((scene: Scene) => Rule)[]) {
    this.#scene = new Scene(seen);
    this.#rules = rules.map((make) => make(this.#scene));
  }

  get violations(): readonly Violation[] {
    return this.#scene.violations;
  }

  after(event: WorldEvent): void {
    const happening = this.#scene.take(event);
    if (this.#scene.violations.length >= VIOLATIONS_MAX) return;
    for (const rule of this.#rules) rule.after(happening);
  }

  atEnd(): void {
    for (const rule of this.#rules) rule.atEnd?.();
  }
}
