// What the dashboard shows: rows of panels, each with a sentence for whoever asks what it means. Names of metrics are those of the table; a
// wrong one does not compile.
import { METRIC_PREFIX } from '../../src/api/metrics.ts';
import type { METRICS } from '../../src/api/metrics.ts';

type Name = keyof typeof METRICS;
type Histogram = { readonly [N in Name]: (typeof METRICS)[N]['type'] extends 'histogram' ? N : never }[Name];

export interface Target {
  readonly expr: string;
  /** {{label}} stands for its value. */
  readonly legend: string;
}

export interface Panel {
  readonly title: string;
  readonly description: string;
  readonly kind: 'stat' | 'timeseries' | 'stacked';
  /** Of Grafana. */
  readonly unit: string;
  /** Of 24. */
  readonly width: number;
  readonly targets: readonly Target[];
  /** From here on it is shown in orange, and in red. */
  readonly limits?: readonly [number, number];
}

export interface Row {
  readonly title: string;
  readonly panels: readonly Panel[];
}

const m = (name: Name): string => `${METRIC_PREFIX}${name}`;
const rate = (name: Name, by: string, matchers = ''): string => `sum by (${by}) (rate(${m(name)}${matchers}[$__rate_interval]))`;
/** Events are rare, so a quantile is taken over hours. */
const quantile = (share: number, name: Histogram, { by = '', range = '$__rate_interval' } = {}): string =>
  `histogram_quantile(${share}, sum by (le${by && `, ${by}`}) (rate(${m(name)}_bucket[${range}])))`;
const one = (expr: string, legend = ''): readonly Target[] => [{ expr, legend }];
const halves = (name: Histogram, range: string): readonly Target[] => [0.5, 0.95].map((share) => ({ expr: quantile(share, name, { range }), legend: `p${share * 100}` }));

const ADDRESSES: Row = {
  title: 'Addresses',
  panels: [
    { title: 'Settled', description: 'Share of the selected instances that are unified or have nothing to move.', kind: 'stat', unit: 'percentunit', width: 4, targets: one(`sum(${m('instances')}{state=~"Unified|NothingToMove"}) / sum(${m('instances')})`) },
    { title: 'In their window', description: 'Instances that are not reached on their public IP just now, because the EIP is between two bindings.', kind: 'stat', unit: 'short', width: 4, targets: one(`sum(${m('instances')}{state="InWindow"})`), limits: [1, 5] },
    { title: 'Oldest window', description: 'For how long the instance that waits longest is not reached. A move is turned round after 30 s.', kind: 'stat', unit: 's', width: 4, targets: one(`max(${m('window_age_seconds')})`), limits: [10, 30] },
    { title: 'Degraded', description: 'Were unified and are not any more.', kind: 'stat', unit: 'short', width: 4, targets: one(`sum(${m('instances')}{state="Degraded"})`), limits: [1, 1] },
    { title: 'Blocked', description: 'Cannot go on until somebody acts.', kind: 'stat', unit: 'short', width: 4, targets: one(`sum(${m('instances')}{state="Blocked"})`), limits: [1, 10] },
    { title: 'Orphans', description: 'EIPs and interfaces with the tags of this cluster whose resource is gone; they cost money.', kind: 'stat', unit: 'short', width: 4, targets: one(`sum by (kind) (${m('orphans')})`, '{{kind}}'), limits: [1, 10] },
    { title: 'Instances by state', description: 'All selected instances.', kind: 'stacked', unit: 'short', width: 12, targets: one(`sum by (state) (${m('instances')})`, '{{state}}') },
    { title: 'Not settled, by reason', description: 'Why instances are not settled; docs/reference/reasons.md explains each reason.', kind: 'stacked', unit: 'short', width: 12, targets: one(`sum by (reason) (${m('instances_unsettled')})`, '{{reason}}') },
    { title: 'Interruption', description: 'For how long instances were not reached on their public IP while their EIP moved, over six hours.', kind: 'timeseries', unit: 's', width: 12, targets: halves('cutover_interruption_seconds', '6h') },
    { title: 'Changes by others', description: 'What somebody else changed of what was settled, in an hour.', kind: 'stacked', unit: 'short', width: 12, targets: one(`sum by (kind) (increase(${m('drift_detected_total')}[1h]))`, '{{kind}}') },
  ],
};

const RESOURCES: Row = {
  title: 'Resources',
  panels: [
    { title: 'Ready', description: 'EgressUnifications by their condition Ready.', kind: 'stacked', unit: 'short', width: 8, targets: one(`sum by (status) (${m('resources')}{condition="Ready"})`, 'Ready={{status}}') },
    { title: 'Stalled, by reason', description: 'EgressUnifications that wait for a person; Observing: they are meant to.', kind: 'stacked', unit: 'short', width: 8, targets: one(`sum by (reason) (${m('resources_stalled')})`, '{{reason}}') },
    { title: 'Places in the rollout', description: 'How many instances are under way, and how many more could be (spec.rollout.maxInProgress).', kind: 'timeseries', unit: 'short', width: 8, targets: [{ expr: `sum(${m('instances_consuming_budget')})`, legend: 'under way' }, { expr: `sum(${m('disruptions_allowed')})`, legend: 'could be' }] },
    { title: 'Until ready', description: 'From the first sight of a spec to its resource being Ready, over six hours.', kind: 'timeseries', unit: 's', width: 8, targets: halves('time_to_ready_seconds', '6h') },
    { title: 'Until mended', description: 'From the look that showed a change by others to the look that showed the instance settled again, over six hours.', kind: 'timeseries', unit: 's', width: 8, targets: halves('drift_age_seconds', '6h') },
    { title: 'Until deleted', description: 'From the first sight of a deletion to the finalizer being taken off, over six hours.', kind: 'timeseries', unit: 's', width: 8, targets: halves('deletion_seconds', '6h') },
  ],
};

const PACKETS: Row = {
  title: 'Packets',
  panels: [
    { title: 'Tested', description: 'Settled instances by what their last test with packets came to (spec.verification).', kind: 'stacked', unit: 'short', width: 8, targets: one(`sum by (direction, verdict) (${m('instances_tested')})`, '{{direction}} {{verdict}}') },
    { title: 'Verdicts', description: 'Tests that came to a verdict.', kind: 'timeseries', unit: 'ops', width: 8, targets: one(rate('verifications_total', 'direction, verdict'), '{{direction}} {{verdict}}') },
    { title: 'Connections', description: 'TCP connections that were tried; none: the prober itself could not.', kind: 'timeseries', unit: 'ops', width: 4, targets: one(rate('probes_total', 'answer'), '{{answer}}') },
    { title: 'Commands in guests', description: 'What became of the commands that read and test guests.', kind: 'timeseries', unit: 'ops', width: 4, targets: one(rate('guest_commands_total', 'command, outcome'), '{{command}} {{outcome}}') },
  ],
};

const CLOUD: Row = {
  title: 'Alibaba Cloud',
  panels: [
    { title: 'Calls', description: 'Calls sent, by action.', kind: 'timeseries', unit: 'reqps', width: 12, targets: one(rate('cloud_requests_total', 'api'), '{{api}}') },
    { title: 'Refused or unanswered', description: 'Calls that did not end with OK, by code.', kind: 'timeseries', unit: 'reqps', width: 12, targets: one(rate('cloud_requests_total', 'api, code', '{code!="OK"}'), '{{api}} {{code}}') },
    { title: 'Answers take', description: '95 of 100 calls are answered within this time.', kind: 'timeseries', unit: 's', width: 8, targets: one(quantile(0.95, 'cloud_request_duration_seconds', { by: 'api' }), '{{api}}') },
    { title: 'Budget', description: 'Calls in a minute that the cloud is believed to accept; halved when it throttles.', kind: 'timeseries', unit: 'short', width: 8, targets: one(`min by (api) (${m('cloud_budget')})`, '{{api}}') },
    { title: 'Throttled', description: 'Calls that the cloud refused as too many.', kind: 'timeseries', unit: 'reqps', width: 8, targets: one(rate('cloud_throttled_total', 'api'), '{{api}}') },
    { title: 'Steps take', description: 'From the cloud accepting a step to the look that shows its effect: 95 of 100, over six hours.', kind: 'timeseries', unit: 's', width: 12, targets: one(quantile(0.95, 'step_duration_seconds', { by: 'step', range: '6h' }), '{{step}}') },
    { title: 'Put off', description: 'Calls that were not sent because the budget of their action was used up or held.', kind: 'timeseries', unit: 'reqps', width: 12, targets: one(`sum by (api) (rate(${m('cloud_ratelimiter_wait_seconds')}_count[$__rate_interval]))`, '{{api}}') },
  ],
};

const CONTROLLER: Row = {
  title: 'Controller',
  panels: [
    { title: 'Who acts', description: '1: this replica leads.', kind: 'timeseries', unit: 'short', width: 8, targets: one(`max by (pod) (${m('leader')})`, '{{pod}}') },
    { title: 'Last heard of the API server', description: 'Each minute brings a bookmark.', kind: 'timeseries', unit: 's', width: 8, targets: one(`max by (pod, collection) (${m('watch_last_event_age_seconds')})`, '{{pod}} {{collection}}') },
    { title: 'Oldest listing', description: 'Age of the oldest complete listing that a resource relies on.', kind: 'timeseries', unit: 's', width: 8, targets: one(`max(${m('observation_age_seconds')})`, 'age') },
    { title: 'Passes', description: 'Passes over resources and instances, by how they ended.', kind: 'timeseries', unit: 'ops', width: 8, targets: one(rate('reconcile_total', 'controller, result'), '{{controller}} {{result}}') },
    { title: 'Failures', description: 'What passes failed by; bug is a mistake of the controller.', kind: 'timeseries', unit: 'ops', width: 8, targets: one(rate('reconcile_errors_total', 'class'), '{{class}}') },
    { title: 'Queue', description: 'Keys that wait for a worker.', kind: 'timeseries', unit: 'short', width: 8, targets: one(`sum by (name) (${m('workqueue_depth')})`, '{{name}}') },
    { title: 'Waiting for a worker', description: '95 of 100 keys are taken up within this time.', kind: 'timeseries', unit: 's', width: 8, targets: one(quantile(0.95, 'workqueue_queue_duration_seconds', { by: 'name' }), '{{name}}') },
    { title: 'Memory', description: 'Memory of the process, and the heap in use.', kind: 'timeseries', unit: 'bytes', width: 8, targets: [{ expr: `process_resident_memory_bytes and on (pod, instance) ${m('build_info')}`, legend: '{{pod}}' }, { expr: `nodejs_heap_size_used_bytes and on (pod, instance) ${m('build_info')}`, legend: '{{pod}} heap' }] },
    { title: 'Event loop', description: 'How late timers fire; beyond seconds the lease is in danger.', kind: 'timeseries', unit: 's', width: 8, targets: one(`nodejs_eventloop_lag_p99_seconds and on (pod, instance) ${m('build_info')}`, '{{pod}}') },
  ],
};

export const ROWS: readonly Row[] = [ADDRESSES, RESOURCES, PACKETS, CLOUD, CONTROLLER];
