// The suite on a real kube-apiserver; skipped, with the reason, where there is none.
import { KubeConfig } from '@kubernetes/client-node';
import { startApiserver } from '../../apiserver/environment/apiserver.ts';
import { findBinaries } from '../../apiserver/environment/binaries.ts';
import { CRDS } from './crds.ts';
import { describeKubernetesApi } from './suite.ts';

describeKubernetesApi('kube-apiserver', async () => {
  const binaries = await findBinaries({ progress: (line) => process.stderr.write(`${line}\n`) });
  if (binaries.directory === undefined) return { skipped: binaries.reason };
  const apiserver = await startApiserver({ binaries: binaries.directory, crdDirectories: CRDS });
  const config = new KubeConfig();
  config.loadFromFile(apiserver.kubeconfigPath);
  return { config, evaluatesCel: true, stop: () => apiserver.stop() };
});
