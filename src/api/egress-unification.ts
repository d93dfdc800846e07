// The resource EgressUnification v1alpha1. These schemas are the only place where it is said what it may hold: the types below, the
// CRD and docs/reference are derived from them. Parsing is pure, and what it gives has every default filled in.
import { z } from 'zod';
import type { Frozen } from './frozen.ts';
import { API_VERSION, KIND } from './names.ts';
import { SPEC } from './spec.ts';
import { STATUS } from './status.ts';
import type { CONDITION, INSTANCE_STATES, UNSETTLED_INSTANCE } from './status.ts';

const METADATA = z.object({
  name: z.string().min(1),
  uid: z.string().min(1),
  generation: z.int(),
  resourceVersion: z.string().default(''),
  creationTimestamp: z.string(),
  deletionTimestamp: z.string().exactOptional(),
  finalizers: z.array(z.string()).default([]),
  annotations: z.record(z.string(), z.string()).default({}),
  labels: z.record(z.string(), z.string()).default({}),
});

const RESOURCE = z.object({
  apiVersion: z.literal(API_VERSION),
  kind: z.literal(KIND),
  metadata: METADATA,
  spec: SPEC,
  // a status that cannot be read (another version wrote it) counts as none: the cloud is the journal, and a status must never stop its own resource
  status: STATUS.default({}).catch({}),
});

/** What is wanted, defaults filled in. */
export type EgressUnificationSpec = Frozen<z.output<typeof SPEC>>;
/** What was seen; every field is absent until it was written for the first time. */
export type EgressUnificationStatus = Frozen<z.output<typeof STATUS>>;
/** One of Ready, Reconciling, Stalled, in the form of Kubernetes' own conditions. */
export type Condition = Frozen<z.output<typeof CONDITION>>;
/** One entry of status.unsettled. */
export type UnsettledInstance = Frozen<z.output<typeof UNSETTLED_INSTANCE>>;
export type InstanceState = (typeof INSTANCE_STATES)[number];
/** A resource as the API server holds it. */
export type EgressUnification = Frozen<z.output<typeof RESOURCE>>;

/** A resource, or what is wrong with it: lines of `field: what to do`, never empty. */
export type Parsed = { readonly ok: true; readonly resource: EgressUnification } | { readonly ok: false; readonly problems: readonly string[] };

/** Reads an object as the API server gives it. Throws never; fields that the schema does not know are left out. */
export function parseEgressUnification(object: unknown): Parsed {
  const result = RESOURCE.safeParse(object, { error: typeMessage });
  return result.success ? { ok: true, resource: result.data } : { ok: false, problems: linesOf(result.error) };
}

/** What to say where the schema itself says nothing: a field that is missing or of another type. */
function typeMessage(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code !== 'invalid_type') return undefined;
  return issue.input === undefined ? 'is required: write it' : `must be a ${issue.expected}`;
}

const linesOf = (error: z.ZodError): string[] => error.issues.map(({ path, message }) => `${pathOf(path)}: ${message}`);

const pathOf = (path: readonly PropertyKey[]): string =>
  path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('').replace(/^[.]/, '') || 'object';
