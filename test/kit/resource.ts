// A resource as the API server holds it, parsed by the schema itself, so that no default is written twice.
import { parseEgressUnification } from '../../src/api/egress-unification.ts';
import type { EgressUnification } from '../../src/api/egress-unification.ts';

export interface GivenResource {
  readonly metadata?: object;
  readonly spec?: object;
  readonly status?: object;
}

/** Selects every instance tagged egress=unified in vpc-1 unless told otherwise. Throws with the schema's words when that is not valid. */
export function aResource({ metadata, spec, status }: GivenResource = {}): EgressUnification {
  const parsed = parseEgressUnification({
    apiVersion: 'egressunification.io/v1alpha1',
    kind: 'EgressUnification',
    metadata: { name: 'web', uid: 'uid-1', generation: 1, creationTimestamp: '2026-01-01T00:00:00Z', ...metadata },
    spec: { regionId: 'cn-hangzhou', vpcId: 'vpc-1', instanceSelector: { tags: { egress: 'unified' } }, ...spec },
    ...(status && { status }),
  });
  if (!parsed.ok) throw new Error(parsed.problems.join('\n'));
  return parsed.resource;
}
