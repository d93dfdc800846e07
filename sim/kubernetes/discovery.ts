// What the server says of itself: groups, versions, resources, its version, its health. Enough for clients that map kinds
// to paths; the version ends in +sim so that nobody takes it for a real one.
import type { Json, JsonObject } from './json.ts';
import { openapiDocument } from './openapi.ts';
import { apiVersionOf } from './resources.ts';
import type { ResourceDefinition } from './resources.ts';

const VERBS = ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'];

/** The document at a path, text for the health checks, or undefined when the path is none of discovery's. */
export function discover(path: string, resources: readonly ResourceDefinition[]): JsonObject | string | undefined {
  if (HEALTH.has(path)) return 'ok';
  return openapiDocument(path, resources) ?? documents(resources).get(path.replace(/\/$/, ''));
}

const HEALTH: ReadonlySet<string> = new Set(['/healthz', '/livez', '/readyz']);

function documents(resources: readonly ResourceDefinition[]): Map<string, JsonObject> {
  const groups = [...new Set(resources.map((each) => each.group))].filter((group) => group !== '');
  const versions = [...Map.groupBy(resources, apiVersionOf)];
  return new Map<string, JsonObject>([
    ['/version', { major: '1', minor: '36', gitVersion: 'v1.36.3+sim', platform: 'simulated' }],
    ['/api', { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] }],
    ['/apis', { kind: 'APIGroupList', apiVersion: 'v1', groups: groups.map((group) => groupOf(group, resources)) }],
    ...groups.map((group): [string, JsonObject] => [`/apis/${group}`, { kind: 'APIGroup', apiVersion: 'v1', ...groupOf(group, resources) }]),
    ...versions.map(([apiVersion, members]): [string, JsonObject] => [`/${apiVersion.includes('/') ? 'apis' : 'api'}/${apiVersion}`, resourceList(apiVersion, members)]),
  ]);
}

function groupOf(group: string, resources: readonly ResourceDefinition[]): JsonObject {
  const versions = [...new Set(resources.filter((each) => each.group === group).map((each) => each.version))];
  const named = versions.map((version) => ({ groupVersion: `${group}/${version}`, version }));
  return { name: group, versions: named, preferredVersion: named[0] };
}

function resourceList(groupVersion: string, members: readonly ResourceDefinition[]): JsonObject {
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources: members.flatMap(resourcesOf) };
}

function resourcesOf({ plural, singular, kind, namespaced, shortNames, statusSubresource }: ResourceDefinition): Json[] {
  const main = { name: plural, singularName: singular, namespaced, kind, verbs: VERBS, shortNames: [...shortNames] };
  const status = { name: `${plural}/status`, singularName: '', namespaced, kind, verbs: ['get', 'patch', 'update'] };
  return statusSubresource ? [main, status] : [main];
}
