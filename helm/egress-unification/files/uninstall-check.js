// Runs before `helm uninstall`: refuses while there are EgressUnifications, because without the controller nobody carries out what their
// deletion asks for, and their finalizers would hold them for ever.
import { readFileSync } from 'node:fs';

const { KUBERNETES_SERVICE_HOST: host = '', KUBERNETES_SERVICE_PORT: port } = process.env;
const token = readFileSync('/var/run/secrets/kubernetes.io/serviceaccount/token', 'utf8').trim();
const url = `https://${host.includes(':') ? `[${host}]` : host}:${port}/apis/egressunification.io/v1alpha1/egressunifications`;
const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` }, signal: AbortSignal.timeout(30_000) });
// without the definition there are no resources
const { items = [], message } = answer.status === 404 ? {} : await answer.json();

if (message !== undefined) {
  console.error(`the resources can't be listed: ${message}; to uninstall all the same: helm uninstall --no-hooks`);
  process.exitCode = 1;
} else if (items.length > 0) {
  const names = items.map(({ metadata }) => metadata.name).join(' ');
  console.error(`there are EgressUnifications: ${names}. Delete them first, and wait until they are gone: kubectl delete egu ${names}`);
  process.exitCode = 1;
} else {
  console.log('there is no EgressUnification: nothing is left undone');
}
