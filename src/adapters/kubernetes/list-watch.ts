// Lists and watches of one collection: the little that a reflector asks of its surroundings.
import type { KubernetesApi } from './api.ts';
import { readPage } from './objects.ts';
import type { ApiObject, ListPage } from './objects.ts';

const PAGE_ITEMS_MAX = 500;

/** One collection. Both calls throw ApiError. */
export interface ListWatch {
  /** One page; `token` is what the page before gave, absent for the first. */
  list(token: string | undefined, signal: AbortSignal): Promise<ListPage>;
  /** Every line from this version on; resolves when the server ends the stream, at the latest after `timeoutSeconds`. */
  watch(from: { readonly resourceVersion: string; readonly timeoutSeconds: number }, onLine: (line: string) => void, signal: AbortSignal): Promise<void>;
}

/** A complete list. */
export interface CompleteList {
  readonly items: readonly ApiObject[];
  readonly resourceVersion: string;
}

/** The collection at a path of the API server. Lists name no resourceVersion, so they are the server's newest word, not its cache's. */
export function listWatchOf(api: KubernetesApi, path: string): ListWatch {
  return {
    list: async (token, signal) => {
      const query = { limit: String(PAGE_ITEMS_MAX), ...(token === undefined ? {} : { continue: token }) };
      return readPage(await api.request({ method: 'GET', path, query, signal }));
    },
    watch: ({ resourceVersion, timeoutSeconds }, onLine, signal) => {
      const query = { watch: 'true', allowWatchBookmarks: 'true', resourceVersion, timeoutSeconds: String(timeoutSeconds) };
      return api.watch({ path, query, signal }, onLine);
    },
  };
}

/** Every page of a list; throws when one of them fails. */
export async function listAll(listWatch: Pick<ListWatch, 'list'>, signal: AbortSignal): Promise<CompleteList> {
  const items: ApiObject[] = [];
  let page = await listWatch.list(undefined, signal);
  while (page.continue !== '') {
    items.push(...page.items);
    page = await listWatch.list(page.continue, signal);
  }
  return { items: [...items, ...page.items], resourceVersion: page.resourceVersion };
}
