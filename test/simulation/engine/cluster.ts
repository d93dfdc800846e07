// One Kubernetes cluster: its API server, and what users do there with kubectl. The definition of the resource is read once per process.
import { readCustomResources } from '../../../sim/kubernetes/crd.ts';
import type { JsonObject } from '../../../sim/kubernetes/json.ts';
import { KubernetesStore } from '../../../sim/kubernetes/store.ts';
import { parseEgressUnification, type EgressUnification } from '../../../src/api/egress-unification.ts';
import { API_VERSION, KIND, PLURAL } from '../../../src/api/names.ts';
import type { Random } from '../../../src/ports/runtime.ts';
import type { VirtualClock } from '../../kit/virtual-clock.ts';
import { ApiServer } from './api-server.ts';

const CUSTOM_RESOURCES = readCustomResources([`${import.meta.dirname}/../../../crds`]);

/** What a user did to a resource. */
export interface Edited {
  readonly cluster: string;
  readonly name: string;
  readonly edit: JsonObject | 'create' | 'delete';
}

export class Cluster {
  readonly name: string;
  /** What its tags in the cloud say: --cluster-id. */
  readonly id: string;
  readonly store: KubernetesStore;
  readonly server: ApiServer;

  readonly #told: (edited: Edited) => void;

  constructor(name: string, { clock, random, told }: { readonly clock: VirtualClock; readonly random: Random; readonly told: (edited: Edited) => void }) {
    this.name = name;
    this.#told = told;
    this.id = name;
    const runtime = { nowMs: () => clock.now(), random, after: (delayMs: number, action: () => void) => clock.afterQuietly(delayMs, action) };
    this.store = new KubernetesStore({ runtime, customResources: CUSTOM_RESOURCES });
    this.server = new ApiServer(this.store, clock);
  }

  get #definition(): ReturnType<KubernetesStore['resource']> {
    return this.store.resource(API_VERSION, PLURAL);
  }

  /** kubectl create. Throws StatusError for what the server refuses. */
  create(name: string, spec: JsonObject): void {
    this.store.create({ resource: this.#definition }, { apiVersion: API_VERSION, kind: KIND, metadata: { name }, spec }, { fieldManager: 'kubectl-create' });
    this.#told({ cluster: this.name, name, edit: 'create' });
  }

  /** kubectl patch --type merge; also of finalizers and, with `subresource`, of the status. */
  patch(name: string, patch: JsonObject, subresource?: 'status'): void {
    this.store.patch({ resource: this.#definition, name }, patch, { fieldManager: 'kubectl-edit', subresource });
    this.#told({ cluster: this.name, name, edit: patch });
  }

  delete(name: string): void {
    this.store.delete({ resource: this.#definition, name }, {});
    this.#told({ cluster: this.name, name, edit: 'delete' });
  }

  exists(name: string): boolean {
    return this.store.has({ resource: this.#definition, name });
  }

  /** The object as it is stored. */
  stored(name: string): ReturnType<KubernetesStore['get']> {
    return this.store.get({ resource: this.#definition, name });
  }

  specOf(name: string): JsonObject {
    return this.stored(name)['spec'] as JsonObject;
  }

  isDeleting(name: string): boolean {
    return this.stored(name).metadata.deletionTimestamp !== undefined;
  }

  names(): string[] {
    return this.store.list({ resource: this.#definition }, {}).items.map(({ metadata }) => metadata.name);
  }

  resource(name: string): EgressUnification {
    const parsed = parseEgressUnification(this.stored(name));
    if (!parsed.ok) throw new Error(parsed.problems.join('; '));
    return parsed.resource;
  }

  /** 'True Unified': status and reason of the condition Ready. */
  ready(name: string): string {
    const conditions = (this.stored(name)['status'] as { conditions?: { type: string; status: string; reason: string }[] } | undefined)?.conditions;
    const condition = conditions?.find(({ type }) => type === 'Ready');
    return `${condition?.status ?? '-'} ${condition?.reason ?? '-'}`;
  }

  /** 'reason: note' of every Event. */
  events(): string[] {
    const definition = this.store.resource('events.k8s.io/v1', 'events');
    const { items } = this.store.list({ resource: definition, namespace: 'default' }, {}) as unknown as { items: { reason: string; note: string }[] };
    return items.map(({ reason, note }) => `${reason}: ${note}`);
  }
}
