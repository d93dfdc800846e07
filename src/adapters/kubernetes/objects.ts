// Objects as the API server sends them in lists and watches, checked only as far as a cache needs: what they mean is for their
// readers. Pure.
import { ApiError, errorOfStatus, isRecord } from './errors.ts';

/** Any object of a cluster-scoped collection. */
export interface ApiObject {
  readonly metadata: { readonly name: string; readonly uid: string; readonly resourceVersion: string; readonly [field: string]: unknown };
  readonly [field: string]: unknown;
}

/** One page of a list. */
export interface ListPage {
  readonly items: readonly ApiObject[];
  readonly resourceVersion: string;
  /** The token of the next page; empty on the last. */
  readonly continue: string;
}

/** One event of a watch; a bookmark carries nothing but how far the server has come. */
export type WatchEvent =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: ApiObject }
  | { readonly type: 'BOOKMARK'; readonly resourceVersion: string };

/** Reads the body of a list. Throws ApiError when it is none: half a list is no list. */
export function readPage(body: unknown): ListPage {
  const { items, metadata } = isRecord(body) ? body : {};
  if (!Array.isArray(items) || !items.every(isApiObject) || !isRecord(metadata) || typeof metadata['resourceVersion'] !== 'string') throw malformed('list');
  return { items, resourceVersion: metadata['resourceVersion'], continue: typeof metadata['continue'] === 'string' ? metadata['continue'] : '' };
}

/** Reads one line of a watch. Throws ApiError for an ERROR event (with its code) and MalformedAnswer for a line that is no event. */
export function readEvent(line: string): WatchEvent {
  const { type, object } = parse(line);
  if (type === 'ERROR' && isRecord(object)) throw errorOfStatus(object);
  if (type === 'BOOKMARK') return { type, resourceVersion: versionOf(object) };
  if ((type === 'ADDED' || type === 'MODIFIED' || type === 'DELETED') && isApiObject(object)) return { type, object };
  throw malformed('watch event');
}

// a bookmark's object is of the watched kind and has no name
function versionOf(object: unknown): string {
  const metadata = isRecord(object) ? object['metadata'] : undefined;
  if (isRecord(metadata) && typeof metadata['resourceVersion'] === 'string') return metadata['resourceVersion'];
  throw malformed('watch event');
}

function parse(line: string): Readonly<Record<string, unknown>> {
  try {
    const event: unknown = JSON.parse(line);
    return isRecord(event) ? event : {};
  } catch {
    throw malformed('watch event');
  }
}

function isApiObject(value: unknown): value is ApiObject {
  const metadata = isRecord(value) ? value['metadata'] : undefined;
  return isRecord(metadata) && ['name', 'uid', 'resourceVersion'].every((field) => typeof metadata[field] === 'string' && metadata[field] !== '');
}

/** An answer or a line that is not what the protocol says. Unlike a lost connection it puts in doubt all that was read before. */
export class MalformedAnswer extends ApiError {}

const malformed = (what: string): MalformedAnswer => new MalformedAnswer(`the API server sent a ${what} that cannot be read`, { kind: 'unavailable', httpStatus: 0 });
