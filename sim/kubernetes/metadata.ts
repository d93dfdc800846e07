// The server's rules for metadata: what it sets itself, what a client may not change, what a name looks like
// (k8s.io/apimachinery/pkg/api/validation/objectmeta.go).
import type { Draft } from './draft.ts';
import type { Cause } from './errors.ts';
import { isEqual, without } from './json.ts';
import type { KubernetesObject, ManagedFieldsEntry, ObjectMeta } from './json.ts';
import type { Collection } from './object-table.ts';
import { nameSuffix, timestamp, uuid } from './runtime.ts';
import type { Runtime } from './runtime.ts';

/** metadata of an object that is new; its resourceVersion comes with the commit. */
export function newMetadata({ resource, namespace }: Collection, draft: Draft, runtime: Runtime): ObjectMeta {
  const { name = '', generateName, labels, annotations, finalizers, ownerReferences } = draft.metadata;
  return {
    name: name === '' && generateName !== undefined ? generateName + nameSuffix(runtime) : name,
    ...present({ generateName, labels, annotations, finalizers, ownerReferences }),
    ...(resource.namespaced ? { namespace: namespace ?? 'default' } : {}),
    uid: uuid(runtime),
    resourceVersion: '',
    creationTimestamp: timestamp(runtime),
    ...(resource.generations ? { generation: 1 } : {}),
  };
}

/** metadata of an object that is changed: the client's part from the draft, the rest as it was. */
export function changedMetadata(old: ObjectMeta, draft: Draft): ObjectMeta {
  const kept = without(old, 'labels', 'annotations', 'finalizers', 'ownerReferences');
  const { labels, annotations, finalizers, ownerReferences } = draft.metadata;
  return { ...kept, ...present({ labels, annotations, finalizers, ownerReferences }) };
}

/** The fields that are there. */
function present<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as { [K in keyof T]?: Exclude<T[K], undefined> };
}

/** metadata of an object whose deletion has begun but must wait for its finalizers. */
export function deletingMetadata(old: ObjectMeta, runtime: Runtime): ObjectMeta {
  const generation = old.generation === undefined ? {} : { generation: old.generation + 1 };
  return { ...old, ...generation, deletionTimestamp: timestamp(runtime), deletionGracePeriodSeconds: 0 };
}

const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const SUBDOMAIN_RULE =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character " +
  "(e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const NAME_LENGTH_MAX = 253;

/** Faults of the name of a new object. */
export function checkName(name: string): Cause[] {
  const at = (reason: string, message: string): Cause => ({ reason, field: 'metadata.name', message });
  if (name === '') return [at('FieldValueRequired', 'Required value: name or generateName is required')];
  const told = `Invalid value: ${JSON.stringify(name)}:`;
  return [
    ...(name.length > NAME_LENGTH_MAX ? [at('FieldValueInvalid', `${told} must be no more than ${NAME_LENGTH_MAX} bytes`)] : []),
    ...(SUBDOMAIN.test(name) ? [] : [at('FieldValueInvalid', `${told} ${SUBDOMAIN_RULE}`)]),
  ];
}

/** Faults of a change of metadata: identity does not change, and an object that is going gets no new finalizers. */
export function checkMetadataChange(draft: Draft, { metadata: old }: KubernetesObject): Cause[] {
  const { uid = old.uid, finalizers = [] } = draft.metadata;
  const added = old.deletionTimestamp === undefined ? [] : finalizers.filter((each) => old.finalizers?.includes(each) !== true);
  const list = added.map((each) => JSON.stringify(each)).join(', ');
  return [
    ...(uid === old.uid ? [] : [{ reason: 'FieldValueInvalid', field: 'metadata.uid', message: `Invalid value: ${JSON.stringify(uid)}: field is immutable` }]),
    ...(added.length === 0
      ? []
      : [{ reason: 'FieldValueForbidden', field: 'metadata.finalizers', message: `Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{${list}}` }]),
  ];
}

/** True when both objects say the same, the times of their managed fields aside: storing the second would change nothing. */
export function isNoChange(old: KubernetesObject, next: KubernetesObject): boolean {
  const { metadata: { managedFields: ownedBefore = [], ...before }, ...contentBefore } = old;
  const { metadata: { managedFields: ownedAfter = [], ...after }, ...contentAfter } = next;
  return isEqual(contentBefore, contentAfter) && isEqual(before, after) && isEqual(ownedBefore.map(withoutTime), ownedAfter.map(withoutTime));
}

const withoutTime = (entry: ManagedFieldsEntry): ManagedFieldsEntry => ({ ...entry, time: '' });
