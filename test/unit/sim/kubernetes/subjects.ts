// A store with one small custom resource, and objects of it.
import { textOf } from '../../../../sim/kubernetes/json.ts';
import type { JsonObject } from '../../../../sim/kubernetes/json.ts';
import { customResource } from '../../../../sim/kubernetes/crd.ts';
import type { Collection, Target } from '../../../../sim/kubernetes/object-table.ts';
import { KubernetesStore } from '../../../../sim/kubernetes/store.ts';
import type { WatchEvent, WatchSink } from '../../../../sim/kubernetes/watching.ts';
import { VirtualRuntime } from './virtual-runtime.ts';

/** Boats: a spec with a number and a list of conditions in the status. */
export const BOATS = customResource({
  kind: 'CustomResourceDefinition',
  spec: {
    group: 'example.com',
    scope: 'Cluster',
    names: { plural: 'boats', singular: 'boat', kind: 'Boat' },
    versions: [
      {
        name: 'v1',
        served: true,
        subresources: { status: {} },
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: { type: 'object', properties: { oars: { type: 'integer', default: 2 } }, default: {} },
              status: { type: 'object', properties: { afloat: { type: 'boolean' } } },
            },
          },
        },
      },
    ],
  },
});

export const boats: Collection = { resource: BOATS };

/** The boat of this name. */
export const named = (name: string): Target => ({ resource: BOATS, name });

/** A boat to create. */
export const boat = (name: string, oars = 2): JsonObject => ({ apiVersion: 'example.com/v1', kind: 'Boat', metadata: { name }, spec: { oars } });

/** A store of boats on a virtual clock. */
export function boathouse(options: { seed?: number; historyMax?: number } = {}): { store: KubernetesStore; runtime: VirtualRuntime } {
  const runtime = new VirtualRuntime(options.seed);
  return { runtime, store: new KubernetesStore({ runtime, customResources: [BOATS], ...(options.historyMax === undefined ? {} : { historyMax: options.historyMax }) }) };
}

/** What a watch told, as "TYPE name", and whether it ended. */
export interface Log extends WatchSink {
  readonly lines: string[];
  ended: boolean;
}

/** A listener that writes down what it hears. */
export function logger(): Log {
  const log: Log = {
    lines: [],
    ended: false,
    event: ({ type, object }: WatchEvent) => {
      const code = typeof object['code'] === 'number' ? String(object['code']) : '';
      log.lines.push(`${type} ${textOf(object['metadata'], 'name')}${code}`.trim());
    },
    end: () => { log.ended = true; },
  };
  return log;
}
