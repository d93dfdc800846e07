// Refusals in the real server's words: the HTTP code, the machine-readable reason and the message of a Status object
// (k8s.io/apimachinery/pkg/api/errors). Nothing else may be thrown at a client on purpose.
import type { JsonObject } from './json.ts';

/** The names that a Status needs of the resource it speaks of. */
export interface ResourceNames {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly kind: string;
}

/** One fault of one field, as in status.details.causes. */
export interface Cause {
  readonly reason: string;
  readonly field: string;
  readonly message: string;
}

/** A refusal; `toStatus` gives the body that the client reads. */
export class StatusError extends Error {
  readonly code: number;
  readonly reason: string;
  readonly details: JsonObject;

  constructor(code: number, reason: string, message: string, details: JsonObject = {}) {
    super(message);
    this.name = 'StatusError';
    this.code = code;
    this.reason = reason;
    this.details = details;
  }

  toStatus(): JsonObject {
    const { code, reason, message, details } = this;
    // the server gives no reason for faults of its own
    return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, ...(reason === '' ? {} : { reason, details }), code };
  }
}

const qualified = (resource: ResourceNames, name: string): string =>
  resource.group === '' ? name : `${name}.${resource.group}`;

const detailsOf = (resource: ResourceNames, name: string): JsonObject => ({
  name,
  ...(resource.group === '' ? {} : { group: resource.group }),
  kind: resource.plural,
});

const causesOf = (causes: readonly Cause[]): JsonObject[] => causes.map((cause) => ({ ...cause }));

export function notFound(resource: ResourceNames, name: string): StatusError {
  return new StatusError(404, 'NotFound', `${qualified(resource, resource.plural)} "${name}" not found`, detailsOf(resource, name));
}

export function alreadyExists(resource: ResourceNames, name: string): StatusError {
  return new StatusError(409, 'AlreadyExists', `${qualified(resource, resource.plural)} "${name}" already exists`, detailsOf(resource, name));
}

/** 409 Conflict: the write was based on something that is no longer so; `because` ends the sentence. */
export function conflict(resource: ResourceNames, name: string, because = STALE): StatusError {
  const message = `Operation cannot be fulfilled on ${qualified(resource, resource.plural)} "${name}": ${because}`;
  return new StatusError(409, 'Conflict', message, detailsOf(resource, name));
}

const STALE = 'the object has been modified; please apply your changes to the latest version and try again';

/** 409 Conflict of server-side apply without force: each cause names a field that another manager owns. */
export function applyConflict(causes: readonly Cause[]): StatusError {
  const list = causes.map((cause) => `${cause.message}: ${cause.field}`).join(', ');
  const message = `Apply failed with ${causes.length} conflict${causes.length === 1 ? '' : 's'}: ${list}`;
  return new StatusError(409, 'Conflict', message, { causes: causesOf(causes) });
}

/** 422 Invalid: the object as it would be stored breaks a rule. There must be at least one cause. */
export function invalid(resource: ResourceNames, name: string, causes: readonly Cause[]): StatusError {
  const list = causes.map((cause) => `${cause.field}: ${cause.message}`);
  const told = list.length === 1 ? list.join('') : `[${list.join(', ')}]`;
  const details = { ...detailsOf(resource, name), kind: resource.kind, causes: causesOf(causes) };
  return new StatusError(422, 'Invalid', `${qualified(resource, resource.kind)} "${name}" is invalid: ${told}`, details);
}

export function badRequest(message: string): StatusError {
  return new StatusError(400, 'BadRequest', message);
}

export function methodNotAllowed(): StatusError {
  return new StatusError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource');
}

export function unknownPath(): StatusError {
  return new StatusError(404, 'NotFound', 'the server could not find the requested resource');
}

export function unsupportedMediaType(accepted: readonly string[]): StatusError {
  const message = `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`;
  return new StatusError(415, 'UnsupportedMediaType', message);
}

export function tooLarge(limitBytes: number): StatusError {
  return new StatusError(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${limitBytes}`);
}

/** 410: the history that the request needs is no longer kept; the client must list again. */
export function expired(message: string): StatusError {
  return new StatusError(410, 'Expired', message);
}

/** 504: the request names a resourceVersion that the server has not reached. */
export function tooNew(asked: number, current: number): StatusError {
  const message = `Timeout: Too large resource version: ${asked}, current: ${current}`;
  const causes = [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }];
  return new StatusError(504, 'Timeout', message, { causes, retryAfterSeconds: 1 });
}
