// Server-side apply: what a manager sends is merged into the object, and what it sent before and no longer sends is taken
// out again unless somebody else owns it too. Merging follows the schema: objects by field, keyed lists by key, sets by
// value, the rest whole. Pruning takes the steps of the real server (sigs.k8s.io/structured-merge-diff, merge/update.go).
import { elementOfItem, fieldsOf, isGranular, isGranularList, removeFields, withContainers } from './fields.ts';
import { isObject } from './json.ts';
import type { Json, JsonObject } from './json.ts';
import { schemaOfField } from './schema.ts';
import type { Schema } from './schema.ts';

/** The value with the applied one merged in. */
export function merge(live: Json | undefined, applied: Json, schema: Schema | undefined): Json {
  if (isObject(live) && isObject(applied) && isGranular(schema)) return mergeFields(live, applied, schema);
  if (Array.isArray(live) && Array.isArray(applied) && isGranularList(schema)) return mergeItems(live, applied, schema);
  return applied;
}

function mergeFields(live: JsonObject, applied: JsonObject, schema: Schema | undefined): JsonObject {
  const entries = Object.entries(applied).map(([field, value]) => [field, value === undefined ? undefined : merge(live[field], value, schemaOfField(schema, field))] as const);
  return { ...live, ...Object.fromEntries(entries) };
}

/** Sent items keep the order in which they were sent; an item that only the live list has stays before the shared item that it preceded. */
function mergeItems(live: readonly Json[], applied: readonly Json[], schema: Schema | undefined): Json[] {
  const left = live.map((item) => [elementOfItem(item, schema), item] as const);
  const liveItems = new Map(left);
  const sent = new Map(applied.map((item) => [elementOfItem(item, schema), item]));
  const keys = [...sent.keys()];
  const merged: Json[] = [];
  const passUntil = (stop: string | undefined): void => {
    while (left[0] !== undefined && left[0][0] !== stop) merged.push(...left.splice(0, 1).filter(([key]) => !sent.has(key)).map(([, item]) => item));
  };
  for (const [index, key] of keys.entries()) {
    passUntil(keys.slice(index).find((each) => liveItems.has(each)));
    merged.push(merge(liveItems.get(key), sent.get(key) ?? null, schema?.items));
    if (left[0]?.[0] === key) left.shift();
  }
  passUntil(undefined);
  return merged;
}

/** Who owns what when an apply is pruned: the writer before it, and everybody, the writer with what it sends among them. */
export interface Claims {
  readonly last: ReadonlySet<string>;
  readonly all: ReadonlySet<string>;
}

/** Takes out of a merged content what the writer owned before and nobody owns now. */
export function pruneUnowned(merged: JsonObject, { last, all }: Claims, schema: Schema): JsonObject {
  // the usual case, and the rest is costly: whoever sends again all that it owned drops nothing
  if ([...last].every((path) => all.has(path))) return merged;
  const named = (paths: Iterable<string>): Set<string> => withContainers(paths, schema);
  const present = (content: JsonObject): Set<string> => named(fieldsOf(content, schema));
  const [before, there, owned] = [named(last), present(merged), named(all)];
  const bare = present(removeFields(merged, before));
  const disowned = [...there].filter((path) => !bare.has(path) && !owned.has(path));
  const kept = present(removeFields(merged, disowned));
  return removeFields(merged, [...there].filter((path) => !kept.has(path) && before.has(path)));
}
