/**
 * Turns whatever a call of the SDK threw into one CloudError with one kind. The answer's code decides; without a code it is what came
 * instead of an answer that decides (facts 9.2): a SyntaxError is a page that is no JSON, a RequestTimeoutError the SDK's own deadline.
 */
import { CloudError, type CloudErrorDetail, type CloudErrorKind } from '../../ports/cloud-error.ts';
import { ACCOUNT_QUOTAS, knownClassOf, SPENT_TOKENS, THROTTLED_FOR_MS, UNSENT, type ErrorClass } from './error-table.ts';
import { redact } from '../redact.ts';

/** What classification has to know of the call. */
export interface CallName {
  readonly action: string;
  readonly mutates: boolean;
}

/** Longest message that is passed on; the cloud's sentences are far shorter, a proxy's page is not. */
const MESSAGE_MAX = 500;

/** The credentials could not be had, so nothing was sent. */
export class CredentialsUnavailable extends Error {
  override readonly name = 'CredentialsUnavailable';
  readonly kind: 'unavailable' | 'forbidden';

  constructor(message: string, kind: 'unavailable' | 'forbidden') {
    super(message);
    this.kind = kind;
  }
}

/** Our own deadline passed before the answer came. */
export class DeadlinePassed extends Error {
  override readonly name = 'DeadlinePassed';
}

/** The fields of an SDK error that are of use, read leniently from anything. */
interface Thrown {
  readonly code: string;
  /** Of the answer; absent where there was none. */
  readonly statusCode?: number;
  readonly requestId?: string;
  readonly retryAfterMs?: number;
  readonly message: string;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;
const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' && value !== 'undefined' ? value : undefined);
const numberOf = (value: unknown): number | undefined => (typeof value === 'number' && Number.isFinite(value) ? value : undefined);

function readThrown(thrown: unknown): Thrown {
  if (!isObject(thrown)) return { code: '', message: String(thrown) };
  const data = isObject(thrown['data']) ? thrown['data'] : {};
  const statusCode = numberOf(thrown['statusCode']);
  const requestId = textOf(thrown['requestId']);
  const retryAfterMs = numberOf(thrown['retryAfter']);
  return {
    code: textOf(thrown['code']) ?? '',
    message: textOf(data['Message']) ?? textOf(thrown['message']) ?? 'no message',
    ...(statusCode !== undefined && { statusCode }),
    ...(requestId !== undefined && { requestId }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
}

/** An unknown code of a failing server is the server's failure, an unknown code of anything else is a refusal. */
function classOf(action: string, thrown: Thrown): ErrorClass {
  if (UNSENT.includes(thrown.code)) return 'unavailable';
  if (thrown.code === '') return 'unclear';
  const known = knownClassOf(action, thrown.code);
  if (known !== undefined) return known;
  return thrown.statusCode === undefined || thrown.statusCode >= 500 ? 'unclear' : 'refused';
}

const kindOf = (found: ErrorClass, mutates: boolean): CloudErrorKind => (found !== 'unclear' ? found : mutates ? 'ambiguous' : 'unavailable');

/** "throttled at minute T, callable again at T+1" (facts section 4). */
const toNextMinuteMs = (wallMs: number): number => 60_000 - (wallMs % 60_000);

/**
 * `wallMs`: now, by the wall clock, for the minute to which a throttled action is held. The SDK's own error is not kept as the cause:
 * it carries the whole answer, and a refused signature quotes the request with its keys.
 */
export function toCloudError(thrown: unknown, { action, mutates }: CallName, wallMs: number): CloudError {
  if (thrown instanceof CloudError) return thrown;
  if (thrown instanceof CredentialsUnavailable) return new CloudError(redact(thrown.message), { kind: thrown.kind, code: '', action });
  const read = readThrown(thrown);
  const kind = kindOf(classOf(action, read), mutates);
  const retryAfterMs = read.retryAfterMs ?? THROTTLED_FOR_MS[action] ?? toNextMinuteMs(wallMs);
  const detail: CloudErrorDetail = {
    kind, action, code: read.statusCode === undefined ? '' : read.code,
    ...(read.requestId !== undefined && { requestId: read.requestId }),
    ...(kind === 'throttled' && { retryAfterMs }),
    ...(ACCOUNT_QUOTAS.includes(read.code) && { accountWide: true as const }),
    ...(SPENT_TOKENS.includes(read.code) && { tokenSpent: true as const }),
  };
  return new CloudError(redact(read.message).slice(0, MESSAGE_MAX), detail);
}

/** An answer that came but says nothing that can be relied on. */
export function unreadable(action: string, why: string, requestId?: string): CloudError {
  return new CloudError(why, { kind: 'unavailable', code: '', action, ...(requestId !== undefined && { requestId }) });
}
