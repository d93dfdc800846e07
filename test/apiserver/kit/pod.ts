// A pod's only container, started as a kubelet would start it: the image's files as a root that can't be written to, the pod's volumes, its
// command, environment and user, and process 1 of its own. What is missing is the network of its own; so ports are given by the test.
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Apiserver } from '../environment/apiserver.ts';
import { Child } from './child.ts';
import type { Ended } from './child.ts';
import { imageConfig } from './dockerfile.ts';
import { tokenOf } from './role.ts';

const run = promisify(execFile);

interface Variable { readonly name: string; readonly value: string }
interface Source { readonly serviceAccountToken?: { readonly audience?: string; readonly path: string } }
interface Volume { readonly name: string; readonly secret?: { readonly secretName: string }; readonly projected?: { readonly sources: readonly Source[] } }
interface Container {
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly Variable[];
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
}

/** The spec of a pod, as the API server gives it. */
export interface PodSpec {
  readonly serviceAccountName: string;
  readonly automountServiceAccountToken: boolean;
  readonly securityContext: { readonly runAsUser: number; readonly runAsGroup: number };
  readonly containers: readonly Container[];
  readonly volumes?: readonly Volume[];
}

export interface PodOptions {
  readonly name: string;
  readonly namespace: string;
  readonly spec: PodSpec;
  /** The directory of the image. */
  readonly image: string;
  readonly apiserver: Apiserver;
  /** What the test has to set otherwise: ports, the simulated cloud. */
  readonly env?: Readonly<Record<string, string>>;
  /** Names for /etc/hosts, all of this machine. */
  readonly hosts?: readonly string[];
  /** In place of what stands in the spec. */
  readonly args?: readonly string[];
}

const ACCOUNT = 'var/run/secrets/kubernetes.io/serviceaccount';

const alive = new Set<Pod>();
process.once('exit', () => { for (const pod of alive) pod.kill('SIGKILL'); });

/** A running container. */
export class Pod {
  readonly #child: Child;
  readonly #root: string;

  private constructor(child: Child, root: string) {
    this.#child = child;
    this.#root = root;
    alive.add(this);
    void child.ended.finally(() => alive.delete(this));
  }

  static async start(options: PodOptions): Promise<Pod> {
    const root = await mkdtemp(join(tmpdir(), 'egress-unification-pod-'));
    // links to the same files: nothing can be written through a root that is mounted read-only
    await run('cp', ['-al', `${options.image}/.`, root]);
    for (const [path, text] of Object.entries(await filesOf(options))) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), text);
    }
    await mkdir(join(root, 'proc'));
    const { securityContext: { runAsUser, runAsGroup } } = options.spec;
    const enter = 'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && mount -t proc proc "$1/proc" && root="$1" && user="$2" && shift 2 && exec chroot --userspec="$user" --groups= "$root" "$@"';
    const args = ['--mount', '--pid', '--fork', 'sh', '-c', enter, 'sh', root, `${runAsUser}:${runAsGroup}`, ...commandOf(options)];
    return new Pod(new Child(args, environmentOf(options), { command: 'unshare', bare: true }), root);
  }

  get said(): string {
    return this.#child.said;
  }

  get ended(): Promise<Ended> {
    return this.#child.ended;
  }

  /** What /proc says of process 1 of the container. */
  async status(): Promise<Readonly<Record<string, string>>> {
    const text = await readFile(`/proc/${this.#first() ?? ''}/status`, 'utf8');
    return Object.fromEntries([...text.matchAll(/^(\w+):\t(.*)$/gm)].map(([, name = '', value = '']) => [name, value]));
  }

  /** A signal to process 1, as the container's engine sends it. One that has ended gets none. */
  kill(signal: NodeJS.Signals): void {
    const first = this.#first();
    if (first !== undefined) process.kill(first, signal);
  }

  /** Ends it if it still runs, and clears it away. */
  async remove(): Promise<void> {
    this.kill('SIGKILL');
    await this.#child.ended;
    await rm(this.#root, { recursive: true, force: true });
  }

  /** Its number on this machine. What `unshare` was, when it has ended, may be somebody else's number by now, so its end is looked at first. */
  #first(): number | undefined {
    const { pid } = this.#child;
    const children = `/proc/${pid}/task/${pid}/children`;
    if (!alive.has(this) || !existsSync(children)) return undefined;
    const first = Number(readFileSync(children, 'utf8'));
    return first === 0 ? undefined : first;
  }
}

const commandOf = ({ spec: { containers: [container] }, args }: PodOptions): readonly string[] => {
  const { entrypoint, cmd } = imageConfig();
  return [...(container?.command ?? entrypoint), ...(args ?? container?.args ?? cmd)];
};

function environmentOf({ name, apiserver, spec: { containers: [container] }, env }: PodOptions): Record<string, string> {
  const { hostname, port } = new URL(apiserver.url);
  const own = Object.fromEntries((container?.env ?? []).map(({ name: variable, value }) => [variable, value]));
  // sh and chroot are looked up on this machine; in the image the path leads nowhere
  return { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOSTNAME: name, KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port, ...imageConfig().env, ...own, ...env };
}

/** What is mounted, by its path from the root. */
async function filesOf(options: PodOptions): Promise<Record<string, string | Buffer>> {
  const { apiserver, namespace, spec, hosts = [] } = options;
  const name = spec.serviceAccountName;
  const account = { [`${ACCOUNT}/token`]: await tokenOf(apiserver, { namespace, name }), [`${ACCOUNT}/ca.crt`]: Buffer.from(apiserver.adminConfig.caData, 'base64'), [`${ACCOUNT}/namespace`]: namespace };
  const mounts = spec.containers[0]?.volumeMounts ?? [];
  const mounted = await Promise.all(mounts.map(async ({ name: volume, mountPath }) => {
    const files = await filesOfVolume(spec.volumes?.find((each) => each.name === volume), options);
    return Object.entries(files).map(([file, text]) => [join(mountPath, file), text] as const);
  }));
  return { 'etc/hosts': `127.0.0.1 localhost ${hosts.join(' ')}\n`, ...(spec.automountServiceAccountToken && account), ...Object.fromEntries(mounted.flat()) };
}

async function filesOfVolume(volume: Volume | undefined, { apiserver, namespace, spec }: PodOptions): Promise<Record<string, string | Buffer>> {
  if (volume?.secret !== undefined) {
    const { stdout } = await apiserver.kubectl(['get', 'secret', volume.secret.secretName, '--namespace', namespace, '-o', 'json']);
    const { data } = JSON.parse(stdout) as { data: Record<string, string> };
    return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64')]));
  }
  const tokens = (volume?.projected?.sources ?? []).flatMap(({ serviceAccountToken }) => serviceAccountToken ?? []);
  return Object.fromEntries(await Promise.all(tokens.map(async ({ path, audience }) => [path, await tokenOf(apiserver, { namespace, name: spec.serviceAccountName, ...(audience !== undefined && { audience }) })] as const)));
}
