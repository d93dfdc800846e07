// Conditions of the Describe calls, built once per call and then asked for every entry. A parameter that is not given lets all through.

import type { Taggable } from '../state/entities.ts';
import type { Registry } from '../state/registry.ts';
import type { Source } from './paging.ts';
import type { Parameters, Tag } from './parameters.ts';
import { demand, found } from './refusal.ts';

export type Condition<T> = (entry: T) => boolean;

/** All conditions at once; undefined when there are none. */
export function allOf<T>(conditions: readonly (Condition<T> | undefined)[]): Condition<T> | undefined {
  const given = conditions.filter((condition) => condition !== undefined);
  return given.length === 0 ? undefined : (entry) => given.every((condition) => condition(entry));
}

/** The entry's value equals the parameter. */
export function equals<T>(parameters: Parameters, name: string, valueOf: (entry: T) => string | boolean): Condition<T> | undefined {
  const wanted = parameters.text(name);
  return wanted === undefined ? undefined : (entry) => String(valueOf(entry)) === wanted;
}

/** One of the entry's values is one of the wanted. */
export function anyOf<T>(wanted: readonly string[] | undefined, valuesOf: (entry: T) => readonly string[]): Condition<T> | undefined {
  if (wanted === undefined || wanted.length === 0) return undefined;
  const set = new Set(wanted);
  return (entry) => valuesOf(entry).some((value) => set.has(value));
}

/** The name, with `*` standing for anything. */
export function named<T>(parameters: Parameters, name: string, valueOf: (entry: T) => string): Condition<T> | undefined {
  const wanted = parameters.text(name);
  if (wanted === undefined) return undefined;
  const pattern = new RegExp(`^${wanted.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&')).join('.*')}$`);
  return (entry) => pattern.test(valueOf(entry));
}

/** Filters on what is the same for everything here, or does not exist here: another value matches nothing. */
export function fixed(parameters: Parameters, values: Readonly<Record<string, string>>): Condition<unknown> | undefined {
  const asked = Object.keys(values).filter((name) => parameters.text(name) !== undefined);
  if (asked.length === 0) return undefined;
  const matching = asked.every((name) => parameters.text(name) === values[name]);
  return () => matching;
}

type TimeFilters<T> = Readonly<Record<string, (entry: T) => number>>;

/** Filter.N.Key names a time of the entry and whether it is a bound from below (…StartTime) or above (…EndTime); Filter.N.Value the bound. */
export function timeFilters<T>(parameters: Parameters, times: TimeFilters<T>): Condition<T> | undefined {
  const conditions: Condition<T>[] = [];
  for (let index = 1; ; index += 1) {
    const key = parameters.text(`Filter.${index}.Key`);
    if (key === undefined) break;
    const [, name = '', edge] = /^(\w+)(Start|End)Time$/.exec(key) ?? [];
    const timeOf = found(times[name], 'InvalidParameter', `Filter.${index}.Key is not known.`);
    const boundMs = Date.parse(parameters.required(`Filter.${index}.Value`));
    demand(!Number.isNaN(boundMs), 'InvalidParameter', `Filter.${index}.Value is not a time.`);
    conditions.push((entry) => (edge === 'Start' ? timeOf(entry) >= boundMs : timeOf(entry) <= boundMs));
  }
  return allOf(conditions);
}

const hasTag = (entry: Taggable, { key, value }: Tag): boolean =>
  value === undefined || value === '' ? entry.tags.has(key) : entry.tags.get(key) === value;

/** "The number of resources that are attached to all specified tags cannot exceed 1,000" (DescribeInstances, Tag): no more are seen. */
const tagFilterMax = 1000;

/** The first thousand entries with all the tags asked for; the registry itself when none was asked for. */
export function withTags<T extends Taggable>(registry: Registry<T>, parameters: Parameters): Source<T> {
  const wanted = parameters.tags();
  if (wanted.length === 0) return registry;
  return registry.all().filter((entry) => wanted.every((tag) => hasTag(entry, tag))).slice(0, tagFilterMax);
}
