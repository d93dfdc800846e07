// JSON merge patch, RFC 7386: null takes a field away, an object goes into the field, anything else replaces it.
import { isObject } from './json.ts';
import type { Json, JsonObject } from './json.ts';

/** The target with the patch applied; neither is changed. */
export function mergePatch(target: Json | undefined, patch: Json): Json {
  if (!isObject(patch)) return patch;
  const result: JsonObject = isObject(target) ? { ...target } : {};
  for (const [field, value] of Object.entries(patch)) {
    if (value === undefined) continue;
    if (value === null) Reflect.deleteProperty(result, field);
    else result[field] = mergePatch(result[field], value);
  }
  return result;
}
