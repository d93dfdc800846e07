// The process that lives in a guest: the service that answers on the instance's addresses, a client that goes out, and the cloud's agent
// that runs commands. Started by boot.sh in the namespaces of the guest.
import { spawn } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { firstLine } from '../run/dial.ts';
import { serve } from '../run/remote.ts';
import { Series } from '../run/series.ts';
import { SSH_PORT, type GuestCalls, type Ran } from './calls.ts';

const OUTPUT_MAX = 24_576;
const LAST_WORDS_MS = 200;
const [, , instanceId = ''] = process.argv;

let stream: Series | undefined;
let commands = 0;

/** A server that says who it is, then repeats what it hears. */
function answer(port: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.write(`SSH-2.0-lab ${instanceId}\n`);
    socket.pipe(socket);
  }).once('error', reject).listen(port, '0.0.0.0', () => resolve(undefined));
  return promise;
}

/** As the agent does it: the script becomes a file and is run by the shell that its first line names. */
function run(name: string, script: string, timeoutMs: number): Promise<Ran> {
  const { promise, resolve } = Promise.withResolvers<Ran>();
  const path = `/run/command-${(commands += 1)}-${name}.sh`;
  writeFileSync(path, script.startsWith('#!') ? script : `#!/bin/sh\n${script}`);
  chmodSync(path, 0o700);
  const child = spawn(path, [], { cwd: '/', env: { PATH: process.env['PATH'] ?? '', HOME: '/root', CURL_CA_BUNDLE: process.env['CURL_CA_BUNDLE'] ?? '' }, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let output = '';
  for (const pipe of [child.stdout, child.stderr]) pipe.setEncoding('utf8').on('data', (text: string) => { output = `${output}${text}`.slice(0, OUTPUT_MAX); });
  const timer = setTimeout(() => {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  }, timeoutMs);
  const finish = (exitCode: number): void => {
    clearTimeout(timer);
    resolve({ exitCode, output });
  };
  child.once('error', (error) => {
    output = error.message;
    finish(126);
  });
  child.once('close', (code) => finish(code ?? -1));
  // what the command left running may hold its output open: the agent does not wait for that
  child.once('exit', (code) => setTimeout(() => finish(code ?? -1), LAST_WORDS_MS));
  return promise;
}

await answer(SSH_PORT);
serve<GuestCalls>({
  egress: ({ host, port, times, timeoutMs }) => Promise.all(Array.from({ length: times }, () => firstLine(host, port, timeoutMs))),
  beginStream: ({ host, port, everyMs, timeoutMs }) => {
    stream = new Series(everyMs, () => firstLine(host, port, timeoutMs));
    return true;
  },
  endStream: async () => (await stream?.end()) ?? [],
  run: ({ name, script, timeoutMs }) => run(name, script, timeoutMs),
});
