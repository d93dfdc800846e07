// A kubeconfig for the simulator's own URL. The token is there because some clients want one; it opens nothing.
// Plain HTTP has no certificate to verify: @kubernetes/client-node insists on having that said (insecure-skip-tls-verify).
import { stringify } from 'yaml';

/** The text of a kubeconfig with one context, egress-unification-sim, on the URL given. */
export function kubeconfigFor(url: string): string {
  const name = 'egress-unification-sim';
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server: url, 'insecure-skip-tls-verify': true } }],
    users: [{ name, user: { token: 'simulated' } }],
    contexts: [{ name, context: { cluster: name, user: name, namespace: 'default' } }],
    'current-context': name,
  });
}
