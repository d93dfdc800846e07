// A request as the signature schemes see it: nothing of it decoded yet but the parameters.

export interface WireRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
}

/** Percent-encoding as all signature schemes of the cloud want it (RFC 3986: only letters, digits, `-_.~` stay). */
export const percentEncode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);

/** Parameters sorted by name and encoded, joined as in a query. */
export const canonicalQuery = (entries: Iterable<readonly [string, string]>): string =>
  [...entries].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`).join('&');

const formType = 'application/x-www-form-urlencoded';

/** The form in the body, if the request carries one. */
export function formOf({ headers, body }: WireRequest): URLSearchParams {
  return new URLSearchParams(headers['content-type']?.startsWith(formType) ? body.toString('utf8') : '');
}
