/**
 * Every page of a list or an error (law 6: a partial view is no view). A token that repeats, a page that brings nothing new, a count
 * that changes between pages or does not come true: none of these is an end of a list, all of them are `unavailable`. Rows that come
 * twice count once.
 */
import { unreadable } from './classify.ts';

/** Rows of one page; absent rows mean that the answer had no list at all. */
export interface TokenPage<T> {
  readonly rows: readonly T[] | undefined;
  readonly nextToken: string | undefined;
}

export interface NumberedPage<T> {
  readonly rows: readonly T[] | undefined;
  readonly totalCount: number | undefined;
}

/** What a list is of: for messages, and to tell rows apart. */
export interface ListOf<T> {
  readonly action: string;
  readonly idOf: (row: T) => string | undefined;
}

/** Adds the page's rows; tells how many were new. */
function collect<T>(found: Map<string, T>, rows: readonly T[] | undefined, list: ListOf<T>): number {
  if (rows === undefined) throw unreadable(list.action, `${list.action} answered without a list`);
  const before = found.size;
  for (const row of rows) {
    const id = list.idOf(row);
    if (id === undefined || id === '') throw unreadable(list.action, `${list.action} answered a row without an id`);
    found.set(id, row);
  }
  return found.size - before;
}

/** Lists with NextToken. Only the first page may be empty. */
export async function everyTokenPage<T>(list: ListOf<T>, read: (token: string | undefined) => Promise<TokenPage<T>>): Promise<readonly T[]> {
  const found = new Map<string, T>();
  const seen = new Set<string>();
  for (let token: string | undefined; ; ) {
    const page = await read(token);
    const fresh = collect(found, page.rows, list);
    const next = page.nextToken ?? '';
    if (fresh === 0 && (token !== undefined || next !== '')) throw unreadable(list.action, `${list.action} answered a page that brings nothing new`);
    if (next === '') return [...found.values()];
    if (seen.has(next)) throw unreadable(list.action, `${list.action} answered the same NextToken twice`);
    seen.add(next);
    token = next;
  }
}

/** Lists with PageNumber; their TotalCount is the witness of completeness. A deletion between pages shifts rows, so the count must stand still. */
export async function everyNumberedPage<T>(list: ListOf<T>, read: (pageNumber: number) => Promise<NumberedPage<T>>): Promise<readonly T[]> {
  const found = new Map<string, T>();
  let expected: number | undefined;
  for (let pageNumber = 1; ; pageNumber += 1) {
    const { rows, totalCount } = await read(pageNumber);
    if (totalCount === undefined || !Number.isInteger(totalCount)) throw unreadable(list.action, `${list.action} answered without TotalCount`);
    if (expected !== undefined && expected !== totalCount) throw unreadable(list.action, `${list.action} changed while it was read`);
    expected = totalCount;
    const fresh = collect(found, rows, list);
    if (found.size === totalCount) return [...found.values()];
    if (fresh === 0 || found.size > totalCount) throw unreadable(list.action, `${list.action} answered ${found.size} of ${totalCount} rows`);
  }
}
