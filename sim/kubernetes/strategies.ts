// Rules that the server puts on its own kinds beyond their shape: leases (k8s.io/kubernetes/pkg/apis/coordination/validation)
// and events of events.k8s.io/v1 (pkg/apis/core/validation/events.go). Only the rules that this controller can break.
import type { Cause } from './errors.ts';
import { fieldOf, isEqual } from './json.ts';
import type { Json, KubernetesObject } from './json.ts';

const fault = (field: string, message: string): Cause => ({ reason: 'FieldValueInvalid', field, message });

// MicroTime is read with a fixed layout: six digits of a second, no fewer
const MICRO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}(Z|[+-]\d\d:\d\d)$/;

/** Paths of the fields that must be written with six digits of a second, by the plural of their resource. */
const MICRO_TIMES: Readonly<Record<string, readonly (readonly string[])[]>> = {
  leases: [['spec', 'acquireTime'], ['spec', 'renewTime']],
  events: [['eventTime'], ['series', 'lastObservedTime']],
};

/** The first time that is not written as a MicroTime is; such a body cannot be decoded and is refused with 400. */
export function malformedMicroTime(plural: string, object: Json): string | undefined {
  const values = (MICRO_TIMES[plural] ?? []).map((path) => path.reduce<Json | undefined>(fieldOf, object));
  return values.filter((value) => typeof value === 'string').find((value) => !MICRO_TIME.test(value));
}

export function checkLease(lease: KubernetesObject): Cause[] {
  const spec = lease['spec'];
  const duration = fieldOf(spec, 'leaseDurationSeconds');
  const transitions = fieldOf(spec, 'leaseTransitions');
  const short = typeof duration === 'number' && duration <= 0;
  const negative = typeof transitions === 'number' && transitions < 0;
  return [
    ...(short ? [fault('spec.leaseDurationSeconds', `Invalid value: ${duration}: must be greater than 0`)] : []),
    ...(negative ? [fault('spec.leaseTransitions', `Invalid value: ${transitions}: must be greater than or equal to 0`)] : []),
  ];
}

const REQUIRED_OF_EVENTS = ['eventTime', 'reportingController', 'reportingInstance', 'action', 'reason'] as const;
const LENGTHS_OF_EVENTS = { reportingInstance: 128, action: 128, reason: 128, note: 1024 } as const;

export function checkEvent(event: KubernetesObject): Cause[] {
  const missing = REQUIRED_OF_EVENTS.filter((field) => (event[field] ?? '') === '');
  const long = Object.entries(LENGTHS_OF_EVENTS).filter(([field, max]) => lengthOf(event[field]) > max);
  const badType = event['type'] !== 'Normal' && event['type'] !== 'Warning';
  return [
    ...missing.map((field) => ({ reason: 'FieldValueRequired', field, message: 'Required value' })),
    ...long.map(([field, max]) => fault(field, `Invalid value: "": can have at most ${max} characters`)),
    ...(badType ? [fault('type', `Invalid value: "": has invalid value: ${JSON.stringify(event['type'] ?? '')}`)] : []),
    ...checkEventNamespace(event),
    ...checkSeries(event),
  ];
}

const lengthOf = (value: Json | undefined): number => (typeof value === 'string' ? value.length : 0);

function checkEventNamespace(event: KubernetesObject): Cause[] {
  const own = event.metadata.namespace;
  const named = fieldOf(event['regarding'], 'namespace') ?? '';
  const fits = named === '' ? own === 'default' || own === 'kube-system' : named === own;
  return fits ? [] : [fault('involvedObject.namespace', `Invalid value: ${JSON.stringify(named)}: does not match event.namespace`)];
}

function checkSeries(event: KubernetesObject): Cause[] {
  const count = fieldOf(event['series'], 'count');
  return event['series'] === undefined || (typeof count === 'number' && count >= 2) ? [] : [fault('series.count', 'Invalid value: "": should be at least 2')];
}

const IMMUTABLE_OF_EVENTS = ['regarding', 'related', 'reason', 'note', 'type', 'eventTime', 'action', 'reportingController', 'reportingInstance'] as const;

/** An event that is there may change its series only. */
export function checkEventUpdate(event: KubernetesObject, old: KubernetesObject | undefined): Cause[] {
  const changed = old === undefined ? [] : IMMUTABLE_OF_EVENTS.filter((field) => !isEqual(event[field], old[field]));
  return changed.map((field) => fault(field, `Invalid value: ${JSON.stringify(event[field] ?? null)}: field is immutable`));
}
