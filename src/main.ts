#!/usr/bin/env node
/** Composition root: options → adapters → controller; signals and exit codes; nothing else. Exit 2: something must be set right before it can start. */
import { readFile } from 'node:fs/promises';
import { CredentialsProblem, chooseCredentials } from './adapters/alicloud/credentials.ts';
import { createClouds } from './adapters/alicloud/clouds.ts';
import { EndpointProblem } from './adapters/alicloud/endpoints.ts';
import { systemClock, systemRandom } from './adapters/clock.ts';
import { readClusterId } from './adapters/kubernetes/cluster-id.ts';
import { ConfigurationError } from './adapters/kubernetes/configuration.ts';
import { connect, type Connection } from './adapters/kubernetes/connection.ts';
import { KubernetesEvents } from './adapters/kubernetes/events.ts';
import { readNodes, watchNodes } from './adapters/kubernetes/nodes.ts';
import { KubernetesResources } from './adapters/kubernetes/resources.ts';
import { openLog } from './adapters/log.ts';
import { printInstances } from './cli/instances.ts';
import { Controller } from './controller/controller.ts';
import { survey } from './controller/survey.ts';
import { VpcBook } from './controller/vpc-book.ts';
import { runCommandLine, type Options, type Output } from './options.ts';
import type { Clouds } from './ports/cloud.ts';
import { KubernetesError } from './ports/resources.ts';
import type { Log } from './ports/runtime.ts';

const clock = systemClock;
const random = systemRandom;
const API_RETRY_MS = 5_000;
/** Events of one resource speak of each of its instances: more than client-go's 25 at once. */
const EVENT_RATE = { burst: 300, refillMs: 10_000 };

const readText = (path: string): Promise<string | undefined> => readFile(path, 'utf8').catch(() => undefined);

async function openClouds(options: Options, log: Log): Promise<Clouds> {
  const { credentials: kind, network, environment: env, credentialsDirectory, ecsRoleName, cloudEndpoint } = options;
  const credentials = await chooseCredentials({
    kind, env, network, clock, readText,
    ...(credentialsDirectory !== undefined && { directory: credentialsDirectory }),
    ...(ecsRoleName !== undefined && { ecsRoleName }),
  });
  return createClouds({ credentials, network, clock, random, log, userAgent: userAgent(options), ...(cloudEndpoint !== undefined && { endpoint: cloudEndpoint }) });
}

const userAgent = ({ version }: Options): string => `egress-unification/${version}`;

const openConnection = (options: Options): Promise<Connection> =>
  connect({ clock, userAgent: userAgent(options), kubeconfig: options.kubeconfig, context: options.context });

/** The API server may come up after the controller; says so and waits. */
async function clusterIdOf(options: Options, api: Connection, log: Log): Promise<string> {
  if (options.clusterId !== undefined) return options.clusterId;
  for (;;) {
    try {
      return await readClusterId(api);
    } catch (error) {
      if (!(error instanceof KubernetesError) || error.kind !== 'unavailable') throw error;
      log.warn('the API server does not answer; trying again', { server: api.server, message: error.message });
      await new Promise<void>((resolve) => { clock.after(API_RETRY_MS, resolve); });
    }
  }
}

async function run(options: Options): Promise<void> {
  const log = openLog({ level: options.logLevel, now: () => clock.now() });
  const [clouds, api] = [await openClouds(options, log), await openConnection(options)];
  const adapters = { api, clock, random, log };
  const clusterId = await clusterIdOf(options, api, log);
  const nodes = watchNodes(adapters);
  const events = new KubernetesEvents({ ...adapters, instance: options.instance, rate: EVENT_RATE });
  const { observeOnly, allowBillingChanges } = options;
  const controller = new Controller({ options: { clusterId, observeOnly, allowBillingChanges }, clouds, resources: new KubernetesResources(adapters), events, nodes, clock, random, log });
  nodes.start();
  const ended = new Promise<string>((resolve) => { for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, resolve); });
  log.info('starting', { version: options.version, clusterId, server: api.server, observeOnly });
  await Promise.race([controller.start(), ended]);
  const signal = await ended;
  log.info('stopping', { signal });
  await controller.stop();
  await Promise.all([nodes.stop(), events.drained()]);
  await api.close();
}

async function instances(options: Options, name: string, output: Output): Promise<void> {
  const log = openLog({ level: 'error', now: () => clock.now() });
  const [clouds, api] = [await openClouds(options, log), await openConnection(options)];
  try {
    const all = await new KubernetesResources({ api, clock, random, log }).listFresh();
    const resource = all.find(({ metadata }) => metadata.name === name);
    if (resource === undefined) throw new KubernetesError(`EgressUnification ${name} does not exist; there are: ${all.map(({ metadata }) => metadata.name).join(', ') || 'none'}`, 'notFound');
    const [clusterId, nodes] = [options.clusterId ?? (await readClusterId(api)), await readNodes(api)];
    const surveyor = { options: { clusterId, observeOnly: true, allowBillingChanges: options.allowBillingChanges }, resources: { list: () => all, unreadableUids: () => [] }, nodes: { instanceIds: () => nodes } };
    const reported = await survey({ ...surveyor, book: new VpcBook(clouds, clock), clock }, resource);
    process.stdout.write(printInstances(reported, output));
  } finally {
    await api.close();
  }
}

/** One line for people; a stack only for what is a bug. */
function fail(error: unknown): never {
  const users = [CredentialsProblem, EndpointProblem, ConfigurationError].some((kind) => error instanceof kind);
  const known = users || (error instanceof Error && ['CloudError', 'KubernetesError'].includes(error.name));
  process.stderr.write(`egress-unification: ${known ? (error as Error).message : error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(users ? 2 : 1);
}

process.on('unhandledRejection', fail);
await runCommandLine(process.argv, { run, instances }).then(() => process.exit(0), fail);
