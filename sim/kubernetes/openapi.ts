// The OpenAPI v3 documents that kubectl reads before it applies or explains: the schema of each kind, and one patch
// operation that says which parameters the server understands. Nothing else of the real documents is here.
import type { JsonObject } from './json.ts';
import { apiVersionOf } from './resources.ts';
import type { ResourceDefinition } from './resources.ts';
import type { Schema } from './schema.ts';

const ROOT = '/openapi/v3';

/** The document at a path, or undefined when it is none of these. */
export function openapiDocument(path: string, resources: readonly ResourceDefinition[]): JsonObject | undefined {
  const groups = Map.groupBy(resources, groupPath);
  if (path === ROOT) return { paths: Object.fromEntries([...groups.keys()].map((key) => [key, { serverRelativeURL: `${ROOT}/${key}` }])) };
  const members = path.startsWith(`${ROOT}/`) ? groups.get(path.slice(ROOT.length + 1)) : undefined;
  return members === undefined ? undefined : document(members);
}

const groupPath = (resource: ResourceDefinition): string => `${resource.group === '' ? 'api' : 'apis'}/${apiVersionOf(resource)}`;

function document(members: readonly ResourceDefinition[]): JsonObject {
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: 'simulated' },
    paths: Object.fromEntries(members.map((resource) => [objectPath(resource), { patch: patchOperation(resource) }])),
    components: { schemas: Object.fromEntries(members.map((resource) => [componentName(resource), component(resource)])) },
  };
}

const objectPath = (resource: ResourceDefinition): string => `/${groupPath(resource)}${resource.namespaced ? '/namespaces/{namespace}' : ''}/${resource.plural}/{name}`;

const componentName = ({ group, version, kind }: ResourceDefinition): string => [...(group === '' ? ['core'] : group.split('.').reverse()), version, kind].join('.');

const kindOf = ({ group, version, kind }: ResourceDefinition): JsonObject => ({ group, version, kind });

const PARAMETERS = ['dryRun', 'fieldManager', 'fieldValidation', 'force'];

function patchOperation(resource: ResourceDefinition): JsonObject {
  const parameters = PARAMETERS.map((name) => ({ name, in: 'query', schema: { type: 'string' } }));
  return { parameters, 'x-kubernetes-action': 'patch', 'x-kubernetes-group-version-kind': kindOf(resource), responses: { 200: { description: 'OK' } } };
}

function component(resource: ResourceDefinition): JsonObject {
  const own: Schema = { ...resource.schema, properties: { apiVersion: { type: 'string' }, kind: { type: 'string' }, metadata: { type: 'object' }, ...resource.schema.properties } };
  return { ...(own as JsonObject), 'x-kubernetes-group-version-kind': [kindOf(resource)] };
}
