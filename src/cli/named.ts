/** A resource by the name that somebody typed. Pure. */
import type { EgressUnification } from '../api/egress-unification.ts';
import { KubernetesError } from '../ports/resources.ts';

/** Throws KubernetesError with the names that there are. */
export function namedAmong(resources: readonly EgressUnification[], name: string): EgressUnification {
  const found = resources.find(({ metadata }) => metadata.name === name);
  if (found) return found;
  throw new KubernetesError(`EgressUnification ${name} does not exist; there are: ${resources.map(({ metadata }) => metadata.name).join(', ') || 'none'}`, 'notFound');
}
