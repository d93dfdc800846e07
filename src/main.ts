#!/usr/bin/env node
/**
 * Composition root: options → adapters → controller; signals and exit codes; nothing else. Exit 1: leadership was lost, or a bug. Exit 2:
 * something must be set right before it can start.
 */
import { CredentialsProblem } from './adapters/alicloud/credentials.ts';
import { EndpointProblem } from './adapters/alicloud/endpoints.ts';
import { systemClock, systemRandom } from './adapters/clock.ts';
import { readClusterId } from './adapters/kubernetes/cluster-id.ts';
import { ConfigurationError } from './adapters/kubernetes/configuration.ts';
import type { Connection } from './adapters/kubernetes/connection.ts';
import { KubernetesEvents } from './adapters/kubernetes/events.ts';
import { LeaseLeadership } from './adapters/kubernetes/lease.ts';
import { ledApi } from './adapters/kubernetes/led-api.ts';
import { watchNodes } from './adapters/kubernetes/nodes.ts';
import { ListenProblem } from './adapters/health/server.ts';
import { KubernetesResources } from './adapters/kubernetes/resources.ts';
import { openLog } from './adapters/log.ts';
import { redact } from './adapters/redact.ts';
import { cloudsOf, credentialsOf, openConnection, proberOf } from './cli/adapters.ts';
import { instances, plan, restore } from './cli/commands.ts';
import { guestCommands } from './cli/guest-commands.ts';
import { prober } from './cli/prober.ts';
import { Telemetry } from './cli/telemetry.ts';
import { UsageProblem } from './cli/usage-problem.ts';
import { Controller } from './controller/controller.ts';
import { serve, unrivalled } from './controller/tenure.ts';
import { fencesOf, programOf, runCommandLine, type Options } from './options.ts';
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

const pause = (ms: number): Promise<void> => new Promise((resolve) => void clock.after(ms, resolve));

/** The API server may come up after the controller; says so and waits. undefined: told to end meanwhile. */
async function clusterIdOf(options: Options, { api, log, ended, tries }: { api: Connection; log: Log; ended: AbortSignal; tries: () => void }): Promise<string | undefined> {
  if (options.clusterId !== undefined) return options.clusterId;
  const end = new Promise<void>((resolve) => { ended.addEventListener('abort', () => resolve(), { once: true }); });
  while (!ended.aborted) {
    tries();
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
  const telemetry = await Telemetry.open({ ...options, clock, log, ended });
  const { metrics, tries } = telemetry;
  const { instance, version, observeOnly, allowBillingChanges, allowGuestCommands, leaderElect, leaseNamespace } = options;
  const adapters = { api, clock, random, log };
  const leadership = leaderElect ? new LeaseLeadership({ ...adapters, instance, namespace: leaseNamespace }) : unrivalled();
  const mayAct = (): boolean => leadership.mayAct();
  const clouds = cloudsOf(options, { credentials, log, mayAct, metrics });
  log.info('starting', { version, server: api.server, observeOnly, leaderElect });
  const clusterId = await clusterIdOf(options, { api, log, ended, tries });
  if (clusterId === undefined) return;
  log.info('acting for this cluster', { clusterId });
  const nodes = watchNodes(adapters);
  const events = new KubernetesEvents({ ...adapters, instance, rate: EVENT_RATE });
  const resources = new KubernetesResources({ ...adapters, api: ledApi(api, mayAct) });
  const tests = { prober: proberOf(options, log), ...(allowGuestCommands && { guests: clouds.guests }) };
  const controller = new Controller({ options: { clusterId, observeOnly, allowBillingChanges, fences: fencesOf(options) }, clouds, resources, events, nodes, clock, random, log, metrics, ...tests });
  telemetry.watch({ leadership, resources, nodes, controller, clouds });
  nodes.start();
  const end = await serve({ leadership, controller, ended, clock, log });
  if (end === 'lost') throw new LeadershipLost('leadership is lost; the process ends so that it can start anew');
  await Promise.race([Promise.all([nodes.stop(), events.drained()]), pause(EVENTS_MAX_MS)]);
  await Promise.all([api.close(), telemetry.close()]);
}

/** One line for people; a stack only for what is a bug. */
function fail(error: unknown): never {
  const users = [CredentialsProblem, EndpointProblem, ConfigurationError, ListenProblem, UsageProblem].some((kind) => error instanceof kind);
  const known = users || (error instanceof Error && ['CloudError', 'KubernetesError', 'LeadershipLost'].includes(error.name));
  const says = known ? (error as Error).message : error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`${programOf(process.argv).name}: ${redact(says)}\n`);
  process.exit(users ? 2 : 1);
}

process.on('unhandledRejection', fail);
await runCommandLine(process.argv, { run, instances, plan, restore, guestCommands, prober }).then(() => process.exit(), fail);
