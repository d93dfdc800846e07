// EgressUnifications to write: valid ones, of which a test changes what it is about.
import { API_VERSION } from './client.ts';

/** A spec with the least that is valid, and what is given besides. */
export function spec(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    regionId: 'cn-hangzhou',
    vpcId: 'vpc-bp1aevy8sofi8mh1q8mc3',
    instanceSelector: { instanceIds: ['i-bp1a2b3c4d5e6f7g8h9i'] },
    ...changes,
  };
}

/** A resource of this name with that spec. */
export function resource(name: string, changes: Record<string, unknown> = {}, metadata: Record<string, unknown> = {}): { apiVersion: string; kind: string; metadata: Record<string, unknown>; spec: Record<string, unknown> } {
  return { apiVersion: API_VERSION, kind: 'EgressUnification', metadata: { name, ...metadata }, spec: spec(changes) };
}

export const FINALIZER = 'egressunification.io/finalizer';

/** A Ready condition with this status. */
export function condition(type: string, status: string, reason = 'Tested'): Record<string, unknown> {
  return { type, status, reason, message: 'as the test says', lastTransitionTime: '2026-11-24T00:00:00Z', observedGeneration: 1 };
}

/** The status of a resource of which no controller has said anything. */
export const UNSAID = { observedGeneration: -1 } as const;
