// The process of the Internet: services that tell who asks which address it comes from, good ones and bad ones, and clients that knock on
// the public addresses. Started by the lab in the namespace of the Internet: main.ts CERTIFICATE KEY.
import { readFileSync } from 'node:fs';
import { createServer as createHttps } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:net';
import { firstLine, session } from '../run/dial.ts';
import { serve } from '../run/remote.ts';
import { Series } from '../run/series.ts';
import { SSH_PORT } from '../guests/calls.ts';
import { ECHO_HOSTS, LIE, LINE_ECHO, type InternetCalls, type Manner } from './calls.ts';

const SLOW_MS = 20_000;
const [, , certificate = '', key = ''] = process.argv;

const MANNERS: Readonly<Record<Manner, (asker: string, response: ServerResponse) => void>> = {
  plain: (asker, response) => response.end(`${asker}\n`),
  sentence: (asker, response) => response.end(`当前 IP：${asker}  来自于：中国 浙江 杭州\n`),
  lie: (_asker, response) => response.end(`${LIE}\n`),
  slow: (asker, response) => void setTimeout(() => response.end(`${asker}\n`), SLOW_MS),
  html: (_asker, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html><head><title>Welcome</title></head><body><h1>It works!</h1></body></html>\n'),
  nothing: () => undefined,
};

const bare = (address = ''): string => address.replace(/^::ffff:/, '');

function echo(manner: Manner): (request: IncomingMessage, response: ServerResponse) => void {
  return ({ socket }, response) => MANNERS[manner](bare(socket.remoteAddress), response);
}

async function open(): Promise<void> {
  const files = { cert: readFileSync(certificate), key: readFileSync(key) };
  const { promise: listening, resolve } = Promise.withResolvers<undefined>();
  for (const { address, manner } of Object.values(ECHO_HOSTS)) createHttps(files, echo(manner)).listen(443, address);
  createServer((socket) => {
    socket.on('error', () => socket.destroy());
    // who asked closes first: what waits for late packets would else wait here, where ports of all instances meet behind one address
    socket.write(`${bare(socket.remoteAddress)}\n`);
  }).listen(LINE_ECHO.port, LINE_ECHO.host, () => resolve(undefined));
  await listening;
}

/** The banner of a guest without its first word: the instance. */
const who = (banner: string): string => banner.replace(/^SSH-2\.0-lab /, '');

let streams: readonly { readonly address: string; readonly series: Series }[] = [];

await open();
serve<InternetCalls>({
  knock: ({ addresses, times, timeoutMs }) => Promise.all(addresses.map((address) => Promise.all(Array.from({ length: times }, async () => who(await firstLine(address, SSH_PORT, timeoutMs)))))),
  sessions: ({ addresses, timeoutMs }) => Promise.all(addresses.map(async (address) => who(await session(address, SSH_PORT, timeoutMs)))),
  beginStreams: ({ addresses, everyMs, timeoutMs }) => {
    streams = addresses.map((address) => ({ address, series: new Series(everyMs, async () => who(await firstLine(address, SSH_PORT, timeoutMs))) }));
    return true;
  },
  endStreams: () => Promise.all(streams.map(async ({ address, series }) => ({ address, samples: await series.end() }))),
});
