// Requests of the Kubernetes API, as values, answered by the store at once: method, path, query and body in, status and body
// out, or a watch to open. No sockets and no clock of its own, so that the same requests can be served over HTTP and, in
// process, on a virtual clock.
import { parse as parseYaml } from 'yaml';
import { discover } from './discovery.ts';
import { StatusError, badRequest, methodNotAllowed, unknownPath, unsupportedMediaType } from './errors.ts';
import { fieldOf, isObject } from './json.ts';
import type { Json, JsonObject, KubernetesObject } from './json.ts';
import type { Target } from './object-table.ts';
import { routeOf } from './routes.ts';
import type { Route } from './routes.ts';
import type { KubernetesStore, Preconditions, WriteOptions } from './store.ts';
import { asTable, wantsTable } from './tables.ts';
import type { WatchSink } from './watching.ts';

/** A request, its body as text. Header names are in lower case. */
export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

/** An answer: a document, a text, or a watch that begins when it is opened and ends when `open`'s answer is called. */
export type ApiResponse =
  | { readonly kind: 'json'; readonly status: number; readonly body: JsonObject; readonly warnings: readonly string[] }
  | { readonly kind: 'text'; readonly status: number; readonly body: string }
  | { readonly kind: 'watch'; readonly open: (sink: WatchSink) => () => void };

/** What one request works with. */
interface Call {
  readonly store: KubernetesStore;
  readonly request: ApiRequest;
  readonly route: Route;
  readonly options: WriteOptions;
}

type Verb = (call: Call) => { status: number; body: JsonObject };

const PATCHES: Readonly<Record<string, Verb>> = {
  'application/merge-patch+json': (call) => ok(call.store.patch(targetOf(call), parseJson(call.request.body), call.options)),
  'application/apply-patch+yaml': apply,
};

const VERBS: Readonly<Record<string, Verb>> = {
  'GET collection': list,
  'POST collection': (call) => ({ status: 201, body: call.store.create(collectionOf(call), parseJson(call.request.body), call.options) }),
  'GET object': (call) => shown(call, call.store.get(targetOf(call))),
  'PUT object': (call) => ok(call.store.update(targetOf(call), parseJson(call.request.body), call.options)),
  'PATCH object': patch,
  'DELETE object': remove,
};

/** Answers a request. Refusals come back as Status documents; only a fault of the simulator itself throws. */
export function answer(store: KubernetesStore, request: ApiRequest): ApiResponse {
  try {
    return respond(store, request);
  } catch (error) {
    if (error instanceof StatusError) return { kind: 'json', status: error.code, body: error.toStatus(), warnings: [] };
    throw error;
  }
}

function respond(store: KubernetesStore, request: ApiRequest): ApiResponse {
  const route = routeOf(request.path, store.resources);
  if (route === undefined) return described(store, request);
  const warnings: string[] = [];
  const call = { store, request, route, options: writeOptions(request, route, warnings) };
  if (request.method === 'GET' && isTrue(request.query.get('watch'))) return { kind: 'watch', open: watching(call) };
  const verb = VERBS[`${request.method} ${route.name === undefined ? 'collection' : 'object'}`];
  if (verb === undefined) throw methodNotAllowed();
  return { kind: 'json', ...verb(call), warnings };
}

/** What the server says of itself. */
function described({ resources }: KubernetesStore, { method, path }: ApiRequest): ApiResponse {
  const document = method === 'GET' ? discover(path, resources) : undefined;
  if (document === undefined) throw unknownPath();
  return typeof document === 'string' ? { kind: 'text', status: 200, body: document } : { kind: 'json', status: 200, body: document, warnings: [] };
}

const isTrue = (value: string | null): boolean => value === 'true' || value === '1';

const ok = (body: JsonObject): { status: number; body: JsonObject } => ({ status: 200, body });

const collectionOf = ({ route: { resource, namespace } }: Call): Omit<Target, 'name'> => ({ resource, namespace });

const targetOf = (call: Call): Target => ({ ...collectionOf(call), name: call.route.name ?? '' });

function writeOptions({ query, headers }: ApiRequest, { subresource }: Route, warnings: string[]): WriteOptions {
  return {
    // as the server does: a writer who gives no name is called by the first word of the user agent
    fieldManager: query.get('fieldManager') ?? headers['user-agent']?.split('/')[0] ?? 'unknown',
    subresource,
    dryRun: query.get('dryRun') === 'All',
    force: isTrue(query.get('force')),
    fieldValidation: FIELD_VALIDATION.find((each) => each === query.get('fieldValidation')),
    warn: (text) => void warnings.push(text),
  };
}

const FIELD_VALIDATION = ['Ignore', 'Warn', 'Strict'] as const;

function parseJson(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw badRequest(`the object provided is unrecognized: ${String(error)}`);
  }
}

function parseYamlBody(text: string): Json {
  // JSON is YAML, and what clients send is mostly JSON, which is read many times faster
  if (text.startsWith('{')) {
    try {
      return JSON.parse(text) as Json;
    } catch {
      // YAML in its flow style begins with a brace too
    }
  }
  try {
    return parseYaml(text) as Json;
  } catch (error) {
    throw badRequest(`error decoding YAML: ${String(error)}`);
  }
}

const optional = (query: URLSearchParams, name: string): string | undefined => query.get(name) ?? undefined;

function numberOption(query: URLSearchParams, name: string): number | undefined {
  const text = optional(query, name);
  if (text !== undefined && !/^\d+$/.test(text)) throw badRequest(`Invalid value: ${JSON.stringify(text)}: ${name} must be a number`);
  // zero means no limit, as if it had not been given
  return text === undefined || Number(text) === 0 ? undefined : Number(text);
}

function selection({ request: { query }, route: { name } }: Call): { labelSelector: string | undefined; fieldSelector: string | undefined } {
  const own = name === undefined ? undefined : `metadata.name=${name}`;
  return { labelSelector: optional(query, 'labelSelector'), fieldSelector: own ?? optional(query, 'fieldSelector') };
}

function list(call: Call): { status: number; body: JsonObject } {
  const { query } = call.request;
  const pages = { limit: numberOption(query, 'limit'), continue: optional(query, 'continue'), resourceVersion: optional(query, 'resourceVersion') };
  return shown(call, call.store.list(collectionOf(call), { ...pages, ...selection(call) }));
}

function shown({ store, request, route }: Call, body: JsonObject): { status: number; body: JsonObject } {
  return ok(wantsTable(request.headers['accept']) ? asTable(route.resource, body, store.nowMs()) : body);
}

function watching(call: Call): (sink: WatchSink) => () => void {
  const { query } = call.request;
  const options = {
    resourceVersion: optional(query, 'resourceVersion'),
    allowWatchBookmarks: isTrue(query.get('allowWatchBookmarks')),
    timeoutSeconds: numberOption(query, 'timeoutSeconds'),
    ...selection(call),
  };
  return (sink) => call.store.watch(collectionOf(call), options, sink);
}

function patch(call: Call): { status: number; body: JsonObject } {
  const mediaType = call.request.headers['content-type']?.split(';')[0]?.trim() ?? '';
  const verb = PATCHES[mediaType];
  if (verb === undefined) throw unsupportedMediaType(Object.keys(PATCHES));
  return verb(call);
}

function apply(call: Call): { status: number; body: JsonObject } {
  const fieldManager = optional(call.request.query, 'fieldManager');
  if (fieldManager === undefined) throw new StatusError(422, 'Invalid', 'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch');
  const existed = call.store.has(targetOf(call));
  const body = call.store.apply(targetOf(call), parseYamlBody(call.request.body), { ...call.options, fieldManager });
  return { status: existed ? 200 : 201, body };
}

function remove(call: Call): { status: number; body: JsonObject } {
  const { object, gone } = call.store.delete(targetOf(call), preconditions(call.request));
  return ok(gone ? success(call.route, object) : object);
}

function preconditions({ body, query }: ApiRequest): Preconditions {
  const options = body.trim() === '' ? {} : parseJson(body);
  const { uid, resourceVersion } = asObject(fieldOf(options, 'preconditions'));
  const isText = (value: Json | undefined): string | undefined => (typeof value === 'string' ? value : undefined);
  const dryRun = query.get('dryRun') === 'All' || JSON.stringify(fieldOf(options, 'dryRun')) === '["All"]';
  return { uid: isText(uid), resourceVersion: isText(resourceVersion), dryRun };
}

const asObject = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});

function success({ resource }: Route, { metadata }: KubernetesObject): JsonObject {
  const details = { name: metadata.name, ...(resource.group === '' ? {} : { group: resource.group }), kind: resource.plural, uid: metadata.uid };
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details };
}
