// The suite on a real kube-apiserver; skipped, with the reason, where there is none.
import { KubeConfig } from '@kubernetes/client-node';
import { startApiserver } from '../../apiserver/environment/apiserver.ts';
import { requireBinaries } from '../../apiserver/environment/tier.ts';
import { CRDS } from './crds.ts';
import { describeKubernetesApi } from './suite.ts';

describeKubernetesApi('kube-apiserver', async (context) => {
  const apiserver = await startApiserver({ binaries: await requireBinaries(context), crdDirectories: CRDS });
  const config = new KubeConfig();
  config.loadFromFile(apiserver.kubeconfigPath);
  return { config, evaluatesCel: true, stop: () => apiserver.stop() };
});
