// What the real API server refuses by the CEL rules of the definition, which the simulated one reads over. The rules' other half is asked
// instead: the same refinements of the schema, and the fields that cannot change.
import type { JsonObject } from '../../../sim/kubernetes/json.ts';
import { invalid } from '../../../sim/kubernetes/errors.ts';
import { mergePatch } from '../../../sim/kubernetes/merge-patch.ts';
import { GROUP, KIND, PLURAL, VERSION } from '../../../src/api/names.ts';
import { SPEC } from '../../../src/api/spec.ts';
import type { Cluster } from '../engine/cluster.ts';

const FIXED = ['regionId', 'vpcId'] as const;

/** kubectl patch of the spec. Throws StatusError for what the server would refuse. */
export function patchSpec(cluster: Cluster, name: string, patch: JsonObject): void {
  const before = cluster.stored(name)['spec'] as JsonObject;
  const after = mergePatch(before, patch) as JsonObject;
  const moved = FIXED.filter((field) => after[field] !== before[field]).map((field) => ({ reason: 'FieldValueInvalid', message: `${field} cannot change`, field: `spec.${field}` }));
  const parsed = SPEC.safeParse(after);
  const wrong = parsed.success ? [] : parsed.error.issues.map(({ path, message }) => ({ reason: 'FieldValueInvalid', message, field: ['spec', ...path].join('.') }));
  if (moved.length + wrong.length > 0) throw invalid({ group: GROUP, version: VERSION, plural: PLURAL, kind: KIND }, name, [...moved, ...wrong]);
  cluster.patch(name, { spec: patch });
}
