// Who owns which field. Ownership lives in metadata.managedFields alone, as on the real server: one entry for each manager,
// way of writing (Apply or Update) and subresource. Whoever changes a field takes it from all others; a field that is gone
// has no owner; an apply makes its writer an owner of all that it sent, an update of what it changed.
import { applyConflict } from './errors.ts';
import type { Cause } from './errors.ts';
import { decodeFields, encodeFields, nodesOf, shownPath } from './fields.ts';
import { isEqual, without } from './json.ts';
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

/** The schema of what can have an owner. */
export function ownableSchema({ schema }: ResourceDefinition): Schema {
  return { ...schema, properties: { ...schema.properties, metadata: METADATA } };
}

/** The part of an object that can have an owner: all but its identity and what the server itself keeps. */
export function ownable(object: JsonObject & { metadata: Partial<ObjectMeta> }): JsonObject {
  const { labels, annotations, finalizers, ownerReferences } = object.metadata;
  const kept = Object.entries({ labels, annotations, finalizers, ownerReferences }).filter(([, value]) => value !== undefined);
  return { ...without(object, 'apiVersion', 'kind', 'metadata'), ...(kept.length > 0 ? { metadata: Object.fromEntries(kept) } : {}) };
}

/** What differs between two ownable contents. */
export function difference(before: JsonObject, after: JsonObject, schema: Schema): Difference {
  const [old, next] = [nodesOf(before, schema), nodesOf(after, schema)];
  return {
    // nobody owns metadata as a whole, because every object has it
    written: new Set([...next].filter(([path, value]) => path !== 'f:metadata' && (!old.has(path) || !isEqual(old.get(path), value))).map(([path]) => path)),
    removed: new Set([...old.keys()].filter((path) => !next.has(path))),
  };
}

/** Reads who owns what from an object. */
export function ownershipsOf(object: KubernetesObject | undefined): Ownership[] {
  return (object?.metadata.managedFields ?? []).map((entry) => ({
    writer: { manager: entry.manager, operation: entry.operation, subresource: entry.subresource === 'status' ? 'status' : undefined },
    time: entry.time,
    paths: new Set(decodeFields(entry.fieldsV1)),
  }));
}

/** metadata.managedFields for these ownerships; who owns nothing has no entry. */
export function managedFieldsOf(ownerships: readonly Ownership[], resource: ResourceDefinition): ManagedFieldsEntry[] {
  const owning = ownerships.filter((each) => each.paths.size > 0);
  // one order, whoever wrote last: otherwise a write that changes nothing would look like a change
  const ordered = owning.sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
  return ordered.map(({ writer, time, paths }) => ({
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
  const isOwn = (each: Ownership): boolean => isEqual(each.writer, writer);
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
  return others.map((each) => withPaths(each, [...each.paths].filter((path) => !written.has(path) && !removed.has(path)), time));
}

/** The ownerships after an update: the writer owns what it changed besides what it owned before. */
export function afterUpdate(ownerships: readonly Ownership[], change: Difference, writer: Writer, time: string): Ownership[] {
  const { own = { writer, time, paths: new Set<string>() }, others } = partition(ownerships, writer);
  const kept = [...own.paths].filter((path) => !change.removed.has(path));
  return [...dispossess(others, change, time), withPaths(own, [...kept, ...change.written], time)];
}

/** The same ownership with other paths; its time moves only if they differ. */
export function withPaths(ownership: Ownership, paths: Iterable<string>, time: string): Ownership {
  const next = new Set(paths);
  return isEqual(next, ownership.paths) ? ownership : { ...ownership, paths: next, time };
}
