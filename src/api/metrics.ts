/**
 * Every metric, as data: the one source of what /metrics shows and of docs/reference/metrics.md. The names are stored in dashboards and
 * alert rules, so a name never changes its meaning. Labels take their values from closed sets; no label names an instance, an address, a
 * VPC or a resource, so that the number of series is the same for ten instances and for ten thousand.
 */
import { REASONS, type Reason } from './reasons.ts';
import { INSTANCE_STATES } from './status.ts';

export const METRIC_PREFIX = 'egressunification_';

/** The values of a label, or in words the closed set that is known elsewhere. */
export type LabelValues = readonly string[] | string;

export interface Definition {
  readonly type: 'counter' | 'gauge' | 'histogram';
  /** told: noted when it happens. read: asked for when somebody scrapes, so that it is never out of date. */
  readonly how: 'told' | 'read';
  readonly help: string;
  readonly labels: Readonly<Record<string, LabelValues>>;
  /** Upper bounds, of a histogram. */
  readonly buckets?: readonly number[];
}

type Labels = Readonly<Record<string, LabelValues>>;

const counter = <const L extends Labels>(help: string, labels: L) => ({ type: 'counter', how: 'told', help, labels }) as const;
/** Kept by somebody else, and read from there. */
const total = <const L extends Labels>(help: string, labels: L) => ({ type: 'counter', how: 'read', help, labels }) as const;
const gauge = <const L extends Labels>(help: string, labels: L) => ({ type: 'gauge', how: 'read', help, labels }) as const;
const histogram = <const L extends Labels>(help: string, labels: L, buckets: readonly number[]) => ({ type: 'histogram', how: 'told', help, labels, buckets }) as const;

/** Upper bounds in seconds of what takes one call, one pass, one window, and what takes people or fleets. */
const CALL_S = [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const PASS_S = [0.001, 0.01, 0.1, 0.5, 1, 5, 10, 30, 60, 300];
const WINDOW_S = [0.5, 1, 2, 3, 4, 5, 7.5, 10, 15, 30, 60, 120, 300, 600];
const LONG_S = [1, 5, 15, 30, 60, 120, 300, 600, 1_800, 3_600, 21_600, 86_400];
const MINUTE_S = [1, 5, 10, 20, 30, 40, 50, 60, 300];
const IDS = [1, 2, 5, 10, 20, 50, 100];

const API = 'actions of the cloud\'s API that this controller calls';
const COLLECTION = ['egressunifications', 'nodes'] as const;
const CONTROLLER = ['resource', 'instance'] as const;

/** What a pass failed by: the cloud's kinds, the API server's, and our own mistakes. */
export const ERROR_CLASSES = [
  'throttled', 'unavailable', 'ambiguous', 'busy', 'notFound', 'quota', 'forbidden', 'refused',
  'kubernetes-conflict', 'kubernetes-notFound', 'kubernetes-forbidden', 'kubernetes-invalid', 'kubernetes-unavailable', 'bug',
] as const;
export type ErrorClass = (typeof ERROR_CLASSES)[number];

export const DRIFT_KINDS = ['binding', 'network-interface', 'security-groups', 'tags', 'public-ip', 'instance', 'way-out', 'other'] as const;
export type DriftKind = (typeof DRIFT_KINDS)[number];

const STEPS = [
  'convertNatPublicIpToEip', 'modifyInstanceChargeType', 'tagEip', 'untagEip', 'tagNetworkInterface', 'untagNetworkInterface', 'createNetworkInterface',
  'attachNetworkInterface', 'detachNetworkInterface', 'deleteNetworkInterface', 'modifyNetworkInterfaceAttribute', 'unassociateEipAddress', 'associateEipAddress',
  'configureGuestRouting', 'confirmGuestRouting', 'undoGuestRouting',
] as const;

export const METRICS = {
  // the fleet
  resources: gauge('EgressUnification resources by condition. Reconciling and Stalled count as False where they are absent, Ready as Unknown. Only the leader shows it.', { condition: ['Ready', 'Reconciling', 'Stalled'], status: ['True', 'False', 'Unknown'] }),
  resources_stalled: gauge('EgressUnification resources that wait for a person, by reason (docs/reference/reasons.md); Observing: they are meant to. Only the leader shows it.', { reason: Object.keys(REASONS) as readonly Reason[] }),
  instances: gauge('Selected instances by state; InWindow: the EIP is between two bindings and the instance is not reached on its public IP. Only the leader shows it.', { state: INSTANCE_STATES }),
  instances_unsettled: gauge('Selected instances that are neither unified nor without anything to move, by reason (docs/reference/reasons.md). Only the leader shows it.', { reason: Object.keys(REASONS) as readonly Reason[] }),
  window_age_seconds: gauge('Age of the oldest open window: for how long the instance that waits longest is not reached on its public IP. 0: no window is open. Only the leader shows it.', {}),
  observation_age_seconds: gauge('Age of the oldest complete listing that a resource relies on. Only the leader shows it.', {}),
  orphans: gauge('EIPs and network interfaces with the tags of this cluster whose resource is gone; they stay as they are and cost money. Only the leader shows it.', { kind: ['eip', 'network-interface'] }),
  disruptions_allowed: gauge('How many more instances could be under way now, over all resources (spec.rollout.maxInProgress). Only the leader shows it.', {}),
  instances_consuming_budget: gauge('Instances that hold a place in the rollout of their resource. Only the leader shows it.', {}),
  cutover_interruption_seconds: histogram('From sending UnassociateEipAddress to the look that shows the EIP bound again: for so long an instance was not reached on its public IP.', {}, WINDOW_S),
  step_duration_seconds: histogram('From the cloud accepting a step to the look that shows its effect.', { step: STEPS }, WINDOW_S),
  drift_detected_total: counter('Changes by others to what was settled, each look at an instance counted once for each kind of change.', { kind: DRIFT_KINDS }),
  drift_age_seconds: histogram('From the look that showed a change by others to the look that shows the instance settled again.', {}, LONG_S),
  verifications_total: counter('Tests with packets that came to a verdict, by what it was; a connection or command that was tried again counts once.', { direction: ['inbound', 'egress'], verdict: ['passed', 'failed', 'unverified'] }),
  instances_tested: gauge('Settled instances by what their last test came to. Only the leader shows it, and only of resources with spec.verification.', { direction: ['inbound', 'egress'], verdict: ['passed', 'failed', 'unverified'] }),
  probes_total: counter('TCP connections to public IPs of instances. silent: nothing came back in time; none: it could not be tried.', { answer: ['answers', 'refuses', 'silent', 'none'] }),
  guest_commands_total: counter('Our commands in guests that reads and tests ran, by what became of them; answered: the guest printed something.', { command: ['egress', 'routing-check'], outcome: ['answered', 'noAgent', 'notRunning', 'notLinux', 'timedOut', 'forbidden', 'failed'] }),
  time_to_ready_seconds: histogram('From the first sight of a spec, new or edited, to its resource being Ready. A restart of the controller begins anew.', {}, LONG_S),
  deletion_seconds: histogram('From the first sight of the deletion of a resource to its finalizer being taken off.', {}, LONG_S),

  // the loop
  workqueue_depth: gauge('Keys that wait for a worker.', { name: CONTROLLER }),
  workqueue_adds_total: counter('Keys that began to wait for a worker.', { name: CONTROLLER }),
  workqueue_retries_total: counter('Keys that were put on the queue for later, after a failure or to look again.', { name: CONTROLLER }),
  workqueue_queue_duration_seconds: histogram('How long a key waited for a worker.', { name: CONTROLLER }, PASS_S),
  workqueue_work_duration_seconds: histogram('How long a worker worked on a key.', { name: CONTROLLER }, PASS_S),
  workqueue_unfinished_work_seconds: gauge('Sum of how long the keys that are worked on now have been worked on.', { name: CONTROLLER }),
  workqueue_longest_running_processor_seconds: gauge('How long the key that is worked on longest has been worked on.', { name: CONTROLLER }),
  reconcile_total: counter('Passes over a resource or an instance; error: something failed that was needed.', { controller: CONTROLLER, result: ['success', 'error'] }),
  reconcile_time_seconds: histogram('How long a pass took.', { controller: CONTROLLER }, PASS_S),
  reconcile_errors_total: counter('What passes failed by: the kinds of the cloud\'s errors, kubernetes-… those of the API server, bug: a mistake of the controller, please report it.', { controller: CONTROLLER, class: ERROR_CLASSES }),

  // the cloud
  cloud_requests_total: counter('Calls sent to the cloud. code: OK, the cloud\'s own where it is known, other, or none where no answer came.', { product: ['ecs', 'vpc'], api: API, code: 'OK, none, other and the codes that the controller knows' }),
  cloud_request_duration_seconds: histogram('How long the cloud took to answer.', { product: ['ecs', 'vpc'], api: API }, CALL_S),
  cloud_throttled_total: counter('Calls that the cloud refused as too many.', { api: API }),
  cloud_ratelimiter_wait_seconds: histogram('For how long a call was put off because the budget of its action was used up or held; it was not sent.', { api: API }, MINUTE_S),
  cloud_budget: gauge('Calls of an action that the cloud is believed to accept in a minute; where regions differ the least of them.', { api: API }),
  look_batch_ids: histogram('How many ids were asked for in one call.', { api: ['DescribeInstances', 'DescribeNetworkInterfaces', 'DescribeEipAddresses'] }, IDS),
  cache_requests_total: counter('Questions for what is remembered for a time; miss: the cloud was asked.', { cache: ['instance-types', 'security-groups'], result: ['hit', 'miss'] }),

  // Kubernetes and the process
  watch_reconnects_total: total('Watches opened after the first.', { collection: COLLECTION }),
  watch_relists_total: total('Complete lists read after the first.', { collection: COLLECTION }),
  watch_last_event_age_seconds: gauge('Time since the API server was last heard in a list or a watch, bookmarks included; each minute brings one. Absent before the first list.', { collection: COLLECTION }),
  leader: gauge('1: this process may act. 0: it stands by.', {}),
  build_info: gauge('Always 1; its labels say what runs.', { version: 'the version of the controller', node_version: 'the version of Node' }),
} as const satisfies Readonly<Record<string, Definition>>;

/** What prom-client says of every Node process, as far as it is worth watching here. */
export const PROCESS_METRICS = {
  nodejs_eventloop_lag_p99_seconds: 'How late timers fired since the last scrape; beyond seconds the lease is in danger.',
  nodejs_eventloop_lag_max_seconds: 'The same for the latest of them.',
  nodejs_heap_size_used_bytes: 'Heap in use.',
  nodejs_gc_duration_seconds: 'Time spent collecting garbage.',
  process_resident_memory_bytes: 'Memory of the process.',
  process_cpu_seconds_total: 'CPU time used.',
  process_open_fds: 'Open files and connections.',
  process_start_time_seconds: 'When the process started.',
} as const;
