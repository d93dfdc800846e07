// One TCP connection, and what came of it: knock.ts ADDRESS PORT prints `answers` with the first line, `refuses` or `silent`.
import { connect } from 'node:net';

const [, , host = '', port = ''] = process.argv;
// a cable that was just plugged in carries nothing for up to a second
const PATIENCE_MS = 3_000;

const end = (word: string): void => {
  console.log(word);
  process.exit(0);
};
const socket = connect({ host, port: Number(port) });
setTimeout(() => end('silent'), PATIENCE_MS);
socket.once('data', (line) => end(`answers ${line.toString('utf8').trim()}`));
socket.once('error', ({ code }: NodeJS.ErrnoException) => end(code === 'ECONNREFUSED' ? 'refuses' : 'silent'));
