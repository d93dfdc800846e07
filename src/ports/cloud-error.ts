/** The one vocabulary for everything that a cloud call can say instead of an answer. Nothing above it knows an Alibaba code. */

/**
 * throttled    not executed; may be sent again after `retryAfterMs`
 * unavailable  not executed, or a read that failed; try again
 * ambiguous    a write whose effect is unknown (time-out, reset, 5xx, an answer that cannot be read): look before anything else
 * busy         the object is in transition or used by another task; look and try again
 * notFound     the cloud says positively that the named object does not exist
 * quota        a limit of the account or of the object; only a person can raise it
 * forbidden    the credentials may not do this
 * refused      the cloud will not do this as things stand; `message` says why, a person must change something
 */
export type CloudErrorKind = 'throttled' | 'unavailable' | 'ambiguous' | 'busy' | 'notFound' | 'quota' | 'forbidden' | 'refused';

export interface CloudErrorDetail {
  readonly kind: CloudErrorKind;
  /** The cloud's own code, for people; empty where there was no answer. */
  readonly code: string;
  readonly action: string;
  readonly requestId?: string;
  /** Throttled: when to ask again. */
  readonly retryAfterMs?: number;
  /** Quota: it is the account's in this region, so every other object would meet it as well. */
  readonly accountWide?: true;
  /** The client token of this request is bound to another or a failed request for good; only the next token of its chain can go on. */
  readonly tokenSpent?: true;
}

/** A failed cloud call. The message is fit for status and events: the cloud's sentence, without secrets. */
export class CloudError extends Error {
  override readonly name = 'CloudError';
  readonly detail: CloudErrorDetail;

  constructor(message: string, detail: CloudErrorDetail, cause?: unknown) {
    super(message, { cause });
    this.detail = detail;
  }
}
