// The Kubernetes API as the parts of this adapter see it: requests as values, JSON answers, watches as lines. The connection
// speaks it over HTTP; a simulation answers it in process. Paths of the resources that the controller meets stand here.
import { API_VERSION, PLURAL } from '../../api/names.ts';

/** The name under which fields are owned and requests are made. */
export const FIELD_MANAGER = 'egress-unification';

/** Patches by their content type: a merge of JSON documents, and server-side apply. */
export const MERGE_PATCH = 'application/merge-patch+json';
export const APPLY_PATCH = 'application/apply-patch+yaml';

export const PATH = {
  egressUnifications: `/apis/${API_VERSION}/${PLURAL}`,
  nodes: '/api/v1/nodes',
  kubeSystem: '/api/v1/namespaces/kube-system',
  /** The API server wants events about cluster-scoped objects in this namespace. */
  defaultEvents: '/apis/events.k8s.io/v1/namespaces/default/events',
} as const;

/** One request; the body is sent as JSON. */
export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Default application/json. */
  readonly contentType?: string;
  readonly signal?: AbortSignal;
}

/** A watch to open; query as for a list. */
export interface WatchRequest {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** The API server. Both calls throw ApiError and nothing else; neither repeats what the server may have carried out. */
export interface KubernetesApi {
  /** Gives the parsed JSON body of a successful answer, within the implementation's deadline. */
  request(request: ApiRequest): Promise<unknown>;
  /** Gives every line of a watch as it comes and resolves when the server ends the stream. It has no deadline of its own. */
  watch(request: WatchRequest, onLine: (line: string) => void): Promise<void>;
}

/** The path of one object of a cluster-scoped collection. */
export const objectPath = (collection: string, name: string): string => `${collection}/${encodeURIComponent(name)}`;
