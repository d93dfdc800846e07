// Writes to Kubernetes by the leader alone: whoever does not lead may read and nothing else.
import type { KubernetesApi } from './api.ts';
import { ApiError } from './errors.ts';

/** The same API, but a write is refused, not sent, unless `mayAct` says so at that moment. */
export const ledApi = (api: KubernetesApi, mayAct: () => boolean): KubernetesApi => ({
  request: async (request) => {
    if (request.method !== 'GET' && !mayAct()) throw new ApiError(`${request.method} ${request.path} was not sent: this process does not lead`, { kind: 'unavailable', httpStatus: 0 });
    return api.request(request);
  },
  watch: (request, onLine) => api.watch(request, onLine),
});
