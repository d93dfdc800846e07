// Server-side apply places what is sent by its type, before anything is judged: what has no place (a field that the schema
// does not declare, a value of another type, an item twice in a set) fails with 500, as on the real server, where it counts
// as a fault of the server's own.
import { StatusError } from './errors.ts';
import { elementOfItem, isGranularList } from './fields.ts';
import { isObject } from './json.ts';
import type { Json } from './json.ts';
import { apiVersionOf } from './resources.ts';
import type { ResourceDefinition } from './resources.ts';
import { schemaOfField } from './schema.ts';
import type { Schema } from './schema.ts';

/** The failure of an apply that cannot be placed; `fault` begins with a path. */
export function unplaceable(resource: ResourceDefinition, name: string, fault: string): StatusError {
  const patch = `/${name}; ${apiVersionOf(resource)}, Kind=${resource.kind}`;
  return new StatusError(500, '', `failed to create typed patch object (${patch}): ${fault}`);
}

/** The first thing in a value that has no place by its type; undefined when all has. */
export function misplaced(value: Json, schema: Schema | undefined, path = ''): string | undefined {
  if (schema === undefined || value === null) return undefined;
  const expected = EXPECTED[schema.type ?? ''];
  if (expected?.fits(value) === false) return `${path}: expected ${expected.name}, got ${JSON.stringify(value)}`;
  if (Array.isArray(value)) return misplacedItem(value, schema, path);
  return isObject(value) ? misplacedField(Object.entries(value), schema, path) : undefined;
}

const typed = (name: string) => ({ name, fits: (value: Json): boolean => typeof value === name });

const EXPECTED: Readonly<Record<string, { name: string; fits: (value: Json) => boolean }>> = {
  string: typed('string'),
  boolean: typed('boolean'),
  // whether it is a whole number is a matter of judgement
  integer: { ...typed('number'), name: 'numeric (int or float)' },
  number: { ...typed('number'), name: 'numeric (int or float)' },
  object: { name: 'map', fits: isObject },
  array: { name: 'list', fits: Array.isArray },
};

function misplacedField(fields: readonly [string, Json | undefined][], schema: Schema, path: string): string | undefined {
  const [first, ...rest] = fields;
  if (first === undefined) return undefined;
  const [field, inner = null] = first;
  return misplaced(inner, schemaOfField(schema, field), `${path}.${field}`) ?? misplacedField(rest, schema, path);
}

function misplacedItem(items: readonly Json[], schema: Schema, path: string): string | undefined {
  const keys = isGranularList(schema) ? items.map((item) => elementOfItem(item, schema)) : [];
  const twice = keys.find((key, index) => keys.indexOf(key) !== index);
  if (twice !== undefined) return `${path}: duplicate entries for key [${twice.slice(2)}]`;
  return items.map((item, index) => misplaced(item, schema.items, `${path}[${index}]`)).find((fault) => fault !== undefined);
}
