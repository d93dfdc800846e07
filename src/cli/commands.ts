/** The commands for people, put together from adapters: each looks, prints to standard output, and ends. */
import { systemClock as clock, systemRandom as random } from '../adapters/clock.ts';
import { readClusterId } from '../adapters/kubernetes/cluster-id.ts';
import type { Connection } from '../adapters/kubernetes/connection.ts';
import { readNodes } from '../adapters/kubernetes/nodes.ts';
import { KubernetesResources } from '../adapters/kubernetes/resources.ts';
import { openLog } from '../adapters/log.ts';
import { survey } from '../controller/survey.ts';
import { VpcBook } from '../controller/vpc-book.ts';
import { fencesOf, type Options } from '../options.ts';
import type { Log } from '../ports/runtime.ts';
import { cloudsOf, credentialsOf, openConnection, readText } from './adapters.ts';
import type { Output, PlanRequest, RestoreRequest } from './command-line.ts';
import { printInstances } from './instances.ts';
import { namedAmong } from './named.ts';
import { planText, type Cluster } from './plan/command.ts';
import { readManifest, type Manifest } from './plan/manifest.ts';
import { actingController } from './restore/acting.ts';
import { restore as bringHome } from './restore/restore.ts';
import { ask, interruption } from './restore/terminal.ts';

const logOf = ({ logLevel }: Options): Log => openLog({ level: logLevel, now: () => clock.now() });

async function clusterOf(options: Options, api: Connection, log: Log): Promise<Cluster> {
  const resources = await new KubernetesResources({ api, clock, random, log }).listFresh();
  return { resources, clusterId: options.clusterId ?? (await readClusterId(api)), nodes: await readNodes(api) };
}

/** What they may do to the cloud: nothing. */
async function looking(options: Options, log: Log): Promise<ReturnType<typeof cloudsOf>> {
  return cloudsOf(options, { credentials: await credentialsOf(options), log, mayAct: () => false });
}

export async function instances(options: Options, name: string, output: Output): Promise<void> {
  const log = logOf(options);
  const [clouds, api] = [await looking(options, log), await openConnection(options)];
  try {
    const { resources, clusterId, nodes } = await clusterOf(options, api, log);
    const resource = namedAmong(resources, name);
    const surveyor = { options: { clusterId, observeOnly: true, allowBillingChanges: options.allowBillingChanges, fences: fencesOf(options) }, resources: { list: () => resources, unreadableUids: () => [] }, nodes: { instanceIds: () => nodes } };
    process.stdout.write(printInstances(await survey({ ...surveyor, book: new VpcBook(clouds, clock), clock }, resource), output));
  } finally {
    await api.close();
  }
}

/** What is wrong in a file is said before anybody is asked for credentials. */
async function manifestOf({ subject }: PlanRequest): Promise<Manifest | undefined> {
  if (!('file' in subject)) return undefined;
  const manifest = { file: subject.file === '-' ? 'standard input' : subject.file, text: await readText(subject.file) };
  readManifest(manifest, { now: new Date(clock.now()).toISOString(), living: () => undefined });
  return manifest;
}

/** A file alone needs no cluster; one is asked where it is named, or where it holds the resource. */
export async function plan(options: Options, request: PlanRequest): Promise<void> {
  const log = logOf(options);
  const manifest = await manifestOf(request);
  const clouds = await looking(options, log);
  const asksCluster = manifest === undefined || options.kubeconfig !== undefined || options.context !== undefined;
  const api = asksCluster ? await openConnection(options) : undefined;
  try {
    const cluster = api && (await clusterOf(options, api, log));
    const { clusterId, allowBillingChanges } = options;
    const tools = { allowBillingChanges, fences: fencesOf(options), clouds, clock, random, log, ...(manifest && { manifest }), ...(cluster && { cluster }), ...(clusterId !== undefined && { clusterId }) };
    process.stdout.write(await planText(tools, request));
  } finally {
    await api?.close();
  }
}

/** Progress goes to standard error, the table to standard output. Exit code 1: not every EIP is at home. */
export async function restore(options: Options, request: RestoreRequest): Promise<void> {
  const { stdin: input, stderr: output } = process;
  const log = logOf(options);
  const say = (line: string): void => void output.write(`${line}\n`);
  const clouds = cloudsOf(options, { credentials: await credentialsOf(options), log, mayAct: () => true });
  const { clusterId } = options;
  const { api, acting } = await leaseOf(options, say);
  const tools = { fences: fencesOf(options), clouds, clock, random, log, say, ...(clusterId !== undefined && { clusterId }), ...(acting && { acting }) };
  const asking = input.isTTY ? (question: string): Promise<boolean> => ask(question, { input, output }) : undefined;
  try {
    const { table, isWell } = await bringHome({ ...tools, ask: asking, interrupted: interruption(say) }, request);
    process.stdout.write(`${table}\n`);
    process.exitCode = isWell ? 0 : 1;
  } finally {
    await api?.close();
  }
}

interface NamedCluster {
  readonly api?: Connection;
  readonly acting?: () => Promise<string | undefined>;
}

/** Only a cluster that is named is asked: the one of a kubeconfig that happens to lie around may be another. */
async function leaseOf(options: Options, say: (line: string) => void): Promise<NamedCluster> {
  if (options.kubeconfig === undefined && options.context === undefined) return {};
  const api = await openConnection(options);
  return { api, acting: () => actingController({ api, clock, namespace: options.leaseNamespace, say }) };
}
