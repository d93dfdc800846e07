// The values that cross the wire, and the shape of a Kubernetes object. Objects that the store gives out are deeply
// frozen: they may be kept and compared, never changed.
import { isDeepStrictEqual } from 'node:util';

/** What JSON can say; `undefined` stands for a field that is not there. */
export type Json = null | boolean | number | string | Json[] | JsonObject;

/** A JSON object whose fields are not known beforehand. */
export interface JsonObject {
  [field: string]: Json | undefined;
}

/** One entry of metadata.managedFields: what one manager set by one way of writing. */
export type ManagedFieldsEntry = {
  manager: string;
  operation: 'Apply' | 'Update';
  apiVersion: string;
  time: string;
  fieldsType: 'FieldsV1';
  fieldsV1: JsonObject;
  subresource?: string;
};

/** metadata of a stored object. Times are RFC 3339 in whole seconds. */
export type ObjectMeta = {
  name: string;
  namespace?: string;
  generateName?: string;
  uid: string;
  resourceVersion: string;
  generation?: number;
  creationTimestamp: string;
  deletionTimestamp?: string;
  deletionGracePeriodSeconds?: number;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  finalizers?: string[];
  ownerReferences?: JsonObject[];
  managedFields?: ManagedFieldsEntry[];
};

/** A stored object of any kind. */
export type KubernetesObject = JsonObject & { apiVersion: string; kind: string; metadata: ObjectMeta };

/** True for a JSON object, false for arrays, null and scalars. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Equality of values; the order of fields does not count, the order of items does. */
export function isEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  return isDeepStrictEqual(a, b);
}

/** Freezes a value and all within it, and gives it back. */
export function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) deepFreeze(inner);
  }
  return value;
}

/** A copy of an object without some of its fields. */
export function without<T extends object, K extends string>(object: T, ...fields: readonly K[]): Omit<T, K> {
  const dropped: readonly string[] = fields;
  const kept: Record<string, unknown> = {};
  for (const field in object) if (!dropped.includes(field)) kept[field] = object[field];
  return kept as Omit<T, K>;
}

/** The text in a field of an object; '' when there is none. */
export function textOf(value: Json | undefined, field: string): string {
  const text = fieldOf(value, field);
  return typeof text === 'string' ? text : '';
}

/** The field of an object, or undefined when the value is no object or has no such field. */
export function fieldOf(value: Json | undefined, field: string): Json | undefined {
  return isObject(value) ? value[field] : undefined;
}
