// The name of this cluster in the cloud's tags: the UID of its namespace kube-system, which lives as long as the cluster does.
import { PATH } from './api.ts';
import type { KubernetesApi } from './api.ts';
import { ApiError, isRecord } from './errors.ts';

/** Reads the UID of kube-system. Throws KubernetesError. */
export async function readClusterId(api: KubernetesApi): Promise<string> {
  const namespace = await api.request({ method: 'GET', path: PATH.kubeSystem });
  const metadata = isRecord(namespace) ? namespace['metadata'] : undefined;
  const uid = isRecord(metadata) ? metadata['uid'] : undefined;
  if (typeof uid === 'string' && uid !== '') return uid;
  throw new ApiError('namespace kube-system has no uid', { kind: 'unavailable', httpStatus: 0 });
}
