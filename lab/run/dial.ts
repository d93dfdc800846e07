// One TCP connection: to whom, and the first line that comes back. Runs in the namespaces.
import { connect } from 'node:net';

/** Later than an answer that has arrived meanwhile: a process that did not run for a while must not miss it. */
const after = (timeoutMs: number, action: () => void): NodeJS.Timeout => setTimeout(() => setImmediate(action), timeoutMs);

/** The first line that the other side says; '' when none comes in time, whatever the reason. */
export function firstLine(host: string, port: number, timeoutMs: number): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const socket = connect({ host, port });
  const finish = (line: string): void => {
    clearTimeout(timer);
    socket.destroy();
    resolve(line);
  };
  const timer = after(timeoutMs, () => finish(''));
  socket.setEncoding('utf8').once('data', (text: string) => finish(text.split('\n')[0]?.trim() ?? '')).once('error', () => finish('')).once('end', () => finish(''));
  return promise;
}

/** A session as SSH has it: the banner, then a line there and back. What the banner said; '' when any of it failed. */
export function session(host: string, port: number, timeoutMs: number): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const socket = connect({ host, port });
  const lines: string[] = [];
  const finish = (line: string): void => {
    clearTimeout(timer);
    socket.destroy();
    resolve(line);
  };
  const timer = after(timeoutMs, () => finish(''));
  socket.setEncoding('utf8').on('data', (text: string) => {
    lines.push(...text.trim().split('\n'));
    if (lines.length === 1) socket.write('are you there\n');
    else finish(lines[1] === 'are you there' ? (lines[0] ?? '') : '');
  }).once('error', () => finish('')).once('end', () => finish(''));
  return promise;
}
