// What a resource is to the store: its names, its schema and how its strategy differs from the others'. The built-in ones
// are the few that the controller meets; their schemas keep only the fields that it uses and let the rest pass.
import type { Cause } from './errors.ts';
import type { JsonObject, KubernetesObject } from './json.ts';
import type { Schema } from './schema.ts';
import { checkEvent, checkEventUpdate, checkLease } from './strategies.ts';

/** One printer column, as in a CustomResourceDefinition. */
export interface PrinterColumn {
  readonly name: string;
  readonly type: string;
  readonly jsonPath: string;
  readonly description?: string;
  readonly format?: string;
  readonly priority?: number;
}

/** A kind of object that the store keeps. */
export interface ResourceDefinition {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly singular: string;
  readonly kind: string;
  readonly shortNames: readonly string[];
  readonly namespaced: boolean;
  /** status is written at /status only, and counts as no change of the generation */
  readonly statusSubresource: boolean;
  /** metadata.generation is kept (custom resources) */
  readonly generations: boolean;
  /** an update without resourceVersion is allowed */
  readonly unconditionalUpdate: boolean;
  /** an update of what is not there creates it */
  readonly createOnUpdate: boolean;
  readonly schema: Schema;
  readonly columns: readonly PrinterColumn[];
  /** Rules beyond the schema; `old` is absent on create. */
  readonly check?: (object: KubernetesObject, old: KubernetesObject | undefined) => Cause[];
}

const ANYTHING: Schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
const TEXT: Schema = { type: 'string' };
const COUNT: Schema = { type: 'integer' };

const BUILT_IN = {
  version: 'v1',
  shortNames: [],
  namespaced: false,
  statusSubresource: false,
  generations: false,
  unconditionalUpdate: true,
  createOnUpdate: false,
  columns: [],
} as const;

const LEASE: Schema = {
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      properties: {
        holderIdentity: TEXT,
        leaseDurationSeconds: COUNT,
        acquireTime: TEXT,
        renewTime: TEXT,
        leaseTransitions: COUNT,
        strategy: TEXT,
        preferredHolder: TEXT,
      },
    },
  },
};

const EVENT: Schema = {
  type: 'object',
  properties: {
    eventTime: { ...TEXT, nullable: true },
    series: { type: 'object', properties: { count: COUNT, lastObservedTime: TEXT } },
    reportingController: TEXT,
    reportingInstance: TEXT,
    action: TEXT,
    reason: TEXT,
    regarding: ANYTHING,
    related: ANYTHING,
    note: TEXT,
    type: TEXT,
    deprecatedSource: ANYTHING,
    deprecatedFirstTimestamp: { ...TEXT, nullable: true },
    deprecatedLastTimestamp: { ...TEXT, nullable: true },
    deprecatedCount: COUNT,
  },
};

/** Namespaces, nodes, leases and events.k8s.io events. The core v1 view of events is left out. */
export const BUILT_IN_RESOURCES: readonly ResourceDefinition[] = [
  { ...BUILT_IN, group: '', plural: 'namespaces', singular: 'namespace', kind: 'Namespace', shortNames: ['ns'], schema: { type: 'object', properties: { spec: ANYTHING, status: ANYTHING } } },
  { ...BUILT_IN, group: '', plural: 'nodes', singular: 'node', kind: 'Node', shortNames: ['no'], schema: { type: 'object', properties: { spec: ANYTHING, status: ANYTHING } } },
  { ...BUILT_IN, group: 'coordination.k8s.io', plural: 'leases', singular: 'lease', kind: 'Lease', namespaced: true, unconditionalUpdate: false, createOnUpdate: true, schema: LEASE, check: checkLease },
  {
    ...BUILT_IN,
    group: 'events.k8s.io',
    plural: 'events',
    singular: 'event',
    kind: 'Event',
    shortNames: ['ev'],
    namespaced: true,
    createOnUpdate: true,
    schema: EVENT,
    check: (event, old) => [...checkEvent(event), ...checkEventUpdate(event, old)],
  },
];

/** The namespaces that every cluster has. */
export const SYSTEM_NAMESPACES: readonly JsonObject[] = ['default', 'kube-node-lease', 'kube-public', 'kube-system'].map((name) => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, labels: { 'kubernetes.io/metadata.name': name } },
  spec: { finalizers: ['kubernetes'] },
  status: { phase: 'Active' },
}));

/** apiVersion of the objects of a resource. */
export function apiVersionOf(resource: Pick<ResourceDefinition, 'group' | 'version'>): string {
  return resource.group === '' ? resource.version : `${resource.group}/${resource.version}`;
}
