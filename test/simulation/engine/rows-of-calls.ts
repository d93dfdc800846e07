// Faults of any call, to the cloud or to an API server: the process dies, the network loses, delays or doubles, a gateway answers instead.
import { faultSchema, type FaultRequest } from '../../../sim/cloud/engine/faults.ts';
import type { Passage } from './passage.ts';
import { all, anywhere, isWatch, only, onCloud, type Row } from './row.ts';

const SECOND = 1_000;
const NO_EFFECT = 'a read has no effect: after it is before the next call';
const SAME_AS_LOST = 'a read that is carried out and whose answer is lost is a read that is lost';
const STREAM = 'a watch is a stream: the watch faults are for it';

const writes = (otherwise: string): Row['cannot'] => only(({ mutates }) => mutates, otherwise);
const calls: Row['cannot'] = only((place) => !isWatch(place), STREAM);

/** One fault of the simulated cloud, for exactly this call. */
export const cloudFault = (fault: FaultRequest): Passage => ({ cloud: faultSchema.parse(fault) });

const gateways: readonly { readonly id: string; readonly says: string; readonly status: number; readonly code: string; readonly reason: string }[] = [
  { id: 'unavailable-500', says: 'an internal error', status: 500, code: 'InternalError', reason: 'InternalError' },
  { id: 'unavailable-503', says: 'unavailable', status: 503, code: 'ServiceUnavailable', reason: 'ServiceUnavailable' },
];

const GATEWAYS: readonly Row[] = gateways.flatMap(({ id, says, status, code, reason }): Row[] => {
  const refused = { status, reason, message: `simulated: ${says}` };
  return [
    { id, says: `${says}, without effect`, cannot: anywhere, bend: { ...cloudFault({ kind: 'fail', code, status }), refused } },
    { id: `${id}-after`, says: `${says}, after the effect`, cannot: writes(SAME_AS_LOST), bend: { ...cloudFault({ kind: 'fail', code, status, phase: 'after' }), refused: { ...refused, late: true } } },
  ];
});

export const ROWS_OF_CALLS: readonly Row[] = [
  { id: 'crash-before', says: 'the process dies right before it sends', cannot: anywhere, bend: { crash: 'before' } },
  { id: 'crash-after', says: 'the process dies right after the effect, without the answer', cannot: writes(NO_EFFECT), bend: { crash: 'after' } },
  { id: 'lost-request', says: 'the request vanishes; the caller waits for its deadline', cannot: anywhere, bend: { request: 'lost' }, lastsMs: 10 * SECOND },
  { id: 'reset-request', says: 'the connection breaks before the request arrived', cannot: anywhere, bend: { request: 'reset' } },
  { id: 'lost-answer', says: 'carried out; the answer vanishes and the caller waits for its deadline', cannot: all(calls, writes(SAME_AS_LOST)), bend: { answer: 'lost' }, lastsMs: 10 * SECOND },
  { id: 'reset-answer', says: 'carried out; the connection breaks instead of the answer', cannot: all(calls, writes(SAME_AS_LOST)), bend: { answer: 'reset' } },
  { id: 'late-request', says: 'arrives and is carried out 15 s late, when the caller has given up', cannot: all(calls, writes(SAME_AS_LOST)), bend: { request: 15 * SECOND }, lastsMs: 15 * SECOND },
  { id: 'late-answer', says: 'the answer comes 6 s late', cannot: calls, bend: { answer: 6 * SECOND }, lastsMs: 6 * SECOND },
  ...duplicates(),
  ...GATEWAYS,
  { id: 'html', says: 'a gateway\'s page instead of JSON, without effect', cannot: calls, bend: { ...cloudFault({ kind: 'html' }), refused: { status: 502, reason: '', message: '' }, page: true } },
  { id: 'html-after', says: 'a gateway\'s page instead of the answer, after the effect', cannot: all(calls, writes(SAME_AS_LOST)), bend: { ...cloudFault({ kind: 'html', phase: 'after' }), page: true } },
];

function duplicates(): Row[] {
  const cannot = all(calls, writes('a read that is delivered twice changes nothing, and only one answer reaches the caller'));
  return [
    { id: 'duplicate-1s', says: 'delivered once more a second later', cannot, bend: { again: SECOND }, lastsMs: SECOND },
    { id: 'duplicate-20s', says: 'delivered once more 20 s later', cannot, bend: { again: 20 * SECOND }, lastsMs: 20 * SECOND },
    { id: 'duplicate-after-next', says: 'delivered once more right after the next write', cannot: all(cannot, onCloud('on an API server every write has a precondition or is of an event: the other two cover it')), bend: { again: 'after the next write' } },
  ];
}
