// Which files are generated, and what must be in them.
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { GROUP, PLURAL } from '../src/api/names.ts';
import { commandLineReference } from './command-line-reference.ts';
import { crdFile } from './crd.ts';
import { argoConfigMap, argoValues } from './health/argo-files.ts';
import { guestScripts } from './guest-scripts.ts';
import { healthReference } from './health/health-reference.ts';
import { metricsReference } from './metrics-reference.ts';
import { dashboardFile } from './observability/dashboard.ts';
import { observabilityReadme } from './observability/readme.ts';
import * as ram from './ram/policies.ts';
import { ramReadme } from './ram/readme.ts';
import { reasonsReference, resourceReference } from './reference.ts';

/** One generated file. */
export interface GeneratedFile {
  /** Absolute. */
  readonly path: string;
  readonly content: string;
}

const ROOT = resolve(import.meta.dirname, '..');

const GENERATORS: Readonly<Record<string, () => string>> = {
  [`crds/${GROUP}_${PLURAL}.yaml`]: crdFile,
  // kustomize and Helm read nothing outside their own folders
  'deploy/base/crd.yaml': crdFile,
  'helm/egress-unification/files/crd.yaml': crdFile,
  'src/adapters/alicloud/guest-scripts.generated.ts': guestScripts,
  'docs/reference/egressunification.md': resourceReference,
  'docs/reference/reasons.md': reasonsReference,
  'docs/reference/metrics.md': metricsReference,
  'docs/reference/health.md': healthReference,
  'deploy/argocd/argocd-cm.yaml': argoConfigMap,
  'deploy/argocd/argo-cd-values.yaml': argoValues,
  'deploy/observability/dashboard.json': dashboardFile,
  'deploy/observability/README.md': observabilityReadme,
  'docs/reference/command-line.md': commandLineReference,
  'deploy/ram/policy.json': () => ram.policyFile(ram.controllerPolicy()),
  'deploy/ram/policy-unscoped.json': () => ram.policyFile(ram.unscopedPolicy()),
  'deploy/ram/read-only.json': () => ram.policyFile(ram.readOnlyPolicy()),
  'deploy/ram/billing.json': () => ram.policyFile(ram.billingPolicy()),
  'deploy/ram/guest-commands.json': () => ram.policyFile(ram.guestCommandsPolicy()),
  'deploy/ram/guest-commands-registered.json': () => ram.policyFile(ram.registeredCommandsPolicy()),
  'deploy/ram/guest-commands-registration.json': () => ram.policyFile(ram.registrationPolicy()),
  'deploy/ram/qualification.json': () => ram.policyFile(ram.qualificationPolicy()),
  'deploy/ram/guard.json': () => ram.policyFile(ram.guardPolicy()),
  'deploy/ram/README.md': ramReadme,
};

/** Every generated file as it should be. */
export const generatedFiles = (): readonly GeneratedFile[] => Object.entries(GENERATORS).map(([path, generate]) => ({ path: join(ROOT, path), content: generate() }));

/** The paths of those that are missing or differ. */
export const staleFiles = (): readonly string[] =>
  generatedFiles().filter(({ path, content }) => !existsSync(path) || readFileSync(path, 'utf8') !== content).map(({ path }) => path);
