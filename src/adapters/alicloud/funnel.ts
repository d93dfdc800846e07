/**
 * The one way by which anything is sent: token, credentials, the right to act, deadline, error, log, in this order. What comes out is the
 * answer or one CloudError. Nothing is sent twice, and nothing is sent after the credentials kept a write waiting, because who was allowed
 * to write then may not be now. Between the question whether a write may be sent and the SDK's sending it nothing is waited for.
 */
import { mutates as isWrite, type KnownCall, type Product } from '../../api/cloud-actions.ts';
import type { WindowTokens } from '../../ports/cloud.ts';
import { CloudError } from '../../ports/cloud-error.ts';
import { NO_METRICS, type Metrics } from '../../ports/metrics.ts';
import type { Clock, Log } from '../../ports/runtime.ts';
import type { Budget } from './budget.ts';
import { noteCall } from './call-metrics.ts';
import { CredentialsUnavailable, DeadlinePassed, toCloudError } from './classify.ts';
import type { KeySource } from './keys.ts';

/** One call that was sent. `code` is '' for success and where no answer came. */
export interface SentCall {
  readonly product: Product;
  readonly regionId: string;
  readonly action: string;
  readonly code: string;
  /** What became of it: a CloudErrorKind, or 'ok'. */
  readonly outcome: string;
  readonly durationMs: number;
}

export interface FunnelOptions {
  readonly regionId: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly budget: Budget;
  readonly credentials: KeySource;
  readonly deadlineMs: number;
  /** Asked right before each write is sent; default: it always may. */
  readonly mayAct?: (() => boolean) | undefined;
  readonly onCall?: ((call: SentCall) => void) | undefined;
  readonly metrics?: Metrics | undefined;
}

/** What the SDK's typed methods answer, as far as the funnel looks. */
interface SdkResponse<B> {
  readonly body?: B;
}

/** What is to be sent: an action of the table, or it does not compile. */
export type Call<B> = KnownCall & Sending<B>;

interface Sending<B> {
  readonly send: () => Promise<SdkResponse<B>>;
  readonly tokens?: WindowTokens | undefined;
  /** An open window waits for the answer. */
  readonly urgent?: boolean | undefined;
}

/** Longest that a write is still sent after it was asked for; beyond, the caller decides anew. */
const CREDENTIALS_WAIT_MAX_MS = 2000;

export class Funnel {
  readonly #options: FunnelOptions;
  readonly #metrics: Metrics;

  constructor(options: FunnelOptions) {
    this.#options = options;
    this.#metrics = options.metrics ?? NO_METRICS;
  }

  /** The body of the answer. Rejects with CloudError only. */
  async call<B extends { requestId?: string }>(call: Call<B>): Promise<B> {
    const mutates = isWrite(call);
    this.#admit(call);
    await this.#awaitCredentials(call.action, mutates);
    if (mutates) this.#demandRight(call.action);
    const startedAtMs = this.#options.clock.monotonic();
    const body = await this.#send(call).catch((thrown: unknown) => {
      const error = toCloudError(thrown, { action: call.action, mutates }, this.#options.clock.now());
      if (error.detail.kind === 'throttled') this.#options.budget.throttled(call.action, error.detail.retryAfterMs ?? 0, call.tokens);
      this.#report(call, startedAtMs, { error });
      throw error;
    });
    this.#report(call, startedAtMs, { requestId: body.requestId });
    return body;
  }

  async #send<B>(call: Call<B>): Promise<B> {
    const { body } = await this.#withDeadline(call.send());
    if (body === undefined) throw new SyntaxError('the answer is empty');
    return body;
  }

  #admit({ action, tokens, urgent }: Pick<Call<unknown>, 'action' | 'tokens' | 'urgent'>): void {
    const retryAfterMs = this.#options.budget.take(action, { tokens, urgent });
    if (retryAfterMs <= 0) return;
    this.#metrics.observe('cloud_ratelimiter_wait_seconds', { api: action }, retryAfterMs / 1_000);
    throw new CloudError(`${action} is called as often as it may be in a minute`, { kind: 'throttled', code: '', action, retryAfterMs });
  }

  async #awaitCredentials(action: string, mutates: boolean): Promise<void> {
    const { clock, credentials } = this.#options;
    const askedAtMs = clock.monotonic();
    try {
      await this.#withDeadline(credentials.get());
    } catch (error) {
      const late = error instanceof DeadlinePassed ? new CredentialsUnavailable(`credentials (${credentials.name}) did not come in time`, 'unavailable') : error;
      throw toCloudError(late, { action, mutates: false }, clock.now());
    }
    if (mutates && clock.monotonic() - askedAtMs > CREDENTIALS_WAIT_MAX_MS) {
      throw new CloudError('the credentials came too late to send this write', { kind: 'unavailable', code: '', action });
    }
  }

  /** A process that slept, or whose lease ran out while it waited, finds out here. */
  #demandRight(action: string): void {
    if (this.#options.mayAct?.() === false) throw new CloudError(`${action} was not sent: this process does not lead`, { kind: 'unavailable', code: '', action });
  }

  /** The SDK cannot be stopped; what it still brings after the deadline goes nowhere. */
  #withDeadline<T>(work: Promise<T>): Promise<T> {
    const { clock, deadlineMs } = this.#options;
    return new Promise<T>((resolve, reject) => {
      const cancel = clock.after(deadlineMs, () => reject(new DeadlinePassed(`no answer within ${deadlineMs} ms`)));
      work.then(resolve, reject).finally(cancel);
    });
  }

  #report({ product, action }: Pick<Call<unknown>, 'product' | 'action'>, startedAtMs: number, end: { requestId?: string | undefined; error?: CloudError }): void {
    const { regionId, clock, log, onCall } = this.#options;
    const durationMs = Math.round(clock.monotonic() - startedAtMs);
    const code = end.error?.detail.code ?? '';
    const outcome = end.error?.detail.kind ?? 'ok';
    const fields = { product, regionId, action, code, outcome, durationMs, requestId: end.requestId ?? end.error?.detail.requestId };
    // that a thing is not there is what the attribute calls are asked for
    if (end.error === undefined || end.error.detail.kind === 'notFound') log.debug('cloud call', fields);
    else log.warn('cloud call failed', { ...fields, error: end.error.message });
    const sent = { product, regionId, action, code, outcome, durationMs };
    noteCall(this.#metrics, sent);
    onCall?.(sent);
  }
}
