// Custom resources from their CustomResourceDefinition manifests. The first served version of each is taken; CEL rules
// (x-kubernetes-validations) are read over, not evaluated.
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import type { ResourceDefinition } from './resources.ts';
import type { Schema } from './schema.ts';

const COLUMN = z.object({
  name: z.string(),
  type: z.string(),
  jsonPath: z.string(),
  description: z.string().exactOptional(),
  format: z.string().exactOptional(),
  priority: z.number().exactOptional(),
});

const VERSION = z.object({
  name: z.string(),
  served: z.boolean(),
  schema: z.object({ openAPIV3Schema: z.custom<Schema>((schema) => typeof schema === 'object' && schema !== null) }),
  subresources: z.object({ status: z.unknown() }).partial().default({}),
  additionalPrinterColumns: z.array(COLUMN).default([]),
});

const MANIFEST = z.object({
  spec: z.object({
    group: z.string(),
    names: z.object({ plural: z.string(), singular: z.string(), kind: z.string(), shortNames: z.array(z.string()).default([]) }),
    scope: z.enum(['Cluster', 'Namespaced']),
    versions: z.array(VERSION),
  }),
});

/**
 * Reads every CustomResourceDefinition of the files and directories given (directories: *.yaml and *.yml, not deeper).
 * Throws when a path cannot be read, a manifest is malformed or serves no version.
 */
export function readCustomResources(paths: readonly string[]): ResourceDefinition[] {
  const files = paths.flatMap((path) => (statSync(path).isDirectory() ? manifestsIn(path) : [path]));
  const documents = files.flatMap((file) => parseAllDocuments(readFileSync(file, 'utf8')).map((document) => document.toJS() as unknown));
  return documents.filter(isDefinition).map(customResource);
}

const manifestsIn = (directory: string): string[] =>
  readdirSync(directory).filter((name) => /\.ya?ml$/.test(name)).sort().map((name) => join(directory, name));

const isDefinition = (document: unknown): boolean =>
  typeof document === 'object' && document !== null && 'kind' in document && document.kind === 'CustomResourceDefinition';

/** The resource that one CustomResourceDefinition manifest describes. */
export function customResource(manifest: unknown): ResourceDefinition {
  const { group, names, scope, versions } = MANIFEST.parse(manifest).spec;
  const version = versions.find((each) => each.served);
  if (version === undefined) throw new Error(`${names.plural}.${group} serves no version`);
  return {
    group,
    version: version.name,
    ...names,
    namespaced: scope === 'Namespaced',
    statusSubresource: version.subresources.status !== undefined,
    generations: true,
    unconditionalUpdate: false,
    createOnUpdate: false,
    schema: version.schema.openAPIV3Schema,
    columns: version.additionalPrinterColumns,
  };
}
