// The controller's Deployment as the API server would keep it, with every default, and what its pods need to be there.
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { CONTROLLER_NAMESPACE } from './audit.ts';
import type { Cluster } from './cluster.ts';
import { asList, kustomized, ofKind, parsed } from './manifests.ts';
import type { PodSpec } from './pod.ts';
import { controllerIdentity } from './role.ts';
import { KEYS } from './stage.ts';

/** The Secret of the overlay for static credentials, with the key that every simulated world knows. */
export const CREDENTIALS = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'egress-unification-credentials', namespace: CONTROLLER_NAMESPACE },
  stringData: { 'access-key-id': KEYS.ALIBABA_CLOUD_ACCESS_KEY_ID, 'access-key-secret': KEYS.ALIBABA_CLOUD_ACCESS_KEY_SECRET },
} as const;

interface Deployment {
  readonly spec: { readonly template: { readonly spec: PodSpec } };
}

/** The spec of the pods of `deploy/<folder>`; the ServiceAccount and the Secret are in the cluster afterwards, the Deployment is not. */
export async function underDeployment(cluster: Cluster, folder: string): Promise<PodSpec> {
  await controllerIdentity(cluster);
  await cluster.kubectl(['apply', '--server-side', '-f', '-'], asList([CREDENTIALS]));
  const deployments = ofKind(parsed(await kustomized(cluster.apiserver.binaries, folder)), 'Deployment');
  const kept = await cluster.kubectl(['apply', '--server-side', '--validate=strict', '--dry-run=server', '-o', 'json', '-f', '-'], asList(deployments));
  return (JSON.parse(kept) as Deployment).spec.template.spec;
}

/** A port that nobody listens on at the moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
