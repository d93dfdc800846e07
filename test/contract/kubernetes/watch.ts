// One watch read line by line, as a reflector would: events are waited for, never slept for.
import type { Response } from 'undici';
import type { RawInit } from './client.ts';

/** One line of a watch. */
export interface WatchLine {
  type: string;
  object: { kind: string; code?: number; reason?: string; metadata: { name: string; resourceVersion: string; uid?: string; annotations?: Record<string, string> }; spec?: Record<string, unknown> };
}

/** An open watch. */
export interface OpenWatch extends AsyncDisposable {
  /** The lines up to and with the first that fits; rejects when the stream ends before. */
  until(fits: (line: WatchLine) => boolean): Promise<WatchLine[]>;
  /** The remaining lines, once the server has ended the stream. */
  rest(): Promise<WatchLine[]>;
}

/** Opens a watch of a path with these parameters; rejects unless the server answers 200. */
export async function openWatch(request: (path: string, init?: RawInit) => Promise<Response>, path: string, parameters: Record<string, string>): Promise<OpenWatch> {
  const abort = new AbortController();
  const response = await request(`${path}?${new URLSearchParams({ watch: 'true', ...parameters }).toString()}`, { signal: abort.signal });
  if (response.status !== 200 || response.body === null) throw new Error(`watch answered ${response.status}: ${await response.text()}`);
  const lines = linesOf(response.body);
  const read = async (fits: (line: WatchLine) => boolean): Promise<{ seen: WatchLine[]; found: boolean }> => {
    const seen: WatchLine[] = [];
    for (let next = await lines.next(); next.done !== true; next = await lines.next()) {
      seen.push(next.value);
      if (fits(next.value)) return { seen, found: true };
    }
    return { seen, found: false };
  };
  return {
    until: async (fits) => {
      const { seen, found } = await read(fits);
      if (!found) throw new Error(`the watch ended after ${JSON.stringify(seen)}`);
      return seen;
    },
    rest: async () => (await read(() => false)).seen,
    [Symbol.asyncDispose]: async () => {
      abort.abort();
      // leaving is an abort, and the stream says so to the reader that is waiting on it
      await lines.return(undefined).catch(() => undefined);
    },
  };
}

async function* linesOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<WatchLine, void> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    const lines = text.split('\n');
    text = lines.pop() ?? '';
    yield* lines.filter((line) => line !== '').map((line) => JSON.parse(line) as WatchLine);
  }
}
