// A log that is kept.
import type { Log, LogFields } from '../../src/ports/runtime.ts';

/** Keeps every line as "level message". */
export class KeptLog implements Log {
  readonly lines: string[] = [];
  readonly #keep = (level: string) => (message: string, fields?: LogFields): void => void this.lines.push(`${level} ${message}${fields ? ` ${JSON.stringify(fields)}` : ''}`);
  readonly debug = this.#keep('debug');
  readonly info = this.#keep('info');
  readonly warn = this.#keep('warn');
  readonly error = this.#keep('error');
}
