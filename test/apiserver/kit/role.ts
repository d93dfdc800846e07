// The rights that the controller needs in its cluster, and an identity that has these and no others.
import type { Cluster } from './cluster.ts';

const NAME = 'egress-unification';
const rule = (apiGroup: string, resources: readonly string[], verbs: readonly string[], resourceNames?: readonly string[]): object =>
  ({ apiGroups: [apiGroup], resources, verbs, ...(resourceNames && { resourceNames }) });

const CLUSTER_WIDE = [
  rule('egressunification.io', ['egressunifications'], ['get', 'list', 'watch', 'patch']),
  rule('egressunification.io', ['egressunifications/status'], ['patch']),
  rule('', ['nodes'], ['list', 'watch']),
  rule('', ['namespaces'], ['get'], ['kube-system']),
];
const IN_DEFAULT = [rule('events.k8s.io', ['events'], ['create', 'patch'])];
// a name cannot be demanded of what is being created
const IN_KUBE_SYSTEM = [rule('coordination.k8s.io', ['leases'], ['create']), rule('coordination.k8s.io', ['leases'], ['get', 'update'], ['egress-unification'])];

const RBAC = 'rbac.authorization.k8s.io';

function granted(user: string, rules: readonly object[], namespace?: string): object[] {
  const kind = namespace === undefined ? 'ClusterRole' : 'Role';
  const metadata = { name: NAME, ...(namespace !== undefined && { namespace }) };
  const binding = { roleRef: { apiGroup: RBAC, kind, name: NAME }, subjects: [{ apiGroup: RBAC, kind: 'User', name: user }] };
  return [{ apiVersion: `${RBAC}/v1`, kind, metadata, rules }, { apiVersion: `${RBAC}/v1`, kind: `${kind}Binding`, metadata, ...binding }];
}

/** Creates the identity with its roles; gives the path of its kubeconfig. */
export async function controllerIdentity(cluster: Cluster): Promise<string> {
  const items = [...granted(NAME, CLUSTER_WIDE), ...granted(NAME, IN_DEFAULT, 'default'), ...granted(NAME, IN_KUBE_SYSTEM, 'kube-system')];
  await cluster.kubectl(['apply', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
  return cluster.apiserver.addUser({ name: NAME });
}
