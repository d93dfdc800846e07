// Judges a value by its structural schema and says what is wrong in the real server's words (k8s.io/kube-openapi and
// apimachinery's field errors). Pure; the table of checks is the whole rule book.
import { isIPv4, isIPv6 } from 'node:net';
import type { Cause } from './errors.ts';
import { isEqual, isObject } from './json.ts';
import type { Json, JsonObject } from './json.ts';
import { schemaOfField } from './schema.ts';
import type { Schema } from './schema.ts';

type Fault = Omit<Cause, 'field'>;
type Check = (value: Json, schema: Schema, path: string) => Fault[];

/** Gives every fault of the value; none means that it is valid. `path` is the value's own place, '' for the root. */
export function validate(value: Json, schema: Schema, path = ''): Cause[] {
  const wrongType = checkType(value, schema, path);
  if (wrongType.length > 0 || value === null) return placed(wrongType, path);
  const faults: Cause[] = [];
  for (const check of CHECKS) {
    const found = check(value, schema, path);
    if (found.length > 0) faults.push(...placed(found, path));
  }
  if (Array.isArray(value)) faults.push(...withinItems(value, schema, path));
  else if (isObject(value)) faults.push(...withinFields(value, schema, path));
  return faults;
}

const placed = (faults: readonly Fault[], path: string): Cause[] => faults.map((fault) => ({ ...fault, field: path === '' ? '<nil>' : path }));

const shown = (value: Json): string => (typeof value === 'object' && value !== null ? (Array.isArray(value) ? '[]' : '{}') : JSON.stringify(value));

const broken = (value: Json, path: string, rule: string): Fault => ({
  reason: 'FieldValueInvalid',
  message: `Invalid value: ${shown(value)}: ${path} in body ${rule}`,
});

const TYPES: Readonly<Record<string, (value: Json) => boolean>> = {
  object: isObject,
  array: Array.isArray,
  string: (value) => typeof value === 'string',
  boolean: (value) => typeof value === 'boolean',
  number: (value) => typeof value === 'number',
  integer: Number.isInteger,
};

const nameOfType = (value: Json): string => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value);

function checkType(value: Json, schema: Schema, path: string): Fault[] {
  if (value === null && schema.nullable === true) return [];
  const types = schema['x-kubernetes-int-or-string'] === true ? ['integer', 'string'] : schema.type === undefined ? [] : [schema.type];
  if (types.length === 0 || types.some((type) => TYPES[type]?.(value) ?? true)) return [];
  const actual = nameOfType(value);
  const message = `Invalid value: ${JSON.stringify(value)}: ${path} in body must be of type ${types.join(',')}: "${actual}"`;
  return [{ reason: 'FieldValueTypeInvalid', message }];
}

const FORMATS: Readonly<Record<string, (text: string) => boolean>> = {
  ipv4: isIPv4,
  ipv6: isIPv6,
  'date-time': (text) => /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/.test(text) && !Number.isNaN(Date.parse(text)),
  uuid: (text) => /^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$/i.test(text),
};

const patterns = new Map<string, RegExp>();

function compiled(pattern: string): RegExp {
  const known = patterns.get(pattern) ?? new RegExp(pattern);
  patterns.set(pattern, known);
  return known;
}

const unless = (holds: boolean, fault: () => Fault): Fault[] => (holds ? [] : [fault()]);

function checkEnum(value: Json, schema: Schema): Fault[] {
  const allowed = schema.enum;
  if (allowed === undefined) return [];
  const list = allowed.map((each) => JSON.stringify(typeof each === 'string' ? each : JSON.stringify(each)));
  return unless(allowed.some((each) => isEqual(each, value)), () => ({
    reason: 'FieldValueNotSupported',
    message: `Unsupported value: ${JSON.stringify(value)}: supported values: ${list.join(', ')}`,
  }));
}

function checkString(value: Json, schema: Schema, path: string): Fault[] {
  if (typeof value !== 'string') return [];
  const { pattern, format } = schema;
  return [
    ...checkLength(value, schema, path),
    ...unless(pattern === undefined || compiled(pattern).test(value), () => broken(value, path, `should match '${pattern ?? ''}'`)),
    ...unless(format === undefined || (FORMATS[format]?.(value) ?? true), () => broken(value, path, `must be of type ${format ?? ''}: ${JSON.stringify(value)}`)),
  ];
}

function checkLength(value: string, { minLength = 0, maxLength = Infinity }: Schema, path: string): Fault[] {
  // characters beyond the first plane count once, so there are never more of them than units
  if (minLength === 0 && value.length <= maxLength) return [];
  const runes = Array.from(value).length;
  return [
    ...unless(runes <= maxLength, () => ({ reason: 'FieldValueTooLong', message: `Too long: may not be more than ${maxLength} bytes` })),
    ...unless(runes >= minLength, () => broken(value, path, `should be at least ${minLength} chars long`)),
  ];
}

function checkNumber(value: Json, schema: Schema, path: string): Fault[] {
  if (typeof value !== 'number') return [];
  const { minimum = -Infinity, maximum = Infinity, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  const above = exclusiveMinimum === true ? value > minimum : value >= minimum;
  const below = exclusiveMaximum === true ? value < maximum : value <= maximum;
  return [
    ...unless(above, () => broken(value, path, `should be greater than ${exclusiveMinimum === true ? '' : 'or equal to '}${minimum}`)),
    ...unless(below, () => broken(value, path, `should be less than ${exclusiveMaximum === true ? '' : 'or equal to '}${maximum}`)),
    ...unless(multipleOf === undefined || value % multipleOf === 0, () => broken(value, path, `should be a multiple of ${multipleOf ?? ''}`)),
  ];
}

function checkArray(value: Json, schema: Schema, path: string): Fault[] {
  if (!Array.isArray(value)) return [];
  const { minItems = 0, maxItems = Infinity } = schema;
  return [
    ...unless(value.length <= maxItems, () => ({ reason: 'FieldValueTooMany', message: `Too many: ${value.length}: must have at most ${maxItems} items` })),
    ...unless(value.length >= minItems, () => ({ reason: 'FieldValueInvalid', message: `Invalid value: ${value.length}: ${path} in body should have at least ${minItems} items` })),
  ];
}

function checkObject(value: Json, schema: Schema, path: string): Fault[] {
  if (!isObject(value)) return [];
  const count = Object.keys(value).length;
  const { minProperties = 0, maxProperties = Infinity } = schema;
  return [
    ...unless(count <= maxProperties, () => ({ reason: 'FieldValueTooMany', message: `Too many: ${count}: must have at most ${maxProperties} items` })),
    ...unless(count >= minProperties, () => broken(count, path, `should have at least ${minProperties} properties`)),
  ];
}

const fits = (value: Json, schema: Schema): boolean => validate(value, schema).length === 0;

function checkCombinations(value: Json, schema: Schema, path: string): Fault[] {
  const { anyOf, oneOf, allOf, not } = schema;
  if (anyOf === undefined && oneOf === undefined && allOf === undefined && not === undefined) return [];
  const rule = (text: string) => (): Fault => ({ reason: 'FieldValueInvalid', message: `Invalid value: ${shown(value)}: "${path}" ${text}` });
  return [
    ...unless(anyOf === undefined || anyOf.some((each) => fits(value, each)), rule('must validate at least one schema (anyOf)')),
    ...unless(oneOf === undefined || oneOf.filter((each) => fits(value, each)).length === 1, rule('must validate one and only one schema (oneOf)')),
    ...unless(allOf === undefined || allOf.every((each) => fits(value, each)), rule('must validate all the schemas (allOf)')),
    ...unless(not === undefined || !fits(value, not), rule('must not validate the schema (not)')),
  ];
}

const CHECKS: readonly Check[] = [checkEnum, checkString, checkNumber, checkArray, checkObject, checkCombinations];

function withinFields(value: JsonObject, schema: Schema, path: string): Cause[] {
  const at = (field: string): string => (path === '' ? field : `${path}.${field}`);
  const faults: Cause[] = [];
  for (const field of schema.required ?? []) if (value[field] === undefined) faults.push({ reason: 'FieldValueRequired', message: 'Required value', field: at(field) });
  for (const field in value) {
    const inner = value[field];
    const known = schemaOfField(schema, field);
    if (inner !== undefined && known !== undefined) faults.push(...validate(inner, known, at(field)));
  }
  return faults;
}

function withinItems(value: readonly Json[], schema: Schema, path: string): Cause[] {
  const { items } = schema;
  const inner = items === undefined ? [] : value.flatMap((item, index) => validate(item, items, `${path}[${index}]`));
  return [...inner, ...duplicates(value, schema, path)];
}

function duplicates(list: readonly Json[], schema: Schema, path: string): Cause[] {
  const identity = identityOfItems(schema);
  if (identity === undefined) return [];
  const seen = new Set<string>();
  return list.flatMap((item, index) => {
    const key = JSON.stringify(identity(item));
    const again = seen.has(key);
    seen.add(key);
    return again ? [{ reason: 'FieldValueDuplicate', message: `Duplicate value: ${key}`, field: `${path}[${index}]` }] : [];
  });
}

function identityOfItems(schema: Schema): ((item: Json) => Json) | undefined {
  const type = schema['x-kubernetes-list-type'];
  if (type === 'set') return (item) => item;
  if (type !== 'map') return undefined;
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  return (item) => keys.reduce<JsonObject>((key, field) => ({ ...key, [field]: isObject(item) ? item[field] : undefined }), {});
}
