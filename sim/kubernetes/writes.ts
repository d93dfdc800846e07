// What a write makes of an object, before it is stored: the strategy of the resource (who may write spec, who status),
// generation, ownership of fields, and the judgement of the result. Functions only: they change nothing and throw refusals.
import { merge, pruneUnowned } from './apply.ts';
import { readMetadata, withDefaults } from './draft.ts';
import type { Draft } from './draft.ts';
import { conflict, invalid } from './errors.ts';
import type { Cause } from './errors.ts';
import { fieldsOf } from './fields.ts';
import { isEqual, without } from './json.ts';
import type { Json, JsonObject, KubernetesObject, ManagedFieldsEntry } from './json.ts';
import { afterUpdate, difference, dispossess, managedFieldsOf, ownable, ownableSchema, ownershipsOf, partition, refuseConflicts, withPaths } from './managed-fields.ts';
import type { Writer } from './managed-fields.ts';
import { changedMetadata, checkMetadataChange, checkName, newMetadata } from './metadata.ts';
import type { Collection } from './object-table.ts';
import { apiVersionOf } from './resources.ts';
import type { ResourceDefinition } from './resources.ts';
import { timestamp } from './runtime.ts';
import type { Runtime } from './runtime.ts';
import { fillDefaults } from './schema.ts';
import { validate } from './validate.ts';

/** Who writes through which door. */
export interface Write {
  readonly writer: Writer;
  readonly runtime: Runtime;
}

/** A new object from a draft with its defaults. Throws 422. */
export function created(collection: Collection, draft: Draft, { writer, runtime }: Write): KubernetesObject {
  const { resource } = collection;
  const kept = resource.statusSubresource ? without(draft, 'status', 'metadata') : without(draft, 'metadata');
  const object = { ...kept, metadata: newMetadata(collection, draft, runtime) } as KubernetesObject;
  judge(resource, object, undefined, checkName(object.metadata.name));
  const change = difference({}, ownable(object), ownableSchema(resource));
  const fields = managedFieldsOf(afterUpdate([], change, writer, timestamp(runtime)), resource);
  // what the schema has in the place of a status that was dropped is nobody's
  return owned({ ...fillDefaults(without(object, 'metadata'), resource.schema) as JsonObject, metadata: object.metadata } as KubernetesObject, fields);
}

/** An object with a draft written over it. Throws 409 for a stale resourceVersion and 422. */
export function updated(resource: ResourceDefinition, old: KubernetesObject, draft: Draft, { writer, runtime }: Write): KubernetesObject {
  checkVersion(resource, old, draft);
  const next = overwritten(resource, old, draft, writer);
  const change = difference(ownable(old), ownable(next), ownableSchema(resource));
  return owned(next, managedFieldsOf(afterUpdate(ownershipsOf(old), change, writer, timestamp(runtime)), resource));
}

/** The object that results from a server-side apply, on an old one or on none. Throws 409 for conflicts, 422. */
export function applied(collection: Collection, old: KubernetesObject | undefined, sent: Draft, options: Write & { force: boolean }): KubernetesObject {
  const { resource } = collection;
  const { writer, runtime, force } = options;
  if (old !== undefined) checkVersion(resource, old, sent);
  const schema = ownableSchema(resource);
  const live = old === undefined ? {} : ownable(old);
  const mine = ownable(writable(resource, sent, writer));
  const { own, others } = partition(ownershipsOf(old), writer);
  const paths = fieldsOf(mine, schema);
  const claims = { last: own?.paths ?? new Set(), all: new Set([...paths, ...others.flatMap((each) => [...each.paths])]) };
  const content = pruneUnowned(merge(live, mine, schema) as JsonObject, claims, schema);
  const change = difference(live, content, schema);
  if (!force) refuseConflicts(others, change, apiVersionOf(resource));
  const draft = withDefaults(resource, { ...content, apiVersion: sent.apiVersion, kind: sent.kind, metadata: readMetadata(content['metadata']) });
  const named = { ...draft, metadata: { ...draft.metadata, ...identity(sent) } };
  const next = old === undefined ? created(collection, named, options) : overwritten(resource, old, named, writer);
  const time = timestamp(runtime);
  const ownerships = [...dispossess(others, change, time), withPaths(own ?? { writer, time, paths: new Set() }, paths, time)];
  return owned(next, managedFieldsOf(ownerships, resource));
}

const identity = ({ metadata: { name, uid } }: Draft): Draft['metadata'] => ({ ...(name === undefined ? {} : { name }), ...(uid === undefined ? {} : { uid }) });

/** The part of a draft that may be written through this door. */
function writable(resource: ResourceDefinition, draft: Draft, { subresource }: Writer): Draft {
  const { status, ...rest } = draft;
  if (!resource.statusSubresource) return draft;
  if (subresource !== 'status') return rest;
  const { apiVersion, kind } = draft;
  return { apiVersion, kind, metadata: {}, ...(status === undefined ? {} : { status }) };
}

function overwritten(resource: ResourceDefinition, old: KubernetesObject, draft: Draft, writer: Writer): KubernetesObject {
  const next = writer.subresource === 'status' ? withStatus(old, draft['status']) : withContent(resource, old, draft);
  const faults = writer.subresource === 'status' ? [] : checkMetadataChange(draft, old);
  judge(resource, next, old, faults);
  return next;
}

function withStatus(old: KubernetesObject, status: Json | undefined): KubernetesObject {
  return { ...without(old, 'status'), ...(status === undefined ? {} : { status }) } as KubernetesObject;
}

function withContent(resource: ResourceDefinition, old: KubernetesObject, draft: Draft): KubernetesObject {
  const metadata = changedMetadata(old.metadata, draft);
  const plain = { ...draft, metadata } as KubernetesObject;
  const next = resource.statusSubresource ? withStatus(plain, old['status']) : plain;
  if (!resource.generations || isSameContent(old, next)) return next;
  return { ...next, metadata: { ...metadata, generation: (old.metadata.generation ?? 0) + 1 } };
}

function isSameContent(old: KubernetesObject, next: KubernetesObject): boolean {
  return isEqual(without(old, 'metadata'), without(next, 'metadata'));
}

function owned(object: KubernetesObject, managedFields: ManagedFieldsEntry[]): KubernetesObject {
  const metadata = without(object.metadata, 'managedFields');
  return { ...object, metadata: { ...metadata, ...(managedFields.length > 0 ? { managedFields } : {}) } };
}

function checkVersion(resource: ResourceDefinition, { metadata }: KubernetesObject, draft: Draft): void {
  const { resourceVersion } = draft.metadata;
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion) throw conflict(resource, metadata.name);
}

function judge(resource: ResourceDefinition, object: KubernetesObject, old: KubernetesObject | undefined, faults: readonly Cause[]): void {
  const causes = [...faults, ...validate(changed(object, old), { ...resource.schema, required: missing(resource, object) }), ...(resource.check?.(object, old) ?? [])];
  if (causes.length > 0) throw invalid(resource, object.metadata.name, causes);
}

/** The content that is not the very same as before: that was judged when it came. */
function changed(object: KubernetesObject, old: KubernetesObject | undefined): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([field, value]) => !ENVELOPE.has(field) && (old === undefined || old[field] !== value)));
}

const missing = (resource: ResourceDefinition, object: KubernetesObject): string[] => (resource.schema.required ?? []).filter((field) => !ENVELOPE.has(field) && object[field] === undefined);

const ENVELOPE: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata']);
