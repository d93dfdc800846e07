// From what became of a call to the answer that its caller gets, and what a fault makes of it on the way.

import type { Body } from './call.ts';
import type { Fault } from './faults.ts';
import { type Refusal, refusal, refusalOf } from './refusal.ts';

/** What became of a call; `code` is '' for success. */
export interface Outcome {
  readonly status: number;
  readonly body: Body | string;
  readonly code: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON, or a gateway's page. */
  readonly body: Body | string;
  /** World time by which a fault holds the answer back. */
  readonly delayMs: number;
  /** The caller never gets this answer: the connection breaks instead. */
  readonly dropped: boolean;
}

const htmlPage = '<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>';

/** The error body of the cloud. */
export function refused(reason: Refusal, requestId: string): Outcome {
  const body = { RequestId: requestId, HostId: 'simulated.aliyuncs.com', Code: reason.code, Message: reason.message };
  return { status: reason.status, code: reason.code, body };
}

/** What a fault of the phase "before" answers without any effect; undefined when the call goes on to its effect. */
export function instead(fault: Fault, requestId: string): Outcome | undefined {
  switch (fault.kind) {
    case 'fail': return refused(refusalOf(fault.code, fault.status), requestId);
    case 'throttle': return refused(refusal('Throttling.User'), requestId);
    case 'html': return { status: 502, code: 'html', body: htmlPage };
    case 'dropAnswer': return { status: 0, code: 'dropped', body: '' };
    case 'emptyId': return { status: 200, code: '', body: { RequestId: requestId, NetworkInterfaceId: '' } };
    default: return undefined;
  }
}

/** What a fault makes of an answer whose call has had its effect; a refusal stays what it is. */
export function spoil(outcome: Outcome, fault: Fault, requestId: string): Outcome {
  const { body, code } = outcome;
  const bend = pages[fault.kind];
  if (code !== '' || typeof body === 'string') return outcome;
  if (bend) return { ...outcome, body: Object.fromEntries(Object.entries(body).map(([name, value]) => [name, bendList(value, bend)])) };
  if (fault.phase === 'before') return outcome;
  return fault.kind === 'emptyId' ? { ...outcome, body: { ...body, NetworkInterfaceId: '' } } : (instead(fault, requestId) ?? outcome);
}

type Bend = (rows: readonly unknown[]) => readonly unknown[];

const pages: Partial<Record<Fault['kind'], Bend>> = {
  emptyPage: () => [],
  halfPage: (rows) => rows.slice(0, Math.floor(rows.length / 2)),
  doublePage: (rows) => [...rows, ...rows],
};

/** Lists come as `{Instance: [...]}`: one key, one array. */
function bendList(value: unknown, bend: Bend): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, rows]) => [name, Array.isArray(rows) ? bend(rows) : (rows as unknown)]));
}

export function answer(outcome: Outcome, fault: Fault | undefined): Answer {
  const retry: Record<string, string> = fault?.kind === 'throttle' && fault.retryAfterMs !== undefined ? { 'x-acs-retry-after': String(fault.retryAfterMs) } : {};
  return {
    status: outcome.status, body: outcome.body, headers: retry,
    delayMs: fault?.kind === 'delay' ? fault.delayMs : 0,
    dropped: fault?.kind === 'dropAnswer',
  };
}
