// Brings a seeded bug into the source text; never into the tree.
import { ADAPTER_BUGS } from './adapter-bugs.ts';
import { CONTROLLER_BUGS } from './controller-bugs.ts';
import { LEADERSHIP_BUGS } from './leadership-bugs.ts';
import { PLANNER_BUGS } from './planner-bugs.ts';
import type { Patch, SeededBug } from './seeded-bug.ts';

export const BUGS: readonly SeededBug[] = [...PLANNER_BUGS, ...CONTROLLER_BUGS, ...LEADERSHIP_BUGS, ...ADAPTER_BUGS];

/** The bug of this name. Throws a sentence when there is none. */
export function bugNamed(name: string): SeededBug {
  const found = BUGS.find((bug) => bug.name === name);
  if (found === undefined) throw new Error(`no seeded bug is called ${name}; --list shows them`);
  return found;
}

/** The text with the patch in it. Throws when the place is not there exactly once: the source has moved on and the bug has to follow. */
export function patched(text: string, { file, find, replace }: Patch): string {
  const parts = text.split(find);
  if (parts.length !== 2) throw new Error(`${file} holds ${parts.length - 1} times, not once: ${find}`);
  return parts.join(replace);
}

/** What the bug makes of a file; undefined: it does not touch it. */
export function withBug({ patches }: SeededBug, file: string, text: string): string | undefined {
  const own = patches.filter((patch) => patch.file === file);
  return own.length === 0 ? undefined : own.reduce(patched, text);
}
