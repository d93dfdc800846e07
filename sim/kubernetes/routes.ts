// Which resource, object and subresource a path means. Pure; paths that mean none give undefined.
import type { ResourceDefinition } from './resources.ts';

/** The place that a path names; without a name it is a collection. */
export interface Route {
  readonly resource: ResourceDefinition;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly subresource: 'status' | undefined;
}

const known = new WeakMap<readonly ResourceDefinition[], Map<string, Route | undefined>>();
/** Names are without number. */
const KNOWN_MAX = 500;

/** As `readRoute`; what is asked again is not read again. */
export function routeOf(path: string, resources: readonly ResourceDefinition[]): Route | undefined {
  const routes = known.get(resources) ?? new Map<string, Route | undefined>();
  known.set(resources, routes);
  if (routes.has(path)) return routes.get(path);
  if (routes.size >= KNOWN_MAX) routes.clear();
  const route = readRoute(path, resources);
  routes.set(path, route);
  return route;
}

/** Reads /api/v1/… and /apis/GROUP/VERSION/…, with or without namespaces/NAME. */
function readRoute(path: string, resources: readonly ResourceDefinition[]): Route | undefined {
  const [root, ...parts] = path.split('/').filter((part) => part !== '').map(decodeURIComponent);
  if (root !== 'api' && root !== 'apis') return undefined;
  const group = root === 'api' ? '' : (parts.shift() ?? '');
  const version = parts.shift();
  const served = resources.filter((each) => each.group === group && each.version === version);
  return inNamespace(parts, served) ?? inCluster(parts, served);
}

function inNamespace([literal, namespace, plural, name, subresource, ...rest]: readonly string[], served: readonly ResourceDefinition[]): Route | undefined {
  const resource = served.find((each) => each.namespaced && each.plural === plural);
  return literal === 'namespaces' && namespace !== undefined ? route(resource, namespace, [name, subresource, ...rest]) : undefined;
}

function inCluster([plural, name, subresource, ...rest]: readonly string[], served: readonly ResourceDefinition[]): Route | undefined {
  const resource = served.find((each) => each.plural === plural);
  // a namespaced resource can be listed over all namespaces, but an object of it is named only within its own
  if (resource?.namespaced === true && name !== undefined) return undefined;
  return route(resource, undefined, [name, subresource, ...rest]);
}

function route(resource: ResourceDefinition | undefined, namespace: string | undefined, tail: readonly (string | undefined)[]): Route | undefined {
  const [name, subresource, ...rest] = tail;
  if (resource === undefined || rest.length > 0) return undefined;
  if (subresource === undefined) return { resource, namespace, name, subresource };
  return subresource === 'status' && resource.statusSubresource ? { resource, namespace, name, subresource } : undefined;
}
