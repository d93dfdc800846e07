// The suite on the simulated Kubernetes API, over HTTP.
import { KubeConfig } from '@kubernetes/client-node';
import { kubeconfigFor } from '../../../sim/kubernetes/kubeconfig.ts';
import { start } from '../../../sim/kubernetes/server.ts';
import { CRDS } from './crds.ts';
import { describeKubernetesApi } from './suite.ts';

describeKubernetesApi('simulated', async () => {
  const server = await start({ crds: CRDS });
  const config = new KubeConfig();
  config.loadFromString(kubeconfigFor(server.url));
  return { config, evaluatesCel: false, stop: () => server.close() };
});
