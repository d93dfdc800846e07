// The Kubernetes API as this suite speaks to it: custom resources through @kubernetes/client-node, watches and odd requests
// through plain fetch with the same credentials. Refusals are values here, so that a test can look at them.
import { ApiException, CustomObjectsApi, PatchStrategy, V1DeleteOptions, V1Preconditions, setHeaderOptions } from '@kubernetes/client-node';
import type { KubeConfig } from '@kubernetes/client-node';
import { Agent, fetch } from 'undici';
import type { Response } from 'undici';

export const GROUP = 'egressunification.io';
export const VERSION = 'v1alpha1';
export const PLURAL = 'egressunifications';
export const API_VERSION = `${GROUP}/${VERSION}`;
export const COLLECTION = `/apis/${API_VERSION}/${PLURAL}`;

/** A custom resource as the API gives it. */
export interface Resource {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    uid: string;
    resourceVersion: string;
    generation: number;
    creationTimestamp: string;
    deletionTimestamp?: string;
    finalizers?: string[];
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    managedFields?: { manager: string; operation: string; subresource?: string; fieldsV1: Record<string, unknown> }[];
  };
  spec: Record<string, unknown>;
  status?: Record<string, unknown>;
}

/** A page of a list. */
export interface ResourceList {
  metadata: { resourceVersion: string; continue?: string; remainingItemCount?: number };
  items: Resource[];
}

/** A Status document. */
export interface Refusal {
  code: number;
  reason: string;
  message: string;
  details?: { name?: string; kind?: string; group?: string; causes?: { reason: string; field: string; message: string }[] };
}

/** The refusal that a request meets; rejects when it meets none. */
export async function refusalOf(request: Promise<unknown>): Promise<Refusal> {
  const outcome = await request.then((value) => ({ value }), (error: unknown) => ({ error }));
  if (!('error' in outcome)) throw new Error(`not refused: ${JSON.stringify(outcome.value)}`);
  if (!(outcome.error instanceof ApiException)) throw outcome.error;
  const body: unknown = outcome.error.body;
  return (typeof body === 'string' ? JSON.parse(body) : body) as Refusal;
}

const place = { group: GROUP, version: VERSION, plural: PLURAL };

/** EgressUnifications over the wire. */
export class Resources {
  readonly #api: CustomObjectsApi;

  constructor(config: KubeConfig) {
    this.#api = config.makeApiClient(CustomObjectsApi);
  }

  async create(body: object): Promise<Resource> {
    return (await this.#api.createClusterCustomObject({ ...place, body })) as Resource;
  }

  async get(name: string): Promise<Resource> {
    return (await this.#api.getClusterCustomObject({ ...place, name })) as Resource;
  }

  async list(options: { limit?: number; _continue?: string; labelSelector?: string } = {}): Promise<ResourceList> {
    return (await this.#api.listClusterCustomObject({ ...place, ...options })) as ResourceList;
  }

  async replace(body: Resource): Promise<Resource> {
    return (await this.#api.replaceClusterCustomObject({ ...place, name: body.metadata.name, body })) as Resource;
  }

  async replaceStatus(body: Resource): Promise<Resource> {
    return (await this.#api.replaceClusterCustomObjectStatus({ ...place, name: body.metadata.name, body })) as Resource;
  }

  async merge(name: string, body: object): Promise<Resource> {
    return (await this.#api.patchClusterCustomObject({ ...place, name, body }, setHeaderOptions('Content-Type', PatchStrategy.MergePatch))) as Resource;
  }

  async patchAs(contentType: string, name: string, body: object): Promise<Resource> {
    return (await this.#api.patchClusterCustomObject({ ...place, name, body }, setHeaderOptions('Content-Type', contentType))) as Resource;
  }

  async apply(name: string, fields: object, fieldManager: string, force = true): Promise<Resource> {
    const body = { apiVersion: API_VERSION, kind: 'EgressUnification', metadata: { name }, ...fields };
    return (await this.#api.patchClusterCustomObject({ ...place, name, body, fieldManager, force }, setHeaderOptions('Content-Type', PatchStrategy.ServerSideApply))) as Resource;
  }

  async applyStatus(name: string, status: object, fieldManager: string, force = true): Promise<Resource> {
    const body = { apiVersion: API_VERSION, kind: 'EgressUnification', metadata: { name }, status };
    return (await this.#api.patchClusterCustomObjectStatus({ ...place, name, body, fieldManager, force }, setHeaderOptions('Content-Type', PatchStrategy.ServerSideApply))) as Resource;
  }

  async delete(name: string, preconditions: { uid?: string; resourceVersion?: string } = {}): Promise<unknown> {
    return (await this.#api.deleteClusterCustomObject({ ...place, name, body: Object.assign(new V1DeleteOptions(), { preconditions: Object.assign(new V1Preconditions(), preconditions) }) })) as unknown;
  }
}

/** A fetch of paths of the cluster in a kubeconfig, with its client certificate if it has one. */
export function fetchFrom(config: KubeConfig): { request: (path: string, init?: RawInit) => Promise<Response>; close: () => Promise<void> } {
  const cluster = config.getCurrentCluster();
  const user = config.getCurrentUser();
  const decode = (text: string | undefined): string | undefined => (text === undefined ? undefined : Buffer.from(text, 'base64').toString());
  const tls = { ca: decode(cluster?.caData), cert: decode(user?.certData), key: decode(user?.keyData) };
  const agent = new Agent({ connect: Object.fromEntries(Object.entries(tls).filter(([, value]) => value !== undefined)) });
  return {
    request: (path, init = {}) => fetch(`${cluster?.server ?? ''}${path}`, { ...init, dispatcher: agent }),
    close: () => agent.destroy(),
  };
}

/** What a plain request may set. */
export interface RawInit {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly signal?: AbortSignal;
}
