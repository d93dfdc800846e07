import { expect } from 'chai';
import { METRICS, METRIC_PREFIX, PROCESS_METRICS, type Definition } from '../../../../src/api/metrics.ts';
import { PrometheusMetrics } from '../../../../src/adapters/metrics/prometheus.ts';
import { budgetReadings, processReadings, watchReadings } from '../../../../src/adapters/metrics/readings.ts';
import type { Readings } from '../../../../src/ports/metrics.ts';
import { VirtualClock } from '../../../kit/virtual-clock.ts';

const TABLE: readonly (readonly [string, Definition])[] = Object.entries(METRICS);
const lines = async (metrics: PrometheusMetrics, pattern: RegExp): Promise<string[]> =>
  (await metrics.text()).split('\n').filter((line) => pattern.test(line)).map((line) => line.replace(METRIC_PREFIX, ''));
const sample = (name: string): RegExp => new RegExp(`^${METRIC_PREFIX}${name}[{ ]`);

describe('The Prometheus registry', () => {
  it('knows every metric of the table from the start, with its help and type', async () => {
    const text = await new PrometheusMetrics({ ofProcess: false }).text();
    for (const [name, { help, type }] of TABLE) expect(text).to.include(`# HELP ${METRIC_PREFIX}${name} ${help}\n# TYPE ${METRIC_PREFIX}${name} ${type}\n`);
  });

  it('counts from zero where the labels can be listed, so that a rate is never missing', async () => {
    const metrics = new PrometheusMetrics({ ofProcess: false });
    expect(await lines(metrics, sample('reconcile_total'))).to.have.length(4).and.to.include('reconcile_total{controller="resource",result="error"} 0');
    metrics.count('reconcile_total', { controller: 'resource', result: 'error' });
    metrics.count('reconcile_total', { controller: 'resource', result: 'error' });
    expect(await lines(metrics, sample('reconcile_total'))).to.include('reconcile_total{controller="resource",result="error"} 2');
  });

  it('puts what is observed into the buckets of the table', async () => {
    const metrics = new PrometheusMetrics({ ofProcess: false });
    metrics.observe('cutover_interruption_seconds', {}, 3.5);
    const shown = await lines(metrics, /cutover_interruption_seconds/);
    expect(shown).to.include.members(['cutover_interruption_seconds_bucket{le="3"} 0', 'cutover_interruption_seconds_bucket{le="4"} 1', 'cutover_interruption_seconds_sum 3.5', 'cutover_interruption_seconds_count 1']);
  });

  it('asks for gauges at each scrape, and forgets what is no longer said', async () => {
    const metrics = new PrometheusMetrics({ ofProcess: false });
    let blocked = 3;
    metrics.read((read) => {
      if (blocked > 0) read('instances_unsettled', { reason: 'NoSnatEntry' }, blocked);
      if (blocked > 0) read('window_age_seconds', {}, blocked);
    });
    expect(await lines(metrics, sample('(instances_unsettled|window_age_seconds)'))).to.deep.equal(['instances_unsettled{reason="NoSnatEntry"} 3', 'window_age_seconds 3']);
    blocked = 0;
    expect(await lines(metrics, sample('(instances_unsettled|window_age_seconds)'))).to.deep.equal([]);
  });

  it('shows what somebody else counts, once and not added up', async () => {
    const metrics = new PrometheusMetrics({ ofProcess: false });
    const clock = new VirtualClock();
    const health = { ready: true, synced: true, relists: 2, reconnects: 5, lastEventAtMs: 0, triedAtMs: 0 };
    metrics.read(watchReadings('nodes', () => health, clock));
    await clock.pass(30_000);
    await metrics.text();
    expect(await lines(metrics, sample('watch_\\w+'))).to.deep.equal(['watch_reconnects_total{collection="nodes"} 5', 'watch_relists_total{collection="nodes"} 2', 'watch_last_event_age_seconds{collection="nodes"} 30']);
  });

  it('has no age of what was never heard', async () => {
    const metrics = new PrometheusMetrics({ ofProcess: false });
    metrics.read(watchReadings('nodes', () => ({ ready: false, synced: false, relists: 0, reconnects: 0, lastEventAtMs: undefined, triedAtMs: 0 }), new VirtualClock()));
    expect(await lines(metrics, sample('watch_last_event_age_seconds'))).to.deep.equal([]);
  });

  it('says who runs, who leads and what the cloud is believed to take', async () => {
    const metrics = new PrometheusMetrics({ ofProcess: false });
    const sources: readonly Readings[] = [processReadings('1.2.3', () => true), budgetReadings(() => new Map([['AttachNetworkInterface', 250]]))];
    for (const source of sources) metrics.read(source);
    expect(await lines(metrics, sample('(leader|build_info|cloud_budget)'))).to.deep.equal([
      'cloud_budget{api="AttachNetworkInterface"} 250', 'leader 1', `build_info{version="1.2.3",node_version="${process.version}"} 1`,
    ]);
  });

  it('serves what is promised of the process', async () => {
    const text = await new PrometheusMetrics({ ofProcess: true }).text();
    for (const name of Object.keys(PROCESS_METRICS)) expect(text).to.match(new RegExp(`^# TYPE ${name} `, 'm'));
    expect(text).to.match(/^nodejs_eventloop_lag_p99_seconds [0-9.e-]+$|^nodejs_eventloop_lag_p99_seconds NaN$/m);
  });
});
