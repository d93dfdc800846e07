#!/usr/bin/env node
/**
 * Composition root: options → adapters → controller; signals and exit codes; nothing else. Exit 1: leadership was lost, or a bug. Exit 2:
 * something must be set right before it can start.
 */
import { readFile } from 'node:fs/promises';
import { CredentialsProblem, chooseCredentials } from './adapters/alicloud/credentials.ts';
import { createClouds } from './adapters/alicloud/clouds.ts';
import { EndpointProblem } from './adapters/alicloud/endpoints.ts';
import type { KeySource } from './adapters/alicloud/keys.ts';
import { systemClock, systemRandom } from './adapters/clock.ts';
import { readClusterId } from './adapters/kubernetes/cluster-id.ts';
import { ConfigurationError } from './adapters/kubernetes/configuration.ts';
import { connect, type Connection } from './adapters/kubernetes/connection.ts';
import { KubernetesEvents } from './adapters/kubernetes/events.ts';
import { LeaseLeadership } from './adapters/kubernetes/lease.ts';
import { ledApi } from './adapters/kubernetes/led-api.ts';
import { readNodes, watchNodes } from './adapters/kubernetes/nodes.ts';
import { KubernetesResources } from './adapters/kubernetes/resources.ts';
import { openLog } from './adapters/log.ts';
import { printInstances } from './cli/instances.ts';
import { Controller } from './controller/controller.ts';
import { survey } from './controller/survey.ts';
import { serve, unrivalled } from './controller/tenure.ts';
import { VpcBook } from './controller/vpc-book.ts';
import { fencesOf, runCommandLine, type Options, type Output } from './options.ts';
import type { Clouds } from './ports/cloud.ts';
import { KubernetesError } from './ports/resources.ts';
import type { Log } from './ports/runtime.ts';

const clock = systemClock;
const random = systemRandom;
const API_RETRY_MS = 5_000;
/** Events of one resource speak of each of its instances: more than client-go's 25 at once. */
const EVENT_RATE = { burst: 300, refillMs: 10_000 };
/** Events that are not written when the process ends are in the log. */
const EVENTS_MAX_MS = 2_000;

class LeadershipLost extends Error {
  override readonly name = 'LeadershipLost';
}

const readText = (path: string): Promise<string | undefined> => readFile(path, 'utf8').catch(() => undefined);

const pause = (ms: number): Promise<void> => new Promise((resolve) => void clock.after(ms, resolve));

function credentialsOf(options: Options): Promise<KeySource> {
  const { credentials: kind, network, environment: env, credentialsDirectory, ecsRoleName } = options;
  return chooseCredentials({
    kind, env, network, clock, readText,
    ...(credentialsDirectory !== undefined && { directory: credentialsDirectory }),
    ...(ecsRoleName !== undefined && { ecsRoleName }),
  });
}

function cloudsOf(options: Options, { credentials, log, mayAct }: { credentials: KeySource; log: Log; mayAct: () => boolean }): Clouds {
  const { network, cloudEndpoint } = options;
  return createClouds({ credentials, network, clock, random, log, mayAct, userAgent: userAgent(options), ...(cloudEndpoint !== undefined && { endpoint: cloudEndpoint }) });
}

const userAgent = ({ version }: Options): string => `egress-unification/${version}`;

const openConnection = (options: Options): Promise<Connection> =>
  connect({ clock, userAgent: userAgent(options), kubeconfig: options.kubeconfig, context: options.context });

/** The API server may come up after the controller; says so and waits. undefined: told to end meanwhile. */
async function clusterIdOf(options: Options, { api, log, ended }: { api: Connection; log: Log; ended: AbortSignal }): Promise<string | undefined> {
  if (options.clusterId !== undefined) return options.clusterId;
  const end = new Promise<void>((resolve) => { ended.addEventListener('abort', () => resolve(), { once: true }); });
  while (!ended.aborted) {
    try {
      return await readClusterId(api);
    } catch (error) {
      if (!(error instanceof KubernetesError) || error.kind !== 'unavailable') throw error;
      log.warn('the API server does not answer; trying again', { server: api.server, error: error.message });
      await Promise.race([pause(API_RETRY_MS), end]);
    }
  }
  return undefined;
}

/** Aborted by the first SIGTERM or SIGINT; the second one ends the process as it always does. */
function endOfProcess(log: Log): AbortSignal {
  const ended = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT']) {
    process.once(signal, () => {
      log.info('told to end', { signal });
      ended.abort();
    });
  }
  return ended.signal;
}

async function run(options: Options): Promise<void> {
  const log = openLog({ level: options.logLevel, now: () => clock.now() });
  const ended = endOfProcess(log);
  const [credentials, api] = [await credentialsOf(options), await openConnection(options)];
  const { instance, version, observeOnly, allowBillingChanges, leaderElect, leaseNamespace } = options;
  const adapters = { api, clock, random, log };
  const leadership = leaderElect ? new LeaseLeadership({ ...adapters, instance, namespace: leaseNamespace }) : unrivalled();
  const mayAct = (): boolean => leadership.mayAct();
  const clouds = cloudsOf(options, { credentials, log, mayAct });
  log.info('starting', { version, server: api.server, observeOnly, leaderElect });
  const clusterId = await clusterIdOf(options, { api, log, ended });
  if (clusterId === undefined) return;
  log.info('acting for this cluster', { clusterId });
  const nodes = watchNodes(adapters);
  const events = new KubernetesEvents({ ...adapters, instance, rate: EVENT_RATE });
  const resources = new KubernetesResources({ ...adapters, api: ledApi(api, mayAct) });
  const controller = new Controller({ options: { clusterId, observeOnly, allowBillingChanges, fences: fencesOf(options) }, clouds, resources, events, nodes, clock, random, log });
  nodes.start();
  const end = await serve({ leadership, controller, ended, clock, log });
  if (end === 'lost') throw new LeadershipLost('leadership is lost; the process ends so that it can start anew');
  await Promise.race([Promise.all([nodes.stop(), events.drained()]), pause(EVENTS_MAX_MS)]);
  await api.close();
}

async function instances(options: Options, name: string, output: Output): Promise<void> {
  const log = openLog({ level: 'error', now: () => clock.now() });
  const [credentials, api] = [await credentialsOf(options), await openConnection(options)];
  const clouds = cloudsOf(options, { credentials, log, mayAct: () => false });
  try {
    const all = await new KubernetesResources({ api, clock, random, log }).listFresh();
    const resource = all.find(({ metadata }) => metadata.name === name);
    if (resource === undefined) throw new KubernetesError(`EgressUnification ${name} does not exist; there are: ${all.map(({ metadata }) => metadata.name).join(', ') || 'none'}`, 'notFound');
    const [clusterId, nodes] = [options.clusterId ?? (await readClusterId(api)), await readNodes(api)];
    const surveyor = { options: { clusterId, observeOnly: true, allowBillingChanges: options.allowBillingChanges, fences: fencesOf(options) }, resources: { list: () => all, unreadableUids: () => [] }, nodes: { instanceIds: () => nodes } };
    const reported = await survey({ ...surveyor, book: new VpcBook(clouds, clock), clock }, resource);
    process.stdout.write(printInstances(reported, output));
  } finally {
    await api.close();
  }
}

/** One line for people; a stack only for what is a bug. */
function fail(error: unknown): never {
  const users = [CredentialsProblem, EndpointProblem, ConfigurationError].some((kind) => error instanceof kind);
  const known = users || (error instanceof Error && ['CloudError', 'KubernetesError', 'LeadershipLost'].includes(error.name));
  process.stderr.write(`egress-unification: ${known ? (error as Error).message : error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(users ? 2 : 1);
}

process.on('unhandledRejection', fail);
await runCommandLine(process.argv, { run, instances }).then(() => process.exit(0), fail);
