/**
 * What a running controller shows of itself: /metrics for Prometheus, /livez and /readyz for the kubelet. It is there before anything else, so
 * that a controller that waits for its API server can say so. Standbys show themselves as the leader does.
 */
import { leaseLoop, queueLoop, reflectorLoop, startLoop } from '../adapters/health/loops.ts';
import { openEndpoint, TEXT, type Endpoint, type ListenAddress, type Routes } from '../adapters/health/server.ts';
import { Vitals, type Role, type Verdict } from '../adapters/health/vitals.ts';
import type { AlicloudClouds } from '../adapters/alicloud/clouds.ts';
import type { WatchedNodes } from '../adapters/kubernetes/nodes.ts';
import type { KubernetesResources } from '../adapters/kubernetes/resources.ts';
import { PrometheusMetrics } from '../adapters/metrics/prometheus.ts';
import { budgetReadings, processReadings, watchReadings } from '../adapters/metrics/readings.ts';
import type { Controller } from '../controller/controller.ts';
import type { Options } from '../options.ts';
import type { Leadership } from '../ports/leadership.ts';
import { NO_METRICS, type Metrics } from '../ports/metrics.ts';
import type { Clock, Log } from '../ports/runtime.ts';

export interface TelemetryOptions extends Pick<Options, 'metricsAddress' | 'healthAddress' | 'version'> {
  readonly clock: Clock;
  readonly log: Log;
  /** Aborted when the process is told to end. */
  readonly ended: AbortSignal;
}

/** What runs once the cluster is known. */
export interface Running {
  readonly leadership: Leadership & { triedAtMs?(): number | undefined };
  readonly resources: Pick<KubernetesResources, 'health'>;
  readonly nodes: Pick<WatchedNodes, 'health'>;
  readonly controller: Pick<Controller, 'readings' | 'pulse'>;
  readonly clouds: Pick<AlicloudClouds, 'budgets'>;
}

interface Site {
  readonly address: ListenAddress | 'off';
  readonly flag: string;
  readonly routes: Routes;
}

export class Telemetry {
  readonly #options: TelemetryOptions;
  readonly #prometheus: PrometheusMetrics | undefined;
  readonly #vitals = new Vitals(() => this.#role());
  readonly #endStart: () => void;
  #endpoints: readonly Endpoint[] = [];
  #triedAtMs: number;
  #running: Running | undefined;

  private constructor(options: TelemetryOptions) {
    this.#options = options;
    this.#triedAtMs = options.clock.monotonic();
    this.#prometheus = options.metricsAddress === 'off' ? undefined : new PrometheusMetrics({ ofProcess: true });
    this.#prometheus?.read(processReadings(options.version, () => this.#mayAct()));
    this.#endStart = this.#vitals.loop('start', startLoop(() => this.#triedAtMs, options.clock));
  }

  /** Rejects with ListenProblem. */
  static async open(options: TelemetryOptions): Promise<Telemetry> {
    const telemetry = new Telemetry(options);
    await telemetry.#listen();
    return telemetry;
  }

  get metrics(): Metrics {
    return this.#prometheus ?? NO_METRICS;
  }

  /** The API server is asked for the first time, or once more. */
  readonly tries = (): void => {
    this.#triedAtMs = this.#options.clock.monotonic();
  };

  /** The loops run from here on. */
  watch(running: Running): void {
    const { clock } = this.#options;
    const { leadership, resources, nodes, controller, clouds } = running;
    this.#running = running;
    this.#endStart();
    this.#vitals.loop('resources', reflectorLoop(() => resources.health(), clock));
    this.#vitals.loop('nodes', reflectorLoop(() => nodes.health(), clock));
    this.#vitals.loop('lease', leaseLoop(() => leadership.triedAtMs?.(), clock));
    this.#vitals.loop('work-queue', queueLoop(() => controller.pulse()));
    this.#vitals.need('resources', () => unread(resources));
    const sources = [watchReadings('egressunifications', () => resources.health(), clock), watchReadings('nodes', () => nodes.health(), clock), budgetReadings(() => clouds.budgets()), controller.readings];
    for (const readings of sources) this.#prometheus?.read(readings);
  }

  async close(): Promise<void> {
    await Promise.all(this.#endpoints.map((endpoint) => endpoint.close()));
  }

  async #listen(): Promise<void> {
    const { log } = this.#options;
    for (const { address, flag, routes } of this.#sites()) {
      if (address === 'off') continue;
      const endpoint = await openEndpoint(address, { routes, flag, log });
      this.#endpoints = [...this.#endpoints, endpoint];
      log.info('listening', { serves: Object.keys(routes).join(' '), address: endpoint.address });
    }
  }

  /** The same address for both is one server. */
  #sites(): readonly Site[] {
    const { metricsAddress, healthAddress } = this.#options;
    const [metrics, health] = [{ '/metrics': () => this.#scrape() }, { '/livez': () => reply(this.#vitals.livez()), '/readyz': () => reply(this.#vitals.readyz()) }];
    const flags = ['--metrics-address', '--health-address'] as const;
    if (isSame(metricsAddress, healthAddress)) return [{ address: metricsAddress, flag: flags.join(' and '), routes: { ...metrics, ...health } }];
    return [{ address: metricsAddress, flag: flags[0], routes: metrics }, { address: healthAddress, flag: flags[1], routes: health }];
  }

  async #scrape(): Promise<{ status: number; contentType: string; body: string }> {
    return { status: 200, contentType: this.#prometheus?.contentType ?? TEXT, body: (await this.#prometheus?.text()) ?? '' };
  }

  #mayAct(): boolean {
    return this.#running?.leadership.mayAct() ?? false;
  }

  #role(): Role {
    if (this.#options.ended.aborted) return 'standing down';
    if (this.#running === undefined) return 'starting';
    return this.#mayAct() ? 'leader' : 'standby';
  }
}

/** Two free ports are two ports. */
const isSame = (one: ListenAddress | 'off', other: ListenAddress | 'off'): boolean =>
  one !== 'off' && other !== 'off' && one.port !== 0 && one.port === other.port && one.host === other.host;

const reply = ({ ok, says }: Verdict): { status: number; contentType: string; body: string } => ({ status: ok ? 200 : 503, contentType: TEXT, body: says });

function unread(resources: Running['resources']): string | undefined {
  const { synced, ready } = resources.health();
  if (!synced) return 'the first complete list of EgressUnifications has not come yet';
  return ready ? undefined : 'the API server refuses to let EgressUnifications be read; look at the ServiceAccount and its roles';
}
