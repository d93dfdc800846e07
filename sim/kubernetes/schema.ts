// A structural OpenAPI schema (the subset that CustomResourceDefinitions may use) and what the server does with it before
// it judges: unknown fields are pruned, nulls that are not allowed dropped, defaults filled in. Values go in untouched
// and come out as new ones. CEL (x-kubernetes-validations) is not evaluated here: only the real server does that.
import { isObject } from './json.ts';
import type { Json, JsonObject } from './json.ts';

/** The parts of a structural schema that the simulator obeys. */
export interface Schema {
  readonly type?: string;
  readonly format?: string;
  readonly nullable?: boolean;
  readonly default?: Json;
  readonly enum?: readonly Json[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: boolean;
  readonly exclusiveMaximum?: boolean;
  readonly multipleOf?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly not?: Schema;
  readonly description?: string;
  readonly 'x-kubernetes-int-or-string'?: boolean;
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
  readonly 'x-kubernetes-list-type'?: 'atomic' | 'set' | 'map';
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  readonly 'x-kubernetes-map-type'?: 'granular' | 'atomic';
}

/** A value without the fields that the schema does not know, and the paths of those. */
export interface Pruned {
  readonly value: Json;
  readonly unknownFields: readonly string[];
}

/** The schema of a field, or undefined when the schema does not know the field. */
export function schemaOfField(schema: Schema | undefined, field: string): Schema | undefined {
  const own = schema?.properties?.[field];
  if (own !== undefined) return own;
  const rest = schema?.additionalProperties;
  return typeof rest === 'object' ? rest : undefined;
}

const keepsUnknown = (schema: Schema): boolean =>
  schema['x-kubernetes-preserve-unknown-fields'] === true || schema.additionalProperties === true;

/** Takes a value apart from the fields its schema does not know; `path` names the value in the answer. */
export function prune(value: Json, schema: Schema, path = ''): Pruned {
  if (Array.isArray(value)) return pruneItems(value, schema, path);
  return isObject(value) ? pruneFields(value, schema, path) : { value, unknownFields: [] };
}

function pruneItems(items: readonly Json[], schema: Schema, path: string): Pruned {
  const pruned = items.map((item, index) => prune(item, schema.items ?? {}, `${path}[${index}]`));
  return { value: pruned.map((each) => each.value), unknownFields: pruned.flatMap((each) => each.unknownFields) };
}

// a null where none is allowed counts as absent; where there is a default, that comes in its place
const isDropped = (value: Json, schema: Schema | undefined): boolean => value === null && schema !== undefined && schema.nullable !== true && schema.default === undefined;

function pruneFields(object: JsonObject, schema: Schema, path: string): Pruned {
  const value: JsonObject = {};
  const unknownFields: string[] = [];
  for (const [field, inner] of Object.entries(object)) {
    if (inner === undefined || isDropped(inner, schemaOfField(schema, field))) continue;
    const at = path === '' ? field : `${path}.${field}`;
    const known = schemaOfField(schema, field);
    if (known === undefined && !keepsUnknown(schema)) {
      unknownFields.push(at);
      continue;
    }
    const pruned = known === undefined ? { value: inner, unknownFields: [] } : prune(inner, known, at);
    value[field] = pruned.value;
    unknownFields.push(...pruned.unknownFields);
  }
  return { value, unknownFields };
}

/**
 * Fills in defaults, also in the place of nulls that are not allowed; other nulls are left for the judgement.
 * Defaults of inner fields appear only where the outer object is there or has a default itself.
 */
export function fillDefaults(value: Json, schema: Schema | undefined): Json {
  if (schema === undefined) return value;
  if (Array.isArray(value)) return value.map((item) => fillDefaults(item, schema.items));
  return isObject(value) ? fillFields(value, schema) : value;
}

function fillFields(object: JsonObject, schema: Schema): JsonObject {
  const defaults = Object.entries(schema.properties ?? {}).filter(([field, known]) => known.default !== undefined && isMissing(object[field], known));
  const complete: JsonObject = { ...object, ...Object.fromEntries(defaults.map(([field, known]) => [field, structuredClone(known.default)])) };
  return Object.fromEntries(Object.entries(complete).map(([field, inner]) => [field, inner === undefined ? undefined : fillDefaults(inner, schemaOfField(schema, field))]));
}

const isMissing = (value: Json | undefined, schema: Schema): boolean => value === undefined || (value === null && schema.nullable !== true);
