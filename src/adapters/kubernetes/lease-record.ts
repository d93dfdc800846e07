// A Lease of coordination.k8s.io/v1 as leader election uses it. It is written back whole, so that what others put on it stays. Pure.
import { isRecord } from './errors.ts';
import { microTime } from './event-body.ts';
import { MalformedAnswer } from './objects.ts';

type Json = Readonly<Record<string, unknown>>;

/** A Lease as the API server holds it. */
export interface LeaseRecord {
  readonly object: Json;
  readonly resourceVersion: string;
  /** Empty: nobody. */
  readonly holder: string;
  readonly durationMs: number;
  readonly transitions: number;
}

/** A new holder, or the same one again. */
export interface Claim {
  readonly holder: string;
  readonly durationMs: number;
  /** Wall time, for people only. */
  readonly nowMs: number;
}

/** Reads an answer. Throws MalformedAnswer for what is no Lease. */
export function readLease(body: unknown): LeaseRecord {
  const object = isRecord(body) ? body : {};
  const metadata = object['metadata'];
  const resourceVersion = isRecord(metadata) ? metadata['resourceVersion'] : undefined;
  if (typeof resourceVersion !== 'string' || resourceVersion === '') throw new MalformedAnswer('the API server sent a lease that cannot be read', { kind: 'unavailable', httpStatus: 0 });
  const spec = specOf(object);
  const { holderIdentity: holder } = spec;
  return { object, resourceVersion, holder: typeof holder === 'string' ? holder : '', durationMs: countIn(spec, 'leaseDurationSeconds') * 1_000, transitions: countIn(spec, 'leaseTransitions') };
}

const specOf = ({ spec }: Json): Json => (isRecord(spec) ? spec : {});

function countIn(spec: Json, field: string): number {
  const value = spec[field];
  return typeof value === 'number' ? value : 0;
}

/** A Lease that is not there yet. */
export const newLease = ({ namespace, name }: { readonly namespace: string; readonly name: string }, claim: Claim): Json => ({
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: { namespace, name },
  spec: { ...held(claim), acquireTime: microTime(claim.nowMs), leaseTransitions: 0 },
});

/** The Lease in the hands of the claimant: a new term when it was in other hands before. Its uid and version are the precondition. */
export function claimed({ object, holder, transitions }: LeaseRecord, claim: Claim): Json {
  const term = holder === claim.holder ? {} : { acquireTime: microTime(claim.nowMs), leaseTransitions: transitions + 1 };
  return { ...object, spec: { ...specOf(object), ...held(claim), ...term } };
}

/** The least that the server takes; with nobody as the holder it means that the last one gave it up (client-go's convention). */
const GIVEN_UP_SECONDS = 1;

export const isGivenUp = ({ holder, durationMs }: LeaseRecord): boolean => holder === '' && durationMs <= GIVEN_UP_SECONDS * 1_000;

/** The Lease in nobody's hands. */
export const givenUp = ({ object }: LeaseRecord, nowMs: number): Json => ({
  ...object,
  spec: { ...specOf(object), holderIdentity: '', leaseDurationSeconds: GIVEN_UP_SECONDS, acquireTime: microTime(nowMs), renewTime: microTime(nowMs) },
});

const held = ({ holder, durationMs, nowMs }: Claim): Json => ({ holderIdentity: holder, leaseDurationSeconds: durationMs / 1_000, renewTime: microTime(nowMs) });
