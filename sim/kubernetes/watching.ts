// A watch: changes of a collection from a revision on, bookmarks when asked for, an end after its time. A revision that is
// forgotten gives one ERROR event with 410 and then the end, as the real server does once the stream has begun.
import { expired } from './errors.ts';
import type { JsonObject, KubernetesObject } from './json.ts';
import { revisionOf } from './listing.ts';
import { belongs } from './object-table.ts';
import type { Change, Collection, ObjectTable } from './object-table.ts';
import { apiVersionOf } from './resources.ts';
import type { Runtime } from './runtime.ts';
import { selector } from './selectors.ts';
import type { Selector } from './selectors.ts';

/** The options of a watch request, as they came; the time-out in seconds. */
export interface WatchOptions {
  readonly resourceVersion?: string | undefined;
  readonly allowWatchBookmarks?: boolean | undefined;
  readonly timeoutSeconds?: number | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
}

/** One line of a watch stream. */
export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: JsonObject;
}

/** Who hears a watch. `end` comes once, after the last event, unless the watch was stopped by its owner. */
export interface WatchSink {
  event(event: WatchEvent): void;
  end(): void;
}

// the real server's: a bookmark about every minute, and one two seconds before the end
const BOOKMARK_INTERVAL_MS = 60_000;
const BOOKMARK_BEFORE_END_MS = 2_000;
// --min-request-timeout: a watch that names no time ends after half an hour to an hour
const TIMEOUT_MIN_MS = 1_800_000;

/**
 * Opens a watch and gives what stops it. Events that are due already are delivered before this returns.
 * Throws 400 for a malformed option.
 */
export function openWatch(context: { table: ObjectTable; runtime: Runtime }, collection: Collection, options: WatchOptions, sink: WatchSink): () => void {
  const { table, runtime } = context;
  const isSelected = selector(options.labelSelector, options.fieldSelector);
  const opened = table.revision;
  const revision = revisionOf(options.resourceVersion ?? '0');
  const past = revision === 0 ? [] : table.since(revision);
  if (past === undefined) return refuse(table, revision, sink);
  const hear = hearing(collection, isSelected, sink);
  const marks = options.allowWatchBookmarks === true;
  if (revision === 0) tellAll(context.table, collection, isSelected, { sink, marks });
  for (const change of past) hear(change);
  // a watch that is opened by a listener has read from the history what is still to be told to the others
  const cancels: (() => void)[] = [table.follow((change) => { if (change.revision > opened) hear(change); })];
  const stop = (): void => cancels.forEach((cancel) => cancel());
  const timeoutMs = options.timeoutSeconds === undefined ? TIMEOUT_MIN_MS * (1 + runtime.random()) : options.timeoutSeconds * 1000;
  cancels.push(runtime.after(timeoutMs, () => { stop(); sink.end(); }));
  // a bookmark tells of progress: there is none at the revision that the watch began with
  const mark = (): void => { if (table.revision > revision) sink.event({ type: 'BOOKMARK', object: bookmark(table, collection) }); };
  if (marks) cancels.push(bookmarks(context, timeoutMs, mark));
  return stop;
}

function tellAll(table: ObjectTable, collection: Collection, isSelected: Selector, { sink, marks }: { sink: WatchSink; marks: boolean }): void {
  for (const object of table.at(collection, table.revision).filter(isSelected)) sink.event({ type: 'ADDED', object });
  if (marks) sink.event({ type: 'BOOKMARK', object: bookmark(table, collection, { annotations: { 'k8s.io/initial-events-end': 'true' } }) });
}

function refuse(table: ObjectTable, revision: number, sink: WatchSink): () => void {
  sink.event({ type: 'ERROR', object: expired(`too old resource version: ${revision} (${table.compactedRevision + 1})`).toStatus() });
  sink.end();
  return () => undefined;
}

function hearing(collection: Collection, isSelected: Selector, sink: WatchSink): (change: Change) => void {
  const within = (object: KubernetesObject | undefined): boolean => object !== undefined && isSelected(object);
  return ({ type, resource, object, previous }) => {
    if (!belongs(object, resource, collection)) return;
    const before = within(previous);
    const after = type !== 'DELETED' && within(object);
    if (before || after) sink.event({ type: after ? (before ? 'MODIFIED' : 'ADDED') : 'DELETED', object });
  };
}

function bookmarks({ runtime }: { runtime: Runtime }, timeoutMs: number, send: () => void): () => void {
  const endsMs = runtime.nowMs() + timeoutMs;
  let cancel: () => void = () => undefined;
  const plan = (): void => {
    const leftMs = endsMs - BOOKMARK_BEFORE_END_MS - runtime.nowMs();
    if (leftMs > 0) cancel = runtime.after(Math.min(BOOKMARK_INTERVAL_MS, leftMs), () => { send(); plan(); });
  };
  plan();
  return () => cancel();
}

function bookmark(table: ObjectTable, { resource }: Collection, metadata: JsonObject = {}): JsonObject {
  return { kind: resource.kind, apiVersion: apiVersionOf(resource), metadata: { ...metadata, resourceVersion: String(table.revision), creationTimestamp: null } };
}
