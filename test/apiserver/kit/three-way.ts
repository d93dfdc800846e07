// How GitOps tools see drift: the merge patch that would take a live object to what Git says, field by field. What Git never said stays out
// of it, and what Git said once and says no more is taken away. Pure.
type Json = unknown;
type JsonObject = Readonly<Record<string, Json>>;

const isObject = (value: Json): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Empty: in sync. Lists count as wholes, as in a merge patch of a custom resource. */
export function threeWayDiff(lastApplied: JsonObject, desired: JsonObject, live: JsonObject): JsonObject {
  const gone = Object.keys(lastApplied).filter((field) => !(field in desired) && field in live).map((field) => [field, null] as const);
  const wanted = Object.entries(desired).flatMap(([field, value]) => {
    if (!isObject(value) || !isObject(live[field])) return JSON.stringify(sorted(value)) === JSON.stringify(sorted(live[field])) ? [] : [[field, value] as const];
    const before = lastApplied[field];
    const inner = threeWayDiff(isObject(before) ? before : {}, value, live[field]);
    return Object.keys(inner).length === 0 ? [] : [[field, inner] as const];
  });
  return Object.fromEntries([...gone, ...wanted]);
}

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  return isObject(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([field, inner]) => [field, sorted(inner)])) : value;
}
