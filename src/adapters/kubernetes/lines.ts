// Bytes of a stream into lines. A line that never ends and a stream that ends within a line are errors: what is cut off must not
// pass for a whole event.

// an object is at most 1.5 MiB in etcd; an event carries one, with room for its envelope and escapes
const LINE_CHARACTERS_MAX = 16 * 1024 * 1024;

/** A decoder for one stream of UTF-8 lines. */
export class LineDecoder {
  readonly #decoder = new TextDecoder();
  readonly #onLine: (line: string) => void;
  #rest = '';

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  /** Takes the next bytes; gives each line that they complete. Throws for a line without an end. */
  push(bytes: Uint8Array): void {
    const parts = (this.#rest + this.#decoder.decode(bytes, { stream: true })).split('\n');
    this.#rest = parts.pop() ?? '';
    if (this.#rest.length > LINE_CHARACTERS_MAX) throw new Error(`a line of the watch is longer than ${LINE_CHARACTERS_MAX} characters`);
    for (const line of parts) if (line.trim() !== '') this.#onLine(line);
  }

  /** The stream has ended; throws if it did so within a line. */
  end(): void {
    if (this.#rest.trim() !== '') throw new Error('the watch ended in the middle of a line');
  }
}
