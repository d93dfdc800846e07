// From the text of a world file to a checked World: YAML, then the schema, then templates with `count` written out.

import { parse as parseYaml, YAMLParseError } from 'yaml';
import type { z } from 'zod';
import { WorldProblem } from './problem.ts';
import { worldSchema, type World } from './schema.ts';

/** Reads YAML (or JSON). Throws WorldProblem with a line for every field that is wrong. */
export function parseWorld(text: string): World {
  return checkWorld(readYaml(text) ?? {});
}

function readYaml(text: string): unknown {
  try {
    return parseYaml(text) as unknown;
  } catch (error) {
    if (error instanceof YAMLParseError) throw new WorldProblem([`line ${error.linePos?.[0].line ?? '?'}: ${error.message.split('\n')[0] ?? ''}`]);
    throw error;
  }
}

/** Checks a world that is there as a value and fills in its defaults. */
export function checkWorld(value: unknown): World {
  const result = worldSchema.safeParse(value);
  if (!result.success) throw new WorldProblem(result.error.issues.map(line));
  const world = result.data;
  return {
    ...world,
    instances: expand(world.instances, (instance, index) => ({ ...instance, vSwitch: nth(instance.vSwitch, index) })),
    eips: expand(world.eips, (eip) => eip),
    networkInterfaces: expand(world.networkInterfaces, (nic) => nic),
  };
}

function line(issue: z.core.$ZodIssue): string {
  const path = issue.path.map(String).join('.');
  return `${path === '' ? 'world' : path}: ${issue.message}`;
}

/** Several vSwitches are taken in turn. */
const nth = (value: string | readonly string[], index: number): string => (typeof value === 'string' ? value : (value[index % value.length] ?? ''));

/**
 * `web` with count 3 becomes `web-1`, `web-2`, `web-3`, padded so that they sort, and `{n}` in any of its texts the same number;
 * without count it stays `web`.
 */
function expand<T extends { readonly count?: number | undefined }>(entries: Readonly<Record<string, T>>, make: (entry: T, index: number) => T): Record<string, T> {
  const written = Object.entries(entries).flatMap(([id, entry]): [string, T][] => {
    const { count } = entry;
    if (count === undefined) return [[id, make(entry, 0)]];
    const template = JSON.stringify(entry);
    return Array.from({ length: count }, (_, index) => {
      const number = String(index + 1).padStart(String(count).length, '0');
      return [`${id}-${number}`, make(JSON.parse(template.replaceAll('{n}', number)) as T, index)];
    });
  });
  return Object.fromEntries(written);
}
