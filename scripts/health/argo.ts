// What Argo CD's own test data say: deploy/argocd/resource_customizations is laid out as in its repository, so that it can be contributed.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { GROUP, KIND } from '../../src/api/names.ts';
import type { Judged } from './kstatus.ts';

/** What Argo CD can say of the health of an object, as far as our script says it. */
export const ARGO_VERDICTS = ['Healthy', 'Progressing', 'Suspended', 'Degraded'] as const;
export type ArgoVerdict = (typeof ARGO_VERDICTS)[number];

export const CUSTOMIZATION = join(resolve(import.meta.dirname, '../..'), 'deploy/argocd/resource_customizations', GROUP, KIND);

/** The script. */
export const healthScript = (): string => readFileSync(join(CUSTOMIZATION, 'health.lua'), 'utf8');

/** One test of health_test.yaml. */
export interface HealthTest {
  readonly inputPath: string;
  readonly healthStatus: { readonly status: ArgoVerdict; readonly message: string };
}

export const healthTests = (): readonly HealthTest[] => (parse(readFileSync(join(CUSTOMIZATION, 'health_test.yaml'), 'utf8')) as { readonly tests: readonly HealthTest[] }).tests;

/** The object of a test. */
export const objectOf = ({ inputPath }: HealthTest): Judged => parse(readFileSync(join(CUSTOMIZATION, inputPath), 'utf8')) as Judged;
