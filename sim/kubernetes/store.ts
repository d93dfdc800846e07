// The Kubernetes API as a synchronous store: everything a request can do, with the real server's refusals, on an injected
// clock and source of chance. It can be used in process, on a virtual clock; HTTP is a rim around it. Objects that it gives
// out are frozen. What it leaves out: CEL rules, admission, RBAC, JSON and strategic merge patches, garbage collection.
import { pruning, readDraft, withDefaults } from './draft.ts';
import type { Draft, Strictness } from './draft.ts';
import { alreadyExists, badRequest, conflict, invalid, notFound } from './errors.ts';
import { textOf } from './json.ts';
import type { Json, JsonObject, KubernetesObject } from './json.ts';
import { listPage } from './listing.ts';
import type { KubernetesList, ListOptions } from './listing.ts';
import type { Writer } from './managed-fields.ts';
import { mergePatch } from './merge-patch.ts';
import { deletingMetadata, isNoChange } from './metadata.ts';
import { ObjectTable } from './object-table.ts';
import type { Collection, Target } from './object-table.ts';
import { BUILT_IN_RESOURCES, SYSTEM_NAMESPACES, apiVersionOf } from './resources.ts';
import type { ResourceDefinition } from './resources.ts';
import type { Runtime } from './runtime.ts';
import { misplaced, unplaceable } from './typed.ts';
import { openWatch } from './watching.ts';
import type { WatchOptions, WatchSink } from './watching.ts';
import { applied, created, updated } from './writes.ts';

/** How to write: who, through which door, and whether only to try. */
export interface WriteOptions extends Strictness {
  readonly fieldManager?: string | undefined;
  readonly subresource?: 'status' | undefined;
  readonly dryRun?: boolean | undefined;
  /** Apply only: take fields that others own. */
  readonly force?: boolean | undefined;
}

/** What must hold for a deletion. */
export interface Preconditions {
  readonly uid?: string | undefined;
  readonly resourceVersion?: string | undefined;
  readonly dryRun?: boolean | undefined;
}

/** What a store is made of. */
export interface StoreOptions {
  readonly runtime: Runtime;
  /** Besides the built-in resources. */
  readonly customResources: readonly ResourceDefinition[];
  /** Objects that are there from the start, besides the system namespaces. */
  readonly seed?: readonly JsonObject[];
  /** At least so many changes are kept for watches and pages; default 1000. */
  readonly historyMax?: number;
}

/** The store. Every method throws StatusError for what the server would refuse. */
export class KubernetesStore {
  readonly resources: readonly ResourceDefinition[];
  readonly #runtime: Runtime;
  readonly #table: ObjectTable;
  /** New objects whose status is the schema's: every read shows it, but it is stored by the next write, even by one that says nothing new. */
  readonly #unstored = new WeakSet<KubernetesObject>();

  constructor({ runtime, customResources, seed = [], historyMax = 1000 }: StoreOptions) {
    this.#runtime = runtime;
    this.#table = new ObjectTable(historyMax);
    this.resources = [...BUILT_IN_RESOURCES, ...customResources];
    for (const object of [...SYSTEM_NAMESPACES, ...seed]) this.#plant(object);
  }

  /** The resource of this apiVersion and plural or kind. Throws when there is none: a mistake of the caller, not of a client. */
  resource(apiVersion: string, name: string): ResourceDefinition {
    const found = this.resources.find((each) => apiVersionOf(each) === apiVersion && (each.plural === name || each.kind === name));
    if (found === undefined) throw new Error(`no resource ${name} in ${apiVersion}`);
    return found;
  }

  /** The time on the server's clock, in milliseconds since 1970. */
  nowMs(): number {
    return this.#runtime.nowMs();
  }

  has(target: Target): boolean {
    return this.#table.find(target) !== undefined;
  }

  get(target: Target): KubernetesObject {
    const object = this.#table.find(target);
    if (object === undefined) throw notFound(target.resource, target.name);
    return object;
  }

  list(collection: Collection, options: ListOptions = {}): KubernetesList {
    return listPage(this.#table, collection, options);
  }

  /** Follows a collection; the answer stops it. Events that are due already are delivered before this returns. */
  watch(collection: Collection, options: WatchOptions, sink: WatchSink): () => void {
    return openWatch({ table: this.#table, runtime: this.#runtime }, collection, options, sink);
  }

  create(collection: Collection, body: Json, options: WriteOptions = {}): KubernetesObject {
    const { resource } = collection;
    const draft = withDefaults(resource, readDraft(resource, body, pruning(options)));
    this.#checkPlace(collection, draft);
    if (draft.metadata.resourceVersion !== undefined) throw badRequest('resourceVersion should not be set on objects to be created');
    const object = created(collection, draft, this.#write(options, 'Update'));
    const { name, namespace } = object.metadata;
    if (this.#table.find({ resource, namespace, name }) !== undefined) throw alreadyExists(resource, name);
    return this.#commit('ADDED', resource, object, options.dryRun);
  }

  /** Replaces an object, or only its status through the subresource. */
  update(target: Target, body: Json, options: WriteOptions = {}): KubernetesObject {
    const { resource, name } = target;
    const draft = withDefaults(resource, readDraft(resource, body, pruning(options)));
    this.#checkPlace(target, draft);
    const old = this.#table.find(target);
    if (old === undefined && !resource.createOnUpdate) throw notFound(resource, name);
    // a uid is a precondition even where a replacement may create: who renews what was deleted meanwhile gets a conflict
    checkUid(target, old, draft.metadata.uid);
    if (old === undefined) return this.create(target, body, options);
    if (draft.metadata.resourceVersion === undefined && !resource.unconditionalUpdate) {
      throw invalid(resource, name, [{ reason: 'FieldValueInvalid', field: 'metadata.resourceVersion', message: 'Invalid value: 0: must be specified for an update' }]);
    }
    return this.#replace(resource, old, updated(resource, old, draft, this.#write(options, 'Update')), options.dryRun);
  }

  /** Applies a JSON merge patch; a resourceVersion or uid in it is a precondition. */
  patch(target: Target, patch: Json, options: WriteOptions = {}): KubernetesObject {
    const { resource } = target;
    const old = this.get(target);
    const draft = withDefaults(resource, readDraft(resource, mergePatch(old, patch), pruning(options)));
    this.#checkPlace(target, draft);
    return this.#replace(resource, old, updated(resource, old, draft, this.#write(options, 'Update')), options.dryRun);
  }

  /** Server-side apply; creates the object when there is none, except through the subresource. */
  apply(target: Target, body: Json, options: WriteOptions & { fieldManager: string }): KubernetesObject {
    const { resource, name } = target;
    const old = this.#table.find(target);
    if (old === undefined && options.subresource !== undefined) throw notFound(resource, name);
    const sent = this.#placed(target, body);
    const write = { ...this.#write(options, 'Apply'), force: options.force === true };
    if (old === undefined) return this.#commit('ADDED', resource, applied(target, undefined, { ...sent, metadata: { ...sent.metadata, name } }, write), options.dryRun);
    checkUid(target, old, sent.metadata.uid);
    return this.#replace(resource, old, applied(target, old, sent, write), options.dryRun);
  }

  /** Deletes an object, or begins to when it has finalizers; `gone` tells which. */
  delete(target: Target, preconditions: Preconditions = {}): { object: KubernetesObject; gone: boolean } {
    const { resource } = target;
    const old = this.get(target);
    const { uid, resourceVersion, dryRun } = preconditions;
    checkUid(target, old, uid);
    if (resourceVersion !== undefined && resourceVersion !== old.metadata.resourceVersion) {
      throw conflict(resource, target.name, `Precondition failed: ResourceVersion in precondition: ${resourceVersion}, ResourceVersion in object meta: ${old.metadata.resourceVersion}`);
    }
    if (!hasFinalizers(old)) return { object: this.#commit('DELETED', resource, old, dryRun), gone: true };
    if (old.metadata.deletionTimestamp !== undefined) return { object: old, gone: false };
    const doomed = { ...old, metadata: deletingMetadata(old.metadata, this.#runtime) };
    return { object: this.#commit('MODIFIED', resource, doomed, dryRun), gone: false };
  }

  /** Forgets the history of changes: watches from older revisions and older pages get 410. */
  compact(): void {
    this.#table.compact();
  }

  #plant(object: JsonObject): void {
    const resource = this.resource(textOf(object, 'apiVersion'), textOf(object, 'kind'));
    const namespace = textOf(object['metadata'], 'namespace') || undefined;
    this.create({ resource, namespace }, object, { fieldManager: 'seed' });
  }

  #write({ fieldManager = 'unknown', subresource }: WriteOptions, operation: Writer['operation']): { writer: Writer; runtime: Runtime } {
    return { writer: { manager: fieldManager, operation, subresource }, runtime: this.#runtime };
  }

  #checkPlace({ resource, namespace, name }: Collection & { name?: string }, draft: Draft): void {
    const { metadata } = draft;
    if (metadata.namespace !== undefined && metadata.namespace !== namespace) {
      throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
    }
    if (name !== undefined && metadata.name !== undefined && metadata.name !== name) {
      throw badRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${name})`);
    }
    if (resource.namespaced) this.get({ resource: this.resource('v1', 'namespaces'), name: namespace ?? 'default' });
  }

  #placed(target: Target, body: Json): Draft {
    const { resource, name } = target;
    const sent = readDraft(resource, body, ([field]) => {
      if (field !== undefined) throw unplaceable(resource, name, `.${field}: field not declared in schema`);
    });
    const fault = misplaced(sent, resource.schema);
    if (fault !== undefined) throw unplaceable(resource, name, fault);
    this.#checkPlace(target, sent);
    return sent;
  }

  #replace(resource: ResourceDefinition, old: KubernetesObject, next: KubernetesObject, dryRun = false): KubernetesObject {
    const isLast = next.metadata.deletionTimestamp !== undefined && !hasFinalizers(next);
    if (isLast) return this.#commit('DELETED', resource, next, dryRun);
    return isNoChange(old, next) && !this.#unstored.has(old) ? old : this.#commit('MODIFIED', resource, next, dryRun);
  }

  #commit(type: 'ADDED' | 'MODIFIED' | 'DELETED', resource: ResourceDefinition, object: KubernetesObject, dryRun = false): KubernetesObject {
    if (dryRun) return object;
    const committed = this.#table.commit(type, resource, object);
    if (type === 'ADDED' && resource.statusSubresource && committed['status'] !== undefined) this.#unstored.add(committed);
    return committed;
  }
}

const hasFinalizers = ({ metadata }: KubernetesObject): boolean => (metadata.finalizers?.length ?? 0) > 0;

function checkUid({ resource, name }: Target, old: KubernetesObject | undefined, uid: string | undefined): void {
  const there = old?.metadata.uid ?? '';
  if (uid === undefined || uid === there) return;
  throw conflict(resource, name, `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${there}`);
}
