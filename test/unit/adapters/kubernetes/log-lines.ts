// A log that keeps what it hears.
import type { Log, LogFields } from '../../../../src/ports/runtime.ts';

/** The log, and its lines as `level message`. */
export function keptLog(): { readonly log: Log; readonly lines: { readonly text: string; readonly fields: LogFields }[] } {
  const lines: { text: string; fields: LogFields }[] = [];
  const at = (level: string) => (message: string, fields: LogFields = {}) => void lines.push({ text: `${level} ${message}`, fields });
  return { log: { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }, lines };
}
