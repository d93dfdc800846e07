// Reads what a client sends into an object of the resource: the kind must fit, unknown fields are pruned (and said, or
// refused, as the client asked), defaults filled in, metadata cut down to what a client may set. Nothing is judged here.
import { badRequest, invalid } from './errors.ts';
import { isObject, textOf, without } from './json.ts';
import type { Json, JsonObject } from './json.ts';
import { apiVersionOf } from './resources.ts';
import type { ResourceDefinition } from './resources.ts';
import { fillDefaults, prune } from './schema.ts';
import { malformedMicroTime } from './strategies.ts';

/** The part of metadata that a client may send. */
export type DraftMeta = {
  name?: string;
  generateName?: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  finalizers?: string[];
  ownerReferences?: JsonObject[];
};

/** An object as a client sent it, pruned; not yet judged. */
export type Draft = JsonObject & { apiVersion: string; kind: string; metadata: DraftMeta };

/** What to do about fields that the schema does not know. */
export interface Strictness {
  readonly fieldValidation?: 'Ignore' | 'Warn' | 'Strict' | undefined;
  /** Hears the warnings that the client should get. */
  readonly warn?: ((text: string) => void) | undefined;
}

/** Reads a body, without defaults. Throws 400 or 422 for what cannot be read as this resource; the rest of the judging is `onUnknown`'s. */
export function readDraft(resource: ResourceDefinition, body: Json, onUnknown: (fields: readonly string[]) => void): Draft {
  if (!isObject(body)) throw badRequest('the object provided is unrecognized: it must be an object');
  checkKind(resource, body);
  checkTimes(resource, body);
  const { value, unknownFields } = prune(without(body, 'apiVersion', 'kind', 'metadata'), resource.schema);
  onUnknown(unknownFields);
  return { ...(isObject(value) ? value : {}), apiVersion: apiVersionOf(resource), kind: resource.kind, metadata: readMetadata(body['metadata']) };
}

/** The same draft with the schema's defaults. */
export function withDefaults(resource: ResourceDefinition, draft: Draft): Draft {
  const { apiVersion, kind, metadata, ...content } = draft;
  const filled = fillDefaults(content, resource.schema);
  return { ...(isObject(filled) ? filled : {}), apiVersion, kind, metadata };
}

function checkKind(resource: ResourceDefinition, body: JsonObject): void {
  const { apiVersion, kind } = body;
  const wanted = apiVersionOf(resource);
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') throw badRequest(`Object 'Kind' or 'apiVersion' is missing in the body`);
  if (apiVersion !== wanted) throw badRequest(`the API version in the data (${apiVersion}) does not match the expected API version (${wanted})`);
  if (kind === resource.kind) return;
  const cause = { reason: 'FieldValueInvalid', field: 'kind', message: `Invalid value: ${JSON.stringify(kind)}: must be ${resource.kind}` };
  throw invalid({ ...resource, kind }, textOf(body['metadata'], 'name'), [cause]);
}

function checkTimes({ group, plural, kind, version }: ResourceDefinition, body: JsonObject): void {
  const time = group === '' ? undefined : malformedMicroTime(plural, body);
  if (time === undefined) return;
  const expected = '2006-01-02T15:04:05.000000Z07:00';
  throw badRequest(`${kind} in version "${version}" cannot be handled as a ${kind}: parsing time ${JSON.stringify(time)} as ${JSON.stringify(expected)}: cannot parse`);
}

/** Unknown fields are pruned; the client hears of it, or is refused with 400, as it asked. */
export function pruning({ fieldValidation = 'Warn', warn }: Strictness): (fields: readonly string[]) => void {
  return (fields) => {
    const told = fields.map((field) => `unknown field ${JSON.stringify(field)}`);
    if (fieldValidation === 'Strict' && told.length > 0) throw badRequest(`strict decoding error: ${told.join(', ')}`);
    if (fieldValidation === 'Warn') for (const text of told) warn?.(text);
  };
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isTexts = (value: unknown): value is string[] => Array.isArray(value) && value.every(isText);
const isTextMap = (value: unknown): value is Record<string, string> => isObject(value) && Object.values(value).every(isText);
const isObjects = (value: unknown): value is JsonObject[] => Array.isArray(value) && value.every(isObject);

const META_FIELDS: Readonly<Record<keyof DraftMeta, (value: unknown) => boolean>> = {
  name: isText,
  generateName: isText,
  namespace: isText,
  uid: isText,
  resourceVersion: isText,
  labels: isTextMap,
  annotations: isTextMap,
  finalizers: isTexts,
  ownerReferences: isObjects,
};

/** The part of metadata that a client may send, without what is empty. Throws 400 for a field of another type. */
export function readMetadata(metadata: Json | undefined): DraftMeta {
  if (metadata === undefined || metadata === null) return {};
  if (!isObject(metadata)) throw badRequest('metadata must be an object');
  const known = Object.entries(META_FIELDS).filter(([field]) => !isEmpty(metadata[field]));
  const malformed = known.find(([field, fits]) => !fits(metadata[field]));
  if (malformed !== undefined) throw badRequest(`unable to decode metadata.${malformed[0]}`);
  return Object.fromEntries(known.map(([field]) => [field, metadata[field]]));
}

// the server leaves out of metadata what is empty
function isEmpty(value: Json | undefined): boolean {
  if (value === undefined || value === null || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}
