// What the API server says instead of an answer, as a KubernetesError. The reason in its Status document decides; the HTTP code
// only where something else answered, a proxy for example. Messages are the server's own sentence and hold no credentials.
import { KubernetesError } from '../../ports/resources.ts';
import type { KubernetesErrorKind } from '../../ports/resources.ts';

/** A failed call with the HTTP code that the reflector needs; 0 where there was no answer that could be read. `retryAfterMs` is at most a minute. */
export class ApiError extends KubernetesError {
  readonly httpStatus: number;

  constructor(message: string, detail: { readonly kind: KubernetesErrorKind; readonly httpStatus: number; readonly retryAfterMs?: number | undefined }) {
    super(message, detail.kind, detail.retryAfterMs);
    this.httpStatus = detail.httpStatus;
  }
}

// reasons of k8s.io/apimachinery/pkg/apis/meta/v1; what is not listed passes or cannot be known: unavailable
const KIND_OF_REASON: Readonly<Record<string, KubernetesErrorKind>> = {
  Conflict: 'conflict',
  AlreadyExists: 'conflict',
  NotFound: 'notFound',
  Unauthorized: 'forbidden',
  Forbidden: 'forbidden',
  Invalid: 'invalid',
  BadRequest: 'invalid',
  MethodNotAllowed: 'invalid',
  NotAcceptable: 'invalid',
  UnsupportedMediaType: 'invalid',
  RequestEntityTooLarge: 'invalid',
};

const KIND_OF_CODE: Readonly<Record<number, KubernetesErrorKind>> = {
  400: 'invalid',
  401: 'forbidden',
  403: 'forbidden',
  404: 'notFound',
  405: 'invalid',
  409: 'conflict',
  413: 'invalid',
  415: 'invalid',
  422: 'invalid',
};

const SHOWN_CHARACTERS_MAX = 200;
// a longer wait would be blindness and silence by order of the server, or by a slip of it
const RETRY_AFTER_MS_MAX = 60_000;

/** The error that an HTTP answer other than success is. `retryAfter` is the header, in seconds. */
export function errorOfAnswer(httpStatus: number, body: string, retryAfter: string | undefined): ApiError {
  const status = statusIn(body);
  if (status !== undefined) return errorOfStatus(status, httpStatus, secondsToMs(Number(retryAfter)));
  const shown = body.trim().slice(0, SHOWN_CHARACTERS_MAX);
  const message = `the API server's address answered ${httpStatus}${shown === '' ? '' : `: ${shown}`}`;
  return new ApiError(message, { kind: KIND_OF_CODE[httpStatus] ?? 'unavailable', httpStatus, retryAfterMs: secondsToMs(Number(retryAfter)) });
}

/** The error that a Status document is, as the body of an answer or as the object of a watch's ERROR event. */
export function errorOfStatus(status: Readonly<Record<string, unknown>>, httpStatus = 0, retryAfterMs?: number): ApiError {
  const code = typeof status['code'] === 'number' ? status['code'] : httpStatus;
  const reason = typeof status['reason'] === 'string' ? status['reason'] : '';
  const message = typeof status['message'] === 'string' && status['message'] !== '' ? status['message'] : `the API server answered ${code} ${reason}`.trim();
  const seconds = isRecord(status['details']) ? status['details']['retryAfterSeconds'] : undefined;
  const kind = KIND_OF_REASON[reason] ?? KIND_OF_CODE[code] ?? 'unavailable';
  return new ApiError(message, { kind, httpStatus: code, retryAfterMs: retryAfterMs ?? secondsToMs(seconds) });
}

/** The error that a call without an answer is: nothing connected, a reset, a time-out. */
export function errorOfFailure(what: string, cause: unknown): ApiError {
  if (cause instanceof ApiError) return cause;
  return new ApiError(`${what}: ${sentenceOf(cause)}`, { kind: 'unavailable', httpStatus: 0 });
}

/** The innermost sentence of an error: an HTTP client's "fetch failed" hides the reason in its cause. */
export function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof Error) return sentenceOf(error.cause);
  // several addresses of one name were tried: an AggregateError has no message of its own
  if (error.message === '' && error instanceof AggregateError) return error.errors.map(sentenceOf).join(', ');
  return error.message;
}

/** True for an object that is not an array. */
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);

function statusIn(body: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const document: unknown = JSON.parse(body);
    return isRecord(document) && document['kind'] === 'Status' ? document : undefined;
  } catch {
    return undefined;
  }
}

const secondsToMs = (seconds: unknown): number | undefined => (typeof seconds === 'number' && seconds > 0 ? Math.min(seconds * 1000, RETRY_AFTER_MS_MAX) : undefined);
