// Manifests as kubectl and helm render them, parsed.
import { join } from 'node:path';
import { expect } from 'chai';
import { parseAllDocuments } from 'yaml';
import { runCommand } from '../environment/apiserver.ts';
import { ROOT } from './child.ts';

/** A rule of a Role. */
export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly resourceNames?: readonly string[];
}

/** Any object of Kubernetes, as far as tests look into it. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: Record<string, string>; readonly annotations?: Record<string, string> };
  readonly rules?: readonly Rule[];
  readonly spec?: Readonly<Record<string, unknown>>;
}

/** The documents of a text, without empty ones. Throws for what is no YAML. */
export function parsed(text: string): readonly Manifest[] {
  return parseAllDocuments(text).flatMap((document) => {
    if (!('errors' in document)) return [];
    const [error] = document.errors;
    if (error !== undefined) throw error;
    return document.contents === null ? [] : [document.toJS() as Manifest];
  });
}

/** What `kubectl kustomize deploy/<folder>` gives. `binaries` is the directory of kubectl. */
export async function kustomized(binaries: string, folder: string): Promise<string> {
  const { code, stdout, stderr } = await runCommand(join(binaries, 'kubectl'), ['kustomize', join(ROOT, 'deploy', folder)], { env: {} });
  expect({ code, stderr }, folder).to.deep.equal({ code: 0, stderr: '' });
  return stdout;
}

/** Those of one kind. */
export const ofKind = (manifests: readonly Manifest[], ...kinds: readonly string[]): readonly Manifest[] => manifests.filter(({ kind }) => kinds.includes(kind));

/** As one text that kubectl applies. */
export const asList = (items: readonly Manifest[]): string => JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
