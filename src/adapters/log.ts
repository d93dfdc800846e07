// The log, on standard error: one JSON object a line for machines, a readable line for a person at a terminal. Fields lie flat
// beside the message and never take the place of time, level or message. Only fields of the list are written, and nothing that is written
// tells a secret.
import type { Writable } from 'node:stream';
import { createLogger, format, transports } from 'winston';
import type { Logger } from 'winston';
import { LOG_FIELDS } from '../ports/runtime.ts';
import type { Log, LogFields } from '../ports/runtime.ts';
import { redact } from './redact.ts';

/** Least severe that is written. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** How and where to write; by default JSON unless standard error is a terminal. */
export interface LogOptions {
  readonly level: LogLevel;
  readonly readable?: boolean;
  readonly stream?: Writable;
  /** Wall time in ms since the epoch. */
  readonly now: () => number;
}

// winston declares its transports as interfaces, though its logger takes only the class that they extend
const StreamTransport = transports.Stream as unknown as new (options: { readonly stream: Writable }) => Logger['transports'][number];

/** What one call of the log says. */
interface Entry {
  readonly level: string;
  readonly message: string;
  readonly time: string;
  readonly fields: Readonly<Record<string, Value>>;
}

type Value = string | number | boolean;

const ALLOWED: ReadonlySet<string> = new Set(LOG_FIELDS);

/** Opens the log. Writing never throws; a field that is undefined is left out. */
export function openLog({ level, now, stream = process.stderr, readable = process.stderr.isTTY }: LogOptions): Log {
  const line = format.printf((info) => (readable ? readableLine : jsonLine)(info['entry'] as Entry));
  const logger = createLogger({ level, format: line, transports: [new StreamTransport({ stream })] });
  const at = (of: LogLevel) => (message: string, fields: LogFields = {}): void => {
    // most lines are for debugging and are not written: these cost nothing
    if (logger.isLevelEnabled(of)) say(logger, { level: of, message: redact(message), fields: shown(fields), time: new Date(now()).toISOString() });
  };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

function shown(fields: LogFields): Readonly<Record<string, Value>> {
  const entries = Object.entries(fields).filter((entry): entry is [string, Value] => ALLOWED.has(entry[0]) && entry[1] !== undefined);
  return Object.fromEntries(entries.map(([name, value]) => [name, typeof value === 'string' ? redact(value) : value]));
}

function say(logger: Logger, entry: Entry): void {
  logger.log({ level: entry.level, message: entry.message, entry });
}

function jsonLine({ time, level, message, fields }: Entry): string {
  const head = { time, level, message };
  return JSON.stringify({ ...head, ...fields, ...head });
}

function readableLine({ time, level, message, fields }: Entry): string {
  const pairs = Object.entries(fields).map(([name, value]) => `${name}=${quoted(value)}`);
  // a line break in what the cloud said must not look like a line of ours
  return [time.slice(11, 23), level.toUpperCase().padEnd(5), message.replaceAll('\n', '\\n'), ...pairs].join(' ');
}

const quoted = (value: Value): string => (typeof value === 'string' && /[\s"]/.test(value) ? JSON.stringify(value) : String(value));
