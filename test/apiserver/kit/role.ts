// The identity of the controller's pods: the ServiceAccount of deploy/base with the rights that deploy/base gives it, and no others.
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Apiserver } from '../environment/apiserver.ts';
import { CONTROLLER_NAMESPACE } from './audit.ts';
import type { Cluster } from './cluster.ts';
import { asList, kustomized, ofKind, parsed } from './manifests.ts';

export const ROLES = ['ClusterRole', 'Role'];
const KINDS = ['Namespace', 'ServiceAccount', 'ClusterRoleBinding', 'RoleBinding', ...ROLES];

/** A token as the API server gives it to a pod of this ServiceAccount. */
export async function tokenOf(apiserver: Apiserver, { namespace, name, audience }: { readonly namespace: string; readonly name: string; readonly audience?: string }): Promise<string> {
  const { code, stdout, stderr } = await apiserver.kubectl(['create', 'token', name, '--namespace', namespace, '--duration', '2h', ...(audience === undefined ? [] : ['--audience', audience])]);
  if (code !== 0) throw new Error(`no token for ${namespace}/${name}: ${stderr}`);
  return stdout.trim();
}

/** The path of a kubeconfig with this token; it goes with the API server. */
async function kubeconfigOf({ adminConfig: { server, caData, kubeconfigPath } }: Apiserver, token: string): Promise<string> {
  const path = join(dirname(kubeconfigPath), 'controller.kubeconfig');
  const name = 'controller';
  await writeFile(path, JSON.stringify({
    apiVersion: 'v1', kind: 'Config', 'current-context': name,
    clusters: [{ name, cluster: { server, 'certificate-authority-data': caData } }],
    users: [{ name, user: { token } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
  }));
  return path;
}

async function create(cluster: Cluster): Promise<string> {
  const base = parsed(await kustomized(cluster.apiserver.binaries, 'base'));
  await cluster.kubectl(['apply', '--server-side', '-f', '-'], asList(ofKind(base, ...KINDS)));
  return kubeconfigOf(cluster.apiserver, await tokenOf(cluster.apiserver, { namespace: CONTROLLER_NAMESPACE, name: 'egress-unification' }));
}

const identities = new WeakMap<Cluster, Promise<string>>();

/** The path of the identity's kubeconfig; made once in a cluster. */
export async function controllerIdentity(cluster: Cluster): Promise<string> {
  const identity = identities.get(cluster) ?? create(cluster);
  identities.set(cluster, identity);
  return identity;
}
