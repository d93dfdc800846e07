// Who owns which field. Ownership lives in metadata.managedFields alone, as on the real server: one entry for each manager,
// way of writing (Apply or Update) and subresource. Whoever changes a field takes it from all others; a field that is gone
// has no owner; an apply makes its writer an owner of all that it sent, an update of what it changed.
import { applyConflict } from './errors.ts';
import type { Cause } from './errors.ts';
import { decodeFields, differing, encodeFields, shownPath } from './fields.ts';
import { without } from './json.ts';
import type { JsonObject, KubernetesObject, ManagedFieldsEntry, ObjectMeta } from './json.ts';
import { apiVersionOf } from './resources.ts';
import type { ResourceDefinition } from './resources.ts';
import type { Schema } from './schema.ts';

/** Who writes, and how. */
export interface Writer {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly subresource: 'status' | undefined;
}

/** A manager's fields. */
export interface Ownership {
  readonly writer: Writer;
  readonly time: string;
  readonly paths: ReadonlySet<string>;
  /** The entry that it was read from. */
  readonly stored?: ManagedFieldsEntry;
}

/** What a write changed, as paths. */
export interface Difference {
  /** Fields that are new or have another value. */
  readonly written: ReadonlySet<string>;
  readonly removed: ReadonlySet<string>;
}

const METADATA: Schema = {
  type: 'object',
  properties: {
    labels: { type: 'object', additionalProperties: { type: 'string' } },
    annotations: { type: 'object', additionalProperties: { type: 'string' } },
    finalizers: { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' },
    ownerReferences: { type: 'array', items: { type: 'object' }, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['uid'] },
  },
};

const ownableSchemas = new WeakMap<Schema, Schema>();

/** The schema of what can have an owner. */
export function ownableSchema({ schema }: ResourceDefinition): Schema {
  const known = ownableSchemas.get(schema) ?? { ...schema, properties: { ...schema.properties, metadata: METADATA } };
  ownableSchemas.set(schema, known);
  return known;
}

/** The part of an object that can have an owner: all but its identity and what the server itself keeps. */
export function ownable(object: JsonObject & { metadata: Partial<ObjectMeta> }): JsonObject {
  const { labels, annotations, finalizers, ownerReferences } = object.metadata;
  const kept: JsonObject = {
    ...(labels && { labels }), ...(annotations && { annotations }), ...(finalizers && { finalizers }), ...(ownerReferences && { ownerReferences }),
  };
  return { ...without(object, 'apiVersion', 'kind', 'metadata'), ...(Object.keys(kept).length > 0 ? { metadata: kept } : {}) };
}

/** What differs between two ownable contents. */
export function difference(before: JsonObject, after: JsonObject, schema: Schema): Difference {
  const difference = differing(before, after, schema);
  // nobody owns metadata as a whole, because every object has it
  difference.written.delete('f:metadata');
  return difference;
}

const decoded = new WeakMap<ManagedFieldsEntry, Ownership>();

/** Reads who owns what from an object. */
export function ownershipsOf(object: KubernetesObject | undefined): Ownership[] {
  return (object?.metadata.managedFields ?? []).map(ownershipOf);
}

/** Entries of stored objects are frozen, so what was read from one stays true. */
function ownershipOf(entry: ManagedFieldsEntry): Ownership {
  const known = decoded.get(entry);
  if (known !== undefined) return known;
  const { manager, operation, subresource, time, fieldsV1 } = entry;
  const made: Ownership = { writer: { manager, operation, subresource: subresource === 'status' ? 'status' : undefined }, time, paths: new Set(decodeFields(fieldsV1)), stored: entry };
  if (Object.isFrozen(entry)) decoded.set(entry, made);
  return made;
}

/** metadata.managedFields for these ownerships; who owns nothing has no entry. */
export function managedFieldsOf(ownerships: readonly Ownership[], resource: ResourceDefinition): ManagedFieldsEntry[] {
  const owning = ownerships.filter((each) => each.paths.size > 0);
  // one order, whoever wrote last: otherwise a write that changes nothing would look like a change
  const ordered = owning.sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
  return ordered.map(({ writer, time, paths, stored }) => stored ?? ({
    manager: writer.manager,
    operation: writer.operation,
    apiVersion: apiVersionOf(resource),
    time,
    fieldsType: 'FieldsV1',
    fieldsV1: encodeFields(paths),
    ...(writer.subresource === undefined ? {} : { subresource: writer.subresource }),
  }));
}

const orderOf = ({ writer, time }: Ownership): string => [writer.operation, time, writer.manager, writer.subresource ?? ''].join('\n');

/** The writer's own ownership, and those of the others. */
export function partition(ownerships: readonly Ownership[], writer: Writer): { own: Ownership | undefined; others: Ownership[] } {
  const isOwn = ({ writer: { manager, operation, subresource } }: Ownership): boolean => manager === writer.manager && operation === writer.operation && subresource === writer.subresource;
  return { own: ownerships.find(isOwn), others: ownerships.filter((each) => !isOwn(each)) };
}

/** What the others own of what was written: 409 for an apply that is not forced. */
export function refuseConflicts(others: readonly Ownership[], { written }: Difference, apiVersion: string): void {
  const causes = others.flatMap(({ writer, paths }) => [...paths].filter((path) => written.has(path)).map((path) => conflict(writer, path, apiVersion)));
  if (causes.length > 0) throw applyConflict(causes);
}

function conflict({ manager, subresource, operation }: Writer, path: string, apiVersion: string): Cause {
  const door = subresource === undefined ? '' : ` with subresource "${subresource}"`;
  const using = operation === 'Update' ? ` using ${apiVersion}` : '';
  return { reason: 'FieldManagerConflict', message: `conflict with "${manager}"${door}${using}`, field: shownPath(path) };
}

/** The others without what was written or removed. */
export function dispossess(others: readonly Ownership[], { written, removed }: Difference, time: string): Ownership[] {
  const isTaken = (path: string): boolean => written.has(path) || removed.has(path);
  return others.map((each) => (some(each.paths, isTaken) ? withPaths(each, [...each.paths].filter((path) => !isTaken(path)), time) : each));
}

/** The ownerships after an update: the writer owns what it changed besides what it owned before. */
export function afterUpdate(ownerships: readonly Ownership[], change: Difference, writer: Writer, time: string): Ownership[] {
  const { own = { writer, time, paths: new Set<string>() }, others } = partition(ownerships, writer);
  const isSame = !some(change.written, (path) => !own.paths.has(path)) && !some(change.removed, (path) => own.paths.has(path));
  const next = isSame ? own : withPaths(own, [...[...own.paths].filter((path) => !change.removed.has(path)), ...change.written], time);
  return [...dispossess(others, change, time), next];
}

/** The same ownership with other paths; its time moves only if they differ. */
export function withPaths(ownership: Ownership, paths: Iterable<string>, time: string): Ownership {
  const next = new Set(paths);
  const isSame = next.size === ownership.paths.size && !some(next, (path) => !ownership.paths.has(path));
  return isSame ? ownership : { writer: ownership.writer, paths: next, time };
}

function some(paths: Iterable<string>, holds: (path: string) => boolean): boolean {
  for (const path of paths) if (holds(path)) return true;
  return false;
}
